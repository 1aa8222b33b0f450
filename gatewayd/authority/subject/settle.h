/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes in the log about subjects that are not loaded.  After a start they
 * are written to the store.
 */
#ifndef AUTHORITY_SUBJECT_SETTLE_H
#define AUTHORITY_SUBJECT_SETTLE_H

#include "gatewayd/authority/subject/subject.h"

/* mark: the credential's id, its step, and its drift where that was found */
void subject_mark(
    struct subjects *all, const char *id, const struct credential *mark);
void subject_tries(struct subjects *all, const char *id, uint32_t tries,
    int64_t locked_until_ms);
/* There is more to say of it than it knows: to be loaded by and by. */
void settle_later(struct subjects *all, const char *id);

/* Loads those, so that the store gets what the log says of them: some at a
 * time, and again where the store was away.  Nobody has to wait for it. */
void settle_go_on(struct subjects *all);

#endif
