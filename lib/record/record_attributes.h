/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a record, in two forms: the field `attributes` of
 * lib/ipc/messages.h, and JSON.  The bytes may come from a role that an
 * attacker controls: any bytes can be written as JSON and read back.
 */
#ifndef RECORD_RECORD_ATTRIBUTES_H
#define RECORD_RECORD_ATTRIBUTES_H

#include <jansson.h>

#include "lib/base/json_write.h"
#include "lib/ipc/messages.h"

/* Writes the member "attributes" into the open object:
 * [{"name":"shift","values":["night"]}].  Writes nothing if there are none. */
void record_attributes_write(
    struct json_write *w, const struct msg_AUDIT_APPEND_REQ *r);

/*
 * Reads that member; a list of NULL is none.  Escaped attributes may be longer
 * than the field: then the record has none, and attributes_cut is set.  0, or
 * -1 when the member has another form.
 */
int record_attributes_parse(const json_t *list, struct msg_AUDIT_APPEND_REQ *r);

#endif
