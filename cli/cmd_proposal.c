/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/items.h"
#include "cli/nouns.h"
#include "cli/print.h"
#include "cli/proposal/proposal_apply.h"
#include "cli/proposal/proposal_sign.h"
#include "cli/proposal/proposal_verb.h"
#include "cli/proposal/proposals.h"
#include "lib/record/note.h"

#define PEOPLE_TEXT 512

/* ---- what a proposal is waiting for ---- */

/* Whose signatures verify, or, where nobody knows who may sign, nobody's. */
static unsigned
list_people(const struct bundle_dir *d, const struct signers *signers,
    char text_r[PEOPLE_TEXT])
{
	size_t used = 0, body = d->bundle.body;
	unsigned count = 0;

	text_r[0] = '\0';
	for (size_t i = 0; signers != NULL && i < signers->count; i++) {
		struct note_text lines = {
		    d->manifest + body + 1, d->manifest_size - body - 1};

		if (note_verify(&signers->key[i], d->manifest, body, lines) !=
		    NOTE_OK)
			continue;
		if (used < PEOPLE_TEXT)
			used += (size_t)snprintf(text_r + used,
			    PEOPLE_TEXT - used, "%s%s", count > 0 ? " " : "",
			    signers->key[i].name);
		count++;
	}
	return count;
}

static const char *
state_of(const struct bundle_dir *d, enum proposals_mark mark, unsigned people)
{
	unsigned needed = bundle_verb_people(bundle_verb_find(d->bundle.verb));

	if (mark == PROPOSALS_APPLIED)
		return "applied";
	if ((int64_t)time(NULL) >= d->bundle.expires_unix)
		return "expired";
	if (mark == PROPOSALS_BEGUN)
		return "begun";
	return people >= needed ? "signed" : "open";
}

/* ---- list ---- */

struct listing {
	struct items items;
	bool all;
	size_t count;
};

static int
show_item(void *arg, const struct bundle_dir *d, enum proposals_mark mark)
{
	const struct bundle *b = &d->bundle;
	struct listing *l = arg;
	char start[PROPOSALS_SHOWN + 1], people[PEOPLE_TEXT];
	struct signers *signers;
	const char *state;
	int status = proposal_find_signers(b->verb, &signers);

	if (status != 0)
		return status;
	state = state_of(d, mark, list_people(d, signers, people));
	proposal_free_signers(signers);
	if (!l->all &&
	    (strcmp(state, "applied") == 0 || strcmp(state, "expired") == 0))
		return 0;
	l->count++;
	snprintf(start, sizeof start, "%.12s", b->hash);
	items_open(&l->items);
	items_string(&l->items, "proposal", l->items.json ? b->hash : start);
	items_string(&l->items, "verb", b->verb);
	items_string(&l->items, "state", state);
	items_string(&l->items, "author", b->author);
	items_string(&l->items, "signed", people);
	items_string(&l->items, "reference", b->reference);
	items_time(&l->items, "expires", b->expires_unix * 1000);
	items_hide(&l->items);
	items_time(&l->items, "proposed", b->time_unix * 1000);
	items_close(&l->items);
	return 0;
}

static int
show_list(const struct proposals *q, struct listing *l, bool json)
{
	int status;

	items_begin(&l->items, json ? print_json_begin() : NULL, NULL,
	    "no proposal is open");
	status = proposals_each(q, show_item, l);
	if (status != 0) {
		items_drop(&l->items);
		return status;
	}
	status = items_end(&l->items);
	if (status == 0 && json)
		status = print_json_end();
	return status != 0 ? status : l->count > 0 ? CLI_YES : CLI_NO;
}

static int
run_list(int argc, char **argv)
{
	static const struct option options[] = {{"all", no_argument, NULL, 'a'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct listing l = {.all = false};
	struct proposals q;
	bool json = false;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'a')
			l.all = true;
		else
			json = true;
	}
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	status = proposals_find(&q);
	return status != 0 ? status : show_list(&q, &l, json);
}

