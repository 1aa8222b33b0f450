/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/audit/audit_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_verify.h"
#include "lib/record/record_parse.h"
#include "tests/audit/role_fixture.h"
#include "tests/record/log_fixture.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define KEY_PATH "/etc/sallyport/checkpoint.key"

int
audit_world_set_up(void **state)
{
	struct audit_world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	log_fixture_open(&w->f);
	w->segment_bytes = 1024 * 1024;
	assert_int_equal(log_key_parse_public(&w->public_key,
			     fixture_public_line, strlen(fixture_public_line)),
	    0);
	*state = w;
	return 0;
}

int
audit_world_tear_down(void **state)
{
	struct audit_world *w = *state;

	log_key_free(&w->public_key);
	log_fixture_close(&w->f);
	free(w);
	return 0;
}

static int
key_file(void)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	fputs(fixture_private_pem, file);
	rewind(file);
	fd = dup(fileno(file));
	fclose(file);
	return fd;
}

int
audit_world_start(struct audit_world *w)
{
	struct conf_audit conf = {.role = {.allow = SANDBOX_WRITE},
	    .checkpoint_key = KEY_PATH,
	    .origin = FIXTURE_ORIGIN,
	    .segment_bytes = w->segment_bytes};

	snprintf(conf.role.root, sizeof conf.role.root, "%s", w->f.path);
	role_fixture_start(&w->p, ROLE_AUDIT, "audit");
	role_fixture_conf(&w->p, &conf, sizeof conf);
	role_fixture_file(&w->p, KEY_PATH, key_file());
	role_fixture_peer(&w->p, ROLE_AUTHORITY, &w->authority);
	role_fixture_peer(&w->p, ROLE_FORWARD, &w->forward);
	return role_fixture_go(&w->p);
}

int
audit_world_end(struct audit_world *w)
{
	int status = role_fixture_end(&w->p);

	channel_close(&w->authority);
	channel_close(&w->forward);
	return status;
}

void
audit_world_start_fails(struct audit_world *w)
{
	assert_int_equal(audit_world_start(w), 0);
	assert_int_equal(audit_world_end(w), 1);
}

void
audit_world_append(struct audit_world *w)
{
	struct message m;

	message_init(&m, MSG_AUDIT_APPEND_REQ);
	log_fixture_record(&m.u.AUDIT_APPEND_REQ, ++w->sent);
	channel_send(&w->authority, &m);
}

int
audit_world_take_receipt(struct audit_world *w, int timeout_ms)
{
	static struct message m;
	struct msg_AUDIT_RECEIPT_ANS *r = &m.u.AUDIT_RECEIPT_ANS;

	if (channel_receive(&w->authority, &m, timeout_ms) != CHANNEL_MESSAGE)
		return 0;
	assert_int_equal(m.type, MSG_AUDIT_RECEIPT_ANS);
	if (r->failed) {
		w->failed += r->count;
		return 1;
	}
	assert_int_equal(r->first, w->receipted + 1);
	assert_int_equal(r->hash_size, r->count * MERKLE_HASH_SIZE);
	for (unsigned i = 0; i < r->count; i++)
		memcpy(w->leaf[++w->receipted], r->hash + i * MERKLE_HASH_SIZE,
		    MERKLE_HASH_SIZE);
	return 1;
}

void
audit_world_append_and_wait(struct audit_world *w, unsigned count)
{
	uint64_t goal = w->receipted + count;

	for (unsigned i = 0; i < count; i++)
		audit_world_append(w);
	while (w->receipted < goal)
		assert_int_equal(audit_world_take_receipt(w, PATIENCE_MS), 1);
}

uint64_t
audit_world_check_log(struct audit_world *w)
{
	struct log_verify_report report;
	struct log_reader reader;
	struct log_line line;
	struct merkle tree;
	uint8_t leaf[MERKLE_HASH_SIZE];
	uint64_t count = 0;

	if (log_verify(w->f.dir, &w->public_key, &report) != LOG_VERIFY_GOOD)
		fail_msg("%s", report.text);
	assert_int_equal(merkle_init(&tree), 0);
	assert_int_equal(log_reader_open(&reader, w->f.dir, 1), 0);
	while (log_reader_next(&reader, &line) == LOG_READ_LINE) {
		count = line.sequence;
		if (count > w->receipted)
			continue;
		merkle_leaf(&tree, line.text, line.len, leaf);
		assert_memory_equal(leaf, w->leaf[count], sizeof leaf);
	}
	assert_true(count >= w->receipted);
	log_reader_close(&reader);
	merkle_free(&tree);
	return count;
}

void
audit_world_add_bytes(struct audit_world *w, const char *bytes, size_t len)
{
	int fd = openat(w->f.dir, AUDIT_WORLD_FIRST, O_WRONLY | O_APPEND);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}
