/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/store/store.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

/* An answer that waits for the commit; text holds the key with its NUL, then
 * the value. */
struct store_queued {
	struct store_queued *next;
	struct store_answer answer;
	char text[];
};

void
store_init(struct store *s, const struct store_ops *ops)
{
	*s = (struct store){.ops = ops, .now_ms = clock_wall_ms};
	s->last = &s->first;
}

void
store_on_answer(struct store *s, store_answer_fn answer, void *arg)
{
	s->answer = answer;
	s->arg = arg;
}

static struct store_queued *
take_first(struct store *s)
{
	struct store_queued *q = s->first;

	if (q != NULL)
		s->first = q->next;
	if (s->first == NULL)
		s->last = &s->first;
	return q;
}

void
store_close(struct store *s)
{
	struct store_queued *q;

	if (s == NULL)
		return;
	while ((q = take_first(s)) != NULL)
		free(q);
	s->ops->close(s);
}

static void
queue(struct store *s, const struct store_answer *a)
{
	size_t key = strlen(a->key) + 1;
	struct store_queued *q = malloc(sizeof *q + key + a->size);

	/* the parent starts us again, and whoever waits hears of our end */
	if (q == NULL)
		fatal("out of memory for an answer of %zu bytes", a->size);
	*q = (struct store_queued){.answer = *a};
	memcpy(q->text, a->key, key);
	if (a->size > 0)
		memcpy(q->text + key, a->value, a->size);
	q->answer.key = q->text;
	q->answer.value = (const uint8_t *)q->text + key;
	*s->last = q;
	s->last = &q->next;
}

void
store_get(struct store *s, struct store_ask ask, const char *key)
{
	struct store_entry e;
	struct store_answer a = {.ask = ask, .op = STORE_OP_GET, .key = key};

	a.status = s->ops->get(s, key, &e);
	if (a.status == STORE_OK) {
		a.version = e.version;
		a.value = e.value;
		a.size = e.size;
	}
	queue(s, &a);
}

void
store_put_if(
    struct store *s, struct store_ask ask, const struct store_entry *entry)
{
	struct store_entry e = *entry;
	struct store_answer a = {
	    .ask = ask, .op = STORE_OP_CHANGE, .key = entry->key};

	a.status = s->ops->put_if(s, &e);
	a.version = e.version;
	queue(s, &a);
}

void
store_delete_if(
    struct store *s, struct store_ask ask, const char *key, uint64_t version)
{
	struct store_answer a = {.ask = ask, .op = STORE_OP_CHANGE, .key = key};

	a.version = version;
	a.status = s->ops->delete_if(s, key, &a.version);
	queue(s, &a);
}

void
store_list(struct store *s, struct store_ask ask, const char *prefix,
    const char *after, size_t limit)
{
	struct store_answer a = {.ask = ask, .op = STORE_OP_LIST};
	const char *from = after[0] != '\0' ? after : prefix;
	struct store_entry e;

	e.key[0] = '\0';
	for (size_t i = 0;; i++) {
		if (i > 0)
			from = e.key;
		a.status = s->ops->next(s, from, from == prefix, &e);
		if (a.status == STORE_OK &&
		    strncmp(e.key, prefix, strlen(prefix)) != 0)
			a.status = STORE_ABSENT;
		if (a.status != STORE_OK)
			break;
		if (i == limit) {
			a.status = STORE_ABSENT;
			a.more = true;
			break;
		}
		a.key = e.key;
		a.version = e.version;
		a.value = e.value;
		a.size = e.size;
		queue(s, &a);
	}
	a.key = "";
	a.version = 0;
	a.size = 0;
	queue(s, &a);
}

int
store_flush(struct store *s)
{
	int result = s->ops->commit(s);
	struct store_queued *q;

	while ((q = take_first(s)) != NULL) {
		struct store_answer *a = &q->answer;

		if (result < 0) {
			*a = (struct store_answer){.ask = a->ask,
			    .op = a->op,
			    .status = STORE_UNAVAILABLE,
			    .key = ""};
		}
		if (s->answer != NULL)
			s->answer(s->arg, a);
		free(q);
	}
	return result;
}

void
store_expire(struct store *s)
{
	s->ops->expire(s);
}
