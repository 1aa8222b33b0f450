/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_QUORUM_H
#define POLICY_VALUE_QUORUM_H

#include "policy/model.h"

/* Any approval that is in force is enough. */
static inline bool
quorum_is_plain(const struct quorum *q)
{
	return q->count == 1 && q->of == INTERN_NONE && q->within == 0;
}

/*
 * Is the least that is enough for one quorum enough for the other?  The least
 * are count people who are in that one group alone, and whose approvals are as
 * old as can be.  "of" takes one group only, so that there is one such least:
 * that is what makes proof and diff exact.
 */
static inline bool
quorum_covers(const struct quorum *least, const struct quorum *other)
{
	if (other->count == 0)
		return true;
	return least->count >= other->count &&
	       (other->of == INTERN_NONE || other->of == least->of) &&
	       (other->within == 0 ||
		   (least->within != 0 && least->within <= other->within));
}

static inline bool
quorum_same(const struct quorum *a, const struct quorum *b)
{
	return a->count == b->count &&
	       (a->count == 0 || (a->of == b->of && a->within == b->within));
}

#endif
