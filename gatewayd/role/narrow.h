/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second, tighter filter of system calls, for what a role forks: login's
 * conversations.  It lies over the role's own one and takes away all that
 * only the listener needs: to fork, to signal, to take connections, to watch,
 * to copy descriptors.  What is left: the open descriptors, poll, memory, the
 * clock, connecting to AF_UNIX sockets (login's root has two), the end.
 */
#ifndef ROLE_NARROW_H
#define ROLE_NARROW_H

/* Before sandbox_enter(), which forbids what this takes; also sets no new
 * privileges.  -1: could not be made, logged. */
int narrow_prepare(void);
/* In the child, for good.  -1: errno, and the child must end. */
int narrow_enter(void);

#endif
