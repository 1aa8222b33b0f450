/* SPDX-License-Identifier: Apache-2.0 */
/* A channel from one of login's conversations.  It has exactly one attempt. */
#ifndef AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H
#define AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H

#include "gatewayd/authority/authority.h"
#include "lib/base/people.h"

struct attempt;
struct login_channel;

/* Serves the connected socket of a conversation, which it then owns. */
void login_channel_begin(struct authority *all, int fd);

/* The words for people, in the language of the configuration. */
const struct people *login_channel_language(const struct authority *all);

/* Sends the prompts for the factors of the attempt. */
void login_channel_collect(struct login_channel *c, const struct attempt *a);
/* Sends one more prompt, which has a seed.  One more answer may come. */
void login_channel_more(struct login_channel *c, const char *prompt);
/* Sends the result.  The conversation is over, and must not be used again. */
void login_channel_result(
    struct login_channel *c, enum result result, const struct attempt *a);

#endif
