/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects in use.  Whoever holds one may read and change it until
 * subject_release(); while nobody does, it may leave the memory.  What is not
 * in memory is loaded: first authority deletes from the store the rights that
 * are over by the log, then it reads what is left.
 */
#ifndef AUTHORITY_SUBJECT_SUBJECT_HOLD_H
#define AUTHORITY_SUBJECT_SUBJECT_HOLD_H

#include "gatewayd/authority/subject/subject.h"

/* What the subjects of one authority need; all of it outlives them. */
struct subjects_parts {
	struct loop *loop;
	struct store_link *store;
	struct seal *seal;
	const struct log_head *head;
	const struct conf_authority *conf;
};

/* -1: no memory. */
int subjects_init(struct subjects *all, const struct subjects_parts *parts);

/* ok false: the store did not answer, or what it holds cannot be read. */
typedef void (*subject_call)(void *arg, struct subject *, bool ok);

/* Loads it if need be, then calls, once; the subject is held until
 * subject_release().  A call with ok false holds nothing. */
void subject_hold(
    struct subjects *all, const char *id, subject_call call, void *arg);
/* The caller of that arg waits no more. */
void subject_forget(struct subjects *all, const char *id, void *arg);

#endif
