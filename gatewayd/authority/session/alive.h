/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which process a number meant, for those who come after us.  A pid is used
 * again; but a process that has this pid now and began before a moment at
 * which another one was seen with it is that other one.  So what is written
 * down is pid and moment, and the place where both mean something: this boot
 * (proc(5), boot_id), this pid namespace, this time namespace.
 *
 * Looking needs /proc of all users: before the sandbox and as root only.
 */
#ifndef AUTHORITY_SESSION_ALIVE_H
#define AUTHORITY_SESSION_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

#define ALIVE_BOOT 36 /* a UUID as text */

struct alive_place {
	char boot[ALIVE_BOOT + 1]; /* "": unknown, and then nothing is there */
	uint64_t pids, times;	   /* inodes of the namespaces */
};

struct alive_process {
	struct alive_place place;
	int32_t pid;
	uint64_t seen_ms; /* since the boot, as clock_boot_ms() */
};

/* -1: /proc does not say; the place is then an unknown one. */
int alive_here(struct alive_place *p);
/* A pidfd of that very process, or -1: it is gone, it cannot be told, or it
 * was seen somewhere else. */
int alive_open(const struct alive_place *here, const struct alive_process *p);

#endif
