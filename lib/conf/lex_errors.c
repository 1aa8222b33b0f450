/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <string.h>

#include "lib/conf/lex.h"

#define FILE_MAX 400  /* bytes of a file's name that an error shows */
#define SHOWN_MAX 160 /* bytes of a source line that an error shows */

void
lex_errors_init(struct lex_errors *errors)
{
	errors->count = errors->warnings = errors->kept = 0;
	errors->used = 0;
	errors->text[0] = '\0';
}

/* All of it or nothing: a half message would be worse than the count. */
static void
append(struct lex_errors *errors, const char *message,
    const struct lex_finding *finding)
{
	struct lex_finding *f = &errors->finding[errors->kept];
	size_t length = strlen(message);

	if (errors->kept >= LEX_ERRORS_MAX ||
	    length >= sizeof errors->text - errors->used)
		return;
	memcpy(errors->text + errors->used, message, length + 1);
	*f = *finding;
	f->file += errors->used;
	f->text += errors->used;
	errors->used += length;
	errors->kept++;
}

static size_t
put(char *out, size_t size, size_t used, char c)
{
	if (used + 1 < size)
		out[used++] = c;
	out[used] = '\0';
	return used;
}

/* A byte of the source as it may safely go to a terminal or a log. */
static char
shown(const struct lex_token *token, const char *at)
{
	unsigned char c = (unsigned char)*at;

	if (c == '\t')
		return '\t';
	if (c < ' ' || c == 0x7f)
		return '?';
	if (c >= 0x80 && token->kind == LEX_BAD)
		return '?';
	return (char)c;
}

/* The source line of the token and a caret line below it. */
static size_t
put_source_line(char *out, size_t size, size_t used, const struct lex *lex,
    const struct lex_token *token)
{
	const char *end = lex->source + lex->length;
	const char *start = token->text;
	const char *from, *at;

	while (start > lex->source && start[-1] != '\n')
		start--;
	from = start;
	if (token->text - start > SHOWN_MAX / 2)
		from = token->text - SHOWN_MAX / 2;
	while (from > start && ((unsigned char)*from & 0xc0) == 0x80)
		from--;
	used = put(out, size, used, ' ');
	used = put(out, size, used, ' ');
	for (at = from;
	     at < end && *at != '\n' &&
	     (at - from < SHOWN_MAX || ((unsigned char)*at & 0xc0) == 0x80);
	     at++)
		used = put(out, size, used, shown(token, at));
	used = put(out, size, used, '\n');
	used = put(out, size, used, ' ');
	used = put(out, size, used, ' ');
	for (const char *c = from; c < token->text; c++) {
		if (((unsigned char)*c & 0xc0) != 0x80 ||
		    shown(token, c) == '?')
			used = put(out, size, used, *c == '\t' ? '\t' : ' ');
	}
	used = put(out, size, used, '^');
	for (const char *c = token->text + 1;
	     token->kind != LEX_NEWLINE && c < token->text + token->length &&
	     c < at;
	     c++) {
		if (((unsigned char)*c & 0xc0) != 0x80)
			used = put(out, size, used, '~');
	}
	return put(out, size, used, '\n');
}

struct place {
	const struct lex *lex;
	const struct lex_token *token;
};

__attribute__((format(printf, 4, 0))) static void
add(struct lex_errors *errors, struct place at, const char *mark,
    const char *format, va_list arguments)
{
	const struct lex *lex = at.lex;
	const struct lex_token *token = at.token;
	char message[2048 + 4 * SHOWN_MAX];
	struct lex_finding finding = {.warning = mark[0] != '\0',
	    .line = token->line,
	    .column = token->column,
	    .file_length = strnlen(lex->file, FILE_MAX)};
	size_t used;
	int n;

	n = snprintf(message, 600, "%.400s:%u:%u: %s", lex->file, token->line,
	    token->column, mark);
	finding.text = used = n < 0 ? 0 : (size_t)n < 600 ? (size_t)n : 599;
	n = vsnprintf(message + used, 1200, format, arguments);
	used += n < 0 ? 0 : (size_t)n < 1200 ? (size_t)n : 1199;
	finding.text_length = used - finding.text;
	used = put(message, sizeof message, used, '\n');
	put_source_line(message, sizeof message, used, lex, token);
	append(errors, message, &finding);
}

void
lex_error(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
{
	va_list arguments;

	errors->count++;
	va_start(arguments, format);
	add(errors, (struct place){lex, token}, "", format, arguments);
	va_end(arguments);
}

void
lex_warning(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
{
	va_list arguments;

	errors->warnings++;
	va_start(arguments, format);
	add(errors, (struct place){lex, token}, "warning: ", format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 4, 0))) static void
add_file(struct lex_errors *errors, const char *file, const char *mark,
    const char *format, va_list arguments)
{
	char message[2048];
	struct lex_finding finding = {
	    .warning = mark[0] != '\0', .file_length = strnlen(file, FILE_MAX)};
	size_t used;
	int n;

	n = snprintf(message, 600, "%.400s: %s", file, mark);
	finding.text = used = n < 0 ? 0 : (size_t)n;
	n = vsnprintf(message + used, 1200, format, arguments);
	used += n < 0 ? 0 : (size_t)n < 1200 ? (size_t)n : 1199;
	finding.text_length = used - finding.text;
	put(message, sizeof message, used, '\n');
	append(errors, message, &finding);
}

void
lex_error_file(
    struct lex_errors *errors, const char *file, const char *format, ...)
{
	va_list arguments;

	errors->count++;
	va_start(arguments, format);
	add_file(errors, file, "", format, arguments);
	va_end(arguments);
}

void
lex_warning_file(
    struct lex_errors *errors, const char *file, const char *format, ...)
{
	va_list arguments;

	errors->warnings++;
	va_start(arguments, format);
	add_file(errors, file, "warning: ", format, arguments);
	va_end(arguments);
}

int
lex_errors_print(const struct lex_errors *errors, FILE *stream)
{
	unsigned all = errors->count + errors->warnings;

	if (fputs(errors->text, stream) == EOF)
		return -1;
	if (all > errors->kept &&
	    fprintf(stream, "and %u more\n", all - errors->kept) < 0)
		return -1;
	return 0;
}
