/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/checkpoint.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "lib/record/note.h"

#define ROOT_BASE64_SIZE 44 /* of 32 bytes, with one '=' */

const char *
checkpoint_strerror(enum checkpoint_result result)
{
	switch (result) {
	case CHECKPOINT_OK:
		return "is good";
	case CHECKPOINT_MALFORMED:
		return "is malformed";
	case CHECKPOINT_UNSIGNED:
		return "is not signed by this key";
	case CHECKPOINT_MISMATCH:
		return "does not match its signature";
	case CHECKPOINT_UNAVAILABLE:
		break;
	}
	return "could not be verified";
}

int
checkpoint_sign(const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE], char text_r[CHECKPOINT_TEXT_MAX],
    size_t *len_r)
{
	char root_text[ROOT_BASE64_SIZE + 1], line[NOTE_LINE_MAX];
	int len, tail;

	EVP_EncodeBlock((uint8_t *)root_text, root, MERKLE_HASH_SIZE);
	len = snprintf(text_r, CHECKPOINT_TEXT_MAX, "%s\n%" PRIu64 "\n%s\n",
	    k->name, size, root_text);
	if (note_sign(k, text_r, (size_t)len, line) < 0)
		return -1;
	tail = snprintf(
	    text_r + len, CHECKPOINT_TEXT_MAX - (size_t)len, "\n%s", line);
	*len_r = (size_t)len + (size_t)tail;
	return 0;
}

static int
parse_size(const struct note_text *line, uint64_t *size_r)
{
	uint64_t value = 0;

	if (line->len == 0 || line->len > 19 ||
	    (line->text[0] == '0' && line->len > 1))
		return -1;
	for (size_t i = 0; i < line->len; i++) {
		if (line->text[i] < '0' || line->text[i] > '9')
			return -1;
		value = value * 10 + (uint64_t)(line->text[i] - '0');
	}
	*size_r = value;
	return 0;
}

/* The three lines, and whatever extensions follow, up to the empty line. */
static int
parse_body(struct note_text *rest, struct checkpoint *c)
{
	struct note_text line;

	if (!note_next_line(rest, &line) || line.len == 0 ||
	    line.len > LOG_KEY_NAME_MAX)
		return -1;
	memcpy(c->origin, line.text, line.len);
	c->origin[line.len] = '\0';
	if (!log_key_name_ok(c->origin))
		return -1;
	if (!note_next_line(rest, &line) || parse_size(&line, &c->size) < 0)
		return -1;
	if (!note_next_line(rest, &line) ||
	    note_decode(line.text, line.len, c->root, sizeof c->root) < 0)
		return -1;
	while (note_next_line(rest, &line))
		if (line.len == 0)
			return 0;
	return -1;
}

enum checkpoint_result
checkpoint_open(struct log_key *k, const char *text, size_t len,
    struct checkpoint *checkpoint_r)
{
	struct note_text rest = {text, len};
	struct checkpoint c = {0};
	size_t body;

	if (len > CHECKPOINT_TEXT_MAX || parse_body(&rest, &c) < 0)
		return CHECKPOINT_MALFORMED;
	body = len - rest.len - 1; /* the empty line is not signed */
	if (k->name[0] == '\0' && log_key_set_name(k, c.origin) < 0)
		return CHECKPOINT_UNAVAILABLE;
	if (strcmp(k->name, c.origin) != 0)
		return CHECKPOINT_UNSIGNED;
	switch (note_verify(k, text, body, rest)) {
	case NOTE_OK:
		*checkpoint_r = c;
		return CHECKPOINT_OK;
	case NOTE_UNSIGNED:
		return CHECKPOINT_UNSIGNED;
	case NOTE_MISMATCH:
		return CHECKPOINT_MISMATCH;
	case NOTE_UNAVAILABLE:
		break;
	}
	return CHECKPOINT_UNAVAILABLE;
}
