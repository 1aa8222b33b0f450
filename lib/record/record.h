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
 * The form of an audit record: one line of JSON, which is an event of OCSF
 * 1.8.0.  Attempts and sessions have class 3002 (Authentication), admin changes
 * class 3001 (Account Change).  doc/PROTOCOL.audit has the table of fields.
 */

/* The longest record, without its newline.  Together with a syslog header this
 * is below the 8 KiB that rsyslog accepts by default. */
#define RECORD_LINE_MAX 7680

/* The bits of the sets `required`, `verified` and `obtainable`.  They have the
 * values of the POLICY_ bits, which authority fills in. */
enum record_factor {
#define RECORD_FACTOR(NAME, ...) RECORD_##NAME = 1 << FACTOR_##NAME,
	FACTORS(RECORD_FACTOR)
#undef RECORD_FACTOR
};
#define RECORD_FACTORS (RECORD_APPROVAL - 1U) /* an approval is no factor */

/* The place of a record in the log, which only audit knows. */
struct record_place {
	const char *origin; /* the log's origin: the name of its key */
	uint64_t sequence;  /* the first record of a log has 1 */
	uint8_t prev[MERKLE_HASH_SIZE]; /* leaf hash of the one before; or 0 */
	uint64_t cut; /* bytes of a torn line that audit cut off before it */
};

/*
 * Renders one record, without a newline.  A value that would make the line too
 * long is cut, and the event says so (metadata.is_truncated).  0 with the
 * length in *LEN_R, or -1 when kind and outcome name no event.
 */
int record_render(const struct msg_AUDIT_APPEND_REQ *r,
    const struct record_place *place, char line_r[RECORD_LINE_MAX],
    size_t *len_r);

/* 1 for the kinds of record about a change that was made or intended. */
static inline int
record_is_change(unsigned kind)
{
	return kind == RECORD_ADMIN || kind == RECORD_INTENT;
}

#endif
