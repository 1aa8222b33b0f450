/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parent reads of other processes in /proc.  A pid is a number that
 * the kernel gives away again: whoever relies on what was read here holds the
 * process' pidfd, and asks proc_is_alive() again after the reading.
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

/* A whole small file of /proc; its size or -1.  NUL-terminated. */
ssize_t proc_read(char out[PROC_TEXT], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* 0: no pidfd, -1: its process has ended (or cannot be seen from here) */
pid_t proc_pid_of(int pidfd);
/* It has not ended; one that has ended and is not reaped yet has. */
bool proc_is_alive(int pidfd);
int proc_open(pid_t pid); /* a pidfd, or -1 */
int proc_look(pid_t pid, struct proc_seen *seen);
/* /proc/PID/NAME, which holds one number: "loginuid", "sessionid".  A kernel
 * without audit has none, and says as much as one where none was set. */
uint32_t proc_number(pid_t pid, const char *name);

#endif
