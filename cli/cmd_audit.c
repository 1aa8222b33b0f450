/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit_print.h"
#include "cli/audit_prove.h"
#include "cli/audit_recover.h"
#include "cli/audit_verify.h"
#include "cli/cli.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/records.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

#define TAIL_DEFAULT 20
#define FOLLOW_US 200000

static int
print_line(const struct log_line *line, bool json, bool whole)
{
	struct record_parsed parsed;

	if (json) {
		/* as it is on disk: escaped when it was written */
		printf("%.*s\n", (int)line->len, line->text);
		return 0;
	}
	if (record_parse(line->text, line->len, &parsed) < 0)
		return cli_fail(CLI_UNKNOWN,
		    "record %" PRIu64 " is malformed: sallyport audit verify",
		    line->sequence);
	if (whole)
		audit_print_long(&parsed);
	else
		audit_print_short(&parsed);
	return 0;
}

/* The sequence of the last record; 0 when there is none. */
static int
last_sequence(int dir, uint64_t *last_r)
{
	struct log_segments list;
	struct log_reader reader;
	struct log_line line;
	uint64_t first;

	*last_r = 0;
	if (log_segment_list(dir, &list) < 0)
		return -1;
	first = list.count == 0 ? 0 : list.first[list.count - 1];
	log_segment_list_free(&list);
	if (first == 0)
		return 0;
	if (log_reader_open(&reader, dir, first) < 0)
		return -1;
	*last_r = first - 1;
	while (log_reader_next(&reader, &line) == LOG_READ_LINE)
		*last_r = line.sequence;
	log_reader_close(&reader);
	return 0;
}

static int
print_from(int dir, uint64_t from, bool json, bool follow)
{
	struct log_reader reader;
	struct log_line line;
	enum log_read got;
	int status = 0;

	if (log_reader_open(&reader, dir, from) < 0)
		return cli_fail(CLI_UNKNOWN, "record %" PRIu64 ": %s", from,
		    strerror(errno));
	while (status == 0) {
		got = log_reader_next(&reader, &line);
		if (got == LOG_READ_LINE) {
			status = print_line(&line, json, false);
			continue;
		}
		if (got != LOG_READ_END)
			status = cli_fail(CLI_UNKNOWN,
			    "record %" PRIu64 " cannot be read", reader.next);
		if (!follow || status != 0 || fflush(stdout) != 0)
			break;
		usleep(FOLLOW_US);
	}
	log_reader_close(&reader);
	return status;
}

static int
audit_tail(int argc, char **argv)
{
	static const struct option options[] = {
	    {"dir", required_argument, NULL, 'd'},
	    {"lines", required_argument, NULL, 'n'},
	    {"follow", no_argument, NULL, 'f'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	const char *told = NULL;
	bool json = false, follow = false;
	uint64_t lines = TAIL_DEFAULT, last;
	int c, dir, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'd')
			told = optarg;
		else if (c == 'f')
			follow = true;
		else if (c == 'j')
			json = true;
		else if (records_number(optarg, &lines) < 0)
			return cli_usage("--lines takes a number");
	}
	if (optind < argc)
		return cli_usage("what is \"%s\"?", argv[optind]);
	dir = paths_open_log(told);
	if (dir < 0)
		return CLI_UNKNOWN;
	if (last_sequence(dir, &last) < 0)
		status = cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	else
		status = print_from(
		    dir, last > lines ? last - lines + 1 : 1, json, follow);
	close(dir);
	return status;
}

static int
show_one(struct records *r, const struct log_line *line)
{
	return print_line(line, r->json, true);
}

static int
audit_show(int argc, char **argv)
{
	struct records r = {.each = show_one};
	const char *told;

	if (records_options(argc, argv, &told, &r.json) != 0)
		return CLI_UNKNOWN;
	return records_find(told, argv[optind], &r);
}

const struct cli_verb audit_verbs[] = {
    {"verify", audit_verify,
	"[--dir DIR] [--key PUBLIC-KEY] [--checkpoint FILE] [--json]",
	"verify the log with its signed checkpoint, and with an older "
	"copy of one"},
    {"tail", audit_tail, "[--dir DIR] [--lines N] [--follow] [--json]",
	"print the last records"},
    {"show", audit_show,
	"[--dir DIR] [--json] REFERENCE|ATTEMPT|SESSION|SEQUENCE",
	"print the records of an attempt or session, or one record"},
    {"prove", audit_prove, "[--dir DIR] [--key PUBLIC-KEY] [--json] SEQUENCE",
	"print a proof that a record is in the log (C2SP tlog-proof)"},
    {"consistency", audit_consistency,
	"[--dir DIR] [--key PUBLIC-KEY] [--json] CHECKPOINT",
	"print a proof that the log continues an older checkpoint"},
    {"recover", audit_recover,
	"--from FILE [--dir DIR] [--key PUBLIC-KEY] [--checkpoint FILE] "
	"[--json]",
	"append the records that the log has lost, from a receiver's copy"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_audit(int argc, char **argv)
{
	return cli_dispatch(audit_verbs, argc, argv);
}
