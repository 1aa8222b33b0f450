/* SPDX-License-Identifier: Apache-2.0 */
/* The audit process itself, driven as gatewayd and authority drive it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
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
#define FIRST "000000000001.log"
#define SENT_MAX 4000

struct world {
	struct log_fixture f;
	struct log_key public_key;
	struct role_fixture p;
	struct channel authority, forward;
	uint64_t segment_bytes;
	/* what receipts said, by sequence */
	uint8_t leaf[SENT_MAX + 1][MERKLE_HASH_SIZE];
	uint64_t receipted, failed;
	unsigned sent; /* attempt numbers given away */
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	log_fixture_open(&w->f);
	w->segment_bytes = 1024 * 1024;
	assert_int_equal(log_key_parse_public(&w->public_key,
			     fixture_public_line, strlen(fixture_public_line)),
	    0);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

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

static int
start(struct world *w)
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

static int
end(struct world *w)
{
	int status = role_fixture_end(&w->p);

	channel_close(&w->authority);
	channel_close(&w->forward);
	return status;
}

static void
start_fails(struct world *w)
{
	assert_int_equal(start(w), 0);
	assert_int_equal(end(w), 1);
}

static void
append(struct world *w)
{
	struct message m;

	message_init(&m, MSG_AUDIT_APPEND_REQ);
	log_fixture_record(&m.u.AUDIT_APPEND_REQ, ++w->sent);
	channel_send(&w->authority, &m);
}

/* Takes one receipt message; 0 when none comes. */
static int
take_receipt(struct world *w, int timeout_ms)
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

static void
append_and_wait(struct world *w, unsigned count)
{
	uint64_t goal = w->receipted + count;

	for (unsigned i = 0; i < count; i++)
		append(w);
	while (w->receipted < goal)
		assert_int_equal(take_receipt(w, PATIENCE_MS), 1);
}

/* The log holds each record that has a receipt, with that hash.  Returns the
 * number of records. */
static uint64_t
check_log(struct world *w)
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

