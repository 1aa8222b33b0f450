/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/json_write.h"
#include "lib/base/nearest.h"
#include "lib/base/utf8.h"
#include "lib/conf/lex.h"

/* What this run is about: set once, on the way to the verb. */
static const char *config;
static bool plain;
static const char *command_noun;
static const struct cli_verb *command;
static bool json;	       /* --json is among the words */
static char first_error[1024]; /* since it was last taken */

const char *
cli_config(void)
{
	return config;
}

void
cli_set_config(const char *path)
{
	config = path;
}

bool
cli_plain(void)
{
	return plain;
}

void
cli_set_plain(bool wanted)
{
	plain = wanted;
}

bool
cli_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return !plain && (no == NULL || *no == '\0');
}

/* Bytes of others that end up in our errors as well. */
static void
print_to(FILE *stream, const char *text)
{
	size_t left = strlen(text);
	const char *p = text;

	while (left > 0) {
		uint32_t code;
		size_t n = utf8_decode((const uint8_t *)p, left, &code);

		if (n == 0 || utf8_is_control(code)) {
			n = n ? n : 1;
			for (size_t i = 0; i < n; i++)
				fprintf(stream, "\\x%02x", (unsigned char)p[i]);
		} else {
			fwrite(p, 1, n, stream);
		}
		p += n;
		left -= n;
	}
}

void
cli_print(const char *text)
{
	print_to(stdout, text);
}

size_t
cli_width(const char *text)
{
	size_t left = strlen(text);
	size_t width = 0;

	while (left > 0) {
		uint32_t code;
		size_t n = utf8_decode((const uint8_t *)text, left, &code);

		width += n == 0			 ? sizeof "\\xff" - 1
			 : utf8_is_control(code) ? n * (sizeof "\\xff" - 1)
						 : utf8_width(code);
		text += n ? n : 1;
		left -= n ? n : 1;
	}
	return width;
}

static void
complain(const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof text, format, args);
	if (first_error[0] == '\0')
		memcpy(first_error, text, sizeof first_error);
	fputs("sallyport", stderr);
	if (command_noun)
		fprintf(stderr, " %s", command_noun);
	if (command)
		fprintf(stderr, " %s", command->name);
	fputs(": ", stderr);
	print_to(stderr, text);
	fputc('\n', stderr);
}

int
cli_fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	return status;
}

int
cli_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	if (command)
		fprintf(stderr, "usage: sallyport %s %s %s\n", command_noun,
		    command->name, command->arguments);
	else if (command_noun)
		fprintf(stderr, "`sallyport help %s` lists its verbs\n",
		    command_noun);
	else
		fputs("`sallyport help` lists all nouns\n", stderr);
	return CLI_UNKNOWN;
}

int
cli_fail_findings(int status, const char *what, const struct lex_errors *errors)
{
	const struct lex_finding *f = errors->finding;

	lex_errors_print(errors, stderr);
	while (f < errors->finding + errors->kept && f->warning)
		f++;
	if (f == errors->finding + errors->kept)
		return cli_fail(status, "%s cannot be used", what);
	return cli_fail(status, "%s has %u error%s; the first: %.*s:%u: %.*s",
	    what, errors->count, errors->count == 1 ? "" : "s",
	    (int)f->file_length, errors->text + f->file, f->line,
	    (int)f->text_length, errors->text + f->text);
}

const char *
cli_take_error(void)
{
	static char taken[sizeof first_error];

	memcpy(taken, first_error, sizeof taken);
	first_error[0] = '\0';
	return taken[0] != '\0' ? taken : NULL;
}

void
cli_print_failure(const char *name, const char *error, int status)
{
	char text[8 * sizeof first_error];
	struct json_write w;
	size_t len;

	json_write_init(&w, text, sizeof text);
	json_write_object(&w, NULL);
	if (name)
		json_write_string(&w, "name", name);
	json_write_string(&w, "error", error ? error : "unknown");
	json_write_int(&w, "status", status);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) == 0)
		printf("%.*s", (int)len, text);
}

void
cli_print_error(const char *name, int status)
{
	cli_print_failure(name, cli_take_error(), status);
}

