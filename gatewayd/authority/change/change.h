/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of credentials, invitations or approvals.  Every change has the same
 * order.  A record of the intent is on disk.  The store is changed.  Exactly
 * one record has the outcome.  The caller gets the result when that record is
 * on disk, so result and record agree.  After a restart authority finds intents
 * without an outcome, and writes their outcome (recovery/unfinished.h).
 *
 * The record describes the change: its outcome is the kind of change, and its
 * fields are the objects of the change.
 */
#ifndef AUTHORITY_CHANGE_CHANGE_H
#define AUTHORITY_CHANGE_CHANGE_H

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/change/change_order.h"

struct change;

/* No value is 0. */
enum change_result {
	CHANGE_MADE = 1,
	CHANGE_NOT_MADE, /* the store has another value there */
	CHANGE_UNKNOWN	 /* it took too long; the log will have the outcome */
};
typedef void (*change_call)(void *arg, enum change_result);

/*
 * Begins a change of that subject.  OUTCOME_ENROLLED ends an invitation; with
 * REASON_GRACE there must be one.  Calls call once, later, unless
 * change_forget() was called.  NULL: another change of the subject is not
 * complete, or there is no memory; nothing was changed.
 */
struct change *change_begin(struct authority *all, struct subject *s,
    const struct change_order *o, change_call call, void *arg);
/* The caller does not wait any more.  If the intent is not on disk yet, the
 * change is not made; else it is completed. */
void change_forget(struct change *c);

#endif
