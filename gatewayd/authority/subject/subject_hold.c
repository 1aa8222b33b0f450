/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/subject_hold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "gatewayd/authority/link/store_value.h"
#include "gatewayd/authority/subject/revocation.h"
#include "gatewayd/authority/subject/write_back.h"
#include "lib/base/buf.h"
#include "lib/base/log.h"

struct subject_waiter {
	struct subject_waiter *next;
	subject_call call;
	void *arg;
};

int
subjects_init(struct subjects *all, const struct subjects_parts *parts)
{
	*all = (struct subjects){.store = parts->store,
	    .seal = parts->seal,
	    .loop = parts->loop,
	    .head = parts->head,
	    .conf = parts->conf,
	    .write = write_back_due};
	all->last_dirty = &all->first_dirty;
	all->settle.last = &all->settle.first;
	all->idle.newer = all->idle.older = &all->idle;
	return table_init(&all->table);
}

static void
loaded(struct subjects *all, struct subject *s, bool ok)
{
	struct subject_waiter *w = s->waiters, *next;

	s->waiters = NULL;
	s->state = ok ? SUBJECT_LOADED : SUBJECT_NEW;
	subject_queue(all, s);
	s->users++; /* a call may release it */
	for (; w != NULL; w = next) {
		next = w->next;
		if (w->call != NULL) {
			if (ok)
				s->users++;
			w->call(w->arg, s, ok);
		}
		free(w);
	}
	subject_release(all, s);
}

struct load {
	struct subjects *all;
	struct subject *subject;
	/* marks that came from the log */
	size_t mark_count;
	struct credential *mark;
};

/* Marks from the log go over what the store said; the greater step wins. */
static void
merge_marks(struct load *l)
{
	struct subjects *all = l->all;
	struct subject *s = l->subject;

	for (size_t i = 0; i < l->mark_count; i++) {
		struct credential *c = subject_credential(s, l->mark[i].id);

		if (l->mark[i].dirty)
			all->dirty[l->mark[i].epoch & 1]--;
		if (c != NULL)
			subject_take_mark(all, s, c, &l->mark[i]);
	}
}

static void
on_tries(void *arg, const struct store_answer *a)
{
	struct load *l = arg;
	struct subject *s = l->subject;
	bool ok = a->status == STORE_OK || a->status == STORE_ABSENT;
	struct reader r;

	s->tries_version = a->status == STORE_OK ? a->version : 0;
	if (a->status == STORE_OK && !s->tries_dirty) {
		reader_init(&r, a->value, a->value_size);
		s->tries = reader_u32(&r);
		s->locked_until_ms = (int64_t)reader_u64(&r);
		ok = a->value_size > 0 &&
		     store_value(FORMAT_TRIES, a->value[0]) == 0 &&
		     reader_end(&r) == 0;
		s->unreadable = !ok;
	}
	if (!ok)
		s->broken = true;
	if (!s->broken) {
		merge_marks(l);
		free(l->mark);
	} else {
		log_warnx("subject %s: the store did not answer", s->id);
		subject_uninvite(s);
		free(s->credential);
		s->credential = l->mark;
		s->credential_count = l->mark_count;
	}
	loaded(l->all, s, !s->broken);
	free(l);
}

/* One that is not ours opens nothing, and keeps nobody out who needs none. */
static void
on_approval(void *arg, const struct store_answer *a)
{
	struct load *l = arg;
	struct subject *s = l->subject;
	char subject[SUBJECT_MAX + 1], reference[APPROVAL_MAX + 1];
	char key[KEY_MAX + 1];
	struct approval p;

	if (a->status == STORE_OK) {
		if (approval_of_key(a->key, subject, reference) < 0 ||
		    approval_decode(&p, l->all->seal, s->id, reference,
			(struct bytes){a->value, a->value_size}) < 0 ||
		    approvals_add(&s->approvals, &p) < 0)
			log_warnx(
			    "subject %s: an approval is unreadable and does "
			    "not count",
			    s->id);
		return;
	}
	if (a->status != STORE_ABSENT)
		s->broken = true;
	snprintf(key, sizeof key, "authority/tries/%s", s->id);
	store_get(l->all->store, key, on_tries, l);
}

