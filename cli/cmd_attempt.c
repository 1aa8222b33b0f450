/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/items.h"
#include "cli/nouns.h"
#include "cli/print.h"
#include "cli/records.h"
#include "lib/base/reason.h"
#include "lib/record/record.h"

/* ---- show ---- */

static void
show_in_words(const struct msg_AUDIT_APPEND_REQ *r)
{
	unsigned reason = reason_find(r->reason);
	const char *outcome = record_outcome_name(r->outcome);
	char when[PRINT_TIME];

	print_time(r->time_ms, when);
	printf("%s  %s: ", when, outcome != NULL ? outcome : "?");
	cli_print(r->name[0] != '\0' ? r->name : "nobody who is known");
	if (r->client[0] != '\0') {
		fputs(" from ", stdout);
		cli_print(r->client);
	}
	if (r->service[0] != '\0') {
		fputs(" by ", stdout);
		cli_print(r->service);
	}
	fputs("\n  reason         ", stdout);
	cli_print(r->reason);
	if ((reason & REASON_LEASE) != 0)
		fputs(
		    "\n  what happened  The session was not renewed.", stdout);
	if (*reason_meaning(reason))
		printf("\n  what happened  %s", reason_meaning(reason));
	if (*reason_help(reason))
		printf("\n  what to do     %s", reason_help(reason));
	putchar('\n');
}

static void
write_in_words(struct items *items, const struct record_parsed *parsed,
    const char *outcome)
{
	const struct msg_AUDIT_APPEND_REQ *r = &parsed->record;
	unsigned reason = reason_find(r->reason);

	items_open(items);
	items_uint(items, "sequence", parsed->place.sequence);
	items_time(items, "time", r->time_ms);
	items_string(items, "outcome", outcome != NULL ? outcome : "?");
	items_string(items, "name", r->name);
	items_string(items, "client", r->client);
	items_string(items, "service", r->service);
	items_string(items, "reference", r->reference);
	items_string(items, "reason", r->reason);
	items_string(items, "meaning", reason_meaning(reason));
	items_string(items, "help", reason_help(reason));
	items_close(items);
}

static int
show_one(struct records *r, const struct log_line *line)
{
	if (record_parse(line->text, line->len, &r->parsed) < 0)
		return cli_fail(CLI_UNKNOWN,
		    "record %llu is malformed: sallyport audit verify",
		    (unsigned long long)line->sequence);
	if (r->json)
		write_in_words(r->items, &r->parsed,
		    record_outcome_name(r->parsed.record.outcome));
	else
		show_in_words(&r->parsed.record);
	return 0;
}

/* The reference that a person was shown, looked up where it all is. */
static int
attempt_show(int argc, char **argv)
{
	struct records r = {.each = show_one};
	struct items items;
	const char *told;
	int status;

	if (records_options(argc, argv, &told, &r.json) != 0)
		return CLI_UNKNOWN;
	if (r.json)
		items_begin(&items, print_json_begin(), NULL, "");
	r.items = &items;
	status = records_find(told, argv[optind], &r);
	if (status != 0 || !r.json)
		return status;
	items_end(&items);
	return print_json_end();
}

/* ---- explain ---- */

static void
explain(struct items *items, unsigned reason)
{
	char word[REASON_MAX + 1];

	reason_write(reason, word);
	items_open(items);
	items_string(items, "reason", word);
	items_string(items, "meaning", reason_meaning(reason));
	items_string(items, "help", reason_help(reason));
	items_close(items);
}

static int
attempt_explain(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct items items;
	bool json = false;
	unsigned reason;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		json = true;
	}
	if (argc - optind > 1)
		return cli_usage("give one REASON, or none for all of them");
	reason = optind < argc ? reason_find(argv[optind]) : REASON_NONE;
	if (optind < argc && reason == REASON_NONE)
		return cli_fail(CLI_NO,
		    "there is no reason \"%s\"; "
		    "`sallyport attempt explain` lists all",
		    argv[optind]);
	items_begin(&items, json ? print_json_begin() : NULL, NULL, "");
	if (reason != REASON_NONE)
		explain(&items, reason);
	for (unsigned i = 1; reason == REASON_NONE && i < REASON_COUNT; i++)
		explain(&items, i);
	status = items_end(&items);
	return status == 0 && json ? print_json_end() : status;
}

const struct cli_verb attempt_verbs[] = {
    {"show", attempt_show, "[--dir DIR] [--json] REFERENCE",
	"explain an attempt, and say what can be done"},
    {"explain", attempt_explain, "[--json] [REASON]",
	"explain a reason, and say what can be done"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_attempt(int argc, char **argv)
{
	return cli_dispatch(attempt_verbs, argc, argv);
}
