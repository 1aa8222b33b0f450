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
#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_verify.h"
#include "lib/record/record_parse.h"
#include "tests/audit/role_fixture.h"
#include "tests/record/log_fixture.h"
#include "tests/support/patience.h"
#include "tests/audit/audit_world.h"
#include "tests/support/unit.h"

static void
records_get_receipts_in_order_and_a_checkpoint(void **state)
{
	struct audit_world *w = *state;
	struct log_verify_report report;
	struct stat st;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 1);
	audit_world_append_and_wait(w, 700);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), 701);
	assert_int_equal(
	    log_verify(w->f.dir, &w->public_key, &report), LOG_VERIFY_GOOD);
	assert_int_equal(report.signed_size, 701);
	assert_int_equal(fstatat(w->f.dir, AUDIT_WORLD_FIRST, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(fstatat(w->f.dir, CHECKPOINT_FILE, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void
a_checkpoint_follows_within_seconds(void **state)
{
	struct audit_world *w = *state;
	struct log_verify_report report;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 5);
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
	struct audit_world *w = *state;

	w->segment_bytes = 64 * 1024;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(audit_world_start(w), 1);
		audit_world_append_and_wait(w, 100);
		assert_int_equal(audit_world_end(w), 0);
		assert_int_equal(audit_world_check_log(w), 100 * (i + 1));
	}
}

/* Notes that never go back, the last of them this one. */
static void
expect_committed(struct audit_world *w, uint64_t last)
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
	struct audit_world *w = *state;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 40);
	expect_committed(w, 40);
	/* a new forward hears it at once */
	channel_close(&w->forward);
	role_fixture_peer(&w->p, ROLE_FORWARD, &w->forward);
	expect_committed(w, 40);
	assert_int_equal(audit_world_end(w), 0);
}

static void
ask_replay(struct audit_world *w, uint64_t from)
{
	struct message m;

	message_init(&m, MSG_AUDIT_REPLAY_REQ);
	m.u.AUDIT_REPLAY_REQ.from = from;
	assert_int_equal(channel_send(&w->authority, &m), 0);
}

/* However many commits there are, it does not wake up for each of them. */
static void
forward_is_told_at_most_every_10_ms(void **state)
{
	struct audit_world *w = *state;
	uint64_t began, sequence = 0, notes = 0;
	struct message m;

	assert_int_equal(audit_world_start(w), 1);
	began = clock_mono_ms();
	for (int i = 0; i < 200; i++)
		audit_world_append_and_wait(w, 1);
	while (sequence < 200) {
		assert_int_equal(channel_receive(&w->forward, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
		sequence = m.u.FORWARD_COMMITTED_NOTE.sequence;
		notes++;
	}
	/* the first one came at the start */
	assert_in_range(notes, 2, (clock_mono_ms() - began) / 10 + 2);
	/* what is not told yet is told at the end */
	audit_world_append_and_wait(w, 1);
	assert_int_equal(role_fixture_end(&w->p), 0);
	assert_int_equal(
	    channel_receive(&w->forward, &m, PATIENCE_MS), CHANNEL_MESSAGE);
	assert_int_equal(m.u.FORWARD_COMMITTED_NOTE.sequence, 201);
}

/* Asks for the records from FROM on, expects them all. */
static void
replay(struct audit_world *w, uint64_t from, uint64_t last)
{
	static struct message m;
	struct msg_AUDIT_REPLAY_ANS *ans = &m.u.AUDIT_REPLAY_ANS;
	struct msg_AUDIT_APPEND_REQ r;

	ask_replay(w, from);
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
	struct audit_world *w = *state;

	w->segment_bytes = 256 * 1024;
	assert_int_equal(audit_world_start(w), 1);
	replay(w, 1, 0);
	audit_world_append_and_wait(w, 1500);
	replay(w, 1, 1500);
	replay(w, 1400, 1500);
	replay(w, 1501, 1500);
	/* a new authority, after an old one that left in the middle */
	ask_replay(w, 1);
	channel_close(&w->authority);
	role_fixture_peer(&w->p, ROLE_AUTHORITY, &w->authority);
	replay(w, 1, 1500);
	audit_world_append_and_wait(w, 10);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), 1510);
}

