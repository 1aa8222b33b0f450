/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verb's row does not say: about whom, and how often.  The helpdesk
 * does nothing to people of a protected group, nor to other people of the
 * helpdesk, nor to itself, and only so much an hour.  What would open a door
 * to such a person takes root and a second person.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_GUARD_H
#define AUTHORITY_ADMIN_ADMIN_GUARD_H

#include <stdbool.h>

#include "gatewayd/authority/admin/admin_parts.h"

/* The service of an approval that lets root act on a protected person. */
#define GUARD_SERVICE "sallyport"

/* Is that entry of a group that `protected` or `helpdesk-people` names? */
bool guard_is_protected(const struct conf_authority *conf,
    const struct msg_DIRECTORY_LOOKUP_ANS *m);
/* Before anything is looked up: may whoever sits there ask this, and now?
 * NULL, or why not.  Counts an act of the helpdesk. */
const char *guard_request(struct admin *a);
/* The subject is there: NULL, or why not. */
const char *guard_subject(struct admin *a);

#endif
