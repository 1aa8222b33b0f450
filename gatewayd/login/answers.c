/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/login/answers.h"

#include <string.h>

void
answers_wipe(struct answers *a)
{
	explicit_bzero(a, sizeof *a);
}

static bool
fill(struct answers *out, enum collect what, const uint8_t *bytes, size_t size)
{
	if (size > 0 && memchr(bytes, '\0', size) != NULL)
		return false;
	switch (what) {
	case COLLECT_PASSWORD:
		if (out->has_password || size == 0)
			return false;
		out->has_password = true;
		return secret_set(&out->password, bytes, size) == 0;
	case COLLECT_CODE:
		if (out->has_code || size > ANSWERS_CODE_MAX)
			return false;
		out->has_code = true;
		return secret_set(&out->code, bytes, size) == 0;
	}
	return false;
}

/* The same for both prompts: nobody reads them. */
static bool
is_echo(const struct pamwire_answer *a)
{
	const struct pamwire_answer_item *first = &a->item[0],
					 *second = &a->item[1];

	return a->count == 2 && secret_equal(first->bytes, first->size,
				    second->bytes, second->size);
}

/* Was one line given for both?  Then comma is where it parts. */
static bool
is_one_line(const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, size_t *comma_r)
{
	const struct pamwire_answer_item *first = &a->item[0];
	const uint8_t *comma;

	if (collect->collect[0] != COLLECT_PASSWORD ||
	    collect->collect[1] != COLLECT_CODE || !is_echo(a))
		return false;
	comma = memrchr(first->bytes, ',', first->size);
	if (comma == NULL)
		return false;
	*comma_r = (size_t)(comma - first->bytes);
	return true;
}

enum answer_status
answers_take(struct answers *out, const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, bool one_line)
{
	bool ok = a->count == collect->collect_size;
	size_t comma;

	memset(out, 0, sizeof *out);
	if (ok && one_line && is_one_line(collect, a, &comma))
		ok = comma + 1 < a->item[0].size &&
		     fill(out, COLLECT_PASSWORD, a->item[0].bytes, comma) &&
		     fill(out, COLLECT_CODE, a->item[0].bytes + comma + 1,
			 a->item[0].size - comma - 1);
	else
		for (size_t i = 0; ok && i < collect->collect_size; i++)
			ok = fill(out, collect->collect[i], a->item[i].bytes,
			    a->item[i].size);
	out->more = !is_echo(a);
	if (ok)
		return ANSWER_OK;
	answers_wipe(out);
	return ANSWER_MALFORMED;
}
