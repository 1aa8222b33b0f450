/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/log_verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

/*
 * The log is read once and only hashed: if the leaves that are on disk have the
 * signed root, every signed record is as it was signed.  Reading each line as
 * JSON costs some thirty times as much, and is done for the records behind the
 * checkpoint.  Only a log that does not have the signed root is read again,
 * line by line, to find out what is wrong with it.
 *
 * To name the record that was altered, and not only say that one was, two trees
 * are grown.  A leaf is computed from its line, and claimed by the next record
 * (chain.prev).  Let n be the first record where the two differ:
 *
 *	claimed   leaves as claimed: has the signed root when lines were
 *	          altered outside of chain.prev, so n is the bad one
 *	later     as claimed, but n as computed: has the signed root when the
 *	          chain.prev of n + 1 was altered, so n + 1 is the bad one
 *
 * A third, `computed`, is what is on disk; it grows as far as the checkpoint,
 *or as one that is kept elsewhere.
 */
struct verify {
	struct merkle computed, claimed, later;
	struct checkpoint checkpoint, kept;
	bool hashing; /* the first reading */
	bool proven;  /* it has found the signed root */
	int have_kept, kept_seen, kept_good;
	uint8_t last[MERKLE_HASH_SIZE]; /* computed leaf of the record before */
	uint64_t sequence;		/* of that record */
	uint64_t malformed;		/* first line that is no such record */
	uint64_t mismatch;		/* n, as above */
	uint64_t segments;		/* files read */
	struct log_verify_report *report;
};

__attribute__((format(printf, 3, 4))) static enum log_verify_result
bad(struct verify *v, uint64_t sequence, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(v->report->text, sizeof v->report->text, fmt, args);
	va_end(args);
	v->report->bad = sequence;
	return LOG_VERIFY_BAD;
}

static enum log_verify_result
unavailable(struct verify *v, const char *what)
{
	snprintf(v->report->text, sizeof v->report->text, "%s: %s", what,
	    strerror(errno));
	return LOG_VERIFY_UNAVAILABLE;
}

/* The record before is complete: CLAIM is what the next one says of it. */
static int
settle(struct verify *v, const uint8_t *claim)
{
	int differs = memcmp(claim, v->last, MERKLE_HASH_SIZE) != 0;

	if (v->sequence > v->checkpoint.size || v->claimed.size == v->sequence)
		return 0;
	if (v->mismatch == 0 && differs) {
		v->mismatch = v->sequence;
		merkle_copy(&v->later, &v->claimed);
		if (merkle_append(&v->later, v->last) < 0)
			return -1;
	} else if (v->mismatch != 0 && merkle_append(&v->later, claim) < 0) {
		return -1;
	}
	return merkle_append(&v->claimed, claim);
}

/* Beyond the checkpoint there is only the chain to go by. */
static void
check_unsigned(
    struct verify *v, const struct log_line *line, const uint8_t *prev)
{
	if (line->sequence > v->checkpoint.size && v->malformed == 0 &&
	    memcmp(prev, v->last, MERKLE_HASH_SIZE) != 0)
		v->malformed = line->sequence;
}

static int
check_kept(struct verify *v)
{
	uint8_t root[MERKLE_HASH_SIZE];

	if (!v->have_kept || v->computed.size != v->kept.size)
		return 0;
	if (merkle_root(&v->computed, root) < 0)
		return -1;
	v->kept_seen = 1;
	v->kept_good = memcmp(root, v->kept.root, sizeof root) == 0;
	return 0;
}

static int
add_hash(struct verify *v, const struct log_line *line)
{
	uint8_t root[MERKLE_HASH_SIZE];

	if (merkle_leaf(&v->computed, line->text, line->len, v->last) < 0 ||
	    merkle_append(&v->computed, v->last) < 0)
		return -1;
	v->sequence = line->sequence;
	if (v->sequence == v->checkpoint.size) {
		if (merkle_root(&v->computed, root) < 0)
			return -1;
		v->proven = memcmp(root, v->checkpoint.root, sizeof root) == 0;
		merkle_copy(&v->claimed, &v->computed);
	}
	return check_kept(v);
}