static void
records_get_receipts_in_order_and_a_checkpoint(void **state)
{
	struct world *w = *state;
	struct log_verify_report report;
	struct stat st;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 1);
	append_and_wait(w, 700);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), 701);
	assert_int_equal(
	    log_verify(w->f.dir, &w->public_key, &report), LOG_VERIFY_GOOD);
	assert_int_equal(report.signed_size, 701);
	assert_int_equal(fstatat(w->f.dir, FIRST, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(fstatat(w->f.dir, CHECKPOINT_FILE, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void
a_checkpoint_follows_within_seconds(void **state)
{
	struct world *w = *state;
	struct log_verify_report report;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 5);
	for (int ms = 0; ms < PATIENCE_MS; ms += 100) {
		assert_int_equal(log_verify(w->f.dir, &w->public_key, &report),
		    LOG_VERIFY_GOOD);
		if (report.signed_size == 5)
			break;
		usleep(100000);
	}
	assert_int_equal(report.signed_size, 5);
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
}

static void
a_log_goes_on_over_restarts_and_rotations(void **state)
{
	struct world *w = *state;

	w->segment_bytes = 64 * 1024;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(start(w), 1);
		append_and_wait(w, 100);
		assert_int_equal(end(w), 0);
		assert_int_equal(check_log(w), 100 * (i + 1));
	}
}

/* Notes that never go back, the last of them this one. */
static void
expect_committed(struct world *w, uint64_t last)
{
	struct message m;
	uint64_t sequence = 0, now;

	while (sequence < last) {
		assert_int_equal(channel_receive(&w->forward, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
		assert_int_equal(m.type, MSG_FORWARD_COMMITTED_NOTE);
		now = m.u.FORWARD_COMMITTED_NOTE.sequence;
		assert_true(now >= sequence);
		sequence = now;
	}
	assert_int_equal(sequence, last);
	assert_int_equal(channel_receive(&w->forward, &m, 100), CHANNEL_EMPTY);
}

static void
forward_is_told_what_is_on_disk(void **state)
{
	struct world *w = *state;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 40);
	expect_committed(w, 40);
	/* a new forward hears it at once */
	channel_close(&w->forward);
	role_fixture_peer(&w->p, ROLE_FORWARD, &w->forward);
	expect_committed(w, 40);
	assert_int_equal(end(w), 0);
}

/* Asks for the records from FROM on, expects them all. */
static void
replay(struct world *w, uint64_t from, uint64_t last)
{
	static struct message m;
	struct msg_AUDIT_REPLAY_ANS *ans = &m.u.AUDIT_REPLAY_ANS;
	struct msg_AUDIT_APPEND_REQ r;

	message_init(&m, MSG_AUDIT_REPLAY_REQ);
	m.u.AUDIT_REPLAY_REQ.from = from;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	for (uint64_t i = from; i <= last; i++) {
		assert_int_equal(
		    channel_receive(&w->authority, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
		assert_int_equal(m.type, MSG_AUDIT_REPLAY_ANS);
		assert_int_equal(ans->end, 0);
		assert_int_equal(ans->sequence, i);
		log_fixture_record(&r, (unsigned)i);
		assert_memory_equal(ans->attempt, r.attempt, ATTEMPT_ID);
		assert_int_equal(ans->kind, r.kind);
		assert_int_equal(ans->outcome, r.outcome);
		assert_int_equal(ans->step, r.step);
		assert_int_equal(ans->tries, r.tries);
		assert_int_equal(ans->time_ms, r.time_ms);
		assert_string_equal(ans->subject, r.subject);
		assert_string_equal(ans->name, r.name);
		assert_string_equal(ans->credential, r.credential);
		assert_string_equal(ans->session, r.session);
	}
	assert_int_equal(
	    channel_receive(&w->authority, &m, PATIENCE_MS), CHANNEL_MESSAGE);
	assert_int_equal(ans->end, 1);
	assert_int_equal(ans->sequence, last + 1);
}

static void
authority_gets_the_records_back(void **state)
{
	struct world *w = *state;

	w->segment_bytes = 256 * 1024;
	assert_int_equal(start(w), 1);
	replay(w, 1, 0);
	append_and_wait(w, 1500);
	replay(w, 1, 1500);
	replay(w, 1400, 1500);
	replay(w, 1501, 1500);
	/* a new authority, after an old one that left in the middle */
	{
		struct message m;

		message_init(&m, MSG_AUDIT_REPLAY_REQ);
		m.u.AUDIT_REPLAY_REQ.from = 1;
		channel_send(&w->authority, &m);
	}
	channel_close(&w->authority);
	role_fixture_peer(&w->p, ROLE_AUTHORITY, &w->authority);
	replay(w, 1, 1500);
	append_and_wait(w, 10);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), 1510);
}

/* Whoever reads the line in the log knows where to look. */
static void
a_replay_that_cannot_go_on_says_where(void **state)
{
	struct world *w = *state;
	FILE *said = tmpfile();
	int fd, err = dup(STDERR_FILENO);
	char text[4096] = "";
	struct message m;

	assert_non_null(said);
	assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
	assert_int_equal(start(w), 1);
	dup2(err, STDERR_FILENO);
	close(err);
	append_and_wait(w, 3);
	fd = openat(w->f.dir, FIRST, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "?", 1, 0), 1);
	close(fd);
	message_init(&m, MSG_AUDIT_REPLAY_REQ);
	m.u.AUDIT_REPLAY_REQ.from = 1;
	channel_send(&w->authority, &m);
	assert_int_equal(
	    channel_receive(&w->authority, &m, PATIENCE_MS), CHANNEL_CLOSED);
	end(w);
	rewind(said);
	assert_true(fread(text, 1, sizeof text - 1, said) > 0);
	fclose(said);
	assert_non_null(
	    strstr(text, "record 1 cannot be read in audit/" FIRST));
}

/* Bytes that are no text are four times as many when they are read back.  A
 * directory that was taken over can have such groups recorded. */
static void
groups_of_any_bytes_end_neither_a_start_nor_a_replay(void **state)
{
	static struct message m;
	struct world *w = *state;
	struct msg_AUDIT_APPEND_REQ *r = &m.u.AUDIT_APPEND_REQ;
	uint64_t count = 0;

	assert_int_equal(start(w), 1);
	for (size_t size = 100; size <= sizeof r->groups; size += 100) {
		message_init(&m, MSG_AUDIT_APPEND_REQ);
		log_fixture_record(r, (unsigned)++count);
		memset(r->groups, 0xff, size);
		r->groups_size = size;
		assert_int_equal(channel_send(&w->authority, &m), 0);
	}
	while (w->receipted < count)
		assert_int_equal(take_receipt(w, PATIENCE_MS), 1);
	/* no checkpoint covers them: each is looked at anew */
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
	assert_int_equal(start(w), 1);
	replay(w, 1, count);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), count);
}

/* Only a fault in authority sends such records.  A refusal is written as an
 * error in its place; a grant is refused, which is the first promise. */
