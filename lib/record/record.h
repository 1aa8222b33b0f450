/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/ipc/messages.h"
#include "lib/record/merkle.h"
#include "lib/record/record_words.h"

/*
 * The form of an audit record: one line of JSON, an event of OCSF 1.8.0,
 * class 3002 (Authentication) for attempts and sessions, 3001 (Account Change)
 * for admin changes.  doc/PROTOCOL.audit has the table of fields.
 */

/* Of one record, without its newline: below the 8 KiB that rsyslog takes by
 * default, syslog header included. */
#define RECORD_LINE_MAX 7680

/* One bit of the sets `required` and `verified`; the same values as the
 * POLICY_ bits, which authority fills in. */
enum record_factor {
#define RECORD_FACTOR(NAME, ...) RECORD_##NAME = 1 << FACTOR_##NAME,
	FACTORS(RECORD_FACTOR)
#undef RECORD_FACTOR
};
#define RECORD_FACTORS (RECORD_APPROVAL - 1U) /* which is none */

/* What only the log knows about a record. */
struct record_place {
	const char *origin; /* whose log it is: the name of its key */
	uint64_t sequence;		/* 1 for the first of the log */
	uint8_t prev[MERKLE_HASH_SIZE]; /* leaf hash of the one before, or 0 */
	uint64_t cut; /* bytes of a torn line that were cut before it */
};

/*
 * Renders one record.  A value that would make the line too long is cut, and
 * the event says so (metadata.is_truncated).  0 and the length, no newline, in
 * *LEN_R; or -1 when kind and outcome name no event.
 */
int record_render(const struct msg_AUDIT_APPEND_REQ *r,
    const struct record_place *place, char line_r[RECORD_LINE_MAX],
    size_t *len_r);

/* A change, made or intended. */
static inline int
record_is_change(unsigned kind)
{
	return kind == RECORD_ADMIN || kind == RECORD_INTENT;
}

#endif