/* Also where an option before it is wrong. */
static bool
asks_for_json(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

/* The only way out of a verb. */
static int
finish(int status)
{
	if (json && status != CLI_YES && first_error[0] != '\0') {
		cli_print_error(NULL, status);
		putchar('\n');
	}
	return status;
}

static void
help_verb(const struct cli_verb *v)
{
	printf("sallyport %s %s %s\n\t%s\n", command_noun, v->name,
	    v->arguments, v->summary);
}

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
	       strcmp(word, "-h") == 0;
}

/* "VERB ... --help" and -h, whatever stands before it. */
static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] == '-' && is_help(argv[i]))
			return true;
	return false;
}

static int
no_verb(const struct cli_verb *verbs, const char *word)
{
	struct nearest near = {0};

	for (const struct cli_verb *v = verbs; v->name; v++)
		nearest_try(&near, word, strlen(word), v->name);
	return near.name ? cli_usage("there is no verb \"%s\"; did you mean "
				     "\"%s\"?",
			       word, near.name)
			 : cli_usage("there is no verb \"%s\"", word);
}

int
cli_dispatch(const struct cli_verb *verbs, int argc, char **argv)
{
	command_noun = argv[0];
	json = asks_for_json(argc, argv);
	if (argc < 2)
		return cli_usage("give a verb");
	if (is_help(argv[1])) {
		for (const struct cli_verb *v = verbs; v->name; v++)
			help_verb(v);
		return CLI_YES;
	}
	for (const struct cli_verb *v = verbs; v->name; v++) {
		if (strcmp(v->name, argv[1]) != 0)
			continue;
		command = v;
		if (asks_for_help(argc, argv)) {
			help_verb(v);
			return CLI_YES;
		}
		optind = 0; /* getopt starts anew */
		opterr = 0;
		return finish(v->run(argc - 1, argv + 1));
	}
	return finish(no_verb(verbs, argv[1]));
}

int
cli_dispatch_only(const struct cli_verb *verbs, int argc, char **argv)
{
	char *words[8] = {argv[0], (char *)(uintptr_t)verbs->name};

	if (argc > 1 && argv[1][0] != '-')
		return cli_dispatch(verbs, argc, argv);
	if (argc > 6)
		return cli_dispatch(verbs, 1, argv);
	for (int i = 1; i < argc; i++)
		words[i + 1] = argv[i];
	return cli_dispatch(verbs, argc + 1, words);
}

/* The few that are known by a letter everywhere: -n NUMBER and -f. */
static const char *
letters(const struct option *options)
{
	static char text[8];
	size_t n = 0;

	text[n++] = ':';
	for (; options->name; options++) {
		if (strcmp(options->name, "lines") == 0) {
			text[n++] = 'n';
			text[n++] = ':';
		} else if (strcmp(options->name, "follow") == 0) {
			text[n++] = 'f';
		}
	}
	text[n] = '\0';
	return text;
}

int
cli_option(int argc, char **argv, const struct option *options)
{
	/* The word at fault: getopt has moved past it only when it ends. */
	int at = optind > 0 ? optind : 1;
	int c = getopt_long(argc, argv, letters(options), options, NULL);

	if (c == ':')
		cli_usage("%s needs a value", argv[optind - 1]);
	else if (c == '?')
		cli_usage("there is no option %s here",
		    optind > at ? argv[optind - 1] : argv[at]);
	return c == ':' ? '?' : c;
}

int
cli_socket_options(int argc, char **argv, const char **socket_r, bool *json_r)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	*socket_r = NULL;
	*json_r = false;
	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			*socket_r = optarg;
		else
			*json_r = true;
	}
	return 0;
}

int
cli_write_secret(const void *bytes, size_t len)
{
	const char *p = bytes;

	if (fflush(stdout) != 0)
		return -1;
	return file_write(STDOUT_FILENO, p, len);
}

static long
read_and_close(int fd, char *buf, size_t size)
{
	ssize_t n;

	if (fd < 0)
		return -1;
	n = file_read(fd, buf, size);
	close(fd);
	return (long)n;
}

long
cli_read(const char *path, char *buf, size_t size)
{
	return read_and_close(strcmp(path, "-") == 0
				  ? dup(STDIN_FILENO)
				  : open(path, O_RDONLY | O_CLOEXEC),
	    buf, size);
}

long
cli_read_listed(const char *path, char *buf, size_t size)
{
	return read_and_close(file_open(path), buf, size);
}

const char *
cli_read_problem(void)
{
	return errno == EINVAL ? "is no file but a FIFO, a socket or a device"
			       : strerror(errno);
}
