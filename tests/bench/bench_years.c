/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_years write DIR COUNT: a log of COUNT records, as audit writes it.
 * bench_years start DIR: the seconds until audit serves with that log.
 * Prints one object of JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/segment.h"
#include "lib/record/segment_head.h"
#include "tests/audit/role_fixture.h"
#include "tests/record/log_fixture.h"

#define KEY_PATH "/etc/sallyport/checkpoint.key"
#define SEGMENT_BYTES (64U << 20) /* the default of segment-size */
#define BATCH 256

static struct years {
	int dir;
	struct log_key key;
	struct merkle tree;
	struct segment segment;
	uint8_t last[MERKLE_HASH_SIZE], leaf[BATCH][MERKLE_HASH_SIZE];
	size_t waiting;
} years;

static void
stop(const char *what)
{
	fprintf(stderr, "bench_years: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
key_file(void)
{
	int fd = memfd_create("key", MFD_CLOEXEC);

	if (fd < 0 ||
	    write(fd, fixture_private_pem, strlen(fixture_private_pem)) < 0)
		stop("the key");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void
commit(struct years *y)
{
	uint64_t first = y->segment.first;

	if (segment_commit(&y->segment) < 0)
		stop("writing");
	if (y->segment.first != first &&
	    segment_head_write(y->dir, &y->key, &y->tree) < 0)
		stop("the head of a segment");
	for (size_t i = 0; i < y->waiting; i++)
		merkle_append(&y->tree, y->leaf[i]);
	y->waiting = 0;
}

static void
append(struct years *y, unsigned number)
{
	struct record_place place = {.origin = y->key.name, .sequence = number};
	struct msg_AUDIT_APPEND_REQ r;
	char line[RECORD_LINE_MAX];
	size_t len;

	log_fixture_record(&r, number);
	memcpy(place.prev, y->last, sizeof y->last);
	if (record_render(&r, &place, line, &len) < 0 ||
	    merkle_leaf(&y->tree, line, len, y->last) < 0 ||
	    segment_append(&y->segment, line, len) < 0)
		stop("a record");
	memcpy(y->leaf[y->waiting++], y->last, sizeof y->last);
	if (y->waiting == BATCH)
		commit(y);
}

static int
write_log(struct years *y, unsigned count)
{
	uint8_t root[MERKLE_HASH_SIZE];
	double began = seconds();
	int fd = key_file();

	if (log_key_read_private(&y->key, fd, FIXTURE_ORIGIN) < 0 ||
	    merkle_init(&y->tree) < 0 ||
	    segment_open(&y->segment, y->dir, &(struct segment_place){1, 0, 1},
		SEGMENT_BYTES) < 0)
		stop("the log");
	for (unsigned i = 1; i <= count; i++)
		append(y, i);
	commit(y);
	segment_close(&y->segment);
	if (merkle_root(&y->tree, root) < 0 ||
	    checkpoint_file_write(y->dir, &y->key, count, root) < 0)
		stop("the checkpoint");
	printf("{\"seconds\":%.3f}\n", seconds() - began);
	return 0;
}

static int
start_audit(const char *path)
{
	struct conf_audit conf = {.role = {.allow = SANDBOX_WRITE},
	    .checkpoint_key = KEY_PATH,
	    .origin = FIXTURE_ORIGIN,
	    .segment_bytes = SEGMENT_BYTES};
	struct channel authority, forward;
	struct role_fixture role;
	double began = seconds();
	int ready;

	snprintf(conf.role.root, sizeof conf.role.root, "%s", path);
	role_fixture_start(&role, ROLE_AUDIT, "audit");
	role_fixture_conf(&role, &conf, sizeof conf);
	role_fixture_file(&role, KEY_PATH, key_file());
	role_fixture_peer(&role, ROLE_AUTHORITY, &authority);
	role_fixture_peer(&role, ROLE_FORWARD, &forward);
	ready = role_fixture_go(&role);
	printf("{\"ready\":%s,\"seconds\":%.4f}\n", ready ? "true" : "false",
	    seconds() - began);
	role_fixture_end(&role);
	return ready ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	years.dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (years.dir < 0)
		stop(argv[2]);
	if (strcmp(argv[1], "write") == 0 && argc == 4)
		return write_log(&years, (unsigned)strtoul(argv[3], NULL, 10));
	return strcmp(argv[1], "start") == 0 ? start_audit(argv[2]) : 2;
}
