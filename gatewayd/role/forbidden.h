/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process ends that makes a forbidden system call: it says which one,
 * and dies by SIGSYS.  The filter answers such a call with that signal
 * (SECCOMP_RET_TRAP), since after SECCOMP_RET_KILL_PROCESS nobody knows what
 * the call was.
 *
 * Whoever has taken over the role must not get away with it.  The call itself
 * is never made.  The filter forbids to change what happens at SIGSYS, so the
 * handler stays; where the signal is blocked, the kernel kills; and while the
 * handler runs, the signal is blocked, so its own forbidden call is the end.
 */
#ifndef ROLE_FORBIDDEN_H
#define ROLE_FORBIDDEN_H

/* Before the filter is loaded; a forked child inherits it.  -1: errno. */
int forbidden_prepare(void);

#endif
