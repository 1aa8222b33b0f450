/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle_form.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/format.h"
#include "lib/bundle/bundle_1.h"
#include "lib/bundle/bundle_text.h"
#include "lib/bundle/bundle_verbs.h"

#define HEADER "sallyport proposal 2"
_Static_assert(FORMAT_PROPOSAL_NUMBER == 2, "as in HEADER");

static int
value_ok(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] >= 0x7f)
			return 0;
	return len > 0 && len <= BUNDLE_VALUE_MAX;
}

static int
arguments_ok(const struct bundle *b)
{
	if (b->argument_count > BUNDLE_ARGUMENTS)
		return 0;
	for (size_t i = 0; i < b->argument_count; i++)
		if (!bundle_word_ok(b->argument[i].word) ||
		    !value_ok(b->argument[i].value) ||
		    (i > 0 && strcmp(b->argument[i - 1].word,
				  b->argument[i].word) >= 0))
			return 0;
	return 1;
}

static int
times_ok(const struct bundle *b)
{
	return b->time_unix >= 1 && b->expires_unix <= BUNDLE_TIME_MAX &&
	       b->expires_unix > b->time_unix &&
	       b->expires_unix - b->time_unix <= BUNDLE_LASTS_MAX;
}

static int
values_ok(const struct bundle *b)
{
	return bundle_person_ok(b->author) &&
	       bundle_reference_ok(b->reference) && times_ok(b) &&
	       arguments_ok(b) && bundle_files_ok(b) && bundle_verb_fits(b);
}

int
bundle_format(
    const struct bundle *b, char text_r[BUNDLE_TEXT_MAX], size_t *len_r)
{
	size_t len;

	if (!values_ok(b))
		return -1;
	len = (size_t)snprintf(text_r, BUNDLE_TEXT_MAX,
	    HEADER "\nverb %s\nauthor %s\ntime %" PRId64 "\nexpires %" PRId64
		   "\nreference %s\n",
	    b->verb, b->author, b->time_unix, b->expires_unix, b->reference);
	for (size_t i = 0; i < b->argument_count; i++)
		len += (size_t)snprintf(text_r + len, BUNDLE_TEXT_MAX - len,
		    "argument %s %s\n", b->argument[i].word,
		    b->argument[i].value);
	for (size_t i = 0; i < b->file_count; i++)
		len += (size_t)snprintf(text_r + len, BUNDLE_TEXT_MAX - len,
		    "file %s %s\n", b->file[i].hash, b->file[i].name);
	*len_r = len;
	return 0;
}

/* "argument WORD VALUE" */
static int
take_argument(struct note_text *rest, struct bundle *b)
{
	char text[BUNDLE_WORD_MAX + 1 + BUNDLE_VALUE_MAX + 1];
	char *value;

	if (bundle_take(rest, "argument", text, sizeof text) < 0)
		return -1;
	value = strchr(text, ' ');
	if (value == NULL)
		return -1;
	*value++ = '\0';
	return bundle_add_argument(b, text, value);
}

static int
take_time(struct note_text *rest, const char *word, int64_t *seconds_r)
{
	char text[24];

	if (bundle_take(rest, word, text, sizeof text) < 0)
		return -1;
	*seconds_r = strtoll(text, NULL, 10);
	return 0;
}

static int
take_all(struct note_text *rest, struct bundle *b)
{
	struct note_text line;

	if (bundle_take(rest, "verb", b->verb, sizeof b->verb) < 0 ||
	    bundle_take(rest, "author", b->author, sizeof b->author) < 0 ||
	    take_time(rest, "time", &b->time_unix) < 0 ||
	    take_time(rest, "expires", &b->expires_unix) < 0 ||
	    bundle_take(rest, "reference", b->reference, sizeof b->reference) <
		0)
		return -1;
	while (rest->len > 0 && rest->text[0] == 'a')
		if (take_argument(rest, b) < 0)
			return -1;
	return bundle_take_files(rest, b) < 0 || !note_next_line(rest, &line)
		   ? -1
		   : 0;
}

/* Written in no other way than ours. */
static int
is_ours(const struct bundle *b, const char *text,
    int (*format)(const struct bundle *, char *, size_t *))
{
	char again[BUNDLE_TEXT_MAX];
	size_t size;

	return format(b, again, &size) == 0 && size == b->body &&
	       memcmp(again, text, size) == 0;
}

int
bundle_parse(struct bundle *b, const char *text, size_t len)
{
	struct note_text rest = {text, len}, line;
	bool old;

	memset(b, 0, sizeof *b);
	if (len > BUNDLE_TEXT_MAX || !note_next_line(&rest, &line))
		return -1;
	old = bundle_1_is(&line);
	if (!old && (line.len != strlen(HEADER) ||
			memcmp(line.text, HEADER, line.len) != 0))
		return -1;
	if ((old ? bundle_1_take : take_all)(&rest, b) < 0)
		return -1;
	b->body = len - rest.len - 1;
	if (!is_ours(b, text, old ? bundle_1_format : bundle_format))
		return -1;
	return bundle_hash(text, b->body, b->hash);
}
