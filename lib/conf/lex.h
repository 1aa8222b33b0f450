/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LEX_H
#define CONF_LEX_H

/*
 * The lexer of gatewayd.conf and of the access policy, and their errors.  The
 * lexer does not copy the source: it must outlive the tokens.
 *
 *   word      a run of bytes without blanks, newline, " # ( ) { } + | ,
 *   string    "..." on one line; \" and \\ are the only escapes
 *   punct     one of ( ) { } + | ,
 *   newline   ends a statement; ignored inside ( ) and after a trailing \
 *   comment   from # to the end of the line; ignored
 *
 * The source must be UTF-8 without control, invisible or direction-changing
 * characters, even in comments.  So the text that a reviewer sees is the text
 * that is loaded.
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
	LEX_BAD, /* no token: problem says why; lexing continues after it */
};

struct lex_token {
	enum lex_kind kind;
	unsigned line;	     /* from 1 */
	unsigned column;     /* from 1, in characters */
	const char *text;    /* in the source; a string with its quotes */
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

/* Takes the next token.  At the end of the source it is always LEX_END. */
struct lex_token lex_next(struct lex *lex);

/* Returns the token that lex_next() will take. */
struct lex_token lex_peek(struct lex *lex);

/*
 * After an error: takes all tokens of this statement, out of all open
 * parentheses, and its newline.
 */
void lex_skip_statement(struct lex *lex);

/* True if the token is this word or this punctuation. */
bool lex_is(const struct lex_token *token, const char *text);

/*
 * Copies a word as it is, or a string without its quotes and escapes, and a
 * NUL.  LEX_TOKEN_MAX + 1 bytes are always enough.
 * Returns the length, or -1 if size is too small or the token is neither.
 */
long lex_text(const struct lex_token *token, char *out, size_t size);

#define LEX_ERRORS_MAX 100u
#define LEX_ERRORS_TEXT 32768u

/* One error or warning, for a program to read. */
struct lex_finding {
	bool warning;
	unsigned line, column;	  /* 0: about the whole file */
	size_t file, file_length; /* the file's name, in errors->text */
	size_t text, text_length; /* the message, in errors->text */
};

/*
 * All errors and warnings of one run, formatted:
 *
 *   prod.policy:12:9: unknown network "crop", did you mean "corp"?
 *     permit sre from crop to bastion
 *                     ^~~~
 */
struct lex_errors {
	unsigned count;	   /* all errors */
	unsigned warnings; /* all warnings */
	unsigned kept;	   /* errors and warnings for which there was room */
	size_t used;	   /* bytes of text, without its NUL */
	char text[LEX_ERRORS_TEXT];
	struct lex_finding finding[LEX_ERRORS_MAX]; /* kept of them */
};

void lex_errors_init(struct lex_errors *errors);

/* Adds an error at a token of this lexer's source. */
void lex_error(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a warning at a token: the text begins with "warning:". */
void lex_warning(struct lex_errors *errors, const struct lex *lex,
    const struct lex_token *token, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds an error about a whole file. */
void lex_error_file(struct lex_errors *errors, const char *file,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds a warning about a whole file. */
void lex_warning_file(struct lex_errors *errors, const char *file,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes those that were kept, and the number of the others.  0, or -1 with
 * errno. */
int lex_errors_print(const struct lex_errors *errors, FILE *stream);

#endif
