/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/audit/log_recovery.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/audit/heads.h"
#include "lib/base/format.h"
#include "lib/base/log.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

#define ADVICE "; run sallyport audit verify, and keep a copy of the directory"

/* A log begins with a checkpoint of nothing, so that its absence later means
 * that somebody took it away. */
static int
begin_log(struct log_recovery *rec, int dir, struct log_key *k)
{
	struct log_segments list;
	uint8_t root[MERKLE_HASH_SIZE];
	size_t count;

	if (log_segment_list(dir, &list) < 0) {
		log_warn("cannot list the log directory");
		return -1;
	}
	count = list.count;
	log_segment_list_free(&list);
	if (count > 0) {
		log_warnx("the log has records and no checkpoint" ADVICE);
		return -1;
	}
	if (merkle_root(rec->tree, root) < 0 ||
	    checkpoint_file_write(dir, k, 0, root) < 0) {
		log_warn("cannot write the first checkpoint");
		return -1;
	}
	rec->made = 1;
	return 0;
}

static int
read_checkpoint(
    struct log_recovery *rec, int dir, struct log_key *k, struct checkpoint *c)
{
	enum checkpoint_result result =
	    checkpoint_file_read(dir, CHECKPOINT_FILE, k, c);

	if (result == CHECKPOINT_OK)
		return 0;
	if (result != CHECKPOINT_UNAVAILABLE) {
		log_warnx("the log's checkpoint %s" ADVICE,
		    checkpoint_strerror(result));
		return -1;
	}
	if (errno != ENOENT) {
		log_warn("cannot read the log's checkpoint");
		return -1;
	}
	*c = (struct checkpoint){0};
	if (begin_log(rec, dir, k) < 0)
		return -1;
	return merkle_root(rec->tree, c->root);
}

static int
root_is(struct log_recovery *rec, const struct checkpoint *c)
{
	uint8_t root[MERKLE_HASH_SIZE];

	return merkle_root(rec->tree, root) == 0 &&
	       memcmp(root, c->root, sizeof root) == 0;
}

void
audit_refuse_line(const struct record_parsed *parsed, uint64_t sequence)
{
	char name[32], text[FORMAT_TEXT];

	snprintf(name, sizeof name, "record %" PRIu64, sequence);
	if (format_look(FORMAT_RECORD, parsed->format) == FORMAT_REFUSED)
		log_warnx("%s",
		    format_refusal(FORMAT_RECORD, name, parsed->format, text));
	else
		log_warnx("%s is malformed" ADVICE, name);
}

static int
check_root(struct log_recovery *rec, const struct checkpoint *c)
{
	if (rec->tree->size != c->size || root_is(rec, c))
		return 0;
	if (c->size == 0)
		log_warnx("the checkpoint of an empty log has a root" ADVICE);
	else
		log_warnx("the first %" PRIu64 " records and the signed "
			  "checkpoint differ" ADVICE,
		    c->size);
	return -1;
}

static int
add_line(struct log_recovery *rec, const struct checkpoint *c,
    const struct log_line *line)
{
	struct record_parsed parsed;

	if (line->sequence > c->size) {
		if (record_parse(line->text, line->len, &parsed) < 0) {
			audit_refuse_line(&parsed, line->sequence);
			return -1;
		}
		if (parsed.place.sequence != line->sequence ||
		    memcmp(parsed.place.prev, rec->last, sizeof rec->last) !=
			0) {
			log_warnx(
			    "record %" PRIu64
			    " does not have the hash of the record before" ADVICE,
			    line->sequence);
			return -1;
		}
		rec->unsigned_count++;
	}
	if (merkle_leaf(rec->tree, line->text, line->len, rec->last) < 0 ||
	    merkle_append(rec->tree, rec->last) < 0) {
		log_warnx("SHA-256 failed");
		return -1;
	}
	return check_root(rec, c);
}

