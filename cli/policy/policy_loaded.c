/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_loaded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

/* What each record of these has; few others do, and those are looked at. */
static const char *const outcomes[] = {"\"outcome\":\"loaded\"",
    "\"outcome\":\"applied\"", "\"outcome\":\"restored\"",
    "\"outcome\":\"emergency\""};

/* A policy that came into force without this command. */
struct load {
	struct policy_applied what;
	char before[BUNDLE_HASH_TEXT]; /* what was applied next; "" for none */
};

struct loaded {
	struct load *list;
	size_t count, room;
	size_t open; /* the first one that nothing was applied after */
	struct record_parsed record;
};

static struct load *
grow(struct loaded *l)
{
	size_t room = l->room == 0 ? 64 : 2 * l->room;
	struct load *list;

	if (l->count < l->room)
		return &l->list[l->count];
	list = realloc(l->list, room * sizeof *list);
	if (list == NULL)
		return NULL;
	l->list = list;
	l->room = room;
	return &list[l->count];
}

static bool
is_near(const struct log_line *line)
{
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
		if (memmem(line->text, line->len, outcomes[i],
			strlen(outcomes[i])) != NULL)
			return true;
	return false;
}

static int
take_load(struct loaded *l, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct load *load = grow(l);
	struct policy_applied *a;

	if (load == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	*load = (struct load){.what.step = POLICY_LOADED};
	a = &load->what;
	a->time_unix = r->time_ms / 1000;
	snprintf(a->bundle, sizeof a->bundle, "%s", r->bundle);
	snprintf(a->reviewer, sizeof a->reviewer, "%s", r->reviewer);
	snprintf(a->actor, sizeof a->actor, "%.64s", r->name);
	snprintf(a->author, sizeof a->author, "%s", r->author);
	snprintf(a->reference, sizeof a->reference, "%s", r->change);
	l->count++;
	return 0;
}

static int
take_line(struct loaded *l, const struct log_line *line)
{
	const struct msg_AUDIT_APPEND_REQ *r = &l->record.record;
	int status = 0;

	if (!is_near(line) ||
	    record_parse(line->text, line->len, &l->record) != 0 ||
	    r->kind != RECORD_ADMIN || r->bundle[0] == '\0')
		return 0;
	if (r->outcome == OUTCOME_LOADED)
		status = take_load(l, r);
	else
		for (; l->open < l->count; l->open++)
			snprintf(l->list[l->open].before,
			    sizeof l->list[l->open].before, "%s", r->bundle);
	return status;
}

static int
read_log(struct loaded *l, int dir)
{
	struct log_segments segments;
	struct log_reader reader;
	struct log_line line;
	enum log_read got = LOG_READ_END;
	int status = 0;

	if (log_segment_list(dir, &segments) != 0)
		return cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	if (segments.count > 0 &&
	    log_reader_open(&reader, dir, segments.first[0]) == 0) {
		while (status == 0 &&
		       (got = log_reader_next(&reader, &line)) == LOG_READ_LINE)
			status = take_line(l, &line);
		if (status == 0 && got != LOG_READ_END)
			status = cli_fail(CLI_UNKNOWN,
			    "record %" PRIu64 " cannot be read", reader.next);
		log_reader_close(&reader);
	}
	log_segment_list_free(&segments);
	return status;
}

/* Times are in seconds: where they are equal, the log knows what came next. */
static bool
is_first(const struct policy_applied *done, const struct load *load)
{
	return done->time_unix < load->what.time_unix ||
	       (done->time_unix == load->what.time_unix &&
		   strcmp(done->bundle, load->before) != 0);
}

/* Both are in the order of time. */
static int
merge(struct loaded *l, struct policy_applied **list_r, size_t *count_r)
{
	struct policy_applied *all;
	const char *in_force = "";
	size_t i = 0, n = 0, count = 0;

	if (l->list == NULL)
		return 0;
	all = calloc(l->count + *count_r, sizeof *all);
	if (all == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	while (i < *count_r || n < l->count) {
		bool here =
		    n == l->count ||
		    (i < *count_r && is_first(&(*list_r)[i], &l->list[n]));
		const struct policy_applied *next =
		    here ? &(*list_r)[i++] : &l->list[n++].what;

		/* a load of what is in force is no change */
		if (!here && strcmp(next->bundle, in_force) == 0)
			continue;
		all[count++] = *next;
		if (next->step != POLICY_REVIEWED)
			in_force = next->bundle;
	}
	free(*list_r);
	*list_r = all;
	*count_r = count;
	return 0;
}

int
policy_loaded_add(struct policy_applied **list_r, size_t *count_r)
{
	struct loaded *l = calloc(1, sizeof *l);
	int dir = paths_try_log(), status = 0;

	if (l == NULL)
		status = cli_fail(CLI_UNKNOWN, "out of memory");
	else if (dir < 0)
		fputs("the log cannot be read here, so policies that came "
		      "another way are not listed\n",
		    stderr);
	else
		status = read_log(l, dir);
	if (l != NULL && status == 0)
		status = merge(l, list_r, count_r);
	if (dir >= 0)
		close(dir);
	if (l != NULL)
		free(l->list);
	free(l);
	return status;
}
