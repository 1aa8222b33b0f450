/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/policy/policy_judge.h"
#include "cli/policy/policy_load.h"
#include "cli/print.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"

#define DAYS_DEFAULT 30
#define DAYS_MAX 36500
#define DAY_MS 86400000

struct replay {
	struct policy *policy;
	struct json_write *json; /* the answer for scripts, or NULL */
	int64_t since_ms;
	uint64_t same, flipped, unknown, other;
	uint64_t doubts[JUDGE_DOUBTS]; /* of unknown; [0]: malformed */
};

static const char *const changes[] = {
    [JUDGE_REFUSED] = "refused",
    [JUDGE_ADMITTED] = "admitted",
    [JUDGE_UNKNOWN] = "unknown",
};

static void
write_attempt(struct json_write *w, const struct record_parsed *record,
    const struct judgement *j)
{
	const struct msg_AUDIT_APPEND_REQ *r = &record->record;
	char factors[POLICY_FACTORS_TEXT];

	json_write_object(w, NULL);
	json_write_string(w, "change", changes[j->change]);
	if (j->doubt != JUDGE_CERTAIN)
		json_write_string(w, "doubt", policy_judge_doubt(j->doubt));
	json_write_uint(w, "sequence", record->place.sequence);
	print_json_time(w, "time", r->time_ms);
	json_write_string(w, "reference", r->reference);
	json_write_string(w, "user", r->name);
	json_write_string(w, "from", r->client);
	json_write_string(w, "to", r->host);
	json_write_string(w, "service", r->service);
	json_write_object(w, "then");
	json_write_string(w, "reason", r->reason);
	json_write_string(w, "rule", r->rule);
	json_write_object_end(w);
	json_write_object(w, "now");
	json_write_string(w, "reason", j->reason);
	json_write_string(w, "rule", j->rule);
	json_write_string(w, "text", j->text);
	json_write_string(
	    w, "factors", policy_factors_text(j->factors, factors));
	json_write_object_end(w);
	json_write_object_end(w);
}

/* "  then  permit by prod.policy:3" */
static void
print_side(
    const char *when, const char *reason, const char *rule, const char *text)
{
	printf("    %s  ", when);
	cli_print(reason);
	if (rule[0] != '\0') {
		fputs(" by ", stdout);
		cli_print(rule);
	}
	if (text[0] != '\0') {
		fputs(": ", stdout);
		cli_print(text);
	}
	putchar('\n');
}

static void
print_flip(const struct record_parsed *record, const struct judgement *j)
{
	const struct msg_AUDIT_APPEND_REQ *r = &record->record;
	char when[PRINT_TIME], factors[POLICY_FACTORS_TEXT];

	print_time(r->time_ms, when);
	printf("%s  ", when);
	cli_print(r->name);
	fputs(" from ", stdout);
	cli_print(r->client[0] != '\0' ? r->client : "here");
	fputs(" to ", stdout);
	cli_print(r->host);
	printf(" at ");
	cli_print(r->service);
	printf(", %s: ", r->reference);
	if (j->change == JUDGE_REFUSED)
		puts("was let in, would be refused");
	else
		printf("was refused, would be let in with %s\n",
		    policy_factors_text(j->factors, factors));
	print_side("then", r->reason, r->rule, "");
	print_side("now ", j->reason, j->rule, j->text);
}

static void
take_line(struct replay *p, const struct log_line *line)
{
	struct record_parsed record;
	struct judgement j;

	if (record_parse(line->text, line->len, &record) != 0) {
		cli_fail(CLI_UNKNOWN,
		    "record %" PRIu64 " is malformed: sallyport audit verify",
		    line->sequence);
		p->unknown++;
		p->doubts[0]++;
		return;
	}
	if (record.record.time_ms < p->since_ms ||
	    record.record.kind != RECORD_ATTEMPT)
		return;
	policy_judge(p->policy, &record, &j);
	if (j.change == JUDGE_NONE)
		p->other++;
	else if (j.change == JUDGE_SAME)
		p->same++;
	else if (j.change == JUDGE_UNKNOWN)
		p->unknown++, p->doubts[j.doubt]++;
	else
		p->flipped++;
	if (j.change <= JUDGE_SAME)
		return;
	if (p->json)
		write_attempt(p->json, &record, &j);
	else if (j.change != JUDGE_UNKNOWN)
		print_flip(&record, &j);
}

/* Of the first record of a segment; -1 when there is none that can be read. */
static int64_t
time_of(int dir, uint64_t sequence)
{
	struct record_parsed record;
	struct log_reader reader;
	struct log_line line;
	int64_t time_ms = -1;

	if (log_reader_open(&reader, dir, sequence) != 0)
		return -1;
	if (log_reader_next(&reader, &line) == LOG_READ_LINE &&
	    record_parse(line.text, line.len, &record) == 0)
		time_ms = record.record.time_ms;
	log_reader_close(&reader);
	return time_ms;
}

