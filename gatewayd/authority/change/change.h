/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every change of who may do what, in one order: the intent is in the log, the
 * store is changed, and exactly one record says what came of it.  Whoever asked
 * is told when that record is on disk, so that answer and record agree.  A
 * start looks for intents without an outcome and gives them theirs
 * (recovery/unfinished.h).
 *
 * The change is its record: the outcome that it is to have says which one it
 * is, the record's own fields what it is about.
 */
#ifndef AUTHORITY_CHANGE_CHANGE_H
#define AUTHORITY_CHANGE_CHANGE_H

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/change/change_order.h"

struct change;

/* 0 is none of them. */
enum change_result {
	CHANGE_MADE = 1,
	CHANGE_NOT_MADE, /* the store has something else there */
	CHANGE_UNKNOWN	 /* too late to wait for: the log will say */
};
typedef void (*change_call)(void *arg, enum change_result);

/*
 * Begins the change of that subject.  OUTCOME_ENROLLED spends the invitation
 * that is there, and with REASON_GRACE there must be one.  call comes once,
 * later, unless change_forget() comes first.  NULL: another change of the
 * subject is under way, or there is no memory; nothing has happened.
 */
struct change *change_begin(struct authority *all, struct subject *s,
    const struct change_order *o, change_call call, void *arg);
/* Nobody waits any more.  It is not made if its intent is not on disk yet, and
 * seen to its end otherwise. */
void change_forget(struct change *c);

#endif
