/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about other processes, from /proc.  The kernel uses a pid again for
 * another process.  So a caller must hold the process' pidfd, and must call
 * proc_is_alive() after it has read a fact.
 */
#ifndef PARENT_PROC_H
#define PARENT_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_TEXT 4096
#define PROC_UNSET UINT32_MAX /* as the kernel writes it */

struct proc_seen {
	char name[32];
	long tgid, ppid, euid;
};

/* Reads a whole small file of /proc, and adds a NUL.  Its size, or -1. */
ssize_t proc_read(char out[PROC_TEXT], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The pid of a pidfd.  0: the fd is no pidfd.  -1: the process has ended, or is
 * in a pid namespace that cannot be seen. */
pid_t proc_pid_of(int pidfd);
/* True if the process has not ended.  A zombie has ended. */
bool proc_is_alive(int pidfd);
int proc_open(pid_t pid); /* a pidfd, or -1 */
int proc_look(pid_t pid, struct proc_seen *seen);
/* The same in two steps, for two looks at one process: a descriptor, or -1; and
 * what it says now.  It names the process for which it was opened, also when
 * another one has the pid. */
int proc_status(pid_t pid);
int proc_look_at(int status, struct proc_seen *seen);
/* The number in /proc/PID/NAME: "loginuid" or "sessionid".  PROC_UNSET if it
 * was never set, or if the kernel has no audit. */
uint32_t proc_number(pid_t pid, const char *name);

#endif
