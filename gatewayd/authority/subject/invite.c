/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/invite.h"

#include <stdlib.h>

#include "lib/base/clock.h"

/* one change under way */
struct change {
	struct authority *all;
	struct subject *subject; /* held */
	struct invitation new;
	uint64_t version; /* that is to be there */
	bool again;	  /* the second time, with the version that was there */
	invite_call call;
	void *arg;
};

static struct change *
change_begin(
    struct authority *all, struct subject *s, invite_call call, void *arg)
{
	struct change *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	*c = (struct change){.all = all,
	    .subject = s,
	    .version = s->invitation != NULL ? s->invitation->version : 0,
	    .call = call,
	    .arg = arg};
	subject_keep(&all->subjects, s);
	return c;
}

static void
change_end(struct change *c, enum store_status status)
{
	invite_call call = c->call;
	void *arg = c->arg;

	subject_release(&c->all->subjects, c->subject);
	free(c);
	call(arg, status);
}

/* ---- begin ---- */

static void put(struct change *c);

static void
on_put(void *arg, const struct store_answer *a)
{
	struct change *c = arg;
	enum store_status status = a->status;

	/* An earlier change whose answer was lost: what is there now is an
	 * invitation or none, and this one goes over it. */
	if (status == STORE_CONFLICT && !c->again) {
		c->again = true;
		c->version = a->version;
		put(c);
		return;
	}
	c->new.version = a->version;
	if (status == STORE_OK && subject_invite(c->subject, &c->new) < 0)
		status = STORE_UNAVAILABLE;
	change_end(c, status);
}

static void
put(struct change *c)
{
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	size_t size;

	if (invitation_encode(&c->new, value, sizeof value, &size) < 0 ||
	    credential_key(key, sizeof key, c->subject->id, INVITATION_ID) < 0)
		change_end(c, STORE_UNAVAILABLE);
	else
		store_put(
		    &c->all->store, key, c->version, value, size, on_put, c);
}

void
invite_begin(struct authority *all, struct subject *s, const char *name,
    invite_call call, void *arg)
{
	struct change *c = change_begin(all, s, call, arg);

	if (c == NULL)
		call(arg, STORE_UNAVAILABLE);
	else if (invitation_new(
		     &c->new, all->seal, s->id, name, clock_wall_ms()) < 0)
		change_end(c, STORE_UNAVAILABLE);
	else
		put(c);
}

/* ---- end ---- */

static void
on_deleted(void *arg, const struct store_answer *a)
{
	struct change *c = arg;
	struct invitation *i = c->subject->invitation;

	if (i != NULL && i->version == c->version) {
		if (a->status == STORE_OK || a->status == STORE_ABSENT)
			subject_uninvite(c->subject);
		else if (a->status == STORE_CONFLICT)
			i->version = a->version; /* to be ended, if asked */
	}
	change_end(c, a->status);
}

void
invite_end(
    struct authority *all, struct subject *s, invite_call call, void *arg)
{
	char key[KEY_MAX + 1];
	struct change *c;

	if (s->invitation == NULL) {
		call(arg, STORE_ABSENT);
		return;
	}
	s->invitation->ended = true;
	c = change_begin(all, s, call, arg);
	if (c == NULL)
		call(arg, STORE_UNAVAILABLE);
	else if (credential_key(key, sizeof key, s->id, INVITATION_ID) < 0)
		change_end(c, STORE_UNAVAILABLE);
	else
		store_delete(&all->store, key, c->version, on_deleted, c);
}
