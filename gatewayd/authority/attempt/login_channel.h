/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A channel from one of login's conversations, and what it is told.  It has
 * exactly one attempt.  door/login_door.h has what comes from it.
 */
#ifndef AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H
#define AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H

#include "gatewayd/authority/attempt/attempt.h"
#include "lib/base/people.h"

struct login_channel {
	struct channel channel;
	struct authority *all;
	struct attempt *attempt;
	struct loop_timer silent; /* until it opens an attempt */
};

/* The words for people, in the language of the configuration. */
const struct people *login_channel_language(const struct authority *all);

/* Sends the prompts for the factors of the attempt. */
void login_channel_collect(struct login_channel *c, const struct attempt *a);
/* Sends one more prompt, which has a seed.  One more answer may come. */
void login_channel_more(struct login_channel *c, const char *prompt);
/* Sends the result.  The conversation is over, and must not be used again. */
void login_channel_result(
    struct login_channel *c, enum result result, const struct attempt *a);
/* Closes the channel. */
void login_channel_end(struct login_channel *c);

#endif
