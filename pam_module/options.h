/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand behind pam_sallyport.so on a line of a PAM service. */
#ifndef PAM_MODULE_OPTIONS_H
#define PAM_MODULE_OPTIONS_H

#include <security/pam_modules.h>
#include <stdint.h>

#include "lib/base/people.h"

#define OPTIONS_TIMEOUT_MAX 600 /* seconds */

struct options {
	const char *login, *redeem;  /* absolute paths of sockets */
	int64_t timeout;	     /* milliseconds for a whole PAM call */
	const struct people *people; /* the module's own words */
};

/* -1: an option that does not exist or has no sense; it was logged. */
int options_parse(
    struct options *o, pam_handle_t *pamh, int argc, const char **argv);

#endif
