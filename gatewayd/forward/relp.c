/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/relp.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 9

struct cursor {
	const char *at, *end;
};

uint32_t
relp_next(uint32_t txnr)
{
	return txnr >= RELP_TXNR_MAX ? 1 : txnr + 1;
}

size_t
relp_header(char header_r[RELP_HEADER_MAX], uint32_t txnr, const char *command,
    size_t data_len)
{
	int len = snprintf(header_r, RELP_HEADER_MAX, "%u %s %zu%s",
	    (unsigned)txnr, command, data_len, data_len > 0 ? " " : "");

	return (size_t)len;
}

/* 1 to nine digits; 1 good, 0 the bytes end here, -1 something else */
static int
take_number(struct cursor *c, uint32_t *value_r)
{
	uint32_t value = 0;
	int digits = 0;

	for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
		if (++digits > DIGITS_MAX)
			return -1;
		value = value * 10 + (uint32_t)(*c->at - '0');
	}
	if (c->at == c->end)
		return 0;
	*value_r = value;
	return digits > 0 ? 1 : -1;
}

static int
take_char(struct cursor *c, char expected)
{
	if (c->at == c->end)
		return 0;
	return *c->at++ == expected ? 1 : -1;
}

static int
take_command(struct cursor *c, char command_r[RELP_COMMAND_MAX + 1])
{
	size_t len = 0;

	for (; c->at < c->end; c->at++) {
		char letter = *c->at;

		if (!((letter >= 'a' && letter <= 'z') ||
			(letter >= 'A' && letter <= 'Z')))
			break;
		if (len == RELP_COMMAND_MAX)
			return -1;
		command_r[len++] = letter;
	}
	command_r[len] = '\0';
	if (c->at == c->end)
		return 0;
	return len > 0 ? 1 : -1;
}

/* Some servers put a blank behind a DATALEN of 0, the specification does not
 * rule it out. */
static int
take_data(struct cursor *c, struct relp_frame *f)
{
	if (c->at == c->end)
		return 0;
	if (*c->at == ' ')
		c->at++;
	else if (f->data_len > 0)
		return -1;
	if ((size_t)(c->end - c->at) <= f->data_len)
		return 0;
	f->data = f->data_len > 0 ? c->at : NULL;
	c->at += f->data_len;
	return take_char(c, '\n');
}

static int
take_frame(struct cursor *c, struct relp_frame *f)
{
	uint32_t data_len = 0;
	int result;

	if ((result = take_number(c, &f->txnr)) != 1 ||
	    (result = take_char(c, ' ')) != 1 ||
	    (result = take_command(c, f->command)) != 1 ||
	    (result = take_char(c, ' ')) != 1 ||
	    (result = take_number(c, &data_len)) != 1)
		return result;
	if (data_len > RELP_RECEIVE_MAX)
		return -1;
	f->data_len = data_len;
	return take_data(c, f);
}

long
relp_parse(const char *bytes, size_t len, struct relp_frame *frame_r)
{
	struct cursor c = {bytes, bytes + len};
	int result;

	*frame_r = (struct relp_frame){0};
	result = take_frame(&c, frame_r);
	return result == 1 ? (long)(c.at - bytes) : result;
}

int
relp_status(const struct relp_frame *frame)
{
	int status = 0;

	if (frame->data_len < 3)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (frame->data[i] < '0' || frame->data[i] > '9')
			return -1;
		status = status * 10 + (frame->data[i] - '0');
	}
	if (frame->data_len > 3 && frame->data[3] != ' ' &&
	    frame->data[3] != '\n')
		return -1;
	return status;
}

/* Is WORD in the comma-separated list of LEN bytes? */
static int
lists(const char *list, size_t len, const char *word)
{
	size_t word_len = strlen(word);

	while (len >= word_len) {
		const char *comma = memchr(list, ',', len);
		size_t item = comma == NULL ? len : (size_t)(comma - list);

		if (item == word_len && memcmp(list, word, item) == 0)
			return 1;
		if (comma == NULL)
			break;
		list += item + 1;
		len -= item + 1;
	}
	return 0;
}

int
relp_offers(const struct relp_frame *frame, const char *command)
{
	static const char key[] = "commands=";
	const char *at = frame->data, *end;

	if (at == NULL)
		return 0;
	end = at + frame->data_len;
	while (at != NULL && at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((line_end ? line_end : end) - at);

		if (len >= sizeof key - 1 &&
		    memcmp(at, key, sizeof key - 1) == 0 &&
		    lists(at + sizeof key - 1, len - (sizeof key - 1), command))
			return 1;
		at = line_end == NULL ? NULL : line_end + 1;
	}
	return 0;
}
