/* SPDX-License-Identifier: Apache-2.0 */
/*
 * That a process is there says nothing of its job.  A role that needs others
 * (a directory, a disk, a receiver) looks once a second whether it can do its
 * job, and the parent's status has what it found: why not, what to do, and when
 * it last could.
 */
#ifndef ROLE_HEALTH_H
#define ROLE_HEALTH_H

struct loop;

/* trouble: NULL while the job can be done; else why not, and the next step. */
void role_health(struct loop *loop, const char *(*trouble)(void));

#endif