/* The first record of the last segment that begins before those days. */
static int
find_start(int dir, int64_t since_ms, uint64_t *from_r)
{
	struct log_segments list;
	size_t i;

	if (log_segment_list(dir, &list) != 0)
		return -1;
	if (list.count == 0) {
		errno = ENOENT;
		log_segment_list_free(&list);
		return -1;
	}
	i = list.count - 1;
	while (i > 0 && (time_of(dir, list.first[i]) < 0 ||
			    time_of(dir, list.first[i]) >= since_ms))
		i--;
	*from_r = list.first[i];
	log_segment_list_free(&list);
	return 0;
}

static int
read_log(struct replay *p, int dir)
{
	struct log_reader reader;
	struct log_line line;
	enum log_read got;
	uint64_t from;
	int status = 0;

	if (find_start(dir, p->since_ms, &from) != 0 ||
	    log_reader_open(&reader, dir, from) != 0)
		return cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	while ((got = log_reader_next(&reader, &line)) == LOG_READ_LINE)
		take_line(p, &line);
	if (got != LOG_READ_END)
		status = cli_fail(CLI_UNKNOWN,
		    "record %" PRIu64 " cannot be read", reader.next);
	log_reader_close(&reader);
	return status;
}

static void
write_summary(const struct replay *p)
{
	struct json_write *w = p->json;

	json_write_array_end(w);
	json_write_uint(w, "same", p->same);
	json_write_uint(w, "flipped", p->flipped);
	json_write_uint(w, "unknown", p->unknown);
	json_write_uint(w, "not_by_policy", p->other);
	json_write_object(w, "doubts");
	json_write_uint(w, "malformed", p->doubts[0]);
	for (int i = 1; i < JUDGE_DOUBTS; i++)
		json_write_uint(
		    w, policy_judge_doubt((enum judge_doubt)i), p->doubts[i]);
	json_write_object_end(w);
	json_write_object_end(w);
}

static void
print_summary(const struct replay *p)
{
	static const char *const texts[JUDGE_DOUBTS] = {
	    "malformed records",
	    "with more groups than the record holds",
	    "with a record that was cut",
	    "without attributes that this policy names",
	    "who would be asked for a factor that was not tried",
	    "just when hours or a freeze began or ended",
	    "of which the groups of who approved decide",
	};

	printf("%" PRIu64 " attempts as before, %" PRIu64 " flipped, %" PRIu64
	       " unknown\n",
	    p->same, p->flipped, p->unknown);
	for (int i = 0; i < JUDGE_DOUBTS; i++)
		if (p->doubts[i] > 0)
			printf("    unknown: %" PRIu64 " %s\n", p->doubts[i],
			    texts[i]);
	printf("%" PRIu64
	       " more attempts ended for another reason than the policy\n",
	    p->other);
}

static int
replay(struct replay *p, const char *told)
{
	int dir = paths_open_log(told);
	int status;

	if (dir < 0)
		return CLI_UNKNOWN;
	if (p->json) {
		json_write_object(p->json, NULL);
		json_write_array(p->json, "attempts");
	}
	status = read_log(p, dir);
	close(dir);
	if (status != 0)
		return status;
	if (p->json) {
		write_summary(p);
		if (print_json_end() != 0)
			return CLI_UNKNOWN;
	} else {
		print_summary(p);
	}
	if (p->flipped > 0)
		return CLI_NO;
	return p->unknown > 0 ? CLI_UNKNOWN : CLI_YES;
}

static int
load(struct replay *p, char **paths, int count)
{
	struct lex_errors *errors = calloc(1, sizeof *errors);

	if (errors == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	lex_errors_init(errors);
	p->policy = policy_load_all(paths, (size_t)count, errors);
	if (p->policy == NULL)
		cli_fail_findings(CLI_UNKNOWN, "the candidate", errors);
	free(errors);
	return p->policy != NULL ? 0 : CLI_UNKNOWN;
}

static int
parse_days(const char *text, long *days_r)
{
	char *end;

	errno = 0;
	*days_r = strtol(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
		       *days_r > 0 && *days_r <= DAYS_MAX
		   ? 0
		   : -1;
}

int
policy_replay(int argc, char **argv)
{
	static const struct option options[] = {
	    {"days", required_argument, NULL, 'n'},
	    {"dir", required_argument, NULL, 'd'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct replay p = {0};
	const char *told = NULL;
	long days = DAYS_DEFAULT;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'd')
			told = optarg;
		else if (c == 'j')
			p.json = print_json_begin();
		else if (parse_days(optarg, &days) != 0)
			return cli_usage("--days takes a number of days");
	}
	if (optind == argc)
		return cli_usage("which candidate policy?");
	p.since_ms = (int64_t)time(NULL) * 1000 - (int64_t)days * DAY_MS;
	status = load(&p, argv + optind, argc - optind);
	if (status != 0)
		return status;
	status = replay(&p, told);
	policy_free(p.policy);
	return status;
}
