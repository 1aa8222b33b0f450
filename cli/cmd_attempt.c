/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/nouns.h"

#define WORDS_MAX 16

/* The reference that a person was shown, looked up where it all is. */
static int
attempt_show(int argc, char **argv)
{
	char noun[] = "audit";
	char *words[WORDS_MAX + 2] = {noun};

	if (argc > WORDS_MAX)
		return cli_usage("give one REFERENCE");
	for (int i = 0; i < argc; i++)
		words[i + 1] = argv[i];
	return cmd_audit(argc + 1, words);
}

const struct cli_verb attempt_verbs[] = {
    {"show", attempt_show, "[--json] REFERENCE",
	"print the records of an attempt, by its reference"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_attempt(int argc, char **argv)
{
	return cli_dispatch(attempt_verbs, argc, argv);
}
