/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reload is one transaction.  The parent reads everything into memory, has
 * the assertions of the policy proved by a child that nobody waits for, and
 * has every role that runs stage it; when all have, it is in force, and all
 * swap.  Whoever refuses, or ends meanwhile, keeps all of them with the old.
 */
#ifndef PARENT_RELOAD_H
#define PARENT_RELOAD_H

#include "gatewayd/parent/parent.h"

/* Begins one; while one is under way, it is followed by one more. */
void reload_begin(struct parent *p);
/* That child has ended: true if it was the one that proves. */
bool reload_reap(struct parent *p, pid_t pid, int status);
/* A role has started meanwhile: it takes part. */
void reload_started(struct parent *p, struct child *c);
/* An answer to GO_STAGE. */
void reload_answer(struct child *c, const struct msg_PARENT_READY_NOTE *n);
/* The role has ended; ran: it had been ready. */
void reload_ended(struct child *c, bool ran);

#endif
