/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a person's answers apart into password and code. */
#ifndef LOGIN_ANSWERS_H
#define LOGIN_ANSWERS_H

#include <stdbool.h>

#include "lib/base/secret.h"
#include "lib/ipc/messages.h"
#include "lib/wire/pamwire.h"

#define ANSWERS_CODE_MAX 64 /* AUTHORITY_ANSWER_REQ's */

struct answers {
	bool has_password, has_code;
	bool more; /* not one line for both: a further prompt is possible */
	struct secret password, code;
};

/*
 * Takes the answers to the prompts of collect, in their order.  With any result
 * but ANSWER_OK, out is wiped.
 *
 * ANSWER_MALFORMED: the number of answers is wrong, the password is empty, an
 * answer has a NUL or is over its maximum.  A code may be empty: a person
 * without a second factor has nothing to type, and only authority knows that.
 *
 * ANSWER_SUBSTITUTED: sshd has put its own bytes in the place of all answers.
 *
 * ANSWER_SAME: two answers that are equal.  sshd's password method answers
 * every prompt with the password, and a password that happens to be a code
 * would count as both factors.  With one_line such an answer is password,code,
 * parted at the last comma.  Then the second answer may be empty too, if the
 * first one ends in digits.
 */
enum answer_status answers_take(struct answers *out,
    const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, bool one_line);
void answers_wipe(struct answers *a);

#endif
