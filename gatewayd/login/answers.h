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
 * The answers to the prompts of collect, in its order.  ANSWER_MALFORMED: not
 * as many as were asked, an empty password, a NUL inside, or over a maximum;
 * nothing may be guessed from such an answer, so out is then wiped.  A code may
 * be empty: who has none yet, and only authority knows who, has nothing to
 * type.  one_line: sshd's password method answers every prompt with the same
 * line, so two equal answers with a comma inside are password,code, parted at
 * the last comma.
 */
enum answer_status answers_take(struct answers *out,
    const struct msg_AUTHORITY_OPEN_ANS *collect, const struct pamwire_answer *,
    bool one_line);
void answers_wipe(struct answers *);

#endif
