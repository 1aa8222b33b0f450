/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of change: a row for each outcome. */
#ifndef AUTHORITY_CHANGE_CHANGE_ROWS_H
#define AUTHORITY_CHANGE_CHANGE_ROWS_H

#include "gatewayd/authority/change/change_order.h"
#include "gatewayd/authority/subject/subject.h"

struct change_row {
	uint8_t outcome;
	bool takes; /* deletes its key; else encode() gives the new value */
	int (*encode)(const struct change_order *, struct seal *,
	    const char *subject, struct store_value *value_r);
	/* Changes the copy in memory.  made: the store has the change. */
	void (*apply)(struct subject *, struct subjects *,
	    const struct change_order *, bool made, uint64_t version);
	/* True if the store's value is the one of that intent. */
	bool (*is_there)(const struct msg_AUDIT_APPEND_REQ *intent,
	    struct seal *, const uint8_t *value, size_t size);
};

/* The row of an outcome; NULL if the outcome is no change. */
const struct change_row *change_row(unsigned outcome);
/* Writes the key in the store; "" if the change is only in the log.  -1: the
 * key does not fit, or the record has no object of the change. */
int change_key(const struct msg_AUDIT_APPEND_REQ *r, char key_r[KEY_MAX + 1]);
/* What a record says of a credential that is there: a step that was spent, its
 * drift, its label. */
void change_mark(
    const struct msg_AUDIT_APPEND_REQ *r, struct credential *mark_r);
/* True if this change ends the subject's invitation. */
bool change_ends_invitation(const struct msg_AUDIT_APPEND_REQ *r);
/* Makes the record of the outcome of that intent. */
void change_outcome(const struct msg_AUDIT_APPEND_REQ *intent,
    enum outcome outcome, struct msg_AUDIT_APPEND_REQ *record_r);

#endif
