/* SPDX-License-Identifier: Apache-2.0 */
/* Who wants in, from where, through what: as PAM and sshd tell it. */
#ifndef PAM_MODULE_HOST_FACTS_H
#define PAM_MODULE_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_modules.h>

#include "lib/wire/pamwire.h"

/* A client that is no address has a ? before it. */
struct host_facts {
	FACTS(DECLARE_FIELD, STR)
	bool is_whole; /* the username is; it ends in "..." else */
};

/* Asks PAM and, once, the account database; never DNS, never the process's
 * environment.  -1: PAM does not tell something, which was
 * logged.  A name that could not be looked up is not local.  What does not fit
 * is cut and ends in "...", so that there is a record of who knocked: authority
 * refuses such a name or address, and takes nothing else that was cut for what
 * it was. */
int host_facts_gather(struct host_facts *f, pam_handle_t *pamh);
/* Is PAM_USER still the name that was gathered? */
bool host_facts_same_user(const struct host_facts *f, pam_handle_t *pamh);

#endif
