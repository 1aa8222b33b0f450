/* SPDX-License-Identifier: Apache-2.0 */
/* The half of the sandbox that knows paths, ports and signals' targets. */
#ifndef ROLE_LANDLOCK_H
#define ROLE_LANDLOCK_H

struct sandbox;

/*
 * Refuses every access that the running kernel's Landlock knows, but reading
 * below the read paths and, with SANDBOX_WRITE, changing files below ".".
 * The process must have no_new_privs.  A read path that does not exist is left
 * out; a file that is replaced later is another file, so name its directory.
 *
 * Returns the ABI in force, 0 when the kernel has no Landlock, -1 when it has
 * and a call failed (logged).
 */
int landlock_confine(const struct sandbox *s);

#endif
