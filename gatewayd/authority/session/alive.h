/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds a process again after a restart of authority.  The kernel uses pids
 * again.  But if the process with this pid began before the moment at which it
 * was seen, it is the same process.  So the file has the pid, the moment, and
 * the place where both are valid: the boot (proc(5), boot_id), the pid
 * namespace and the time namespace.
 *
 * This needs /proc of all users, so it works only as root before the sandbox.
 */
#ifndef AUTHORITY_SESSION_ALIVE_H
#define AUTHORITY_SESSION_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

#define ALIVE_BOOT 36 /* a UUID as text */

struct alive_place {
	char boot[ALIVE_BOOT + 1]; /* "": unknown */
	uint64_t pids, times;	   /* inodes of the namespaces */
};

struct alive_process {
	struct alive_place place;
	int32_t pid;
	uint64_t seen_ms; /* since the boot, as clock_boot_ms() */
};

/* The present place.  -1: /proc does not have it; the place is unknown. */
int alive_here(struct alive_place *p);
/* A pidfd of the same process.  -1: it has ended, was seen in another place, or
 * cannot be identified. */
int alive_open(const struct alive_place *here, const struct alive_process *p);

#endif
