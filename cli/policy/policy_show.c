/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_show.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/policy/policy_words.h"
#include "lib/base/json_write.h"

static void
show_seconds(const char *name, uint32_t seconds)
{
	if (seconds != 0)
		printf("%-10s%u s\n", name, seconds);
}

static void
show_obligations(const struct policy_obligations *o)
{
	show_seconds("session", o->session_seconds);
	show_seconds("token", o->token_seconds);
	show_seconds("lease", o->lease_seconds);
	for (size_t i = 0; i < o->audience_count; i++) {
		fputs("audience  ", stdout);
		cli_print(o->audiences[i]);
		putchar('\n');
	}
}

static void
write_approval(struct json_write *w, const struct policy_quorum *approval)
{
	if (approval->count == 0)
		return;
	json_write_object(w, "approval");
	json_write_uint(w, "count", approval->count);
	if (approval->group != NULL)
		json_write_string(w, "of", approval->group);
	if (approval->within_seconds != 0)
		json_write_uint(w, "within_seconds", approval->within_seconds);
	json_write_object_end(w);
}

static void
write_way(struct json_write *w, const struct policy_way *way)
{
	const struct policy_obligations *o = way->obligations;
	char factors[POLICY_FACTORS_TEXT];

	json_write_object(w, NULL);
	json_write_string(
	    w, "factors", policy_factors_text(way->factors, factors));
	json_write_string(
	    w, "missing", policy_factors_text(way->missing, factors));
	json_write_bool(w, "grace", way->grace);
	write_approval(w, &way->approval);
	json_write_string(w, "rule", way->rule);
	json_write_string(w, "text", way->text);
	json_write_uint(w, "session_seconds", o->session_seconds);
	json_write_uint(w, "token_seconds", o->token_seconds);
	json_write_uint(w, "lease_seconds", o->lease_seconds);
	json_write_array(w, "audiences");
	for (size_t i = 0; i < o->audience_count; i++)
		json_write_string(w, NULL, o->audiences[i]);
	json_write_array_end(w);
	json_write_object_end(w);
}

static void
write_decision(struct json_write *w, const struct policy_decision *d)
{
	json_write_string(w, "decision", policy_words_outcome(d));
	json_write_string(w, "reason", policy_words_reason(d));
	json_write_string(w, "rule", d->rule);
	json_write_string(w, "text", d->text);
	json_write_array(w, "ways");
	for (size_t i = 0; i < d->way_count; i++)
		write_way(w, &d->ways[i]);
	json_write_array_end(w);
}

void
policy_show_decision(
    const struct policy_show *show, const struct policy_decision *d)
{
	char factors[POLICY_FACTORS_TEXT];

	if (show->json) {
		write_decision(show->json, d);
		return;
	}
	printf("decision  %s\nreason    %s\n", policy_words_outcome(d),
	    policy_words_reason(d));
	if (d->rule[0] != '\0') {
		printf("rule      %s: ", d->rule);
		cli_print(d->text);
		putchar('\n');
	}
	for (size_t i = 0; i < d->way_count; i++) {
		printf("way       %s",
		    policy_factors_text(d->ways[i].factors, factors));
		if (d->ways[i].missing != 0)
			printf(", missing %s",
			    policy_factors_text(d->ways[i].missing, factors));
		printf("%s (%s)\n", d->ways[i].grace ? ", to enrol only" : "",
		    d->ways[i].rule);
	}
	if (policy_words_enrols(d))
		puts("grace     the person enrols a factor, and this "
		     "login is still refused");
	else if (d->outcome == POLICY_PERMIT)
		show_obligations(d->ways[0].obligations);
}

struct condition {
	const char *name;
	enum policy_condition state;
};

static void
show_conditions(const struct condition *list, size_t count)
{
	const char *comma = "";

	for (size_t i = 0; i < count; i++) {
		if (list[i].state == POLICY_CONDITION_YES)
			continue;
		printf("%s%s%s", comma, list[i].name,
		    list[i].state == POLICY_CONDITION_UNKNOWN ? " (unknown)"
							      : "");
		comma = ", ";
	}
}

void
policy_show_rule(void *context, const struct policy_explanation *rule)
{
	const struct condition list[] = {
	    {"person", rule->person},
	    {"client network", rule->network},
	    {"host", rule->host},
	    {"service", rule->service},
	    {"hours", rule->time},
	    {"session age", rule->age},
	    {"factors", rule->factors},
	};
	static const char *const states[] = {"no", "unknown", "yes"};
	static const char *const keys[] = {
	    "person", "network", "host", "service", "time", "age", "factors"};
	struct policy_show *show = context;
	char factors[POLICY_FACTORS_TEXT];
	struct json_write *w = show->json;

	if (w) {
		json_write_object(w, NULL);
		json_write_string(w, "rule", rule->rule);
		json_write_string(w, "text", rule->text);
		json_write_bool(w, "matches", rule->matches);
		for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
			json_write_string(w, keys[i], states[list[i].state]);
		json_write_string(
		    w, "missing", policy_factors_text(rule->missing, factors));
		json_write_object_end(w);
		return;
	}
	printf("%s: ", rule->rule);
	cli_print(rule->text);
	if (!rule->matches)
		fputs("\n    does not match; would have to change: ", stdout);
	else
		fputs(
		    rule->deny ? "\n    matches, and denies" : "\n    matches",
		    stdout);
	show_conditions(list, rule->matches ? 0 : sizeof list / sizeof list[0]);
	if (rule->missing != 0 && (!rule->deny || rule->matches))
		printf("%s%s",
		    rule->deny	    ? " without: "
		    : rule->matches ? ", if proven: "
				    : ", proven: ",
		    policy_factors_text(rule->missing, factors));
	putchar('\n');
}

