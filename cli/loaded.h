/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of our files the processes of this machine run, and whether those files
 * were replaced since: a package that is upgraded removes the file that a
 * process has open, and Linux says so in /proc (proc_pid_exe(5),
 * proc_pid_maps(5)).
 */
#ifndef CLI_LOADED_H
#define CLI_LOADED_H

enum loaded {
	LOADED_NOW = 1,	 /* the file that is on disk */
	LOADED_REPLACED, /* a file that is gone */
	LOADED_UNKNOWN	 /* this user may not look, or the process is gone */
};

/* The program of a process. */
enum loaded loaded_program(long pid);

struct loaded_count {
	unsigned processes; /* that have it */
	unsigned replaced;  /* of these: as a file that is gone */
	unsigned unknown;   /* processes that this user may not look into */
};

/* The processes with a file of this name in their memory. */
void loaded_file(const char *name, struct loaded_count *count_r);

#endif
