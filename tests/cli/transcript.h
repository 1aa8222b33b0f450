/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CLI_TRANSCRIPT_H
#define TESTS_CLI_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#define TRANSCRIPT_ROOM (128 * 1024)

/*
 * What a person sees who types commands, as a text:
 *
 *	$ sallyport session end other
 *	! sallyport session end: other: no open session
 *	= 1
 *
 * Lines of standard error begin with "! ", and the exit status with "= ".
 */
struct transcript {
	int (*noun)(int argc, char **argv);
	bool program;	    /* the noun is the whole command */
	const char *socket; /* given with each command, not shown; or NULL */
	const char *folder; /* stands as FOLDER in commands and output; or NULL
			     */
	size_t len;
	char text[TRANSCRIPT_ROOM];
};

/* Runs each command, words with a space between them, and writes it down. */
void transcript_run(
    struct transcript *t, const char *const *commands, size_t count);
#define TRANSCRIPT(t, ...)                                    \
	transcript_run(t, (const char *const[]){__VA_ARGS__}, \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Holds it against tests/golden/cli/NAME. */
void transcript_compare(const struct transcript *t, const char *name);

#endif