/* The sequence of the next record of a replay; its end's, too. */
static uint64_t
take_replayed(struct audit_world *w, int end)
{
	static struct message m;

	assert_int_equal(
	    channel_receive(&w->authority, &m, PATIENCE_MS), CHANNEL_MESSAGE);
	assert_int_equal(m.type, MSG_AUDIT_REPLAY_ANS);
	assert_int_equal(m.u.AUDIT_REPLAY_ANS.end, end);
	return m.u.AUDIT_REPLAY_ANS.sequence;
}

/* More than a channel's queue holds, read late. */
static void
a_long_replay_waits_for_its_reader(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, CHANNEL_QUEUE_MAX + 1000);
	ask_replay(w, 1);
	usleep(500000);
	for (uint64_t i = 1; i <= CHANNEL_QUEUE_MAX + 1000; i++)
		assert_int_equal(take_replayed(w, 0), i);
	take_replayed(w, 1);
	assert_int_equal(audit_world_end(w), 0);
}

static void
no_record_is_asked_for_by_0(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 3);
	ask_replay(w, 0);
	assert_int_equal(take_replayed(w, 1), 4);
	assert_int_equal(audit_world_end(w), 0);
}

/* authority sees from the sequence that something is missing. */
static void
a_replay_begins_with_the_oldest_segment_there_is(void **state)
{
	struct audit_world *w = *state;
	uint64_t first;

	w->segment_bytes = 256 * 1024;
	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 1500);
	assert_int_equal(unlinkat(w->f.dir, AUDIT_WORLD_FIRST, 0), 0);
	ask_replay(w, 1);
	first = take_replayed(w, 0);
	assert_true(first > 1);
	while (++first <= 1500)
		assert_int_equal(take_replayed(w, 0), first);
	assert_int_equal(take_replayed(w, 1), 1501);
	role_fixture_kill(&w->p);
}

/* What was committed is there, or authority gets none of it as all of it. */
static void
a_log_that_was_cut_while_audit_ran_is_not_replayed(void **state)
{
	struct audit_world *w = *state;
	struct message m;
	char *bytes;
	size_t len;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 2);
	log_fixture_get(&w->f, AUDIT_WORLD_FIRST, &bytes, &len);
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes,
	    (size_t)((char *)memchr(bytes, '\n', len) + 1 - bytes));
	free(bytes);
	ask_replay(w, 1);
	assert_int_equal(take_replayed(w, 0), 1);
	assert_int_equal(
	    channel_receive(&w->authority, &m, PATIENCE_MS), CHANNEL_CLOSED);
	role_fixture_kill(&w->p);
}

/* Whoever reads the line in the log knows where to look. */
static void
a_replay_that_cannot_go_on_says_where(void **state)
{
	struct audit_world *w = *state;
	FILE *said = tmpfile();
	int fd, err = dup(STDERR_FILENO);
	char text[4096] = "";
	struct message m;

	assert_non_null(said);
	assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
	assert_int_equal(audit_world_start(w), 1);
	dup2(err, STDERR_FILENO);
	close(err);
	audit_world_append_and_wait(w, 3);
	fd = openat(w->f.dir, AUDIT_WORLD_FIRST, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "?", 1, 0), 1);
	close(fd);
	ask_replay(w, 1);
	assert_int_equal(
	    channel_receive(&w->authority, &m, PATIENCE_MS), CHANNEL_CLOSED);
	audit_world_end(w);
	rewind(said);
	assert_true(fread(text, 1, sizeof text - 1, said) > 0);
	fclose(said);
	assert_non_null(strstr(
	    text, "record 1 cannot be read in audit/" AUDIT_WORLD_FIRST));
}

/* Bytes that are no text are four times as many when they are read back.  A
 * directory that was taken over can have such groups recorded. */
static void
groups_of_any_bytes_end_neither_a_start_nor_a_replay(void **state)
{
	static struct message m;
	struct audit_world *w = *state;
	struct msg_AUDIT_APPEND_REQ *r = &m.u.AUDIT_APPEND_REQ;
	uint64_t count = 0;

	assert_int_equal(audit_world_start(w), 1);
	for (size_t size = 100; size <= sizeof r->groups; size += 100) {
		message_init(&m, MSG_AUDIT_APPEND_REQ);
		log_fixture_record(r, (unsigned)++count);
		memset(r->groups, 0xff, size);
		r->groups_size = size;
		assert_int_equal(channel_send(&w->authority, &m), 0);
	}
	while (w->receipted < count)
		assert_int_equal(audit_world_take_receipt(w, PATIENCE_MS), 1);
	/* no checkpoint covers them: each is looked at anew */
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
	assert_int_equal(audit_world_start(w), 1);
	replay(w, 1, count);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), count);
}

