/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_USER_ATTEMPTS_H
#define CLI_USER_ATTEMPTS_H

#include <stddef.h>

#include "lib/ipc/messages.h"

/* authority keeps the same number in memory. */
#define USER_ATTEMPTS 5

/* The last attempts of a subject in the log of DIR, the newest first. */
struct user_attempts {
	struct msg_ADMIN_ATTEMPTS_ANS item[USER_ATTEMPTS];
	size_t count;
};

/* Reads them.  0, or CLI_UNKNOWN after the reason was printed. */
int user_attempts_read(int dir, const char *subject, struct user_attempts *r);

#endif
