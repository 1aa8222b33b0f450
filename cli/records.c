/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/records.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "lib/base/hex.h"
#include "lib/record/log_segment.h"

#define WANTED_MAX 64

int
records_number(const char *text, uint64_t *number_r)
{
	char *end;

	errno = 0;
	*number_r = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0
		   ? 0
		   : -1;
}

/* What is looked for: a sequence, or one of the ids of an attempt. */
struct wanted {
	uint64_t sequence; /* 0: none */
	const char *id;
	/* a line without any of these needs no second look */
	char upper[WANTED_MAX], lower[WANTED_MAX];
};

static void
want(struct wanted *w, const char *id)
{
	size_t i = 0;

	w->id = id;
	if (records_number(id, &w->sequence) < 0 ||
	    w->sequence > LOG_SEGMENT_SEQUENCE_MAX)
		w->sequence = 0;
	for (; i < WANTED_MAX - 1 && id[i] != '\0'; i++) {
		char letter = id[i];

		w->upper[i] = letter >= 'a' && letter <= 'z'
				  ? (char)(letter - 'a' + 'A')
				  : letter;
		w->lower[i] = letter >= 'A' && letter <= 'Z'
				  ? (char)(letter - 'A' + 'a')
				  : letter;
	}
	w->upper[i] = w->lower[i] = '\0';
}

static bool
attempt_is(const uint8_t attempt[ATTEMPT_ID], const char *id)
{
	char text[HEX_ROOM(ATTEMPT_ID)];

	hex_encode(attempt, ATTEMPT_ID, text);
	return strcasecmp(text, id) == 0;
}

static bool
is_wanted(const struct wanted *w, const struct log_line *line,
    struct record_parsed *parsed)
{
	const struct msg_AUDIT_APPEND_REQ *r = &parsed->record;

	if (w->sequence == line->sequence) {
		record_parse(line->text, line->len, parsed);
		return true;
	}
	if (!memmem(line->text, line->len, w->id, strlen(w->id)) &&
	    !memmem(line->text, line->len, w->upper, strlen(w->upper)) &&
	    !memmem(line->text, line->len, w->lower, strlen(w->lower)))
		return false;
	if (record_parse(line->text, line->len, parsed) < 0)
		return false;
	return strcasecmp(r->reference, w->id) == 0 ||
	       strcmp(r->session, w->id) == 0 ||
	       strcmp(parsed->uid, w->id) == 0 || attempt_is(r->attempt, w->id);
}

static int
read_log(int dir, const struct wanted *w, struct records *r)
{
	struct log_reader reader;
	struct log_line line;
	enum log_read got;
	int status = 0;

	if (log_reader_open(&reader, dir, 1) < 0)
		return cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	while (status == 0 &&
	       (got = log_reader_next(&reader, &line)) == LOG_READ_LINE)
		if (is_wanted(w, &line, &r->parsed)) {
			r->found++;
			status = r->each(r, &line);
		}
	if (status == 0 && got != LOG_READ_END)
		status = cli_fail(CLI_UNKNOWN,
		    "record %" PRIu64 " cannot be read", reader.next);
	log_reader_close(&reader);
	return status;
}

int
records_find(const char *told, const char *id, struct records *r)
{
	struct wanted w;
	int dir, status;

	if (id[0] == '\0' || strlen(id) >= WANTED_MAX)
		return cli_usage(
		    "give one record by its REFERENCE or another id");
	want(&w, id);
	dir = paths_open_log(told);
	if (dir < 0)
		return CLI_UNKNOWN;
	status = read_log(dir, &w, r);
	close(dir);
	if (status == 0 && r->found == 0)
		status = cli_fail(CLI_NO, "there is no record of %s", id);
	return status;
}

int
records_options(int argc, char **argv, const char **told_r, bool *json_r)
{
	static const struct option options[] = {
	    {"dir", required_argument, NULL, 'd'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	*told_r = NULL;
	*json_r = false;
	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'd')
			*told_r = optarg;
		else
			*json_r = true;
	}
	if (argc - optind != 1)
		return cli_usage(
		    "give one record by its REFERENCE or another id");
	return 0;
}
