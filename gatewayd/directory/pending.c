/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/pending.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"

int
pending_init(struct pending_table *t, struct loop *loop,
    void (*ending)(struct pending *), void *owner)
{
	memset(t, 0, sizeof *t);
	t->loop = loop;
	t->ending = ending;
	t->owner = owner;
	return table_init(&t->table);
}

static void
expire(void *arg)
{
	pending_remove(arg);
}

struct pending *
pending_add(struct pending_table *t, const uint8_t attempt[ATTEMPT_ID],
    const uint8_t ticket[TICKET], bool decoy)
{
	struct pending *p;

	if (t->table.count >= PENDING_MAX || pending_find(t, attempt) != NULL)
		return NULL;
	p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	p->table = t;
	p->owner = t->owner;
	p->decoy = decoy;
	memcpy(p->attempt, attempt, ATTEMPT_ID);
	memcpy(p->ticket, ticket, TICKET);
	if (table_add(&t->table, &p->item, p->attempt, ATTEMPT_ID, p) < 0) {
		free(p);
		return NULL;
	}
	loop_timer_at(
	    t->loop, &p->life, clock_mono_ms() + PENDING_LIFE_MS, expire, p);
	return p;
}

struct pending *
pending_find(struct pending_table *t, const uint8_t attempt[ATTEMPT_ID])
{
	return table_find(&t->table, attempt, ATTEMPT_ID);
}

struct pending *
pending_take(struct pending_table *t, const uint8_t attempt[ATTEMPT_ID],
    const uint8_t ticket[TICKET])
{
	static const uint8_t none[TICKET];
	struct pending *p = pending_find(t, attempt);
	const uint8_t *expected = p != NULL ? p->ticket : none;
	bool right = secret_equal(expected, TICKET, ticket, TICKET);
	bool zero = secret_equal(none, TICKET, ticket, TICKET);

	if (p == NULL || !right || zero || p->taken)
		return NULL;
	p->taken = true;
	return p;
}

int
pending_set_password(struct pending *p, const void *bytes, size_t size)
{
	pending_clear_password(p);
	p->password = calloc(1, sizeof *p->password);
	if (p->password == NULL || secret_set(p->password, bytes, size) < 0) {
		pending_clear_password(p);
		return -1;
	}
	return 0;
}

void
pending_clear_password(struct pending *p)
{
	if (p->password == NULL)
		return;
	secret_clear(p->password);
	free(p->password);
	p->password = NULL;
}

void
pending_remove(struct pending *p)
{
	struct pending_table *t = p->table;

	t->ending(p);
	pending_clear_password(p);
	loop_timer_off(t->loop, &p->life);
	table_remove(&t->table, &p->item);
	free(p->dn);
	free(p->name);
	explicit_bzero(p, sizeof *p);
	free(p);
}

void
pending_remove_all(struct pending_table *t)
{
	struct table_item *next = NULL;
	struct pending *p;
	size_t at = 0;

	while ((p = table_each(&t->table, &at, &next)) != NULL)
		pending_remove(p);
}
