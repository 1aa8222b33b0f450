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

enum { CREDENTIALS, APPROVALS, TRIES };

struct load {
	struct subjects *all;
	struct subject *subject;
	char prefix[STORE_PREFIXES][KEY_MAX + 1];
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
take_tries(struct subject *s, const struct store_answer *a)
{
	struct reader r;

	s->tries_version = a->version;
	if (s->tries_dirty)
		return; /* the log had it, and is newer */
	reader_init(&r, a->value, a->value_size);
	s->tries = reader_u32(&r);
	s->locked_until_ms = (int64_t)reader_u64(&r);
	s->unreadable = a->value_size == 0 ||
			store_value(FORMAT_TRIES, a->value[0]) != 0 ||
			reader_end(&r) < 0;
	s->broken |= s->unreadable;
}

/* One that is not ours opens nothing, and keeps nobody out who needs none. */
static void
take_approval(struct load *l, const struct store_answer *a)
{
	struct subject *s = l->subject;
	char subject[SUBJECT_MAX + 1], reference[APPROVAL_MAX + 1];
	struct approval p;

	if (approval_of_key(a->key, subject, reference) < 0 ||
	    approval_decode(&p, l->all->seal, s->id, reference,
		(struct bytes){a->value, a->value_size}) < 0 ||
	    approvals_add(&s->approvals, &p) < 0)
		log_warnx("subject %s: an approval is unreadable and does "
			  "not count",
		    s->id);
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
take_credential(struct load *l, const struct store_answer *a)
{
	struct subject *s = l->subject;
	struct credential c;

	/* one that is shown twice would spend each code twice */
	if (credential_value_decode(
		&c, l->all->seal, s->id, a->value, a->value_size) < 0 ||
	    subject_credential(s, c.id) != NULL) {
		log_warnx("subject %s: a credential is unreadable, or exists "
			  "twice",
		    s->id);
		s->broken = s->unreadable = true;
		return;
	}
	c.version = a->version;
	if (subject_add_credential(s, &c) == NULL)
		s->broken = true;
}

static void
finish(struct load *l)
{
	struct subject *s = l->subject;

	if (!s->broken) {
		merge_marks(l);
		free(l->mark);
	} else {
		log_warnx("subject %s: the store did not answer", s->id);
		subject_uninvite(s);
		free(s->credential);
		s->credential = l->mark;
		s->credential_count = (uint8_t)l->mark_count;
	}
	loaded(l->all, s, !s->broken);
	free(l);
}

static bool
starts(const char *key, const char *prefix)
{
	return strncmp(key, prefix, strlen(prefix)) == 0;
}

/* What the store keeps of a person, by key.  A key may begin with all of the
 * tries' and go on: that one is another person's. */
static void
on_row(void *arg, const struct store_answer *a)
{
	struct load *l = arg;

	if (a->status == STORE_OK) {
		if (starts(a->key, l->prefix[CREDENTIALS]) &&
		    invitation_is_key(a->key))
			take_invitation(l->subject, a);
		else if (starts(a->key, l->prefix[CREDENTIALS]))
			take_credential(l, a);
		else if (starts(a->key, l->prefix[APPROVALS]))
			take_approval(l, a);
		else if (strcmp(a->key, l->prefix[TRIES]) == 0)
			take_tries(l->subject, a);
		return;
	}
	if (a->status != STORE_ABSENT)
		l->subject->broken = true;
	finish(l);
}

/* First what the log says is over: what is read then has none of it. */
static void
on_over(void *arg, bool gone)
{
	struct load *l = arg;
	struct store_answer unknown = {.status = STORE_UNAVAILABLE};
	const char *const prefix[STORE_PREFIXES] = {
	    l->prefix[CREDENTIALS], l->prefix[APPROVALS], l->prefix[TRIES]};

	approvals_clear(&l->subject->approvals);
	l->subject->tries_version = 0;
	if (gone)
		store_list_all(l->all->store, prefix, on_row, l);
	else
		on_row(l, &unknown);
}

/* -1: the id is too long for a key. */
static int
make_prefixes(struct load *l, const char *id)
{
	snprintf(l->prefix[TRIES], KEY_MAX + 1, SUBJECT_TRIES_KEYS "%s", id);
	return credential_key(l->prefix[CREDENTIALS], KEY_MAX + 1, id, NULL) < 0
		   ? -1
		   : approval_key(l->prefix[APPROVALS], KEY_MAX + 1, id, "");
}

static void
load(struct subjects *all, struct subject *s)
{
	struct load *l = calloc(1, sizeof *l);

	if (l == NULL || make_prefixes(l, s->id) < 0) {
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
