/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of ipc/record_fields.h as a table, for everybody who does the same
 * to each field of a record.
 */
#ifndef GATEWAYD_LOG_RECORD_LIST_H
#define GATEWAYD_LOG_RECORD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/ipc/messages.h"

enum record_type {
	RECORD_TYPE_U8,
	RECORD_TYPE_U16,
	RECORD_TYPE_U32,
	RECORD_TYPE_U64,
	RECORD_TYPE_I64,
	RECORD_TYPE_RAW,
	RECORD_TYPE_STR,
	RECORD_TYPE_BYTES
};

/* Where in the line a field stands. */
enum record_at {
	RECORD_AT_TIME,	  /* top level, in the place of the time */
	RECORD_AT_STATUS, /* top level, beside status */
	RECORD_AT_METADATA,
	RECORD_AT_USER,
	RECORD_AT_ACTOR, /* actor.user */
	RECORD_AT_POLICY,
	RECORD_AT_SOURCE,      /* src_endpoint */
	RECORD_AT_SERVICE,     /* not in an Account Change */
	RECORD_AT_DESTINATION, /* dst_endpoint; not in an Account Change */
	RECORD_AT_SESSION,     /* not in an Account Change */
	RECORD_AT_OWN	       /* unmapped.sallyport */
};

enum record_form {
	RECORD_FORM_KIND,
	RECORD_FORM_OUTCOME,
	RECORD_FORM_TIME,
	RECORD_FORM_HEX,
	RECORD_FORM_ID,		/* never cut: others look up or count by it */
	RECORD_FORM_TEXT,	/* cut where the line would be too long */
	RECORD_FORM_WHOLE_TEXT, /* the same, and written when it is empty */
	RECORD_FORM_NUMBER,
	RECORD_FORM_COUNT, /* a number that is written when it is 0 */
	RECORD_FORM_FACTORS,
	RECORD_FORM_FACTORS_IF, /* not written when there are none */
	RECORD_FORM_EMPLOYMENT,
	RECORD_FORM_NAME,
	RECORD_FORM_USERNAME,
	RECORD_FORM_CLIENT,
	RECORD_FORM_GROUPS,
	RECORD_FORM_GROUPS_CUT,
	RECORD_FORM_ATTRIBUTES,
	RECORD_FORM_ATTRIBUTES_CUT,
	RECORD_FORM_COUNT_OF
};

/* The bits of lives. */
#define RECORD_IN(kind) (1U << (kind)) /* of enum record_kind */
#define RECORD_OPEN 0x100U	       /* kept with an open attempt */
#define RECORD_KEPT 0x200U	       /* kept with an open session */

/* Packed, all fields that live there at their largest. */
#define RECORD_OPEN_MAX 1280
#define RECORD_KEPT_MAX 2816

struct record_field {
	const char *name;
	enum record_type type;
	size_t offset;
	size_t size;	    /* room: bytes of a text without its NUL */
	size_t size_offset; /* of BYTES: where its size is */
	enum record_at at;
	const char *key;
	enum record_form form;
	unsigned lives;
};

/* Ends with one without a name. */
extern const struct record_field record_fields[];

/* The field of that record; BYTES: its bytes. */
void *record_at(
    struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field);
const void *record_value(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* How many bytes of it are used: 0 for an empty text, the width of a number. */
size_t record_size(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* An integer field; 0 where it is negative. */
uint64_t record_number(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* The largest that the field holds, and that every reader of JSON takes. */
uint64_t record_number_max(const struct record_field *field);
void record_set_number(struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field, uint64_t value);

/* Empties each field that lives in none of these, as if nobody had set it. */
void record_clear(struct msg_AUDIT_APPEND_REQ *record, unsigned lives);

/*
 * The fields that live in one of these, each with its name, so that a later
 * version with other fields can read them.  What does not fit fails the writer.
 */
void record_pack(struct writer *w, const struct msg_AUDIT_APPEND_REQ *record,
    unsigned lives);
/* Into a zeroed record.  A name that is not known, or is of a field that does
 * not live there, is passed over; a value that no field holds fails the
 * reader. */
void record_unpack(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, unsigned lives);
/* One field without its name, as version 1 of an open session has them. */
void record_unpack_one(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, const char *name);

#endif