static void
a_grant_that_cannot_be_written_gets_no_receipt(void **state)
{
	static struct message m;
	struct world *w = *state;
	struct msg_AUDIT_APPEND_REQ *r = &m.u.AUDIT_APPEND_REQ;

	assert_int_equal(start(w), 1);
	message_init(&m, MSG_AUDIT_APPEND_REQ);
	log_fixture_record(r, 1);
	r->kind = RECORD_SESSION;
	r->outcome = OUTCOME_DENIED;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	assert_int_equal(take_receipt(w, PATIENCE_MS), 1);
	assert_int_equal(w->receipted, 1);
	r->outcome = OUTCOME_GRANTED;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	assert_int_equal(take_receipt(w, PATIENCE_MS), 1);
	assert_int_equal(w->failed, 1);
	assert_int_equal(w->receipted, 1);
	end(w);
	assert_int_equal(check_log(w), 1);
}

/* kill -9 at any moment: what had its receipt is there, as receipted; what had
 * not is there whole or not at all; the log verifies and goes on. */
static void
no_receipted_record_is_lost_to_kill_9(void **state)
{
	struct world *w = *state;
	uint64_t count = 0;

	srand(5);
	w->segment_bytes = 48 * 1024;
	for (int round = 0; round < 40; round++) {
		assert_int_equal(start(w), 1);
		assert_true(w->sent + 70 < SENT_MAX);
		for (int i = 0; i < 64; i++)
			append(w);
		usleep((useconds_t)(rand() % 3000));
		role_fixture_kill(&w->p);
		while (take_receipt(w, 0)) /* sent before it died */
			continue;
		channel_close(&w->authority);
		channel_close(&w->forward);
		count = check_log(w);
		/* those that came without a receipt are known from now on */
		w->receipted = count;
		{
			struct log_reader reader;
			struct log_line line;
			struct merkle tree;

			merkle_init(&tree);
			log_reader_open(&reader, w->f.dir, 1);
			while (log_reader_next(&reader, &line) == LOG_READ_LINE)
				merkle_leaf(&tree, line.text, line.len,
				    w->leaf[line.sequence]);
			log_reader_close(&reader);
			merkle_free(&tree);
		}
	}
	assert_int_equal(w->failed, 0);
	assert_int_equal(start(w), 1);
	append_and_wait(w, 3);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), count + 3);
}

/* The disk takes no more (here: a limit on the file's size): all that waited
 * are refused and not in the log, nothing is tried again, the role ends; a new
 * one goes on. */
static void
a_failed_write_refuses_and_ends(void **state)
{
	struct world *w = *state;
	struct rlimit small = {300 * 1024, 300 * 1024}, old;
	unsigned rounds = 0;

	w->segment_bytes = 8 * 1024 * 1024;
	assert_int_equal(start(w), 1);
	assert_int_equal(prlimit(w->p.pid, RLIMIT_FSIZE, &small, &old), 0);
	while (w->failed == 0 && rounds++ < 1000) {
		append(w);
		if (!take_receipt(w, PATIENCE_MS))
			break;
	}
	assert_true(w->failed > 0);
	assert_true(w->receipted > 10);
	append(w); /* nobody takes this one */
	assert_int_equal(take_receipt(w, 1000), 0);
	end(w);
	assert_int_equal(check_log(w), w->receipted);
	assert_int_equal(start(w), 1);
	append_and_wait(w, 3);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), w->receipted);
}

static void
add_bytes(struct world *w, const char *bytes, size_t len)
{
	int fd = openat(w->f.dir, FIRST, O_WRONLY | O_APPEND);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
an_unfinished_line_is_cut_and_the_next_record_says_so(void **state)
{
	struct world *w = *state;
	struct log_reader reader;
	struct log_line line;
	struct record_parsed parsed;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 10);
	assert_int_equal(end(w), 0);
	add_bytes(w, "{\"class_uid\":3002,\"cat", 22);
	assert_int_equal(start(w), 1);
	append_and_wait(w, 2);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), 12);
	assert_int_equal(log_reader_open(&reader, w->f.dir, 11), 0);
	assert_int_equal(log_reader_next(&reader, &line), LOG_READ_LINE);
	assert_int_equal(record_parse(line.text, line.len, &parsed), 0);
	assert_int_equal(parsed.place.cut, 22);
	assert_int_equal(log_reader_next(&reader, &line), LOG_READ_LINE);
	assert_int_equal(record_parse(line.text, line.len, &parsed), 0);
	assert_int_equal(parsed.place.cut, 0);
	log_reader_close(&reader);
}

