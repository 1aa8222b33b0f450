/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/write_back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define FLUSH_MOST 1024 /* marks on their way: store's queue is finite */
/* What is read again at a start although the store has it: a code can be used
 * for 90 s, and a grant that nobody opens waits for its record twice as long
 * as it may take to come to the next step. */
#define CODE_MS 120000

/* one write under way */
struct write {
	struct subjects *all;
	struct subject *subject;
	char credential[CREDENTIAL_ID_MAX + 1]; /* "": the tries */
	uint32_t epoch;
};

static int
write_key(const struct write *w, char *out, size_t size)
{
	if (w->credential[0] != '\0')
		return credential_key(out, size, w->subject->id, w->credential);
	snprintf(out, size, SUBJECT_TRIES_KEYS "%s", w->subject->id);
	return 0;
}

static void
end_write(struct write *w)
{
	struct credential *c = subject_credential(w->subject, w->credential);

	w->all->writing--;

	if (w->credential[0] == '\0')
		w->subject->tries_writing = false;
	else if (c != NULL)
		c->writing = false;
	subject_queue(w->all, w->subject);
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
		if (credential_value_decode(&there, w->all->seal, s->id,
			a->value, a->value_size) == 0)
			subject_accept(w->all, s, c, there.step);
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
	subjects_write_soon(all);
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
	all->writing++;
	subject_keep(all, s);
	return w;
}

static int
write_credential(struct subjects *all, struct subject *s, size_t i)
{
	struct credential *c = &s->credential[i];
	struct store_value value;
	char key[KEY_MAX + 1];
	struct write *w;

	if (credential_value_encode(c, all->seal, s->id, &value) < 0 ||
	    credential_key(key, sizeof key, s->id, c->id) < 0)
		return -1;
	w = begin_write(all, s, c->id, c->epoch);
	if (w == NULL)
		return -1;
	c->dirty = false;
	c->writing = true;
	store_put(all->store,
	    &(struct store_row){.key = key,
		.version = c->version,
		.value = {value.data, value.size}},
	    written, w);
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
	store_put(all->store,
	    &(struct store_row){.key = key,
		.version = s->tries_version,
		.value = {value, out.used}},
	    written, w);
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

/* The newest place in the log that is so old. */
static uint64_t
overlap_since(struct subjects *all)
{
	uint64_t overlap = CODE_MS + 2 * (uint64_t)all->conf->redeem_timeout;
	uint64_t now = clock_mono_ms(), since = all->covered.since;
	size_t last = SUBJECTS_PAST - 1;

	for (size_t i = 0; i < SUBJECTS_PAST; i++)
		if (all->past[i].at_ms != 0 &&
		    all->past[i].at_ms + overlap <= now) {
			since = all->past[i].sequence;
			break;
		}
	if (all->past[0].at_ms != 0 &&
	    now < all->past[0].at_ms + overlap / (SUBJECTS_PAST / 2))
		return since;
	memmove(&all->past[1], &all->past[0], last * sizeof all->past[0]);
	all->past[0].at_ms = now;
	all->past[0].sequence = all->head->sequence;
	return since;
}

/* When all that was dirty before the turn of the epoch is written, the log up
 * to then need not be read again. */
static void
advance(struct subjects *all)
{
	size_t other = (all->epoch & 1) ^ 1;
	struct store_value value;

	if (all->dirty[other] > 0 || all->covered_writing)
		return;
	if (all->covering_set &&
	    all->covering.head.sequence > all->covered.head.sequence &&
	    covered_encode(&all->covering, all->seal, &value) == 0) {
		all->covered_writing = true;
		store_put(all->store,
		    &(struct store_row){.key = COVERED_KEY,
			.version = all->covered_version,
			.value = {value.data, value.size}},
		    covered_written, all);
		return;
	}
	all->covering.head = *all->head;
	all->covering.since = overlap_since(all);
	all->covering_set = true;
	all->epoch++;
}

static void
write_subject(struct subjects *all, struct subject *s)
{
	s->queued = false;
	subject_keep(all, s); /* an answer may come at once */
	if (s->tries_dirty && !s->tries_writing)
		write_tries(all, s);
	for (size_t i = 0; i < s->credential_count; i++)
		if (s->credential[i].dirty && !s->credential[i].writing)
			write_credential(all, s, i);
	subject_queue(all, s); /* what there was no memory for */
	subject_release(all, s);
}

void
write_back_flush(struct subjects *all)
{
	struct subject *s = all->first_dirty, **last = all->last_dirty, *next;

	/* what becomes dirty meanwhile is for the next turn */
	all->first_dirty = NULL;
	all->last_dirty = &all->first_dirty;
	for (; s != NULL && all->writing < FLUSH_MOST; s = next) {
		next = s->next_dirty;
		write_subject(all, s);
	}
	if (s == NULL)
		return;
	*last = all->first_dirty;
	if (all->first_dirty == NULL)
		all->last_dirty = last;
	all->first_dirty = s;
}

void
write_back_due(void *arg)
{
	struct subjects *all = arg;

	write_back_flush(all);
	advance(all);
	/* an idle gateway sleeps */
	if (all->dirty[0] + all->dirty[1] > 0 ||
	    all->covered.head.sequence < all->head->sequence)
		subjects_write_soon(all);
}
