/* SPDX-License-Identifier: Apache-2.0 */
/* The directory, as the test wants it. */
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/attempt/course.h"
#include "gatewayd/authority/link/directory_link.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

static bool
is(const char *name, const char *other)
{
	return other != NULL && strcmp(name, other) == 0;
}

static void
say_attributes(const struct world *w, struct msg_DIRECTORY_LOOKUP_ANS *a)
{
	a->attribute_count = w->attribute_count;
	for (size_t i = 0; i < w->attribute_count; i++)
		snprintf(a->attribute[i], sizeof a->attribute[i], "%s",
		    w->attribute[i]);
	a->values_size = w->values_size;
	if (w->values_size > 0)
		memcpy(a->values, w->values, w->values_size);
}

static void
on_directory(void *arg, struct message *m)
{
	struct world *w = arg;
	const struct msg_DIRECTORY_LOOKUP_REQ *q = &m->u.DIRECTORY_LOOKUP_REQ;
	struct msg_DIRECTORY_LOOKUP_ANS *a;
	struct message out;

	if (m->type == MSG_DIRECTORY_FORGET_NOTE) {
		w->forgets++;
		return;
	}
	if (m->type == MSG_DIRECTORY_BIND_NOTE) {
		if (m->u.DIRECTORY_BIND_NOTE.decoy)
			w->decoy_binds++;
		else
			w->binds++;
		return;
	}
	w->lookups++;
	w->lookup = *q;
	if (w->directory_silent)
		return;
	message_init(&out, MSG_DIRECTORY_LOOKUP_ANS);
	a = &out.u.DIRECTORY_LOOKUP_ANS;
	memcpy(a->attempt, q->attempt, sizeof a->attempt);
	a->status = LOOKUP_UNKNOWN;
	if (w->directory_unavailable) {
		a->status = LOOKUP_UNAVAILABLE;
	} else if (q->name[0] >= 'a' && q->name[0] < 'u' && !q->decoy) {
		a->status = LOOKUP_FOUND;
		a->state = is(q->name, "disabled") || is(q->name, w->disabled)
			       ? ACCOUNT_DISABLED
			   : w->account != 0 ? w->account
					     : ACCOUNT_ACTIVE;
		a->employment = POLICY_EMPLOYEE;
		snprintf(a->subject, sizeof a->subject, "uuid-%.64s",
		    w->directory_says != NULL ? w->directory_says : q->name);
		snprintf(a->name, sizeof a->name, "%.64s",
		    w->directory_calls != NULL ? w->directory_calls : q->name);
		if (!is(q->name, "stranger") && !is(q->name, w->leaves))
			strcpy(a->group[a->group_count++],
			    "cn=sre,ou=groups,dc=example,dc=com");
		if (w->directory_adds != NULL)
			strcpy(a->group[a->group_count++], w->directory_adds);
		a->group_list = w->group_list + is(q->name, w->other_list);
		say_attributes(w, a);
	}
	channel_post(&w->directory, &out);
}

static void
on_authority_directory(void *arg, struct message *m)
{
	struct authority *all = arg;

	if (m->type == MSG_DIRECTORY_VERDICT_NOTE)
		course_verdict(all, &m->u.DIRECTORY_VERDICT_NOTE);
	else {
		directory_answered(all, &m->u.DIRECTORY_LOOKUP_ANS);
	}
}

static void
on_authority_directory_close(void *arg)
{
	directory_lost(arg);
	course_without_verdict(arg);
}

void
world_directory_dies(struct world *w)
{
	channel_close(&w->directory);
	world_run(w, 10);
}

void
world_directory_returns(struct world *w)
{
	struct authority *all = &w->all;
	int fds[2];

	world_pair(fds);
	channel_init(&w->directory, fds[1], ROLE_DIRECTORY, ROLE_AUTHORITY);
	channel_serve(&w->directory, w->loop, on_directory, world_nothing, w);
	channel_init(&all->directory, fds[0], ROLE_AUTHORITY, ROLE_DIRECTORY);
	channel_serve(&all->directory, w->loop, on_authority_directory,
	    on_authority_directory_close, all);
}
