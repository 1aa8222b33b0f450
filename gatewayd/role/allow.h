/* SPDX-License-Identifier: Apache-2.0 */
/* The rights that a sandbox leaves to a role; both halves of it use this. */
#ifndef ROLE_ALLOW_H
#define ROLE_ALLOW_H

#include <stdint.h>

/* Every role may use memory, clocks, epoll, poll and its open descriptors, and
 * may exit.  These are additional rights. */
enum sandbox_allow {
	/* login's listener: fork, wait, signal; narrow_enter() in a child */
	SANDBOX_FORK = 1 << 0,
	SANDBOX_CONNECT = 1 << 1, /* new AF_UNIX sockets, connect */
	SANDBOX_INET = 1 << 2,	/* new AF_INET and AF_INET6 sockets, connect */
	SANDBOX_READ = 1 << 3,	/* open files below the read paths */
	SANDBOX_WRITE = 1 << 4, /* create, write, sync, rename below "." */
	SANDBOX_PIDFD = 1 << 5	/* authority: watch a session's process */
};

struct sandbox {
	uint32_t allow;		 /* of enum sandbox_allow */
	const char *const *read; /* paths that may be read; NULL-terminated */
};

#endif
