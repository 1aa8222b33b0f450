/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a login, from PAM and sshd: person, client and service. */
#ifndef PAM_MODULE_HOST_FACTS_H
#define PAM_MODULE_HOST_FACTS_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/wire/pamwire.h"

/* A client that is no address has a ? before it. */
struct host_facts {
	FACTS(DECLARE_FIELD, STR)
	bool is_whole; /* the username is; it ends in "..." else */
};

/*
 * Gathers the facts from PAM and, once, from the account database; never from
 * DNS or from the environment of the process.  -1: PAM does not have a fact;
 * the reason was logged.  A name that cannot be looked up is not local.  A fact
 * that does not fit is cut and ends in "...", so that the attempt still gets a
 * record. authority refuses such a name or address, and trusts no other fact
 * that was cut.
 */
int host_facts_gather(struct host_facts *f, pam_handle_t *pamh);
/* True if PAM_USER is still the name that was gathered. */
bool host_facts_same_user(const struct host_facts *f, pam_handle_t *pamh);

#endif