void
policy_show_access(void *context, const struct policy_access *access)
{
	struct policy_show *show = context;
	char example[POLICY_WITNESS_TEXT];

	policy_witness_text(access->witness, example);
	items_open(&show->items);
	items_string(&show->items, "person", access->person);
	items_string(&show->items, "factors", access->factors);
	items_string(&show->items, "rule", access->rule);
	items_string(&show->items, "text", access->text);
	items_hide(&show->items);
	items_string(&show->items, "example", example);
	items_close(&show->items);
}

void
policy_show_difference(
    void *context, const struct policy_difference *difference)
{
	struct policy_show *show = context;
	char example[POLICY_WITNESS_TEXT];
	struct json_write *w = show->json;

	policy_witness_text(difference->witness, example);
	if (w) {
		json_write_object(w, NULL);
		json_write_bool(w, "permitted", difference->permitted);
		json_write_bool(w, "obligations", difference->obligations);
		json_write_string(w, "factors", difference->factors);
		json_write_string(w, "rule", difference->rule);
		json_write_string(w, "text", difference->text);
		json_write_string(w, "deny",
		    difference->obligations ? "" : difference->other);
		json_write_string(w, "deny_text",
		    difference->obligations ? "" : difference->other_text);
		json_write_string(w, "new_rule",
		    difference->obligations ? difference->other : "");
		json_write_string(w, "new_text",
		    difference->obligations ? difference->other_text : "");
		json_write_string(w, "example", example);
		json_write_object_end(w);
		return;
	}
	printf("%s with %s\n    by %s%s: ",
	    difference->obligations ? "other obligations"
	    : difference->permitted ? "now permitted"
				    : "no longer permitted",
	    difference->factors,
	    difference->permitted && !difference->obligations ? "new " : "old ",
	    difference->rule);
	cli_print(difference->text);
	if (difference->other[0] != '\0') {
		printf(
		    "\n    %s %s%s: ", difference->obligations ? "by" : "where",
		    difference->permitted && !difference->obligations ? "old "
								      : "new ",
		    difference->other);
		cli_print(difference->other_text);
	}
	fputs("\n    for example: ", stdout);
	cli_print(example);
	putchar('\n');
}

/* What was proved and reviewed is of a rule, whose place is FILE:LINE. */
static size_t
split_place(const char *file, size_t length, unsigned *line_r)
{
	unsigned long line = 0, unit = 1;
	size_t at = length;

	for (; at > 0 && file[at - 1] >= '0' && file[at - 1] <= '9' &&
	       length - at < 9;
	     at--, unit *= 10)
		line += (unsigned long)(file[at - 1] - '0') * unit;
	if (at == length || at < 2 || file[at - 1] != ':')
		return length;
	*line_r = (unsigned)line;
	return at - 1;
}

static void
write_finding(struct json_write *w, const struct lex_errors *errors,
    const struct lex_finding *f)
{
	const char *file = errors->text + f->file;
	size_t length = f->file_length;
	unsigned line = f->line;

	if (line == 0)
		length = split_place(file, length, &line);
	json_write_object(w, NULL);
	json_write_string(w, "finding", f->warning ? "warning" : "error");
	json_write_bytes(w, "file", file, length);
	if (line > 0)
		json_write_uint(w, "line", line);
	if (f->column > 0)
		json_write_uint(w, "column", f->column);
	json_write_bytes(w, "text", errors->text + f->text, f->text_length);
	json_write_object_end(w);
}

void
policy_show_findings(
    const struct policy_show *show, const struct lex_errors *errors)
{
	json_write_array(show->json, "findings");
	for (unsigned i = 0; i < errors->kept; i++)
		write_finding(show->json, errors, &errors->finding[i]);
	json_write_array_end(show->json);
}

void
policy_show_row(void *context, const struct policy_table_row *row)
{
	struct policy_show *show = context;
	struct json_write *w = show->json;

	json_write_object(w, NULL);
	json_write_string(w, "file", row->file);
	json_write_uint(w, "line", row->line);
	json_write_bool(w, "passed", row->passed);
	json_write_string(w, "expected", row->expected);
	json_write_string(w, "because", row->because);
	json_write_string(w, "got", row->got);
	json_write_string(w, "reason", row->reason);
	json_write_string(w, "rule", row->rule);
	json_write_string(w, "text", row->text);
	json_write_object_end(w);
	show->rows_failed += !row->passed;
}
