/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second, tighter filter of system calls, for login's forked conversations.
 * The role's own filter stays in force.  This one also forbids the calls that
 * only the listener needs: fork, signals, accept, epoll, and copies of
 * descriptors.  A conversation may use its open descriptors, poll, memory and
 * clocks, may connect to AF_UNIX sockets (login's root has two), and may exit.
 */
#ifndef ROLE_NARROW_H
#define ROLE_NARROW_H

/* Makes the filter.  Call this before sandbox_enter(), which forbids the calls
 * that this needs.  Sets no_new_privs.  -1: the reason was logged. */
int narrow_prepare(void);
/* Loads the filter in the child, for good.  -1: errno; the child must end. */
int narrow_enter(void);

#endif
