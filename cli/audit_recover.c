/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_recover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/audit_verify.h"
#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_lost.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/log_verify.h"
#include "lib/record/segment.h"

struct recovery {
	char dir_path[PATHS_MAX], key_path[PATHS_MAX];
	const char *from, *kept;
	bool json;
	int dir;
	struct log_key key;
	struct merkle tree; /* the log as it is */
	uint64_t segment, offset;
	struct log_lost lost;
};

static int
take_options(int argc, char **argv, struct recovery *r)
{
	static const struct option options[] = {
	    {"from", required_argument, NULL, 'f'},
	    {"dir", required_argument, NULL, 'd'},
	    {"key", required_argument, NULL, 'k'},
	    {"checkpoint", required_argument, NULL, 'c'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	const char *dir = NULL, *key = NULL;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'f')
			r->from = optarg;
		else if (c == 'd')
			dir = optarg;
		else if (c == 'k')
			key = optarg;
		else if (c == 'c')
			r->kept = optarg;
		else
			r->json = true;
	}
	if (optind < argc)
		return cli_usage("what is \"%s\"?", argv[optind]);
	if (r->from == NULL)
		return cli_usage("--from names a receiver's copy of the log");
	return paths_log(dir, key, r->dir_path, r->key_path);
}

/* Nobody writes it meanwhile, and it is whole as far as it goes. */
static int
open_log(struct recovery *r)
{
	struct log_verify_report report;

	r->dir = open(r->dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir < 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", r->dir_path, strerror(errno));
	if (log_segment_lock(r->dir) < 0)
		return errno == EWOULDBLOCK
			   ? cli_fail(CLI_NO,
				 "%s: gatewayd is writing this log: stop it "
				 "first",
				 r->dir_path)
			   : cli_fail(CLI_UNKNOWN, "%s: %s", r->dir_path,
				 strerror(errno));
	switch (log_verify(r->dir, &r->key, &report)) {
	case LOG_VERIFY_GOOD:
		return 0;
	case LOG_VERIFY_BAD:
		return cli_fail(CLI_NO,
		    "%s: %s: put back a copy that is whole, then recover what "
		    "it lacks",
		    r->dir_path, report.text);
	case LOG_VERIFY_UNAVAILABLE:
		break;
	}
	return cli_fail(CLI_UNKNOWN, "%s: %s", r->dir_path, report.text);
}

static int
read_log(struct recovery *r)
{
	struct log_reader reader;
	struct log_line line;
	int result = 0;

	if (log_reader_open(&reader, r->dir, 1) < 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", r->dir_path, strerror(errno));
	while (result == 0 && log_reader_next(&reader, &line) == LOG_READ_LINE)
		if (merkle_leaf(&r->tree, line.text, line.len, r->lost.leaf) <
			0 ||
		    merkle_append(&r->tree, r->lost.leaf) < 0)
			result = cli_fail(CLI_UNKNOWN, "SHA-256 failed");
	r->lost.origin = r->key.name;
	r->lost.last = r->tree.size;
	r->segment = reader.segment == 0 ? 1 : reader.segment;
	r->offset = reader.offset;
	log_reader_close(&reader);
	return result;
}

/* With what was found, the log must continue the checkpoint. */
static int
hold_against(struct recovery *r)
{
	uint8_t root[MERKLE_HASH_SIZE];
	struct checkpoint kept;
	enum checkpoint_result result =
	    checkpoint_file_read(AT_FDCWD, r->kept, &r->key, &kept);

	if (result != CHECKPOINT_OK)
		return cli_fail(
		    result == CHECKPOINT_UNAVAILABLE ? CLI_UNKNOWN : CLI_NO,
		    "the checkpoint %s %s", r->kept,
		    checkpoint_strerror(result));
	if (kept.size < r->tree.size)
		return cli_fail(CLI_NO,
		    "the checkpoint %s is of record %" PRIu64
		    ", which the log has: take a newer one",
		    r->kept, kept.size);
	if (kept.size > r->lost.last + r->lost.count)
		return cli_fail(CLI_NO,
		    "the checkpoint %s has %" PRIu64
		    " records, and %s leads to record %" PRIu64
		    " only: nothing was changed",
		    r->kept, kept.size, r->from, r->lost.last + r->lost.count);
	while (r->tree.size < kept.size)
		if (merkle_append(&r->tree,
			r->lost.record[r->tree.size - r->lost.last].leaf) < 0)
			return cli_fail(CLI_UNKNOWN, "SHA-256 failed");
	if (merkle_root(&r->tree, root) < 0)
		return cli_fail(CLI_UNKNOWN, "SHA-256 failed");
	if (memcmp(root, kept.root, sizeof root) != 0)
		return cli_fail(CLI_NO,
		    "the records of %s are not those of the checkpoint %s: "
		    "nothing was changed",
		    r->from, r->kept);
	return 0;
}

/* A new file belongs to who owns the log: audit is to go on with it. */
static int
give_away(const struct recovery *r, int fd)
{
	struct stat st;

	if (fstat(r->dir, &st) < 0)
		return -1;
	return geteuid() != 0 ? 0 : fchown(fd, st.st_uid, st.st_gid);
}

/* In the order of the log, so that whatever ends this leaves a log that is
 * whole as far as it goes, and the next try goes on from there. */
static int
write_records(struct recovery *r, struct segment *s)
{
	for (size_t i = 0; i < r->lost.count; i++) {
		const struct log_lost_record *one = &r->lost.record[i];

		if (segment_append(s, one->text, one->len) == 0)
			continue;
		if (segment_commit(s) < 0 ||
		    segment_append(s, one->text, one->len) < 0)
			return -1;
	}
	return segment_commit(s);
}

static int
append(struct recovery *r)
{
	/* the file that is there takes all of it; audit closes it when it is
	 * too long */
	const struct segment_place place = {
	    .first = r->segment, .offset = r->offset, .next = r->lost.last + 1};
	static struct segment s;
	int status = 0;

	if (segment_open(&s, r->dir, &place, UINT64_MAX) < 0 ||
	    give_away(r, s.fd) < 0 || write_records(r, &s) < 0)
		status = cli_fail(CLI_UNKNOWN,
		    "writing the log: %s: try again, what was written stays",
		    strerror(errno));
	segment_close(&s);
	return status;
}

static int
tell(const struct recovery *r)
{
	uint64_t last = r->lost.last + r->lost.count;
	bool lacks = r->lost.newest > last;
	int status = lacks ? CLI_NO : CLI_YES;
	struct json_write *w;

	if (r->json) {
		w = print_json_begin();
		json_write_object(w, NULL);
		json_write_uint(w, "first", r->lost.last + 1);
		json_write_uint(w, "last", last);
		json_write_uint(w, "recovered", r->lost.count);
		if (lacks)
			json_write_uint(w, "missing", last + 1);
		json_write_object_end(w);
		return print_json_end() != 0 ? CLI_UNKNOWN : status;
	}
	if (r->lost.count > 0)
		printf("recovered records %" PRIu64 " to %" PRIu64
		       ", byte for byte: start gatewayd\n",
		    r->lost.last + 1, last);
	if (lacks)
		return cli_fail(CLI_NO,
		    "record %" PRIu64 " is not in %s as it was written, and "
		    "record %" PRIu64 " is: look at another receiver",
		    last + 1, r->from, r->lost.newest);
	return CLI_YES;
}

static int
recover(struct recovery *r, const char *copy, size_t size)
{
	int status = 0;

	switch (log_lost_find(&r->lost, copy, size)) {
	case LOG_LOST_FOUND:
		break;
	case LOG_LOST_TWO:
		return cli_fail(CLI_NO,
		    "%s has two histories of this log, from record %" PRIu64
		    " on: give a file that has only the one that is to count",
		    r->from, r->lost.fork);
	case LOG_LOST_FAILED:
		return cli_fail(CLI_UNKNOWN, "out of memory");
	}
	if (r->lost.count == 0 && r->lost.newest == 0)
		return cli_fail(CLI_NO,
		    "%s has no record after record %" PRIu64
		    ", the last one of the log",
		    r->from, r->lost.last);
	if (r->kept != NULL)
		status = hold_against(r);
	if (status == 0 && r->lost.count > 0)
		status = append(r);
	return status == 0 ? tell(r) : status;
}

static int
with_copy(struct recovery *r)
{
	int fd = open(r->from, O_RDONLY | O_CLOEXEC), status;
	void *copy = MAP_FAILED;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		copy = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	else if (fd >= 0)
		errno = ENODATA;
	if (copy == MAP_FAILED)
		status =
		    cli_fail(CLI_UNKNOWN, "%s: %s", r->from, strerror(errno));
	else
		status = recover(r, copy, (size_t)st.st_size);
	if (copy != MAP_FAILED)
		munmap(copy, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	return status;
}

int
audit_recover(int argc, char **argv)
{
	struct recovery r = {.dir = -1};
	int status = take_options(argc, argv, &r);

	if (status != 0)
		return status;
	status = audit_read_key(r.key_path, &r.key);
	if (status != 0)
		return status;
	if (merkle_init(&r.tree) < 0)
		status = cli_fail(CLI_UNKNOWN, "libcrypto has no SHA-256");
	if (status == 0)
		status = open_log(&r);
	if (status == 0)
		status = read_log(&r);
	if (status == 0)
		status = with_copy(&r);
	log_lost_free(&r.lost);
	merkle_free(&r.tree);
	log_key_free(&r.key);
	if (r.dir >= 0)
		close(r.dir);
	return status;
}
