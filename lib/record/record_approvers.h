/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The approvers of a record, in two forms: the field `approvers` of
 * lib/ipc/record_fields.h, and JSON.  The bytes may come from a role that an
 * attacker controls: any bytes can be written as JSON and read back.
 */
#ifndef RECORD_RECORD_APPROVERS_H
#define RECORD_RECORD_APPROVERS_H

#include <jansson.h>

#include "lib/base/json_write.h"
#include "lib/ipc/messages.h"

struct record_text {
	const char *text; /* not ended by a NUL */
	size_t size;
};

struct record_approver {
	struct record_text approval, name, uid;
};

/* The next one from *at on, or false behind the last. */
bool record_approvers_next(const struct msg_AUDIT_APPEND_REQ *r, size_t *at,
    struct record_approver *one_r);

/* Writes the member "approvers" into the open object:
 * [{"approval":"CHG-1","name":"boss","uid":"6f1c"}], with as many as a rule can
 * ask for, each text cut at limit; or nothing if there are none. */
void record_approvers_write(
    struct json_write *w, const struct msg_AUDIT_APPEND_REQ *r, size_t limit);

/* Reads that member; a list of NULL is none.  What has no room is left out: a
 * record that was written can always be read.  0, or -1: another form. */
int record_approvers_parse(const json_t *list, struct msg_AUDIT_APPEND_REQ *r);

#endif
