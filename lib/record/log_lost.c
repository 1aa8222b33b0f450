/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/log_lost.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record/record_parse.h"

#define BEGIN "{\"class_uid\":" /* of each record's line */
/* Text that somebody typed has a backslash before the second quote. */
#define PROVIDER "\"log_provider\":\""
#define SEQUENCE "\"sequence\":"

/* To spare most of a long copy the reading as JSON; 0: no record. */
static uint64_t
sequence_of(const char *text, size_t len)
{
	const char *at = memmem(text, len, SEQUENCE, strlen(SEQUENCE));
	const char *end = text + len;
	uint64_t value = 0;

	if (at == NULL)
		return 0;
	for (at += strlen(SEQUENCE); at < end && *at >= '0' && *at <= '9'; at++)
		if (value < UINT64_MAX / 100)
			value = value * 10 + (uint64_t)(*at - '0');
	return value;
}

static int
add(struct log_lost *lost, const struct log_lost_record *r)
{
	struct log_lost_record *more;

	if ((lost->count & (lost->count - 1)) == 0) {
		size_t room = lost->count == 0 ? 1 : 2 * lost->count;

		more = reallocarray(lost->record, room, sizeof *more);
		if (more == NULL)
			return -1;
		lost->record = more;
	}
	lost->record[lost->count++] = *r;
	return 0;
}

/* A line of an earlier release does not say whose it is. */
static bool
is_of(const char *origin, const char *text, size_t len)
{
	const char *at = memmem(text, len, PROVIDER, strlen(PROVIDER));
	size_t room, name = strlen(origin);

	if (at == NULL)
		return true;
	at += strlen(PROVIDER);
	room = len - (size_t)(at - text);
	return room > name && memcmp(at, origin, name) == 0 && at[name] == '"';
}

static int
take_line(
    struct log_lost *lost, struct merkle *hash, const char *line, size_t len)
{
	const char *text = memmem(line, len, BEGIN, strlen(BEGIN));
	struct log_lost_record r = {.text = text};
	struct record_parsed parsed;

	if (text == NULL)
		return 0;
	r.len = len - (size_t)(text - line);
	if (r.len > RECORD_LINE_MAX || sequence_of(text, r.len) <= lost->last ||
	    !is_of(lost->origin, text, r.len) ||
	    record_parse(text, r.len, &parsed) < 0 ||
	    parsed.place.sequence <= lost->last)
		return 0;
	r.sequence = parsed.place.sequence;
	memcpy(r.prev, parsed.place.prev, sizeof r.prev);
	if (merkle_leaf(hash, r.text, r.len, r.leaf) < 0)
		return -1;
	return add(lost, &r);
}

static int
take_lines(struct log_lost *lost, const char *copy, size_t size)
{
	const char *end = copy + size, *next;
	struct merkle hash;
	int result = 0;

	if (merkle_init(&hash) < 0)
		return -1;
	for (; result == 0 && copy < end; copy = next) {
		const char *lf = memchr(copy, '\n', (size_t)(end - copy));
		size_t len = (size_t)((lf == NULL ? end : lf) - copy);

		next = copy + len + 1;
		result = take_line(lost, &hash, copy, len);
		if (lf == NULL)
			break;
	}
	merkle_free(&hash);
	return result;
}

static int
by_sequence_and_leaf(const void *a, const void *b)
{
	const struct log_lost_record *x = a, *y = b;

	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	return memcmp(x->leaf, y->leaf, sizeof x->leaf);
}

static void
drop_doubles(struct log_lost *lost)
{
	size_t kept = 0;

	if (lost->count > 1)
		qsort(lost->record, lost->count, sizeof lost->record[0],
		    by_sequence_and_leaf);
	for (size_t i = 0; i < lost->count; i++)
		if (kept == 0 || by_sequence_and_leaf(&lost->record[kept - 1],
				     &lost->record[i]) != 0)
			lost->record[kept++] = lost->record[i];
	lost->count = kept;
}

/*
 * Keeps the records that a chain leads from to the log's end: each is the next
 * of the one that was kept last.  Two of one sequence that both are, are two
 * histories.  The last one that was kept counts only if the copy has no next
 * record that follows another one: else it was altered there.
 */
static enum log_lost_result
keep_chain(struct log_lost *lost)
{
	uint8_t head[MERKLE_HASH_SIZE];
	uint64_t denied = 0;
	size_t kept = 0;

	if (lost->count > 0)
		lost->newest = lost->record[lost->count - 1].sequence;
	memcpy(head, lost->leaf, sizeof head);
	for (size_t i = 0; i < lost->count; i++) {
		const struct log_lost_record *r = &lost->record[i];
		const uint8_t *before = head;
		bool again =
		    kept > 0 && lost->record[kept - 1].sequence == r->sequence;

		if (again)
			before =
			    kept > 1 ? lost->record[kept - 2].leaf : lost->leaf;
		if (r->sequence != lost->last + kept + (again ? 0 : 1))
			continue;
		if (memcmp(r->prev, before, sizeof r->prev) != 0) {
			denied = again ? denied : r->sequence;
			continue;
		}
		if (again) {
			lost->fork = r->sequence;
			return LOG_LOST_TWO;
		}
		memcpy(head, r->leaf, sizeof head);
		lost->record[kept++] = *r;
	}
	if (kept > 0 && denied == lost->last + kept + 1)
		kept--;
	lost->count = kept;
	return LOG_LOST_FOUND;
}

enum log_lost_result
log_lost_find(struct log_lost *lost, const char *copy, size_t size)
{
	lost->record = NULL;
	lost->count = 0;
	lost->fork = lost->newest = 0;
	if (take_lines(lost, copy, size) < 0) {
		log_lost_free(lost);
		return LOG_LOST_FAILED;
	}
	drop_doubles(lost);
	return keep_chain(lost);
}

void
log_lost_free(struct log_lost *lost)
{
	free(lost->record);
	lost->record = NULL;
	lost->count = 0;
}
