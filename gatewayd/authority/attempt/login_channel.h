/* SPDX-License-Identifier: Apache-2.0 */
/* One channel from a conversation of login: one attempt, nothing else. */
#ifndef AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H
#define AUTHORITY_ATTEMPT_LOGIN_CHANNEL_H

#include "gatewayd/authority/authority.h"

struct attempt;
struct login_channel;

/* Takes the connected socket of a conversation. */
void login_channel_begin(struct authority *all, int fd);

/* Says what to ask for: what the attempt is to collect. */
void login_channel_collect(struct login_channel *c, const struct attempt *a);
/* One more prompt, with a seed in it: one more answer may come. */
void login_channel_more(struct login_channel *c, const char *prompt);
/* The last word; the conversation is over and must not be used again. */
void login_channel_result(
    struct login_channel *c, enum result result, const struct attempt *a);

#endif