/* After the last line: nothing may be missing, and nothing left over. */
static int
check_end(struct log_recovery *rec, int dir, struct log_reader *reader,
    const struct checkpoint *c)
{
	struct log_segments list;
	uint64_t last;

	if (rec->tree->size < c->size) {
		log_warnx("the log ends with record %" PRIu64
			  ", its checkpoint has %" PRIu64 ADVICE,
		    rec->tree->size, c->size);
		return -1;
	}
	if (log_reader_torn(reader, &rec->torn) < 0 ||
	    log_segment_list(dir, &list) < 0) {
		log_warn("cannot read the log");
		return -1;
	}
	last = list.count == 0 ? 0 : list.first[list.count - 1];
	log_segment_list_free(&list);
	if (last != 0 && last != reader->segment) {
		log_warnx("record %" PRIu64 " is missing or unfinished, and "
			  "segment %" PRIu64 " follows" ADVICE,
		    rec->tree->size + 1, last);
		return -1;
	}
	rec->segment = last == 0 ? 1 : last;
	rec->offset = last == 0 ? 0 : reader->offset;
	return 0;
}

static const char *
segment_text(uint64_t first, char name[LOG_SEGMENT_NAME_SIZE])
{
	return log_segment_name(first, name) == 0 ? name : "?";
}

/* Its errno alone would send somebody through all of the log's files. */
static void
say_unopened(int dir)
{
	char wanted[LOG_SEGMENT_NAME_SIZE], oldest[LOG_SEGMENT_NAME_SIZE];
	struct log_segments list;
	int error = errno;

	segment_text(1, wanted);
	if (error != ENOENT || log_segment_list(dir, &list) < 0) {
		errno = error;
		log_warn("cannot open %s of the log", wanted);
		return;
	}
	if (list.count > 0)
		log_warnx("%s, the log's oldest segment, is gone, and the "
			  "oldest there is %s: put back what was moved" ADVICE,
		    wanted, segment_text(list.first[0], oldest));
	else
		log_warnx("%s, the log's oldest segment, is gone: put it "
			  "back" ADVICE,
		    wanted);
	log_segment_list_free(&list);
}

static int
read_lines(struct log_recovery *rec, int dir, const struct checkpoint *c,
    struct heads *heads)
{
	char name[LOG_SEGMENT_NAME_SIZE];
	struct log_reader reader;
	struct log_line line;
	enum log_read got;
	int result = -1;

	if (log_reader_open(&reader, dir, rec->first) < 0) {
		say_unopened(dir);
		return -1;
	}
	while ((got = log_reader_next(&reader, &line)) == LOG_READ_LINE)
		if ((line.sequence == line.segment &&
			line.sequence != rec->first &&
			heads_add(heads, rec->tree) < 0) ||
		    add_line(rec, c, &line) < 0)
			goto out;
	if (got == LOG_READ_END)
		result = check_end(rec, dir, &reader, c);
	else if (got == LOG_READ_BROKEN)
		log_warnx("the line of record %" PRIu64 " is no record" ADVICE,
		    rec->tree->size + 1);
	else
		log_warn("cannot read %s of the log",
		    segment_text(reader.segment, name));
out:
	log_reader_close(&reader);
	return result;
}

int
log_recovery_run(struct log_recovery *rec, int dir, struct log_key *k)
{
	struct heads_place place = {.tree = rec->tree};
	struct heads heads = {.count = 0};
	struct checkpoint c;
	int result = -1;

	if (read_checkpoint(rec, dir, k, &c) < 0 ||
	    heads_find(&place, dir, k, c.size) < 0)
		return -1;
	rec->first = place.first;
	memcpy(rec->last, place.last, sizeof rec->last);
	if (check_root(rec, &c) == 0)
		result = read_lines(rec, dir, &c, &heads);
	if (result == 0)
		heads_write(&heads, dir, k);
	heads_free(&heads);
	return result;
}