static void
a_log_that_is_not_the_signed_one_is_refused(void **state)
{
	struct world *w = *state;
	char *bytes, *checkpoint;
	size_t len, checkpoint_len;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 20);
	assert_int_equal(end(w), 0);
	log_fixture_get(&w->f, FIRST, &bytes, &len);
	log_fixture_get(&w->f, CHECKPOINT_FILE, &checkpoint, &checkpoint_len);

	log_fixture_put(&w->f, FIRST, bytes, len - 1); /* torn, but signed */
	start_fails(w);
	log_fixture_put(&w->f, FIRST, bytes, len / 2);
	start_fails(w);
	bytes[len / 2] ^= 1;
	log_fixture_put(&w->f, FIRST, bytes, len);
	start_fails(w);
	bytes[len / 2] ^= 1;
	log_fixture_put(&w->f, FIRST, bytes, len);
	add_bytes(w, "{}\n", 3); /* whole, and no record */
	start_fails(w);
	log_fixture_put(&w->f, FIRST, bytes, len);
	log_fixture_put(&w->f, "000000000099.log", "", 0);
	start_fails(w);
	assert_int_equal(unlinkat(w->f.dir, "000000000099.log", 0), 0);
	assert_int_equal(unlinkat(w->f.dir, CHECKPOINT_FILE, 0), 0);
	start_fails(w);
	checkpoint[checkpoint_len - 8] ^= 1;
	log_fixture_put(&w->f, CHECKPOINT_FILE, checkpoint, checkpoint_len);
	start_fails(w);
	checkpoint[checkpoint_len - 8] ^= 1;
	log_fixture_put(&w->f, CHECKPOINT_FILE, checkpoint, checkpoint_len);
	assert_int_equal(unlinkat(w->f.dir, FIRST, 0), 0);
	start_fails(w);

	/* and with all as it was it is taken */
	log_fixture_put(&w->f, FIRST, bytes, len);
	assert_int_equal(start(w), 1);
	append_and_wait(w, 1);
	assert_int_equal(end(w), 0);
	assert_int_equal(check_log(w), 21);
	free(bytes);
	free(checkpoint);
}

/* The parent shows it as the state: which file, and what to do. */
static void
a_start_without_the_oldest_segment_names_it(void **state)
{
	struct world *w = *state;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 3);
	assert_int_equal(end(w), 0);
	assert_int_equal(
	    renameat(w->f.dir, FIRST, w->f.dir, "000000000005.log"), 0);
	start_fails(w);
	assert_non_null(strstr(w->p.why, "000000000001.log, the log's oldest "
					 "segment, is gone, and the oldest "
					 "there is 000000000005.log"));
	assert_int_equal(
	    renameat(w->f.dir, "000000000005.log", w->f.dir, FIRST), 0);
	assert_int_equal(start(w), 1);
	assert_int_equal(end(w), 0);
}

/* Behind the last checkpoint nothing is signed, but each record has the hash
 * of the one before it. */
static void
a_record_that_does_not_follow_from_the_one_before_is_refused(void **state)
{
	static const char member[] = "\"prev\":\"";
	struct world *w = *state;
	char *bytes, *at, *last = NULL;
	size_t len;

	assert_int_equal(start(w), 1);
	append_and_wait(w, 5);
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
	log_fixture_get(&w->f, FIRST, &bytes, &len);
	for (at = bytes; at != NULL; at = memmem(at, len - (size_t)(at - bytes),
					 member, sizeof member - 1)) {
		last = at;
		at += sizeof member - 1;
	}
	assert_true(last != NULL && last > bytes);
	last += sizeof member - 1;
	*last = *last == '0' ? '1' : '0';
	log_fixture_put(&w->f, FIRST, bytes, len);
	start_fails(w);
	free(bytes);
}

/* One that cannot be read is not one that was never written. */
static void
a_checkpoint_that_cannot_be_read_begins_no_log(void **state)
{
	struct world *w = *state;

	assert_int_equal(symlinkat("nowhere", w->f.dir, CHECKPOINT_FILE), 0);
	start_fails(w);
	assert_int_equal(unlinkat(w->f.dir, CHECKPOINT_FILE, 0), 0);
	assert_int_equal(start(w), 1);
	assert_int_equal(end(w), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(records_get_receipts_in_order_and_a_checkpoint),
	    TEST(a_checkpoint_follows_within_seconds),
	    TEST(a_log_goes_on_over_restarts_and_rotations),
	    TEST(forward_is_told_what_is_on_disk),
	    TEST(authority_gets_the_records_back),
	    TEST(a_replay_that_cannot_go_on_says_where),
	    TEST(groups_of_any_bytes_end_neither_a_start_nor_a_replay),
	    TEST(a_grant_that_cannot_be_written_gets_no_receipt),
	    TEST(no_receipted_record_is_lost_to_kill_9),
	    TEST(a_failed_write_refuses_and_ends),
	    TEST(an_unfinished_line_is_cut_and_the_next_record_says_so),
	    TEST(a_log_that_is_not_the_signed_one_is_refused),
	    TEST(a_start_without_the_oldest_segment_names_it),
	    TEST(a_record_that_does_not_follow_from_the_one_before_is_refused),
	    TEST(a_checkpoint_that_cannot_be_read_begins_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
