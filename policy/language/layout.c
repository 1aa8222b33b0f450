/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/language/layout.h"

#include <string.h>

#include "lib/conf/lex.h"

#define INDENT "    "

struct layout {
	char *out;
	size_t room, used;
	size_t newlines; /* ends of statements, at the end of out */
	bool goes_on;	 /* the line belongs to the one before */
	bool spaced;	 /* signs have blanks around: not in a zone's name */
};

static void
put(struct layout *f, const char *text, size_t length)
{
	if (length < f->room - f->used)
		memcpy(f->out + f->used, text, length);
	else
		length = 0; /* the room is by contract enough */
	f->used += length;
	f->newlines = 0;
}

static bool
at_start(const struct layout *f)
{
	return f->used == 0 || f->out[f->used - 1] == '\n';
}

/* One empty line at most, and none at the top. */
static void
put_newline(struct layout *f)
{
	size_t newlines = f->newlines;

	if (f->used == 0 || newlines == 2)
		return;
	put(f, "\n", 1);
	f->newlines = newlines + 1;
}

static void
put_comment(struct layout *f, const char *text, size_t length)
{
	while (
	    length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (!at_start(f))
		put(f, "  ", 2);
	else if (f->goes_on)
		put(f, INDENT, sizeof INDENT - 1);
	put(f, text, length);
}

/* Between two tokens: blanks, comments, and lines that go on. */
static void
put_gap(struct layout *f, const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t left =
		    end != NULL ? (size_t)(end - text) - at : length - at;

		if (text[at] == '#') {
			put_comment(f, text + at, left);
			at += left;
			continue;
		}
		if (text[at] == '\\') {
			put(f, " \\", 2);
		} else if (text[at] == '\n') {
			/* no two empty lines in parentheses either */
			if (f->used < 2 ||
			    memcmp(f->out + f->used - 2, "\n\n", 2) != 0)
				put(f, "\n", 1);
			f->goes_on = true;
		}
		at++;
	}
}

static void
put_token(struct layout *f, const struct lex_token *token, bool touches)
{
	bool closes = lex_is(token, ")") || lex_is(token, ",");
	char last = f->used > 0 ? f->out[f->used - 1] : '\0';

	if (at_start(f) && f->goes_on)
		put(f, INDENT, sizeof INDENT - 1);
	else if (!at_start(f) && !closes && last != '(' &&
		 (f->spaced || !touches || last == ','))
		put(f, " ", 1);
	put(f, token->text, token->length);
}

/* In a rule "a+b" are two factors; elsewhere it may be the name of a zone. */
static bool
is_spaced(const struct lex_token *keyword)
{
	return lex_is(keyword, "permit") || lex_is(keyword, "deny") ||
	       lex_is(keyword, "assert");
}

long
layout_text(const char *text, size_t length, char *out, size_t room)
{
	struct layout f = {.out = out, .room = room};
	const char *end = text;
	struct lex lex;
	bool begins = true;

	lex_init(&lex, "", text, length);
	for (;;) {
		struct lex_token token = lex_next(&lex);

		if (token.kind == LEX_BAD)
			return -1;
		if (token.kind == LEX_END) {
			put_gap(&f, end, length - (size_t)(end - text));
			break;
		}
		put_gap(&f, end, (size_t)(token.text - end));
		if (token.kind == LEX_NEWLINE) {
			put_newline(&f);
			f.goes_on = false;
			begins = true;
		} else {
			if (begins)
				f.spaced = is_spaced(&token);
			begins = false;
			put_token(&f, &token, token.text == end);
		}
		end = token.text + token.length;
	}
	/* a last line without its newline may have been cut short */
	for (; f.newlines > 1; f.newlines--)
		f.used--;
	out[f.used] = '\0';
	return (long)f.used;
}

/* Empty lines say nothing. */
static struct lex_token
next(struct lex *lex, enum lex_kind last)
{
	struct lex_token token = lex_next(lex);

	while (token.kind == LEX_NEWLINE && last == LEX_NEWLINE)
		token = lex_next(lex);
	return token;
}

bool
layout_same(const char *a, size_t a_length, const char *b, size_t b_length)
{
	struct lex_token left = {.kind = LEX_NEWLINE}, right = left;
	struct lex lex_a, lex_b;

	lex_init(&lex_a, "", a, a_length);
	lex_init(&lex_b, "", b, b_length);
	do {
		left = next(&lex_a, left.kind);
		right = next(&lex_b, right.kind);
		if (left.kind != right.kind || left.kind == LEX_BAD)
			return false;
		if (left.kind != LEX_NEWLINE && left.kind != LEX_END &&
		    (left.length != right.length ||
			memcmp(left.text, right.text, left.length) != 0))
			return false;
	} while (left.kind != LEX_END);
	return true;
}
