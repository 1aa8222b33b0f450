/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of lib/ipc/record_fields.h as a table, for code that loops over the
 * fields of a record.
 */
#ifndef RECORD_RECORD_LIST_H
#define RECORD_RECORD_LIST_H

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

/* The object of the JSON line that holds a field. */
enum record_at {
	RECORD_AT_TIME,	  /* the top level, where the time stands */
	RECORD_AT_STATUS, /* the top level, beside status */
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
	RECORD_FORM_ID,		/* never cut: receivers search for it */
	RECORD_FORM_TEXT,	/* cut if the line would be too long */
	RECORD_FORM_WHOLE_TEXT, /* the same, but written even if empty */
	RECORD_FORM_NUMBER,
	RECORD_FORM_COUNT, /* a number, written even if 0 */
	RECORD_FORM_FACTORS,
	RECORD_FORM_FACTORS_IF, /* factors, not written if there are none */
	RECORD_FORM_EMPLOYMENT,
	RECORD_FORM_NAME,
	RECORD_FORM_USERNAME,
	RECORD_FORM_CLIENT,
	RECORD_FORM_GROUPS,
	RECORD_FORM_GROUPS_CUT,
	RECORD_FORM_ATTRIBUTES,
	RECORD_FORM_ATTRIBUTES_CUT,
	RECORD_FORM_APPROVERS,
	RECORD_FORM_COUNT_OF
};

/* The bits of `lives`: the kinds of record that have a field, and what keeps
 * the field over a restart. */
#define RECORD_IN(kind) (1U << (kind)) /* enum record_kind */
#define RECORD_OPEN 0x100U	       /* an open attempt keeps the field */
#define RECORD_KEPT 0x200U	       /* an open session keeps the field */

/* The largest that record_pack() writes for RECORD_OPEN and RECORD_KEPT. */
#define RECORD_OPEN_MAX 1280
#define RECORD_KEPT_MAX 3648

struct record_field {
	const char *name;
	enum record_type type;
	size_t offset;
	size_t size;	    /* the room in bytes; of a text, without its NUL */
	size_t size_offset; /* for BYTES: the offset of the field's size */
	enum record_at at;
	const char *key;
	enum record_form form;
	unsigned lives;
};

/* The last one has no name. */
extern const struct record_field record_fields[];

/* The record's field; for BYTES, its bytes. */
void *record_at(
    struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field);
const void *record_value(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* The number of bytes in use: 0 for an empty text, the width of a number. */
size_t record_size(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* The value of an integer field; 0 if it is negative. */
uint64_t record_number(const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field);
/* The largest value that the field holds and that every JSON reader accepts. */
uint64_t record_number_max(const struct record_field *field);
void record_set_number(struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field, uint64_t value);

/* Clears each field that lives in none of these. */
void record_clear(struct msg_AUDIT_APPEND_REQ *record, unsigned lives);

/*
 * Writes the fields that live in one of these, each with its name, so that a
 * release with other fields can read them.  Fields that do not fit fail the
 * writer.
 */
void record_pack(struct writer *w, const struct msg_AUDIT_APPEND_REQ *record,
    unsigned lives);
/*
 * Reads fields into a zeroed record.  Skips a field with an unknown name, and
 * one that lives in none of these.  A value that its field cannot hold fails
 * the reader.
 */
void record_unpack(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, unsigned lives);
/* Reads one field without its name, as in format 1 of open sessions. */
void record_unpack_one(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, const char *name);

#endif
