/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/nouns.h"

/* What a script is made of, from the tables of the help. */
struct shell {
	const char *name;
	const char *head, *tail;
	/* around the words of a place: "" the nouns, "NOUN " its verbs,
	 * "NOUN VERB" its options */
	const char *open, *end;
	void (*word)(const char *word, const char *summary);
};

/* Inside single quotes. */
static void
quote(const char *text, const char *also)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(also, *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void
bash_word(const char *word, const char *summary)
{
	(void)summary;
	printf(" %s", word);
}

static void
zsh_word(const char *word, const char *summary)
{
	fputs(" '", stdout);
	quote(word, ":");
	if (summary != NULL) {
		putchar(':');
		quote(summary, "");
	}
	putchar('\'');
}

static const struct shell shells[] = {
    {"bash",
	"# bash completion of sallyport, made by `sallyport completion "
	"bash`\n"
	"_sallyport() {\n"
	"\tlocal noun= verb= words= i\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n"
	"\t\t--config) ((i++)) ;;\n"
	"\t\t-*) ;;\n"
	"\t\t*)\n"
	"\t\t\tif [ -z \"$noun\" ]; then noun=${COMP_WORDS[i]}\n"
	"\t\t\telif [ -z \"$verb\" ]; then verb=${COMP_WORDS[i]}; fi ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcase \"$noun $verb\" in\n",
	"\tesac\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	"\"${COMP_WORDS[COMP_CWORD]}\")\n"
	"}\n"
	"complete -o default -F _sallyport sallyport\n",
	"words='", "' ;;\n", bash_word},
    {"zsh",
	"#compdef sallyport\n"
	"# made by `sallyport completion zsh`\n"
	"_sallyport() {\n"
	"\tlocal noun= verb= i\n"
	"\tlocal -a list\n"
	"\tfor ((i = 2; i < CURRENT; i++)); do\n"
	"\t\tcase $words[i] in\n"
	"\t\t--config) ((i++)) ;;\n"
	"\t\t-*) ;;\n"
	"\t\t*)\n"
	"\t\t\tif [[ -z $noun ]]; then noun=$words[i]\n"
	"\t\t\telif [[ -z $verb ]]; then verb=$words[i]; fi ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcase \"$noun $verb\" in\n",
	"\tesac\n"
	"\t_describe sallyport list || _files\n"
	"}\n"
	"_sallyport \"$@\"\n",
	"list=(", ") ;;\n", zsh_word},
};

static void
begin_place(const struct shell *s, const char *noun, const char *verb)
{
	printf("\t'%s %s') %s", noun, verb, s->open);
}

/* The options of a verb are in its arguments: "[--json] USER". */
static void
print_options(const struct shell *s, const char *arguments)
{
	for (const char *p = strstr(arguments, "--"); p != NULL;
	     p = strstr(p, "--")) {
		char word[64] = "--";
		size_t n = 2;

		for (p += 2; islower((unsigned char)*p) || *p == '-'; p++)
			if (n < sizeof word - 1)
				word[n++] = *p;
		if (n > 2)
			s->word(word, NULL);
	}
	s->word("--help", NULL);
}

static void
print_places(const struct shell *s)
{
	begin_place(s, "", "");
	for (const struct cli_noun *n = nouns; n->name; n++)
		s->word(n->name, n->summary);
	s->word("completion", "print a script that completes for a shell");
	s->word("help", "list nouns, or the verbs of a noun");
	s->word("--config", NULL);
	s->word("--help", NULL);
	s->word("--plain", NULL);
	s->word("--version", NULL);
	fputs(s->end, stdout);
	for (const struct cli_noun *n = nouns; n->name; n++) {
		begin_place(s, n->name, "");
		for (const struct cli_verb *v = n->verbs; v->name; v++)
			s->word(v->name, v->summary);
		fputs(s->end, stdout);
		for (const struct cli_verb *v = n->verbs; v->name; v++) {
			begin_place(s, n->name, v->name);
			print_options(s, v->arguments);
			fputs(s->end, stdout);
		}
	}
	begin_place(s, "help", "");
	for (const struct cli_noun *n = nouns; n->name; n++)
		s->word(n->name, n->summary);
	fputs(s->end, stdout);
	begin_place(s, "completion", "");
	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
		s->word(shells[i].name, NULL);
	fputs(s->end, stdout);
}

int
completion_print(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
		if (argc != 2 || strcmp(shells[i].name, argv[1]) != 0)
			continue;
		fputs(shells[i].head, stdout);
		print_places(&shells[i]);
		fputs(shells[i].tail, stdout);
		return CLI_YES;
	}
	return cli_usage("give one shell: bash or zsh");
}