/* ---- show ---- */

static void
write_all(const struct bundle *b, const char *state, const char *people)
{
	struct json_write *w = print_json_begin();

	json_write_object(w, NULL);
	proposal_write(w, b, "");
	json_write_string(w, "state", state);
	json_write_string(w, "signed", people);
	json_write_object(w, "arguments");
	for (size_t i = 0; i < b->argument_count; i++)
		json_write_string(w, b->argument[i].word, b->argument[i].value);
	json_write_object_end(w);
	json_write_object(w, "files");
	for (size_t i = 0; i < b->file_count; i++)
		json_write_string(w, b->file[i].name, b->file[i].hash);
	json_write_object_end(w);
	json_write_object_end(w);
}

static void
print_all(const struct bundle *b, const char *state, const char *people)
{
	char proposed[PRINT_TIME], expires[PRINT_TIME];

	print_time(b->time_unix * 1000, proposed);
	print_time(b->expires_unix * 1000, expires);
	printf("proposal   %s\nverb       %s\nstate      %s\n", b->hash,
	    b->verb, state);
	printf("author     %s\nreference  %s\nproposed   %s\nexpires    %s\n",
	    b->author, b->reference, proposed, expires);
	printf("signed     %s of %u needed\n",
	    people[0] != '\0' ? people : "by nobody who is known here",
	    bundle_verb_people(bundle_verb_find(b->verb)));
	for (size_t i = 0; i < b->argument_count; i++)
		printf("%-10s %s\n", b->argument[i].word, b->argument[i].value);
	for (size_t i = 0; i < b->file_count; i++)
		printf("file       %s %s\n", b->file[i].hash, b->file[i].name);
}

static int
show_one(const struct proposals *q, const struct bundle_dir *d, bool json)
{
	char people[PEOPLE_TEXT];
	enum proposals_mark mark;
	struct signers *signers;
	const char *state;
	int status = proposals_get(q, d->bundle.hash, &mark);

	if (status == 0)
		status = proposal_find_signers(d->bundle.verb, &signers);
	if (status != 0)
		return status;
	state = state_of(d, mark, list_people(d, signers, people));
	proposal_free_signers(signers);
	if (!json) {
		print_all(&d->bundle, state, people);
		return CLI_YES;
	}
	write_all(&d->bundle, state, people);
	return print_json_end();
}

static int
run_show(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct bundle_dir *d = calloc(1, sizeof *d);
	char path[PROPOSALS_PATH];
	struct proposals q;
	bool json = false;
	int c, status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = proposals_find(&q);
	while ((c = cli_option(argc, argv, options)) != -1)
		if (c == '?')
			status = CLI_UNKNOWN;
		else
			json = true;
	if (status == 0 && argc - optind != 1)
		status = cli_usage("give one PROPOSAL: its folder, or the "
				   "first digits of its hash");
	if (status == 0)
		status = proposals_locate(&q, argv[optind], path);
	if (status == 0)
		status = bundle_dir_read(d, path);
	if (status == 0)
		status = bundle_dir_match(d);
	if (status == 0)
		status = show_one(&q, d, json);
	bundle_dir_free(d);
	free(d);
	return status;
}

const struct cli_verb proposal_verbs_list[] = {
    {"list", run_list, "[--all] [--json]",
	"list the proposals that are not applied yet"},
    {"show", run_show, "[--json] PROPOSAL",
	"show a proposal, and its signatures"},
    {"sign", proposal_sign,
	"--key FILE [--name NAME] [--socket PATH] [--json] PROPOSAL",
	"sign another person's proposal"},
    {"apply", proposal_apply, "[--socket PATH] [--offline] [--json] PROPOSAL",
	"apply a proposal that enough people have signed"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_proposal(int argc, char **argv)
{
	return cli_dispatch(proposal_verbs_list, argc, argv);
}
