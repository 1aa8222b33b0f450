/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/cli.h"
#include "cli/completion.h"
#include "cli/nouns.h"
#include "lib/base/log.h"
#include "lib/base/nearest.h"

static int
help(void)
{
	puts("usage: sallyport [--config FILE] [--plain] NOUN VERB [options]\n"
	     "       sallyport help [NOUN]\n"
	     "       sallyport completion bash|zsh\n"
	     "       sallyport --version\n");
	for (const struct cli_noun *n = nouns; n->name; n++)
		printf("  %-9s %s\n", n->name, n->summary);
	puts("\nExit status: 0 yes, 1 no, 2 could not tell. "
	     "Verbs take --json where a script may read them.");
	return CLI_YES;
}

static int
no_noun(const char *word)
{
	struct nearest near = {0};

	for (const struct cli_noun *n = nouns; n->name; n++)
		nearest_try(&near, word, strlen(word), n->name);
	return near.name ? cli_usage("there is no noun \"%s\"; did you mean "
				     "\"%s\"?",
			       word, near.name)
			 : cli_usage("there is no noun \"%s\"", word);
}

static int
run_noun(int argc, char **argv)
{
	for (const struct cli_noun *n = nouns; n->name; n++)
		if (strcmp(n->name, argv[0]) == 0)
			return n->run(argc, argv);
	return no_noun(argv[0]);
}

static int
help_on(int argc, char **argv)
{
	char word[] = "help";
	char *args[] = {argc > 1 ? argv[1] : NULL, word, NULL};

	return args[0] ? run_noun(2, args) : help();
}

static int
run(int argc, char **argv)
{
	if (strcmp(argv[0], "help") == 0)
		return help_on(argc, argv);
	if (strcmp(argv[0], "completion") == 0)
		return completion_print(argc, argv);
	return run_noun(argc, argv);
}

/*
 * Seeds and tokens pass through here.  What we copy we wipe; libqrencode and
 * libcrypto have copies of their own, gone with this process: no core dump,
 * and nobody but root looks in.
 */
static void
keep_to_ourselves(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

/* Up to the noun; -1 to go on with argv[*at_r]. */
static int
global_options(int argc, char **argv, int *at_r)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--version") == 0) {
			puts("sallyport " SALLYPORT_VERSION);
			return CLI_YES;
		}
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return help();
		if (strcmp(argv[i], "--plain") == 0)
			cli_set_plain(true);
		else if (strncmp(argv[i], "--config=", 9) == 0)
			cli_set_config(argv[i] + 9);
		else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			cli_set_config(argv[++i]);
		else if (strcmp(argv[i], "--config") == 0)
			return cli_usage("--config needs a value");
		else
			return cli_usage(
			    "there is no option %s before the noun", argv[i]);
	}
	*at_r = i;
	return i < argc ? -1 : cli_usage("give a noun");
}

int
main(int argc, char **argv)
{
	int status;
	int at = argc;

	keep_to_ourselves();
	log_init("sallyport");
	status = global_options(argc, argv, &at);
	if (status < 0 && at < argc)
		status = run(argc - at, argv + at);
	/* A full disk or a closed pipe is not a yes. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_fail(CLI_UNKNOWN, "cannot write the answer");
	return status;
}