/* Only a fault in authority sends such records.  A refusal is written as an
 * error in its place; a grant is refused, which is the first promise. */
static void
a_grant_that_cannot_be_written_gets_no_receipt(void **state)
{
	static struct message m;
	struct audit_world *w = *state;
	struct msg_AUDIT_APPEND_REQ *r = &m.u.AUDIT_APPEND_REQ;

	assert_int_equal(audit_world_start(w), 1);
	message_init(&m, MSG_AUDIT_APPEND_REQ);
	log_fixture_record(r, 1);
	r->kind = RECORD_SESSION;
	r->outcome = OUTCOME_DENIED;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	assert_int_equal(audit_world_take_receipt(w, PATIENCE_MS), 1);
	assert_int_equal(w->receipted, 1);
	r->outcome = OUTCOME_GRANTED;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	assert_int_equal(audit_world_take_receipt(w, PATIENCE_MS), 1);
	assert_int_equal(w->failed, 1);
	assert_int_equal(w->receipted, 1);
	audit_world_end(w);
	assert_int_equal(audit_world_check_log(w), 1);
}

/* kill -9 at any moment: what had its receipt is there, as receipted; what had
 * not is there whole or not at all; the log verifies and goes on. */
static void
no_receipted_record_is_lost_to_kill_9(void **state)
{
	struct audit_world *w = *state;
	uint64_t count = 0;

	srand(5);
	w->segment_bytes = 48 * 1024;
	for (int round = 0; round < 40; round++) {
		assert_int_equal(audit_world_start(w), 1);
		assert_true(w->sent + 70 < AUDIT_WORLD_SENT);
		for (int i = 0; i < 64; i++)
			audit_world_append(w);
		usleep((useconds_t)(rand() % 3000));
		role_fixture_kill(&w->p);
		while (audit_world_take_receipt(w, 0)) /* sent before it died */
			continue;
		channel_close(&w->authority);
		channel_close(&w->forward);
		count = audit_world_check_log(w);
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
	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 3);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), count + 3);
}

/* The disk takes no more (here: a limit on the file's size): all that waited
 * are refused and not in the log, nothing is tried again, the role ends; a new
 * one goes on. */
static void
a_failed_write_refuses_and_ends(void **state)
{
	struct audit_world *w = *state;
	struct rlimit small = {300 * 1024, 300 * 1024}, old;
	unsigned rounds = 0;

	w->segment_bytes = 8 * 1024 * 1024;
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(prlimit(w->p.pid, RLIMIT_FSIZE, &small, &old), 0);
	while (w->failed == 0 && rounds++ < 1000) {
		audit_world_append(w);
		if (!audit_world_take_receipt(w, PATIENCE_MS))
			break;
	}
	assert_true(w->failed > 0);
	assert_true(w->receipted > 10);
	audit_world_append(w); /* nobody takes this one */
	assert_int_equal(audit_world_take_receipt(w, 1000), 0);
	audit_world_end(w);
	assert_int_equal(audit_world_check_log(w), w->receipted);
	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 3);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), w->receipted);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, audit_world_set_up, audit_world_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(records_get_receipts_in_order_and_a_checkpoint),
	    TEST(a_checkpoint_follows_within_seconds),
	    TEST(a_log_goes_on_over_restarts_and_rotations),
	    TEST(forward_is_told_what_is_on_disk),
	    TEST(forward_is_told_at_most_every_10_ms),
	    TEST(authority_gets_the_records_back),
	    TEST(a_long_replay_waits_for_its_reader),
	    TEST(no_record_is_asked_for_by_0),
	    TEST(a_replay_begins_with_the_oldest_segment_there_is),
	    TEST(a_log_that_was_cut_while_audit_ran_is_not_replayed),
	    TEST(a_replay_that_cannot_go_on_says_where),
	    TEST(groups_of_any_bytes_end_neither_a_start_nor_a_replay),
	    TEST(a_grant_that_cannot_be_written_gets_no_receipt),
	    TEST(no_receipted_record_is_lost_to_kill_9),
	    TEST(a_failed_write_refuses_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
