/* SPDX-License-Identifier: Apache-2.0 */
/* Who wants in, from where, through what: as PAM and sshd tell it. */
#ifndef PAM_MODULE_FACTS_H
#define PAM_MODULE_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_modules.h>

#include "lib/wire/pamwire.h"

struct facts {
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1];
	/* numeric; "" when local; with a ? before it: no address */
	char client[PAMWIRE_MAX_ADDRESS + 1];
	uint16_t port;
	char tty[PAMWIRE_MAX_TTY + 1];
	char ruser[PAMWIRE_MAX_USERNAME + 1];
	char auth_info[PAMWIRE_MAX_AUTH_INFO + 1];
	bool is_whole; /* the username is; it ends in "..." else */
	bool local;    /* the name exists on this machine */
	uint32_t uid;
};

/* Asks PAM and, once, the account database; never DNS, never the process's
 * environment.  -1: something is missing or could not be looked up;
 * it was logged.  What does not fit is cut and ends in "...", so that there is
 * a record of who knocked: authority refuses such a name or address, and takes
 * nothing else that was cut for what it was. */
int facts_gather(struct facts *, pam_handle_t *);
/* Is PAM_USER still the name that was gathered? */
bool facts_same_user(const struct facts *, pam_handle_t *);

#endif
