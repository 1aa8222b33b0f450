/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock, the half of the sandbox for paths, ports and targets of signals. */
#ifndef ROLE_LANDLOCK_H
#define ROLE_LANDLOCK_H

struct sandbox;

/*
 * Refuses every access that the running kernel's Landlock knows.  Two remain:
 * reading below the read paths, and with SANDBOX_WRITE changing files below
 * ".".  The process must have no_new_privs.  A read path that does not exist is
 * ignored.  For a file that will be replaced, name its directory: the new file
 * would not be covered.
 *
 * Returns the ABI in force, or 0 if the kernel has no Landlock.  -1: a call
 * failed, and the reason was logged.
 */
int landlock_confine(const struct sandbox *s);

#endif
