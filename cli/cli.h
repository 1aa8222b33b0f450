/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every noun of the sallyport command shares.  A noun is a file
 * cli/cmd_<noun>.c with int cmd_<noun>(int argc, char **argv): argv[0] is the
 * noun, argv[1] the verb.  It is listed in cli/nouns.c.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Exit status: the answer to the question that was asked.  CLI_NO is an answer
 * that somebody gave who knows; whoever could not ask, or was not understood,
 * has no answer.
 */
enum cli_status {
	CLI_YES = 0,	/* yes; done */
	CLI_NO = 1,	/* no; refused */
	CLI_UNKNOWN = 2 /* could not tell; a usage error too */
};

#define CLI_CONFIG SALLYPORT_SYSCONFDIR "/sallyport/gatewayd.conf"
#define CLI_RUNTIME "/run/sallyport"

struct cli_verb {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the verb */
	const char *arguments;		   /* "USER ID [--json]" */
	const char *summary;
};

/*
 * Finds argv[1] among the verbs (the last one has no name) and runs it; for
 * "help" says what they are, and for "VERB --help" what that one is.
 */
int cli_dispatch(const struct cli_verb *verbs, int argc, char **argv);

/*
 * getopt_long(3) in our words: the option's value, -1 when there are no more,
 * '?' after having said what was wrong (the caller returns CLI_UNKNOWN).
 * Operands are left at argv[optind].
 */
int cli_option(int argc, char **argv, const struct option *options);

/*
 * The options of a verb that has --socket PATH and --json and no more: 0, or
 * CLI_UNKNOWN after having said what was wrong.
 */
int cli_socket_options(
    int argc, char **argv, const char **socket_r, bool *json_r);

/* "sallyport token get: ..." to standard error; returns the status. */
int cli_fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same and how the verb is used; CLI_UNKNOWN. */
int cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each finding to standard error, and one that says how many there are and
 * which is the first: "the policy has 2 errors; the first: ..." */
struct lex_errors;
int cli_fail_findings(
    int status, const char *what, const struct lex_errors *errors);

/*
 * With --json a failure is an object with "error" on standard output: what was
 * said to standard error first.  cli_dispatch() prints it at the end, unless
 * the verb did so before, in a list of its own.  The line is not ended.
 */
void cli_print_error(const char *name, int status); /* name NULL: no "name" */
const char *cli_take_error(void); /* NULL: nothing was said since */

/* Text of others to standard output: nothing in it moves the cursor. */
void cli_print(const char *text);
/* The columns that this takes on a terminal. */
size_t cli_width(const char *text);

/* Written whole to standard output, past stdio and its buffers: secrets. */
int cli_write_secret(const void *bytes, size_t len);

/* A whole file or, for "-", standard input: at most size bytes, or -1. */
long cli_read(const char *path, char *buf, size_t size);
/* Likewise a file of a folder that was listed: one that nobody named is not
 * waited for, so what is no regular file is an error. */
long cli_read_listed(const char *path, char *buf, size_t size);
/* Why, after -1 of that. */
const char *cli_read_problem(void);

/* --config; NULL when it was not given. */
const char *cli_config(void);
void cli_set_config(const char *path);

#endif
