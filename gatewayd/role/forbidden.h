/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that makes a forbidden system call logs the name of the call and
 * dies by SIGSYS.  The filter answers the call with that signal
 * (SECCOMP_RET_TRAP), because SECCOMP_RET_KILL_PROCESS would not say which call
 * it was.
 *
 * An attacker who controls the role cannot avoid this.  The kernel never makes
 * the call.  The filter forbids to change the handler of SIGSYS.  If the signal
 * is blocked, the kernel kills the process.  The signal is blocked while the
 * handler runs, so a forbidden call of the handler itself ends the process.
 */
#ifndef ROLE_FORBIDDEN_H
#define ROLE_FORBIDDEN_H

/* Sets the handler.  Call this before the filter is loaded; forked children
 * inherit the handler.  -1: errno. */
int forbidden_prepare(void);

#endif
