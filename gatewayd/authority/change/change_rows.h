/* SPDX-License-Identifier: Apache-2.0 */
/* Which changes there are: a row for each outcome that one can have. */
#ifndef AUTHORITY_CHANGE_CHANGE_ROWS_H
#define AUTHORITY_CHANGE_CHANGE_ROWS_H

#include "gatewayd/authority/change/change_order.h"
#include "gatewayd/authority/subject/subject.h"

struct change_row {
	uint8_t outcome;
	bool takes; /* its key is to go; otherwise encode()'s value comes */
	int (*encode)(const struct change_order *, struct seal *,
	    const char *subject, uint8_t *out, size_t room, size_t *size_r);
	/* in memory, when the store has it; or not, and never will */
	void (*apply)(struct subject *, struct subjects *,
	    const struct change_order *, bool made, uint64_t version);
	/* Is what the store has what that intent was to put there? */
	bool (*is_there)(const struct msg_AUDIT_APPEND_REQ *intent,
	    struct seal *, const uint8_t *value, size_t size);
};

/* NULL: the outcome is no change of the store. */
const struct change_row *change_row(unsigned outcome);
/* The key that it is about; "": none, it is for the log alone.  -1: it does
 * not fit, or the record lacks what it is about. */
int change_key(const struct msg_AUDIT_APPEND_REQ *r, char key_r[KEY_MAX + 1]);
/* The invitation of the subject is over when this is made. */
bool change_ends_invitation(const struct msg_AUDIT_APPEND_REQ *r);
/* The record of what came of that intent. */
void change_outcome(const struct msg_AUDIT_APPEND_REQ *intent,
    enum outcome outcome, struct msg_AUDIT_APPEND_REQ *record_r);

#endif
