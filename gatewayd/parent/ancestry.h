/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Who is this process?"  Authority has no /proc.  It hands over the pidfd of
 * a peer of its own, and the parent says what the kernel knows of that very
 * process: login uid and audit session, which all that it starts inherit, and
 * the processes above it.
 */
#ifndef PARENT_ANCESTRY_H
#define PARENT_ANCESTRY_H

#include "gatewayd/parent/parent.h"

/* A PARENT_WHO_REQ of authority's; takes its fd, and answers. */
void ancestry_answer(struct parent *p, struct message *m);

/* Fills all but the id.  Nothing is known of a process that ends meanwhile. */
void ancestry_look(int pidfd, struct msg_PARENT_WHO_ANS *a);

#endif