/* As with approvals: one that cannot be read is none. */
static void
take_invitation(struct subject *s, const struct store_answer *a)
{
	struct invitation i;

	if (invitation_decode(&i, a->value, a->value_size) < 0) {
		log_warnx("subject %s: the invitation is unreadable", s->id);
		return;
	}
	i.version = a->version;
	if (subject_invite(s, &i) < 0)
		s->broken = true;
}

static void
on_credential(void *arg, const struct store_answer *a)
{
	struct load *l = arg;
	struct subject *s = l->subject;
	char prefix[KEY_MAX + 1];
	struct credential c;

	if (a->status == STORE_OK && invitation_is_key(a->key)) {
		take_invitation(s, a);
		return;
	}
	if (a->status == STORE_OK) {
		/* one that is shown twice would spend each code twice */
		if (credential_value_decode(
			&c, l->all->seal, s->id, a->value, a->value_size) < 0 ||
		    subject_credential(s, c.id) != NULL) {
			log_warnx(
			    "subject %s: a credential is unreadable, or exists "
			    "twice",
			    s->id);
			s->broken = s->unreadable = true;
			return;
		}
		c.version = a->version;
		if (subject_add_credential(s, &c) == NULL)
			s->broken = true;
		return;
	}
	if (a->status != STORE_ABSENT)
		s->broken = true;
	approvals_clear(&s->approvals);
	approval_key(prefix, sizeof prefix, s->id, "");
	store_list(l->all->store, prefix, on_approval, l);
}

/* First what the log says is over: what is read then has none of it. */
static void
on_over(void *arg, bool gone)
{
	struct load *l = arg;
	struct store_answer unknown = {.status = STORE_UNAVAILABLE};
	char prefix[KEY_MAX + 1];

	credential_key(prefix, sizeof prefix, l->subject->id, NULL);
	if (gone)
		store_list(l->all->store, prefix, on_credential, l);
	else
		on_credential(l, &unknown);
}

static void
load(struct subjects *all, struct subject *s)
{
	struct load *l = calloc(1, sizeof *l);
	char prefix[KEY_MAX + 1];

	if (l == NULL ||
	    credential_key(prefix, sizeof prefix, s->id, NULL) < 0) {
		free(l);
		s->broken = true;
		loaded(all, s, false);
		return;
	}
	l->all = all;
	l->subject = s;
	l->mark_count = s->credential_count;
	l->mark = s->credential;
	s->credential_count = 0;
	s->credential = NULL;
	subject_uninvite(s);
	s->broken = s->unreadable = false;
	s->state = SUBJECT_LOADING;
	revocation_remove(all, s, on_over, l);
}

void
subject_hold(struct subjects *all, const char *id, subject_call call, void *arg)
{
	struct subject_waiter *w;
	struct subject *s;

	subjects_evict(all);
	s = subject_find(all, id);
	if (s == NULL) {
		call(arg, NULL, false);
		return;
	}
	subject_wanted(all, s);
	if (s->state == SUBJECT_LOADED) {
		s->users++;
		call(arg, s, true);
		return;
	}
	w = calloc(1, sizeof *w);
	if (w == NULL) {
		subject_idle(all, s);
		call(arg, s, false);
		return;
	}
	*w = (struct subject_waiter){
	    .next = s->waiters, .call = call, .arg = arg};
	s->waiters = w;
	if (s->state == SUBJECT_NEW)
		load(all, s);
}

void
subject_forget(struct subjects *all, const char *id, void *arg)
{
	struct subject *s = table_find(&all->table, id, strlen(id));

	if (s == NULL)
		return;
	for (struct subject_waiter *w = s->waiters; w != NULL; w = w->next)
		if (w->arg == arg)
			w->call = NULL;
}
