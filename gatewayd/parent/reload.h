/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reload is one transaction.  The parent reads everything into memory.  A
 * child process proves the assertions of the policy, while the parent serves.
 * Then every running role stages the new configuration.  When all have staged
 * it, it is in force, and all roles swap.  If one role refuses it or ends, all
 * roles keep the old configuration.
 */
#ifndef PARENT_RELOAD_H
#define PARENT_RELOAD_H

#include "gatewayd/parent/parent.h"

/* Begins a reload.  During a reload: begins another one after that. */
void reload_begin(struct parent *p);
/* To be called when a child has ended.  True if it was the one that proves. */
bool reload_reap(struct parent *p, pid_t pid, int status);
/* A role has started during a reload: it takes part. */
void reload_started(struct parent *p, struct child *c);
/* An answer to GO_STAGE. */
void reload_answer(struct child *c, const struct msg_PARENT_READY_NOTE *n);
/* A role has ended.  ran: it had been ready. */
void reload_ended(struct child *c, bool ran);

#endif