static int
add_line(struct verify *v, const struct log_line *line)
{
	struct record_parsed parsed;
	uint8_t leaf[MERKLE_HASH_SIZE];
	bool whole;

	if (v->hashing && line->sequence <= v->checkpoint.size)
		return add_hash(v, line);
	whole = record_parse(line->text, line->len, &parsed) == 0 &&
		parsed.place.sequence == line->sequence;
	if (merkle_leaf(&v->claimed, line->text, line->len, leaf) < 0)
		return -1;
	if (!whole && v->malformed == 0)
		v->malformed = line->sequence;
	if (whole)
		check_unsigned(v, line, parsed.place.prev);
	if (settle(v, whole ? parsed.place.prev : v->last) < 0)
		return -1;
	memcpy(v->last, leaf, sizeof leaf);
	v->sequence = line->sequence;
	if (v->have_kept && v->computed.size < v->kept.size &&
	    merkle_append(&v->computed, leaf) < 0)
		return -1;
	/* the last signed leaf has nobody trustworthy to claim it */
	if (v->sequence == v->checkpoint.size && settle(v, leaf) < 0)
		return -1;
	return check_kept(v);
}

/* Files that the walk from segment to segment never came to. */
static enum log_verify_result
check_files(struct verify *v, int dir)
{
	struct log_segments list;
	enum log_verify_result result = LOG_VERIFY_GOOD;

	if (log_segment_list(dir, &list) < 0)
		return unavailable(v, "listing the log");
	if (list.count > v->segments)
		result = bad(v, v->sequence + 1,
		    "record %" PRIu64 " is missing, or a segment file does "
		    "not belong to this log",
		    v->sequence + 1);
	log_segment_list_free(&list);
	return result;
}

static enum log_verify_result
judge_roots(struct verify *v)
{
	uint8_t root[MERKLE_HASH_SIZE], later[MERKLE_HASH_SIZE];
	uint64_t size = v->checkpoint.size, n = v->mismatch;
	int claimed_good, later_good = 0;

	if (merkle_root(&v->claimed, root) < 0 ||
	    (n != 0 && merkle_root(&v->later, later) < 0))
		return unavailable(v, "SHA-256");
	claimed_good = memcmp(root, v->checkpoint.root, sizeof root) == 0;
	if (n != 0)
		later_good =
		    memcmp(later, v->checkpoint.root, sizeof later) == 0;
	if (claimed_good && n == 0)
		return LOG_VERIFY_GOOD;
	if (claimed_good)
		return bad(v, n, "record %" PRIu64 " was altered", n);
	if (later_good)
		return bad(v, n + 1, "record %" PRIu64 " was altered", n + 1);
	if (v->malformed != 0 && v->malformed <= size)
		return bad(v, v->malformed,
		    "record %" PRIu64 " was altered, moved or removed",
		    v->malformed);
	if (n == 0 || n + 1 == size)
		return bad(v, size,
		    "record %" PRIu64 ", or the history before it, is not what "
		    "was signed",
		    size);
	return bad(
	    v, n, "record %" PRIu64 " was altered, and others after it", n);
}

static enum log_verify_result
judge(struct verify *v, int dir)
{
	uint64_t size = v->checkpoint.size, missing = v->sequence + 1;
	enum log_verify_result result;

	if (v->sequence < size) {
		uint64_t first = missing;

		if (v->malformed != 0 && v->malformed < first)
			first = v->malformed;
		if (v->mismatch != 0 && v->mismatch < first)
			first = v->mismatch;
		return bad(v, first,
		    "record %" PRIu64 " is missing or altered; %" PRIu64
		    " of %" PRIu64 " signed records are there",
		    first, v->sequence, size);
	}
	result = judge_roots(v);
	if (result != LOG_VERIFY_GOOD)
		return result;
	if (v->malformed != 0)
		return bad(v, v->malformed,
		    "record %" PRIu64 " is malformed or out of place",
		    v->malformed);
	if (v->have_kept && !v->kept_seen)
		return bad(v, missing,
		    "record %" PRIu64 " is missing: the checkpoint kept "
		    "elsewhere has %" PRIu64,
		    missing, v->kept.size);
	if (v->have_kept && !v->kept_good)
		return bad(v, 0,
		    "the log is not the one of the checkpoint kept elsewhere "
		    "(size %" PRIu64 ")",
		    v->kept.size);
	return check_files(v, dir);
}

