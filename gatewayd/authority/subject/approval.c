/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/approval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gatewayd/authority/link/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"
#include "lib/base/name.h"

#define PLAIN_MAX 1024
#define BINDING_MAX (SUBJECT_MAX + APPROVAL_MAX + 64)

/* A reference has no blank, so that this can be read in one way only. */
static size_t
binding(const char *subject, const char *reference, char *out, size_t size)
{
	int n =
	    snprintf(out, size, "sallyport approval %s %s", subject, reference);

	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

int
approval_encode(const struct approval *a, struct seal *seal,
    const char *subject, struct store_value *value_r)
{
	uint8_t plain[PLAIN_MAX], sealed[PLAIN_MAX + SEAL_OVERHEAD];
	char bound[BINDING_MAX];
	size_t bound_size = binding(subject, a->reference, bound, sizeof bound);
	size_t sealed_size;
	struct writer w;

	writer_init(&w, plain, sizeof plain);
	writer_bytes(&w, a->name, strlen(a->name));
	writer_bytes(&w, a->service, strlen(a->service));
	writer_bytes(&w, a->giver, strlen(a->giver));
	writer_u64(&w, (uint64_t)a->given_ms);
	writer_u64(&w, (uint64_t)a->ends_ms);
	writer_u32(&w, a->giver_uid);
	writer_bytes(&w, a->giver_subject, strlen(a->giver_subject));
	writer_u8(&w, a->group_count);
	for (size_t i = 0; i < a->group_count; i++)
		writer_raw(&w, a->group[i], APPROVAL_GROUP);
	if (w.failed || bound_size == 0 ||
	    seal_close(seal, (struct bytes){bound, bound_size},
		(struct bytes){plain, w.used}, sealed) < 0)
		return -1;
	sealed_size = w.used + SEAL_OVERHEAD;
	writer_init(&w, value_r->data, sizeof value_r->data);
	writer_u8(&w, FORMAT_APPROVAL_NUMBER);
	writer_bytes(&w, sealed, sealed_size);
	value_r->size = w.used;
	return w.failed ? -1 : 0;
}

static int
decode_plain(
    struct approval *a, uint8_t format, const uint8_t *plain, size_t size)
{
	struct reader r;

	reader_init(&r, plain, size);
	reader_string(&r, a->name, sizeof a->name - 1);
	reader_string(&r, a->service, sizeof a->service - 1);
	reader_string(&r, a->giver, sizeof a->giver - 1);
	a->given_ms = (int64_t)reader_u64(&r);
	a->ends_ms = (int64_t)reader_u64(&r);
	a->giver_uid = UINT32_MAX;
	if (format == 1)
		return reader_end(&r);
	a->giver_uid = reader_u32(&r);
	reader_string(&r, a->giver_subject, sizeof a->giver_subject - 1);
	a->group_count = reader_u8(&r);
	if (a->group_count > POLICY_APPROVER_GROUPS_MAX)
		return -1;
	for (size_t i = 0; i < a->group_count; i++)
		reader_raw(&r, a->group[i], APPROVAL_GROUP);
	return reader_end(&r);
}

int
approval_decode(struct approval *a, struct seal *seal, const char *subject,
    const char *reference, struct bytes value)
{
	uint8_t plain[PLAIN_MAX], sealed[PLAIN_MAX + SEAL_OVERHEAD];
	char bound[BINDING_MAX];
	size_t bound_size = binding(subject, reference, bound, sizeof bound);
	size_t sealed_size;
	struct reader r;
	uint8_t format;

	*a = (struct approval){0};
	reader_init(&r, value.data, value.size);
	format = reader_u8(&r);
	if (store_value(FORMAT_APPROVAL, format) < 0)
		return -1;
	sealed_size = reader_bytes(&r, sealed, sizeof sealed);
	if (reader_end(&r) < 0 || sealed_size < SEAL_OVERHEAD ||
	    bound_size == 0 || name_reference(reference, APPROVAL_MAX) < 0 ||
	    seal_open(seal, (struct bytes){bound, bound_size},
		(struct bytes){sealed, sealed_size}, plain) < 0)
		return -1;
	snprintf(a->reference, sizeof a->reference, "%s", reference);
	return decode_plain(a, format, plain, sealed_size - SEAL_OVERHEAD);
}

int
approval_key(char *out, size_t size, const char *subject, const char *reference)
{
	int n = snprintf(out, size, APPROVAL_KEYS "%s/%s", subject, reference);

	return n < 0 || (size_t)n >= size ? -1 : 0;
}

int
approval_of_key(const char *key, char subject_r[SUBJECT_MAX + 1],
    char reference_r[APPROVAL_MAX + 1])
{
	const size_t prefix = strlen(APPROVAL_KEYS);
	const char *slash;
	size_t size;

	if (strncmp(key, APPROVAL_KEYS, prefix) != 0)
		return -1;
	key += prefix;
	slash = strchr(key, '/');
	size = slash != NULL ? (size_t)(slash - key) : 0;
	if (size == 0 || size > SUBJECT_MAX ||
	    name_reference(slash + 1, APPROVAL_MAX) < 0)
		return -1;
	memcpy(subject_r, key, size);
	subject_r[size] = '\0';
	snprintf(reference_r, APPROVAL_MAX + 1, "%s", slash + 1);
	return 0;
}

/* ---- a subject's ---- */

void
approvals_clear(struct approvals *all)
{
	free(all->item);
	*all = (struct approvals){0};
}

int
approvals_add(struct approvals *all, const struct approval *new)
{
	struct approval *more;

	if (all->count == APPROVALS_MAX)
		return -1;
	more = reallocarray(all->item, all->count + 1, sizeof *more);
	if (more == NULL)
		return -1;
	more[all->count++] = *new;
	all->item = more;
	return 0;
}

int
approvals_copy(struct approvals *to, const struct approvals *from)
{
	*to = (struct approvals){0};
	if (from->count == 0)
		return 0;
	to->item = reallocarray(NULL, from->count, sizeof *to->item);
	if (to->item == NULL)
		return -1;
	memcpy(to->item, from->item, from->count * sizeof *to->item);
	to->count = from->count;
	return 0;
}

struct approval *
approvals_find(struct approvals *all, const char *reference)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->item[i].reference, reference) == 0)
			return &all->item[i];
	return NULL;
}

void
approvals_drop(struct approvals *all, struct approval *a)
{
	*a = all->item[--all->count];
	if (all->count == 0)
		approvals_clear(all);
}

void
approvals_expire(struct approvals *all, int64_t now_ms)
{
	for (size_t i = all->count; i > 0; i--)
		if (all->item[i - 1].ends_ms <= now_ms)
			approvals_drop(all, &all->item[i - 1]);
}

bool
approval_is_in_force(const struct approval *a, const struct approval_use *use)
{
	bool own = (a->giver_uid != UINT32_MAX && a->giver_uid == use->uid) ||
		   (a->giver_subject[0] != '\0' &&
		       strcasecmp(a->giver_subject, use->subject) == 0);

	return !own && use->now_ms < a->ends_ms &&
	       strcmp(a->name, use->name) == 0 &&
	       (a->service[0] == '\0' || strcmp(a->service, use->service) == 0);
}
