/* SPDX-License-Identifier: Apache-2.0 */
/* The half of the sandbox that knows system calls (seccomp). */
#ifndef ROLE_SYSCALLS_H
#define ROLE_SYSCALLS_H

#include <stdint.h>

/*
 * From here on a system call that the classes in allow (enum sandbox_allow)
 * do not name ends the process by SIGSYS, after a line that names the call
 * (forbidden.h).  What ordinary library code tries and can do without gets an
 * error instead:
 *   EACCES  opening and looking up files, where the class is absent
 *   EACCES  a unix socket, with INET and without CONNECT
 *   EPERM   changing a file's owner
 *   ENOTTY  asking whether an fd is a terminal
 *   ENOSYS  newer calls that glibc has an older one for
 * -1: could not be set up, logged.
 */
int syscalls_confine(uint32_t allow);

#endif
