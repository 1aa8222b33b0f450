/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/authority/leased.h"

#include <string.h>

#include "tests/authority/opener.h"
#include "tests/support/unit.h"

const char leased_policy[] =
    LEASED_GROUP "permit sre with password + otp for 1h lease 1s "
		 "token 5m audience tickets\nend\n";

void
leased_begin(struct leased *l, const char *text)
{
	l->pid = opener_begin(); /* first: it has none of the world's sockets */
	l->w = world_new(text, -1);
	l->w->parent_ends = true;
	l->s = world_session(l->w, &l->t, "alice", l->pid);
	assert_non_null(l->s);
}

void
leased_end(struct leased *l)
{
	opener_end(l->pid);
	world_run(l->w, 10);
	world_free(l->w);
}

void
leased_renew(struct leased *l)
{
	world_fire(l->w, &l->s->lease.timer);
	world_run(l->w, 20);
}

void
leased_refused(struct leased *l, const char *reason, const char *rule)
{
	const struct msg_AUDIT_APPEND_REQ *r;

	assert_int_equal(l->w->ends, 1);
	r = world_session_record(l->w, OUTCOME_CLOSED);
	assert_non_null(r);
	assert_string_equal(r->reason, reason);
	assert_string_equal(r->rule, rule);
	assert_int_equal(l->w->all.sessions.count, 0);
	assert_int_equal(l->w->all.lookups.count, 0);
	leased_end(l);
}

struct subject *
leased_alice(struct world *w)
{
	struct subject *s = world_subject(w, "uuid-alice");

	assert_non_null(s);
	return s;
}
