/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits that depend on the person and on the hour, beside those of a
 * verb's row.  The helpdesk cannot change people of a protected group, other
 * people of the helpdesk, or itself, and has a limit of changes an hour.  A
 * change that could let in a protected person needs root and a second person.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_GUARD_H
#define AUTHORITY_ADMIN_ADMIN_GUARD_H

#include <stdbool.h>

#include "gatewayd/authority/admin/admin_parts.h"

/* The service of an approval that lets root act on a protected person. */
#define GUARD_SERVICE "sallyport"

/* True if the entry is in a group that `protected` or `helpdesk-people` names.
 */
bool guard_is_protected(const struct conf_authority *conf,
    const struct msg_DIRECTORY_LOOKUP_ANS *m);
/* Decides before any lookup whether the actor may send this request now.  NULL,
 * or the reason.  Counts a change of the helpdesk. */
const char *guard_request(struct admin *a);
/* Decides after the subject is loaded.  NULL, or the reason. */
const char *guard_subject(struct admin *a);

#endif
