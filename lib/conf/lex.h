/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LEX_H
#define CONF_LEX_H

/*
 * The words of gatewayd.conf and of the access policy, and the errors about
 * them.  The source stays the caller's and must outlive the tokens.
 *
 *   word      any run of bytes but blanks, newline, " # ( ) { } + | ,
 *   string    "..." on one line; \" and \\ are the only escapes
 *   punct     one of ( ) { } + | ,
 *   newline   ends a statement; not seen inside ( ) nor after a trailing \
 *   comment   from # to the end of the line, never seen
 *
 * The source must be UTF-8 without control, invisible or direction-changing
 * characters, also in comments: what a reviewer sees is what is loaded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define LEX_SOURCE_MAX ((size_t)1 << 20)
#define LEX_TOKEN_MAX ((size_t)1024)
#define LEX_DEPTH_MAX 64u

enum lex_kind {
	LEX_WORD,
	LEX_STRING,
	LEX_PUNCT,
	LEX_NEWLINE,
	LEX_END,
	LEX_BAD, /* problem says why; the next token follows after it */
};

struct lex_token {
	enum lex_kind kind;
	unsigned line;	     /* from 1 */
	unsigned column;     /* from 1, in characters */
	const char *text;    /* into the source; a string with its quotes */
	size_t length;	     /* bytes of text */
	const char *problem; /* LEX_BAD only, static */
};

struct lex {
	const char *file; /* as errors show it */
	const char *source;
	size_t length;
	size_t offset;
	size_t line_start;
	unsigned line;
	unsigned depth; /* of open ( */
	bool peeked;
	struct lex_token ahead;
};

void lex_init(
    struct lex *lex, const char *file, const char *source, size_t length);

/* Takes the next token; past the end it is LEX_END for ever. */
struct lex_token lex_next(struct lex *lex);

/* Shows the token that lex_next() will take. */
struct lex_token lex_peek(struct lex *lex);

/*
 * After an error: takes tokens up to the end of this statement, out of all
 * open parentheses.  The newline itself is taken too.
 */
void lex_skip_statement(struct lex *lex);

/* True if the token is this word or this punctuation. */
bool lex_is(const struct lex_token *token, const char *text);

/*
 * Copies a word as it is, or a string without quotes and escapes, to out with
 * a NUL.  LEX_TOKEN_MAX + 1 bytes are always enough.
 * Returns the length, or -1 if size is too small or it is neither.
 */
long lex_text(const struct lex_token *token, char *out, size_t size);

#define LEX_ERRORS_MAX 100u
#define LEX_ERRORS_TEXT 32768u

/* One of them, for a program to read. */
struct lex_finding {
	bool warning;
	unsigned line, column;	  /* 0: of the file, of no line of it */
	size_t file, file_length; /* in errors->text, as the next two */
	size_t text, text_length; /* without mark, source line and caret */
};

/*
 * All that is wrong in one run, formatted:
 *
 *   prod.policy:12:9: unknown network "crop", did you mean "corp"?
 *     permit sre from crop to bastion
 *                     ^~~~
 */
struct lex_errors {
	unsigned count;	   /* of errors, also of those not kept */
	unsigned warnings; /* likewise */
	unsigned kept;
	size_t used; /* bytes of text, without its NUL */
	char text[LEX_ERRORS_TEXT];
	struct lex_finding finding[LEX_ERRORS_MAX]; /* those kept */
};

void lex_errors_init(struct lex_errors *errors);

/* Adds an error at a token of this lexer's source. */
void lex_error(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Likewise, marked "warning:", and not counted as an error. */
void lex_warning(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds an error that belongs to a file but to no line of it. */
void lex_error_file(struct lex_errors *errors, const char *file,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Likewise a warning. */
void lex_warning_file(struct lex_errors *errors, const char *file,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes all that was kept, and how many were not.  0, or -1 with errno. */
int lex_errors_print(const struct lex_errors *errors, FILE *stream);

#endif
