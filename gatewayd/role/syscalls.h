/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp, the half of the sandbox for system calls. */
#ifndef ROLE_SYSCALLS_H
#define ROLE_SYSCALLS_H

#include <stdint.h>

/*
 * Loads the filter.  A system call that the classes in allow (enum
 * sandbox_allow) do not have ends the process by SIGSYS, after a line that
 * names the call (forbidden.h).  Some calls get an error instead, because
 * library code tries them and can do without: EACCES  opening and looking up
 * files, where the class is absent EACCES  a unix socket, with INET and without
 * CONNECT EPERM   changing a file's owner ENOTTY  asking whether an fd is a
 * terminal ENOSYS  newer calls that glibc has an older one for -1: the reason
 * was logged.
 */
int syscalls_confine(uint32_t allow);

#endif
