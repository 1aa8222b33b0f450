/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about a process.  Authority has no /proc.  It passes the pidfd of its
 * peer, and the parent answers with the kernel's facts about that process: its
 * login uid and audit session, which its children inherit, and its ancestors.
 */
#ifndef PARENT_ANCESTRY_H
#define PARENT_ANCESTRY_H

#include "gatewayd/parent/parent.h"

/* Answers a PARENT_WHO_REQ of authority, and closes its fd. */
void ancestry_answer(struct parent *p, struct message *m);

/* Fills in all fields but the id; of the processes above, those up to the pid
 * until (0: all).  If the process ends meanwhile, known is 0. */
void ancestry_look(int pidfd, pid_t until, struct msg_PARENT_WHO_ANS *a);

#endif
