/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/subject/subject.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define FLUSH_MS 500
#define FLUSH_MOST 1024 /* marks per turn: store's queue is finite */
#define COVERED_KEY "authority/covered"

/* one write under way */
struct write {
	struct subjects *all;
	struct subject *subject;
	char credential[CREDENTIAL_ID_MAX + 1]; /* "": the tries */
	uint32_t epoch;
};

static void flush(void *arg);

void
marks_soon(struct subjects *all)
{
	if (!all->timer.active)
		loop_timer_at(all->loop, &all->timer,
		    clock_mono_ms() + FLUSH_MS, flush, all);
}

static int
write_key(const struct write *w, char *out, size_t size)
{
	if (w->credential[0] != '\0')
		return credential_key(out, size, w->subject->id, w->credential);
	snprintf(out, size, "authority/tries/%s", w->subject->id);
	return 0;
}

static void
end_write(struct write *w)
{
	struct credential *c = subject_credential(w->subject, w->credential);

	if (w->credential[0] == '\0')
		w->subject->tries_writing = false;
	else if (c != NULL)
		c->writing = false;
	subject_release(w->all, w->subject);
	free(w);
}

/* The store had taken a write whose answer was lost: what is there now? */
static void
on_reread(void *arg, const struct store_answer *a)
{
	struct write *w = arg;
	struct subject *s = w->subject;
	struct credential *c = subject_credential(s, w->credential), there;
	bool known = a->status == STORE_OK || a->status == STORE_ABSENT;

	if (known && w->credential[0] == '\0') {
		s->tries_version = a->version;
	} else if (c != NULL && a->status == STORE_ABSENT) {
		/* revoked, and that answer was lost: it must not come back */
		subject_drop_credential(w->all, s, c);
	} else if (c != NULL && a->status == STORE_OK) {
		c->version = a->version;
		if (credential_decode(&there, a->value, a->value_size) == 0)
			subject_accept(w->all, c, there.step);
	}
	end_write(w);
}

/* Not in the store: the mark keeps its epoch, so that covered cannot pass it.
 * One that came meanwhile is written with it. */
static void
mark_again(
    struct subjects *all, bool *dirty, uint32_t *epoch, const struct write *w)
{
	if (*dirty)
		all->dirty[*epoch & 1]--;
	*dirty = true;
	*epoch = w->epoch;
	marks_soon(all);
}

static void
written(void *arg, const struct store_answer *a)
{
	struct write *w = arg;
	struct subject *s = w->subject;
	struct credential *c = subject_credential(s, w->credential);
	char key[KEY_MAX + 1];

	if (a->status == STORE_OK || (w->credential[0] != '\0' && c == NULL)) {
		w->all->dirty[w->epoch & 1]--;
		if (c != NULL)
			c->version = a->version;
		else if (w->credential[0] == '\0')
			s->tries_version = a->version;
	} else if (c != NULL) {
		mark_again(w->all, &c->dirty, &c->epoch, w);
	} else {
		mark_again(w->all, &s->tries_dirty, &s->tries_epoch, w);
	}
	if (a->status == STORE_CONFLICT && write_key(w, key, sizeof key) == 0) {
		log_warnx("subject %s: the store has another version", s->id);
		store_get(w->all->store, key, on_reread, w);
	} else {
		end_write(w);
	}
}

static struct write *
begin_write(struct subjects *all, struct subject *s, const char *credential,
    uint32_t epoch)
{
	struct write *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->all = all;
	w->subject = s;
	snprintf(w->credential, sizeof w->credential, "%s", credential);
	w->epoch = epoch;
	subject_keep(all, s);
	return w;
}

static int
write_credential(struct subjects *all, struct subject *s, size_t i)
{
	struct credential *c = &s->credential[i];
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	struct write *w;
	size_t size;

	if (credential_encode(c, value, sizeof value, &size) < 0 ||
	    credential_key(key, sizeof key, s->id, c->id) < 0)
		return -1;
	w = begin_write(all, s, c->id, c->epoch);
	if (w == NULL)
		return -1;
	c->dirty = false;
	c->writing = true;
	store_put(all->store, key, c->version, value, size, written, w);
	return 0;
}

static int
write_tries(struct subjects *all, struct subject *s)
{
	uint8_t value[16];
	char key[KEY_MAX + 1];
	struct writer out;
	struct write *w = begin_write(all, s, "", s->tries_epoch);

	if (w == NULL)
		return -1;
	writer_init(&out, value, sizeof value);
	writer_u32(&out, s->tries);
	writer_u64(&out, (uint64_t)s->locked_until_ms);
	write_key(w, key, sizeof key);
	s->tries_dirty = false;
	s->tries_writing = true;
	store_put(
	    all->store, key, s->tries_version, value, out.used, written, w);
	return 0;
}

static void
covered_written(void *arg, const struct store_answer *a)
{
	struct subjects *all = arg;

	all->covered_writing = false;
	if (a->status != STORE_OK)
		return; /* the next turn tries again */
	all->covered = all->covering;
	all->covered_version = a->version;
	all->covering_set = false;
}

/* When all that was dirty before the turn of the epoch is written, the log up
 * to then need not be read again. */
static void
advance(struct subjects *all)
{
	size_t other = (all->epoch & 1) ^ 1;
	uint8_t value[8];
	struct writer w;

	if (all->dirty[other] > 0 || all->covered_writing)
		return;
	if (all->covering_set && all->covering > all->covered) {
		writer_init(&w, value, sizeof value);
		writer_u64(&w, all->covering);
		all->covered_writing = true;
		store_put(all->store, COVERED_KEY, all->covered_version, value,
		    w.used, covered_written, all);
		return;
	}
	all->covering = *all->sequence;
	all->covering_set = true;
	all->epoch++;
}

void
marks_flush(struct subjects *all)
{
	struct table_item *next;
	struct subject *s;
	size_t at = 0, most = FLUSH_MOST;

	if (all->dirty[0] + all->dirty[1] == 0)
		return;
	while (most > 0 && (s = table_each(&all->table, &at, &next)) != NULL) {
		if (s->state != SUBJECT_LOADED)
			continue;
		subject_keep(all, s); /* an answer may come at once */
		if (s->tries_dirty && !s->tries_writing &&
		    write_tries(all, s) == 0)
			most--;
		for (size_t i = 0; i < s->credential_count; i++)
			if (s->credential[i].dirty &&
			    !s->credential[i].writing &&
			    write_credential(all, s, i) == 0)
				most = most > 0 ? most - 1 : 0;
		subject_release(all, s);
	}
}

static void
flush(void *arg)
{
	struct subjects *all = arg;

	marks_flush(all);
	advance(all);
	/* an idle gateway sleeps */
	if (all->dirty[0] + all->dirty[1] > 0 || all->covered < *all->sequence)
		marks_soon(all);
}
