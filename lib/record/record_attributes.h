/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a record: as the field `attributes` of lib/ipc/messages.h
 * has them, and as JSON.  They may be of a role that was taken over: whatever
 * their bytes, there is a JSON for it, and it can be read.
 */
#ifndef RECORD_RECORD_ATTRIBUTES_H
#define RECORD_RECORD_ATTRIBUTES_H

#include <jansson.h>

#include "lib/base/json_write.h"
#include "lib/ipc/messages.h"

/* The member "attributes" of the object that is open:
 * [{"name":"shift","values":["night"]}].  Nothing for no bytes. */
void record_attributes_write(
    struct json_write *w, const struct msg_AUDIT_APPEND_REQ *r);

/* Back from that member, or NULL; those that grew beyond the field when they
 * were escaped come back as none, and cut.  -1: it has another form. */
int record_attributes_parse(const json_t *list, struct msg_AUDIT_APPEND_REQ *r);

#endif
