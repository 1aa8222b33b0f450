/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/subject_attributes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/log.h"
#include "lib/base/utf8.h"

_Static_assert(POLICY_ATTRIBUTES_MAX == ATTRIBUTES_MAX &&
		   POLICY_ATTRIBUTE_NAME_MAX == ATTRIBUTE_NAME_MAX &&
		   POLICY_ATTRIBUTE_VALUE_MAX == ATTRIBUTE_VALUE_MAX,
    "what a policy may name has room in every message");

/* The policy's name for each one that was asked for; NULL: it names another.
 * -1: one that it names was not asked for. */
static int
match_names(struct subject_attributes *a,
    const struct msg_DIRECTORY_LOOKUP_ANS *m,
    const char *asked_r[ATTRIBUTES_MAX])
{
	for (size_t i = 0; i < a->name_count; i++) {
		size_t j = 0;

		while (j < m->attribute_count &&
		       strcasecmp(m->attribute[j], a->name[i]) != 0)
			j++;
		if (j == m->attribute_count) {
			log_warnx("directory does not ask for the attribute "
				  "%s that the policy names",
			    a->name[i]);
			return -1;
		}
		asked_r[j] = a->name[i];
	}
	return 0;
}

/* One value of the answer's bytes; the bytes it took, 0: malformed. */
static size_t
take_value(struct subject_attributes *a,
    const char *const asked[ATTRIBUTES_MAX], size_t asked_count, const char *at,
    size_t left)
{
	size_t number = (uint8_t)at[0];
	size_t size = strnlen(at + 1, left - 1);

	if (number >= asked_count || size == 0 || size > ATTRIBUTE_VALUE_MAX ||
	    size + 2 > left || !utf8_is_text(at + 1, size))
		return 0;
	if (asked[number] != NULL) {
		if (a->count == ATTRIBUTE_VALUES_MAX)
			return 0;
		a->pair[a->count++] =
		    (struct policy_attribute){asked[number], at + 1};
	}
	return size + 2;
}

static int
take_values(struct subject_attributes *a,
    const char *const asked[ATTRIBUTES_MAX], size_t asked_count, size_t size)
{
	size_t took;

	for (size_t at = 0; at < size; at += took) {
		took =
		    take_value(a, asked, asked_count, a->text + at, size - at);
		if (took == 0)
			return -1;
	}
	return 0;
}

static bool
has_value(const struct subject_attributes *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->pair[i].name == name)
			return true;
	return false;
}

/* Known, or each deny that names it would match. */
static void
add_those_without(struct subject_attributes *a)
{
	for (size_t i = 0; i < a->name_count; i++)
		if (!has_value(a, a->name[i]))
			a->pair[a->count++] =
			    (struct policy_attribute){a->name[i], NULL};
}

struct subject_attributes *
subject_attributes_take(const struct policy *policy,
    const struct msg_DIRECTORY_LOOKUP_ANS *m, enum reason *reason_r)
{
	const char *asked[ATTRIBUTES_MAX] = {NULL};
	struct subject_attributes *a = calloc(1, sizeof *a + m->values_size);
	const char *const *names;

	*reason_r = REASON_OUT_OF_MEMORY;
	if (a == NULL)
		return NULL;
	names = policy_attribute_names(policy, &a->name_count);
	for (size_t i = 0; i < a->name_count; i++)
		a->name[i] = names[i];
	*reason_r = REASON_DIRECTORY_UNAVAILABLE;
	if (match_names(a, m, asked) < 0)
		goto bad;
	memcpy(a->text, m->values, m->values_size);
	*reason_r = REASON_DIRECTORY_MALFORMED;
	if (take_values(a, asked, m->attribute_count, m->values_size) < 0)
		goto bad;
	add_those_without(a);
	*reason_r = REASON_NONE;
	return a;
bad:
	free(a);
	return NULL;
}

static int
put(struct msg_AUDIT_APPEND_REQ *r, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof r->attributes - r->attributes_size)
		return -1;
	memcpy(r->attributes + r->attributes_size, text, size);
	r->attributes_size += size;
	return 0;
}

static int
put_one(const struct subject_attributes *a, size_t i,
    struct msg_AUDIT_APPEND_REQ *r)
{
	if (put(r, a->name[i]) < 0)
		return -1;
	for (size_t j = 0; j < a->count; j++)
		if (a->pair[j].name == a->name[i] && a->pair[j].value != NULL &&
		    put(r, a->pair[j].value) < 0)
			return -1;
	return put(r, "");
}

void
subject_attributes_record(
    const struct subject_attributes *a, struct msg_AUDIT_APPEND_REQ *r)
{
	r->attributes_size = 0;
	r->attributes_cut = 0;
	for (size_t i = 0; i < a->name_count; i++)
		if (put_one(a, i, r) < 0) {
			r->attributes_size = 0;
			r->attributes_cut = 1;
			return;
		}
}
