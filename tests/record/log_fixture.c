/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/record/log_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/record/segment.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/merkle.h"
#include "tests/support/unit.h"

#define COMMIT 16 /* records at a time: each is a sync of the disk */

const char fixture_private_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    "-----END PRIVATE KEY-----\n";
const char fixture_public_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
    "-----END PUBLIC KEY-----\n";
const char fixture_public_line[] =
    FIXTURE_ORIGIN "+b86030b0+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n";

void
log_fixture_open(struct log_fixture *f)
{
	int pipe_fd[2];

	f->shift = 0;
	snprintf(f->path, sizeof f->path, "/tmp/sallyport-log-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->dir = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->dir >= 0);
	assert_int_equal(pipe(pipe_fd), 0);
	assert_true(write(pipe_fd[1], fixture_private_pem,
			strlen(fixture_private_pem)) > 0);
	close(pipe_fd[1]);
	assert_int_equal(
	    log_key_read_private(&f->key, pipe_fd[0], FIXTURE_ORIGIN), 0);
	close(pipe_fd[0]);
}

void
log_fixture_close(struct log_fixture *f)
{
	DIR *d = fdopendir(f->dir);
	struct dirent *entry;

	assert_non_null(d);
	rewinddir(d);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
	assert_int_equal(rmdir(f->path), 0);
	log_key_free(&f->key);
}

void
log_fixture_record(struct msg_AUDIT_APPEND_REQ *r_r, unsigned number)
{
	*r_r = (struct msg_AUDIT_APPEND_REQ){.kind = RECORD_ATTEMPT,
	    .outcome = number % 3 == 0 ? OUTCOME_DENIED : OUTCOME_GRANTED,
	    .time_ms = 1767225600000 + number,
	    .reference = "K7QX-2M9P",
	    .reason = "ok",
	    .rule = "sre-corp",
	    .username = "alice",
	    .username_size = 5,
	    .name = "alice",
	    .subject = "6f1d2c1a-8a0f-4ad0-9a55-3b0d8c8f0001",
	    .employment = 1,
	    .groups = "cn=sre,dc=example,dc=com\0cn=all,dc=example,dc=com",
	    .groups_size = 50,
	    .client = "10.20.0.5",
	    .port = 50222,
	    .service = "sshd",
	    .host = "bastion1.example.com",
	    .tty = "ssh",
	    .required = RECORD_PASSWORD | RECORD_OTP,
	    .verified = RECORD_PASSWORD | RECORD_OTP,
	    .credential = "totp-1",
	    .step = 58907520 + number,
	    .session = "s-9d2c",
	    .session_seconds = 28800};
	memcpy(r_r->attempt, &number, sizeof number);
}

static void
sign(struct log_fixture *f, struct merkle *tree)
{
	uint8_t root[MERKLE_HASH_SIZE];

	assert_int_equal(merkle_root(tree, root), 0);
	assert_int_equal(
	    checkpoint_file_write(f->dir, &f->key, tree->size, root), 0);
}

static void
write_log(struct log_fixture *f, unsigned count, unsigned signed_,
    uint64_t segment_bytes, const struct msg_AUDIT_APPEND_REQ *records)
{
	static struct segment s;
	struct record_place place = {.origin = f->key.name};
	struct msg_AUDIT_APPEND_REQ r;
	struct merkle tree;
	char line[RECORD_LINE_MAX];
	size_t len;

	assert_int_equal(merkle_init(&tree), 0);
	if (signed_ == 0)
		sign(f, &tree);
	assert_int_equal(segment_open(&s, f->dir,
			     &(struct segment_place){1, 0, 1}, segment_bytes),
	    0);
	for (unsigned i = 1; i <= count; i++) {
		if (records != NULL)
			r = records[i - 1];
		else
			log_fixture_record(&r, i + f->shift);
		place.sequence = i;
		assert_int_equal(record_render(&r, &place, line, &len), 0);
		assert_int_equal(segment_append(&s, line, len), 0);
		if (i % COMMIT == 0 || i == count ||
		    s.batch_len >= segment_bytes / 4)
			assert_int_equal(segment_commit(&s), 0);
		assert_int_equal(merkle_leaf(&tree, line, len, place.prev), 0);
		assert_int_equal(merkle_append(&tree, place.prev), 0);
		if (i == signed_)
			sign(f, &tree);
	}
	segment_close(&s);
	merkle_free(&tree);
}

void
log_fixture_write(struct log_fixture *f, unsigned count, unsigned signed_,
    uint64_t segment_bytes)
{
	write_log(f, count, signed_, segment_bytes, NULL);
}

void
log_fixture_write_these(struct log_fixture *f,
    const struct msg_AUDIT_APPEND_REQ *records, unsigned count,
    uint64_t segment_bytes)
{
	write_log(f, count, count, segment_bytes, records);
}

void
log_fixture_get(
    struct log_fixture *f, const char *name, char **read_r, size_t *len_r)
{
	int fd = openat(f->dir, name, O_RDONLY);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*len_r = (size_t)st.st_size;
	*read_r = malloc(*len_r + 1);
	assert_non_null(*read_r);
	assert_int_equal(read(fd, *read_r, *len_r), *len_r);
	close(fd);
}

void
log_fixture_put(
    struct log_fixture *f, const char *name, const char *bytes, size_t len)
{
	int fd = openat(f->dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}
