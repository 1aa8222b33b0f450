/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/revocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"

struct subject_over {
	bool approval; /* or a credential, or the invitation */
	char id[APPROVAL_MAX + 1];
	int64_t except_ends_ms; /* of an approval; 0: none */
};

_Static_assert(APPROVAL_MAX >= CREDENTIAL_ID_MAX, "each id fits");

static struct subject_over *
find(const struct subject *s, bool approval, const char *what)
{
	for (size_t i = 0; i < s->over_count; i++)
		if (s->over[i].approval == approval &&
		    strcmp(s->over[i].id, what) == 0)
			return &s->over[i];
	return NULL;
}

static void
take_out(struct subjects *all, struct subject *s, struct subject_over *o)
{
	*o = s->over[--s->over_count];
	if (s->over_count > 0)
		return;
	free(s->over);
	s->over = NULL;
	subjects_unpin(all, s->over_epoch);
}

static int
add(struct subjects *all, struct subject *s, bool approval, const char *what)
{
	struct subject_over *more = find(s, approval, what);

	if (more != NULL) {
		more->except_ends_ms = 0;
		return 0;
	}
	more = reallocarray(s->over, s->over_count + 1, sizeof *more);
	if (more == NULL)
		return -1;
	s->over = more;
	if (s->over_count == 0)
		s->over_epoch = subjects_pin(all);
	more[s->over_count] = (struct subject_over){.approval = approval};
	snprintf(more[s->over_count++].id, sizeof more->id, "%s", what);
	return 0;
}

int
revocation_add(
    struct subjects *all, const char *id, bool approval, const char *what)
{
	struct subject *s = subject_find(all, id);
	int result;

	if (s == NULL)
		return -1;
	result = add(all, s, approval, what);
	subject_idle(all, s);
	return result;
}

void
revocation_drop(
    struct subjects *all, const char *id, bool approval, const char *what)
{
	struct subject *s = table_find(&all->table, id, strlen(id));
	struct subject_over *o = s != NULL ? find(s, approval, what) : NULL;

	if (o != NULL)
		take_out(all, s, o);
}

void
revocation_except(struct subjects *all, const char *id, const char *reference,
    int64_t ends_ms)
{
	struct subject *s = table_find(&all->table, id, strlen(id));
	struct subject_over *o = s != NULL ? find(s, true, reference) : NULL;

	if (o != NULL)
		o->except_ends_ms = ends_ms;
}

/* ---- out of the store ---- */

struct removal {
	struct subjects *all;
	struct subject *subject;
	void (*then)(void *arg, bool gone);
	void *arg;
	char key[KEY_MAX + 1];
};

static void go_on(struct removal *r);

static void
end(struct removal *r, bool gone)
{
	void (*then)(void *, bool) = r->then;
	void *arg = r->arg;

	free(r);
	then(arg, gone);
}

static void
on_deleted(void *arg, const struct store_answer *a)
{
	struct removal *r = arg;

	if (a->status != STORE_OK && a->status != STORE_ABSENT) {
		end(r, false);
		return;
	}
	take_out(r->all, r->subject, &r->subject->over[0]);
	go_on(r);
}

static bool
is_excepted(const struct removal *r, const struct store_answer *a)
{
	const struct subject_over *o = &r->subject->over[0];
	struct approval p;

	return o->except_ends_ms != 0 &&
	       approval_decode(&p, r->all->seal, r->subject->id, o->id,
		   (struct bytes){a->value, a->value_size}) == 0 &&
	       p.ends_ms == o->except_ends_ms;
}

static void
on_there(void *arg, const struct store_answer *a)
{
	struct removal *r = arg;

	if (a->status != STORE_OK || is_excepted(r, a)) {
		on_deleted(r, a);
		return;
	}
	log_warnx("subject %s: the store has %s, but the log says "
		  "that it is over: authority deletes it",
	    r->subject->id, r->subject->over[0].id);
	store_delete(r->all->store, r->key, a->version, on_deleted, r);
}

static void
go_on(struct removal *r)
{
	const struct subject *s = r->subject;
	const struct subject_over *o;

	if (s->over_count == 0) {
		end(r, true);
		return;
	}
	o = &s->over[0];
	/* one that does not fit was never there */
	if ((o->approval
		    ? approval_key(r->key, sizeof r->key, s->id, o->id)
		    : credential_key(r->key, sizeof r->key, s->id, o->id)) < 0)
		on_deleted(r, &(struct store_answer){.status = STORE_ABSENT});
	else
		store_get(r->all->store, r->key, on_there, r);
}

void
revocation_remove(struct subjects *all, struct subject *s,
    void (*then)(void *, bool), void *arg)
{
	struct removal *r = calloc(1, sizeof *r);

	if (r == NULL) {
		then(arg, s->over_count == 0);
		return;
	}
	*r = (struct removal){
	    .all = all, .subject = s, .then = then, .arg = arg};
	go_on(r);
}
