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
#include "lib/record/record_words.h"

/* Seconds from a line of the history to its record, at most. */
#define RECORDED_WITHIN 60

/* A policy that came into force without this command has a record "loaded".
 * The others are of this command; they tell what came before what. */
static const char *const outcomes[] = {"\"outcome\":\"loaded\"",
    "\"outcome\":\"applied\"", "\"outcome\":\"restored\"",
    "\"outcome\":\"emergency\"", "\"outcome\":\"reviewed\""};

/* What this command has recorded. */
struct change {
	int64_t time_unix;
	const char *step;
	char bundle[BUNDLE_HASH_TEXT];
	size_t loads; /* before it */
};

struct loaded {
	struct policy_applied *list;
	struct change *changes;
	size_t count, change_count;
	size_t found; /* changes up to here are in the history */
	struct record_parsed record;
};

/* Room for one more, where count is a power of two or 0; -1 after it has
 * printed the reason. */
static int
grow(void **list, size_t count, size_t size)
{
	void *new;

	if ((count & (count - 1)) != 0)
		return 0;
	new = reallocarray(*list, count == 0 ? 1 : 2 * count, size);
	if (new == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	*list = new;
	return 0;
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
	struct policy_applied *a;
	int status = grow((void **)&l->list, l->count, sizeof *l->list);

	if (status != 0)
		return status;
	a = &l->list[l->count++];
	*a = (struct policy_applied){
	    .time_unix = r->time_ms / 1000, .step = POLICY_LOADED};
	snprintf(a->bundle, sizeof a->bundle, "%s", r->bundle);
	snprintf(a->reviewer, sizeof a->reviewer, "%s", r->reviewer);
	snprintf(a->actor, sizeof a->actor, "%.64s", r->name);
	snprintf(a->author, sizeof a->author, "%s", r->author);
	snprintf(a->reference, sizeof a->reference, "%s", r->change);
	return 0;
}

static int
take_change(struct loaded *l, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct change *c;
	int status =
	    grow((void **)&l->changes, l->change_count, sizeof *l->changes);

	if (status != 0)
		return status;
	c = &l->changes[l->change_count++];
	*c = (struct change){.time_unix = r->time_ms / 1000,
	    .step = record_outcome_name(r->outcome),
	    .loads = l->count};
	snprintf(c->bundle, sizeof c->bundle, "%s", r->bundle);
	return 0;
}

static int
take_line(struct loaded *l, const struct log_line *line)
{
	const struct msg_AUDIT_APPEND_REQ *r = &l->record.record;

	if (!is_near(line) ||
	    record_parse(line->text, line->len, &l->record) != 0 ||
	    r->kind != RECORD_ADMIN || r->bundle[0] == '\0')
		return 0;
	return r->outcome == OUTCOME_LOADED ? take_load(l, r)
					    : take_change(l, r);
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

/* How many of the loads came before this line of the history.  Its time is in
 * seconds, so its record says that.  The first policy of a gateway is applied
 * without one. */
static size_t
loads_before(struct loaded *l, const struct policy_applied *done)
{
	size_t n = 0;

	for (size_t i = l->found; i < l->change_count; i++) {
		const struct change *c = &l->changes[i];

		if (strcmp(c->bundle, done->bundle) == 0 &&
		    strcmp(c->step, policy_step_word(done->step)) == 0 &&
		    c->time_unix >= done->time_unix &&
		    c->time_unix - done->time_unix <= RECORDED_WITHIN) {
			l->found = i + 1;
			return c->loads;
		}
	}
	while (n < l->count && l->list[n].time_unix < done->time_unix)
		n++;
	return n;
}

struct merged {
	struct policy_applied *list;
	size_t count;
	const char *in_force;
};

/* A load of what is in force is no change. */
static void
add(struct merged *m, const struct policy_applied *a)
{
	if (a->step == POLICY_LOADED && strcmp(a->bundle, m->in_force) == 0)
		return;
	m->list[m->count++] = *a;
	if (a->step != POLICY_REVIEWED)
		m->in_force = a->bundle;
}

static int
merge(struct loaded *l, struct policy_applied **list_r, size_t *count_r)
{
	struct merged m = {.in_force = ""};
	size_t n = 0;

	if (l->list == NULL)
		return 0;
	m.list = calloc(l->count + *count_r, sizeof *m.list);
	if (m.list == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	for (size_t i = 0; i < *count_r; i++) {
		const struct policy_applied *done = &(*list_r)[i];
		size_t before = loads_before(l, done);

		while (n < before)
			add(&m, &l->list[n++]);
		add(&m, done);
	}
	while (n < l->count)
		add(&m, &l->list[n++]);
	free(*list_r);
	*list_r = m.list;
	*count_r = m.count;
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
	if (l != NULL) {
		free(l->list);
		free(l->changes);
	}
	free(l);
	return status;
}
