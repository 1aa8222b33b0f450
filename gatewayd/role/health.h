/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running process may still be unable to do its job.  A role that depends on
 * a directory, a disk or a receiver checks itself once a second.  The status of
 * the parent shows the result: the fault, the remedy, and the last time that
 * the role worked.
 */
#ifndef ROLE_HEALTH_H
#define ROLE_HEALTH_H

struct loop;

/* trouble returns NULL while the role can do its job, "" while nobody knows
 * yet, else the fault and the remedy. */
void role_health(struct loop *loop, const char *(*trouble)(void));
/* No more: what it looks at is about to go. */
void role_health_end(void);

#endif
