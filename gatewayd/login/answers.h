/* SPDX-License-Identifier: Apache-2.0 */
/* What a person answered, taken apart by what was asked. */
#ifndef LOGIN_ANSWERS_H
#define LOGIN_ANSWERS_H

#include <stdbool.h>

#include "lib/base/secret.h"
#include "lib/ipc/messages.h"
#include "lib/wire/pamwire.h"

#define ANSWERS_CODE_MAX 64 /* AUTHORITY_ANSWER_REQ's */

struct answers {
	bool has_password, has_code;
	bool more; /* not one line for all: the person can be asked more */
	struct secret password, code;
};

/*
 * The answers to the prompts of collect, in its order.  But for ANSWER_OK out
 * is wiped: nothing may be guessed from the answers.
 *
 * ANSWER_MALFORMED: not as many as were asked, an empty password, a NUL inside,
 * or over a maximum.  A code may be empty: who has none yet, and only authority
 * knows who, has nothing to type.
 *
 * ANSWER_SUBSTITUTED: sshd has put its own bytes in the place of all of them.
 *
 * ANSWER_SAME: two answers that are equal.  sshd's password method answers
 * every prompt with the password, and a password that happens to be a code
 * would be both factors.  With one_line such a line is password,code, parted at
 * the last comma; then the second answer may be empty too, if the line ends in
 * digits.
 */
enum answer_status answers_take(struct answers *out,
    const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, bool one_line);
void answers_wipe(struct answers *a);

#endif
