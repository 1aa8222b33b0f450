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

/* What each record of a load has; few others do, and those are looked at. */
#define LOADED "\"outcome\":\"loaded\""

struct loaded {
	struct policy_applied *list;
	size_t count, room;
	struct record_parsed record;
};

static struct policy_applied *
grow(struct loaded *l)
{
	size_t room = l->room == 0 ? 64 : 2 * l->room;
	struct policy_applied *list;

	if (l->count < l->room)
		return &l->list[l->count];
	list = realloc(l->list, room * sizeof *list);
	if (list == NULL)
		return NULL;
	l->list = list;
	l->room = room;
	return &list[l->count];
}

/* A start loads what was in force before it. */
static int
take_line(struct loaded *l, const struct log_line *line)
{
	const struct msg_AUDIT_APPEND_REQ *r = &l->record.record;
	struct policy_applied *a;

	if (memmem(line->text, line->len, LOADED, strlen(LOADED)) == NULL ||
	    record_parse(line->text, line->len, &l->record) != 0 ||
	    r->kind != RECORD_ADMIN || r->outcome != OUTCOME_LOADED ||
	    (l->count > 0 &&
		strcmp(l->list[l->count - 1].bundle, r->bundle) == 0))
		return 0;
	a = grow(l);
	if (a == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	*a = (struct policy_applied){
	    .time_unix = r->time_ms / 1000, .step = POLICY_LOADED};
	snprintf(a->bundle, sizeof a->bundle, "%s", r->bundle);
	snprintf(a->reviewer, sizeof a->reviewer, "%s", r->reviewer);
	snprintf(a->actor, sizeof a->actor, "%.64s", r->name);
	snprintf(a->author, sizeof a->author, "%s", r->author);
	snprintf(a->reference, sizeof a->reference, "%s", r->change);
	l->count++;
	return 0;
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

/* Both are in the order of time; where the times are equal, this command was
 * first.  A load of what is in force already is no change. */
static int
merge(struct loaded *l, struct policy_applied **list_r, size_t *count_r)
{
	struct policy_applied *all =
	    calloc(l->count + *count_r + 1, sizeof *all);
	const char *in_force = "";
	size_t i = 0, n = 0, count = 0;

	if (all == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	while (i < *count_r || n < l->count) {
		bool here = n == l->count ||
			    (i < *count_r &&
				(*list_r)[i].time_unix <= l->list[n].time_unix);
		const struct policy_applied *next =
		    here ? &(*list_r)[i++] : &l->list[n++];

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
