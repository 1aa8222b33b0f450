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

static bool
is_junk(const struct pamwire_answer_item *a)
{
	static const char junk[] = "\b\n\r\177INCORRECT";

	for (size_t i = 0; i < a->size; i++)
		if (a->bytes[i] != (uint8_t)junk[i % (sizeof junk - 1)])
			return false;
	return true;
}

/* fake_password() of OpenSSH's auth-pam.c: whom sshd does not let in itself, it
 * has go through PAM all the same, with these bytes over and over in the place
 * of each answer and as long as it was.  An empty answer stays empty. */
static bool
is_substituted(const struct pamwire_answer *a)
{
	size_t sizes = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (!is_junk(&a->item[i]))
			return false;
		sizes += a->item[i].size;
	}
	return sizes > 0;
}

/* One answer for both: sshd's password method gives the password to every
 * prompt, and nobody has read what was asked. */
static bool
is_same(const struct pamwire_answer *a)
{
	const struct pamwire_answer_item *first = &a->item[0],
					 *second = &a->item[1];

	return a->count == 2 && secret_equal(first->bytes, first->size,
				    second->bytes, second->size);
}

/* May it be meant for a code?  Digits, and blanks between them as apps show. */
static bool
is_like_code(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((bytes[i] < '0' || bytes[i] > '9') &&
		    (bytes[i] != ' ' || i == 0 || i + 1 == size))
			return false;
	return size > 0;
}

/* Was one line given for both?  Then comma is where it parts.  An empty second
 * answer is also what somebody gives who has no code yet, with a password that
 * may have a comma: the line has to look like one. */
static bool
is_one_line(const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, size_t *comma_r)
{
	const struct pamwire_answer_item *first = &a->item[0];
	const uint8_t *comma;

	if (collect->collect_size != 2 ||
	    collect->collect[0] != COLLECT_PASSWORD ||
	    collect->collect[1] != COLLECT_CODE)
		return false;
	comma = memrchr(first->bytes, ',', first->size);
	if (comma == NULL)
		return false;
	*comma_r = (size_t)(comma - first->bytes);
	return is_same(a) ||
	       (a->item[1].size == 0 &&
		   is_like_code(comma + 1, first->size - *comma_r - 1));
}

static bool
fill_from_line(
    struct answers *out, const struct pamwire_answer_item *line, size_t comma)
{
	return comma + 1 < line->size &&
	       fill(out, COLLECT_PASSWORD, line->bytes, comma) &&
	       fill(out, COLLECT_CODE, line->bytes + comma + 1,
		   line->size - comma - 1);
}

static enum answer_status
take(struct answers *out, const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, bool one_line)
{
	size_t comma;

	if (a->count != collect->collect_size)
		return ANSWER_MALFORMED;
	if (is_substituted(a))
		return ANSWER_SUBSTITUTED;
	if (one_line && is_one_line(collect, a, &comma))
		return fill_from_line(out, &a->item[0], comma)
			   ? ANSWER_OK
			   : ANSWER_MALFORMED;
	if (is_same(a))
		return ANSWER_SAME;
	for (size_t i = 0; i < collect->collect_size; i++)
		if (!fill(out, collect->collect[i], a->item[i].bytes,
			a->item[i].size))
			return ANSWER_MALFORMED;
	out->more = true;
	return ANSWER_OK;
}

enum answer_status
answers_take(struct answers *out, const struct msg_AUTHORITY_OPEN_ANS *collect,
    const struct pamwire_answer *a, bool one_line)
{
	enum answer_status status;

	memset(out, 0, sizeof *out);
	status = take(out, collect, a, one_line);
	if (status != ANSWER_OK)
		answers_wipe(out);
	return status;
}
