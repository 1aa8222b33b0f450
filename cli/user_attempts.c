/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/user_attempts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "cli/cli.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

/* A line without the subject's letters needs no second look. */
static bool
is_attempt_of(const char *subject, const struct log_line *line,
    struct record_parsed *parsed)
{
	return memmem(line->text, line->len, subject, strlen(subject)) !=
		   NULL &&
	       record_parse(line->text, line->len, parsed) == 0 &&
	       parsed->record.kind == RECORD_ATTEMPT &&
	       strcmp(parsed->record.subject, subject) == 0;
}

static void
copy(struct msg_ADMIN_ATTEMPTS_ANS *t, const struct msg_AUDIT_APPEND_REQ *r)
{
	t->time_ms = r->time_ms;
	t->outcome = r->outcome;
	memcpy(t->reason, r->reason, sizeof t->reason);
	memcpy(t->service, r->service, sizeof t->service);
	memcpy(t->client, r->client, sizeof t->client);
	memcpy(t->reference, r->reference, sizeof t->reference);
}

/* Those of one segment go behind those of newer ones: a ring of the last ones
 * that there is room for, and then from its end. */
static int
read_segment(int dir, uint64_t first, uint64_t end, const char *subject,
    struct user_attempts *r)
{
	static struct msg_ADMIN_ATTEMPTS_ANS ring[USER_ATTEMPTS];
	static struct record_parsed parsed;
	enum log_read got = LOG_READ_END;
	struct log_reader reader;
	struct log_line line;
	size_t found = 0;

	if (log_reader_open(&reader, dir, first) < 0)
		return cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	while (reader.next < end &&
	       (got = log_reader_next(&reader, &line)) == LOG_READ_LINE)
		if (is_attempt_of(subject, &line, &parsed))
			copy(&ring[found++ % USER_ATTEMPTS], &parsed.record);
	log_reader_close(&reader);
	if (got != LOG_READ_LINE && got != LOG_READ_END)
		return cli_fail(CLI_UNKNOWN,
		    "record %" PRIu64 " cannot be read", reader.next);
	for (size_t i = 0; i < found && i < USER_ATTEMPTS; i++)
		if (r->count < USER_ATTEMPTS)
			r->item[r->count++] =
			    ring[(found - 1 - i) % USER_ATTEMPTS];
	return 0;
}

int
user_attempts_read(int dir, const char *subject, struct user_attempts *r)
{
	struct log_segments list;
	uint64_t end = UINT64_MAX;
	int status = 0;

	memset(r, 0, sizeof *r);
	if (log_segment_list(dir, &list) < 0)
		return cli_fail(
		    CLI_UNKNOWN, "reading the log: %s", strerror(errno));
	for (size_t i = list.count; i-- > 0 && status == 0;) {
		if (r->count == USER_ATTEMPTS)
			break;
		status = read_segment(dir, list.first[i], end, subject, r);
		end = list.first[i];
	}
	log_segment_list_free(&list);
	return status;
}
