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
 * The exit status answers the user's question.  CLI_NO is a real answer: the
 * gateway or the log said no.  Without an answer the status is CLI_UNKNOWN,
 * also when the command line was wrong.
 */
enum cli_status {
	CLI_YES = 0,	/* yes, or done */
	CLI_NO = 1,	/* no, or refused */
	CLI_UNKNOWN = 2 /* there is no answer, or a usage error */
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
 * Finds the verb argv[1] and runs it.  The last one of verbs has no name.  For
 * "help" prints all of them, for "VERB --help" that one.
 */
int cli_dispatch(const struct cli_verb *verbs, int argc, char **argv);
/* The same for a noun whose one verb goes without saying. */
int cli_dispatch_only(const struct cli_verb *verbs, int argc, char **argv);

/*
 * getopt_long(3) with our own messages.  Returns the option's value, or -1 when
 * there are no more.  Returns '?' after it has printed an error; the caller
 * then returns CLI_UNKNOWN.  Operands are at argv[optind].
 */
int cli_option(int argc, char **argv, const struct option *options);

/*
 * Reads the options of a verb that has --socket PATH and --json only.  0, or
 * CLI_UNKNOWN after it has printed an error.
 */
int cli_socket_options(
    int argc, char **argv, const char **socket_r, bool *json_r);

/* Prints "sallyport token get: ..." to standard error.  Returns the status. */
int cli_fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, with the usage of the verb.  Returns CLI_UNKNOWN. */
int cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints all findings to standard error, then a line with their number and the
 * first one: "the policy has 2 errors; the first: ..." */
struct lex_errors;
int cli_fail_findings(
    int status, const char *what, const struct lex_errors *errors);

/*
 * With --json a failure is an object on standard output.  Its "error" is the
 * first message on standard error.  cli_dispatch() prints the object at the
 * end, unless the verb did so in a list of its own.  No newline follows.
 */
void cli_print_error(const char *name, int status); /* name NULL: no "name" */
/* The same with a text that is on standard error no more than once. */
void cli_print_failure(const char *name, const char *error, int status);
const char *cli_take_error(void); /* NULL: no message since the last call */

/* Prints foreign text.  Characters that could move the cursor are escaped. */
void cli_print(const char *text);
/* The columns that cli_print() of the text takes on a terminal. */
size_t cli_width(const char *text);

/* Writes a secret to standard output, without the buffers of stdio. */
int cli_write_secret(const void *bytes, size_t len);

/* Reads a whole file, or standard input for "-".  Returns its length, at most
 * size, or -1. */
long cli_read(const char *path, char *buf, size_t size);
/* The same for a file that was found in a folder.  It must be a regular file:
 * nobody named it, so the command must not wait for a pipe. */
long cli_read_listed(const char *path, char *buf, size_t size);
/* The reason of the last -1. */
const char *cli_read_problem(void);

/* The value of --config, or NULL. */
const char *cli_config(void);
void cli_set_config(const char *path);

/* --plain: no colour, no drawing, nothing that moves a cursor. */
bool cli_plain(void);
void cli_set_plain(bool plain);
/* Colour may be used: not --plain, and not NO_COLOR (no-color.org). */
bool cli_colour(void);

#endif
