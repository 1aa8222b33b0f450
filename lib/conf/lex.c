/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/lex.h"

#include <stdint.h>
#include <string.h>

static bool
is_punct(char c)
{
	return c != '\0' && strchr("(){}+|,", c) != NULL;
}

static bool
ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '"' || c == '#' ||
	       is_punct(c);
}

/* Characters that hide, or reorder what is shown (Unicode TR 36 and 39). */
static bool
is_deceptive(uint32_t c)
{
	return (c >= 0x80 && c <= 0x9f) || c == 0xad || c == 0x61c ||
	       c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

static uint32_t
utf8_value(const unsigned char *s, size_t size)
{
	uint32_t value = s[0] & (0x7fu >> size);

	for (size_t i = 1; i < size; i++)
		value = value << 6 | (s[i] & 0x3fu);
	return value;
}

/* Size of the character at s, or 0 if RFC 3629 does not know it. */
static size_t
utf8_size(const unsigned char *s, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t size = s[0] < 0x80   ? 1
		      : s[0] < 0xc2 ? 0
		      : s[0] < 0xe0 ? 2
		      : s[0] < 0xf0 ? 3
		      : s[0] < 0xf5 ? 4
				    : 0;
	uint32_t value;

	if (size < 2)
		return size;
	if (size > left)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	value = utf8_value(s, size);
	if (value < least[size] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	return size;
}

/*
 * Size of the character at offset; *problem_r is why it may not stand in a
 * source, or NULL.
 */
static size_t
character(const struct lex *lex, size_t offset, const char **problem_r)
{
	const unsigned char *s = (const unsigned char *)lex->source + offset;
	size_t size = utf8_size(s, lex->length - offset);

	*problem_r = NULL;
	if (size == 0) {
		*problem_r = "invalid UTF-8; save the file as UTF-8";
		return 1;
	}
	if (size == 1) {
		if (s[0] == '\0')
			*problem_r = "NUL byte; the file is damaged or binary";
		else if (s[0] == '\r')
			*problem_r = "carriage return; "
				     "save the file with Unix line ends";
		else if ((s[0] < ' ' && s[0] != '\t' && s[0] != '\n') ||
			 s[0] == 0x7f)
			*problem_r = "control character";
	} else if (is_deceptive(utf8_value(s, size))) {
		*problem_r = "invisible or direction-changing character";
	}
	return size;
}

static unsigned
column_at(const struct lex *lex, size_t offset)
{
	unsigned column = 1;

	for (size_t i = lex->line_start; i < offset; i++) {
		if (((unsigned char)lex->source[i] & 0xc0) != 0x80)
			column++;
	}
	return column;
}

static struct lex_token
token_at(const struct lex *lex, enum lex_kind kind, size_t start)
{
	struct lex_token token = {
	    .kind = kind,
	    .line = lex->line,
	    .column = column_at(lex, start),
	    .text = lex->source + start,
	    .length = lex->offset - start,
	};

	return token;
}

static struct lex_token
bad_at(const struct lex *lex, size_t start, const char *problem)
{
	struct lex_token token = token_at(lex, LEX_BAD, start);

	token.problem = problem;
	return token;
}

static void
pass_newline(struct lex *lex)
{
	lex->offset++;
	lex->line++;
	lex->line_start = lex->offset;
}

static bool
at_continuation(const struct lex *lex)
{
	return lex->source[lex->offset] == '\\' &&
	       lex->offset + 1 < lex->length &&
	       lex->source[lex->offset + 1] == '\n';
}

/* Skips what separates tokens; NULL, or the problem of a comment. */
static const char *
skip_blanks(struct lex *lex)
{
	const char *problem;
	bool comment = false;
	size_t size;

	while (lex->offset < lex->length) {
		char c = lex->source[lex->offset];

		if (c == '\n') {
			if (lex->depth == 0)
				break;
			pass_newline(lex);
			comment = false;
		} else if (comment) {
			size = character(lex, lex->offset, &problem);
			if (problem != NULL)
				return problem;
			lex->offset += size;
		} else if (c == ' ' || c == '\t') {
			lex->offset++;
		} else if (c == '#') {
			comment = true;
		} else if (at_continuation(lex)) {
			lex->offset++;
			pass_newline(lex);
		} else {
			break;
		}
	}
	return NULL;
}

/* After a bad character in a comment the rest of it must stay a comment. */
static void
skip_line(struct lex *lex)
{
	while (lex->offset < lex->length && lex->source[lex->offset] != '\n')
		lex->offset++;
}

static struct lex_token
take_word(struct lex *lex)
{
	size_t start = lex->offset;
	const char *problem = NULL, *first = NULL;

	while (lex->offset < lex->length &&
	       !ends_word(lex->source[lex->offset]) && !at_continuation(lex)) {
		lex->offset += character(lex, lex->offset, &problem);
		if (first == NULL)
			first = problem;
	}
	if (first == NULL && lex->offset - start > LEX_TOKEN_MAX)
		first = "word longer than 1024 bytes";
	return first != NULL ? bad_at(lex, start, first)
			     : token_at(lex, LEX_WORD, start);
}

static struct lex_token
take_string(struct lex *lex)
{
	size_t start = lex->offset++;
	const char *problem = NULL, *first = NULL;

	while (lex->offset < lex->length) {
		char c = lex->source[lex->offset];

		if (c == '\n')
			break;
		if (c == '"') {
			lex->offset++;
			if (first == NULL &&
			    lex->offset - start > LEX_TOKEN_MAX)
				first = "string longer than 1024 bytes";
			return first != NULL ? bad_at(lex, start, first)
					     : token_at(lex, LEX_STRING, start);
		}
		if (c == '\\') {
			char next = lex->offset + 1 < lex->length
					? lex->source[lex->offset + 1]
					: '\n';

			if (next == '"' || next == '\\')
				lex->offset++;
			else if (first == NULL)
				first = "unknown escape; only \\\" and \\\\ "
					"are known in a string";
		}
		lex->offset += character(lex, lex->offset, &problem);
		if (first == NULL)
			first = problem;
	}
	return bad_at(lex, start,
	    first != NULL ? first : "string without its closing quote");
}

static struct lex_token
take_punct(struct lex *lex)
{
	size_t start = lex->offset;
	char c = lex->source[lex->offset++];

	if (c == '(' && lex->depth >= LEX_DEPTH_MAX)
		return bad_at(lex, start, "parentheses nested too deeply");
	if (c == '(')
		lex->depth++;
	if (c == ')' && lex->depth > 0)
		lex->depth--;
	return token_at(lex, LEX_PUNCT, start);
}

static struct lex_token
take(struct lex *lex)
{
	const char *problem;
	struct lex_token token;

	if (lex->length > LEX_SOURCE_MAX) {
		lex->offset = lex->length = 0;
		return bad_at(lex, 0, "file larger than 1 MiB");
	}
	problem = skip_blanks(lex);
	if (problem != NULL) {
		token = bad_at(lex, lex->offset, problem);
		token.length = 1;
		skip_line(lex);
		return token;
	}
	if (lex->offset >= lex->length)
		return token_at(lex, LEX_END, lex->length);
	if (lex->source[lex->offset] == '\n') {
		lex->offset++;
		token = token_at(lex, LEX_NEWLINE, lex->offset - 1);
		lex->line++;
		lex->line_start = lex->offset;
		return token;
	}
	if (lex->source[lex->offset] == '"')
		return take_string(lex);
	if (is_punct(lex->source[lex->offset]))
		return take_punct(lex);
	return take_word(lex);
}

void
lex_init(struct lex *lex, const char *file, const char *source, size_t length)
{
	*lex = (struct lex){
	    .file = file,
	    .source = source != NULL ? source : "",
	    .length = source != NULL ? length : 0,
	    .line = 1,
	};
}

struct lex_token
lex_next(struct lex *lex)
{
	if (lex->peeked) {
		lex->peeked = false;
		return lex->ahead;
	}
	return take(lex);
}

struct lex_token
lex_peek(struct lex *lex)
{
	if (!lex->peeked) {
		lex->ahead = take(lex);
		lex->peeked = true;
	}
	return lex->ahead;
}

void
lex_skip_statement(struct lex *lex)
{
	struct lex_token token;

	lex->depth = 0;
	do {
		token = lex_next(lex);
		lex->depth = 0;
	} while (token.kind != LEX_NEWLINE && token.kind != LEX_END);
}

bool
lex_is(const struct lex_token *token, const char *text)
{
	return (token->kind == LEX_WORD || token->kind == LEX_PUNCT) &&
	       strlen(text) == token->length &&
	       memcmp(token->text, text, token->length) == 0;
}

long
lex_text(const struct lex_token *token, char *out, size_t size)
{
	const char *from = token->text;
	const char *end = from + token->length;
	size_t used = 0;

	if (token->kind == LEX_STRING) {
		from++;
		end--;
	} else if (token->kind != LEX_WORD) {
		return -1;
	}
	for (; from < end; from++) {
		if (token->kind == LEX_STRING && *from == '\\')
			from++;
		if (used + 1 >= size)
			return -1;
		out[used++] = *from;
	}
	if (size == 0)
		return -1;
	out[used] = '\0';
	return (long)used;
}
