/* SPDX-License-Identifier: Apache-2.0 */
/* One channel from a conversation of login: one attempt, nothing else. */
#ifndef AUTHORITY_ATTEMPT_CONVERSATION_H
#define AUTHORITY_ATTEMPT_CONVERSATION_H

#include "gatewayd/authority/authority.h"

struct attempt;
struct conversation;

/* Takes the connected socket of a conversation. */
void conversation_begin(struct authority *all, int fd);

/* Says what to ask for: what the attempt is to collect. */
void conversation_collect(struct conversation *c, const struct attempt *a);
/* One more prompt, with a seed in it: one more answer may come. */
void conversation_more(struct conversation *c, const char *prompt);
/* The last word; the conversation is over and must not be used again. */
void conversation_result(
    struct conversation *c, enum result result, const struct attempt *a);

#endif