/* The first reading has not found the signed root, nor will it. */
static bool
is_unproven(const struct verify *v)
{
	return v->hashing && v->checkpoint.size > 0 && !v->proven;
}

static enum log_verify_result
walk(struct verify *v, int dir)
{
	struct log_reader reader;
	struct log_line line;
	enum log_verify_result result;
	enum log_read got;
	uint64_t segment = 0;

	if (log_reader_open(&reader, dir, 1) < 0) {
		if (errno == ENOENT && v->checkpoint.size > 0)
			return bad(v, 1, "record 1 is missing");
		return unavailable(v, "opening the log");
	}
	if (check_kept(v) < 0)
		goto failed;
	while ((got = log_reader_next(&reader, &line)) == LOG_READ_LINE) {
		if (line.segment != segment)
			v->segments++;
		segment = line.segment;
		if (add_line(v, &line) < 0)
			goto failed;
		if (line.sequence == v->checkpoint.size && is_unproven(v))
			break;
	}
	v->report->records = v->sequence;
	if (got == LOG_READ_UNAVAILABLE ||
	    log_reader_torn(&reader, &v->report->torn) < 0)
		goto failed;
	/* a segment that is there and holds nothing yet */
	v->segments += reader.fd >= 0 && reader.segment != segment;
	result = got == LOG_READ_BROKEN && v->sequence >= v->checkpoint.size
		     ? bad(v, v->sequence + 1,
			   "record %" PRIu64 " is malformed", v->sequence + 1)
		     : judge(v, dir);
	log_reader_close(&reader);
	return result;
failed:
	result = unavailable(v, "reading the log");
	log_reader_close(&reader);
	return result;
}

static enum log_verify_result
walk_twice(struct verify *v, int dir)
{
	enum log_verify_result result;

	v->hashing = true;
	result = walk(v, dir);
	if (result == LOG_VERIFY_UNAVAILABLE || !is_unproven(v))
		return result;
	v->hashing = false;
	v->computed.size = v->claimed.size = 0;
	v->sequence = v->malformed = v->mismatch = v->segments = 0;
	v->kept_seen = v->kept_good = 0;
	return walk(v, dir);
}

static enum log_verify_result
open_checkpoint(struct verify *v, int dir, const char *name, struct log_key *k,
    struct checkpoint *checkpoint)
{
	enum checkpoint_result result =
	    checkpoint_file_read(dir, name, k, checkpoint);

	if (result == CHECKPOINT_OK)
		return LOG_VERIFY_GOOD;
	if (result == CHECKPOINT_UNAVAILABLE && errno != ENOENT)
		return unavailable(v, name);
	return bad(v, 0, "the checkpoint %s %s", name,
	    result == CHECKPOINT_UNAVAILABLE ? "is not there"
					     : checkpoint_strerror(result));
}

enum log_verify_result
log_verify_kept(int dir, int kept_dir, const char *kept, struct log_key *k,
    struct log_verify_report *report_r)
{
	struct verify v = {.report = report_r};
	enum log_verify_result result = LOG_VERIFY_UNAVAILABLE;

	*report_r = (struct log_verify_report){0};
	if (merkle_init(&v.computed) < 0 || merkle_init(&v.claimed) < 0 ||
	    merkle_init(&v.later) < 0) {
		unavailable(&v, "SHA-256");
		goto out;
	}
	result = open_checkpoint(&v, dir, CHECKPOINT_FILE, k, &v.checkpoint);
	if (result == LOG_VERIFY_GOOD && kept != NULL) {
		v.have_kept = 1;
		result = open_checkpoint(&v, kept_dir, kept, k, &v.kept);
	}
	report_r->signed_size = v.checkpoint.size;
	if (result == LOG_VERIFY_GOOD)
		result = walk_twice(&v, dir);
out:
	merkle_free(&v.computed);
	merkle_free(&v.claimed);
	merkle_free(&v.later);
	return result;
}

enum log_verify_result
log_verify(int dir, struct log_key *k, struct log_verify_report *report_r)
{
	return log_verify_kept(dir, -1, NULL, k, report_r);
}
