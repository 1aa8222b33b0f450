/* SPDX-License-Identifier: Apache-2.0 */
/* An audit that was taken over says what it likes of records: nobody hears of
 * one that it cannot have written, and each is sent once. */
#include <stdbool.h>
#include <string.h>

#include <sys/socket.h>

#include "gatewayd/authority/link/audit_link.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"

struct world {
	struct audit_link link;
	struct channel audit; /* the other end */
	struct loop *loop;
	struct loop_timer guard;
	unsigned written, ready, replayed, refused; /* the hooks */
	unsigned calls, on_disk;		    /* of whoever appends */
};

static void
on_replay(void *arg, const struct msg_AUDIT_REPLAY_ANS *m)
{
	((struct world *)arg)->replayed++;
}

static void
on_ready(void *arg)
{
	((struct world *)arg)->ready++;
}

static void
on_refused(void *arg, const char *text)
{
	((struct world *)arg)->refused++;
}

static void
on_written(void *arg, const struct msg_AUDIT_APPEND_REQ *r, int slot)
{
	((struct world *)arg)->written++;
}

static const struct audit_hooks hooks = {
    .replay = on_replay,
    .ready = on_ready,
    .refused = on_refused,
    .written = on_written,
};

static void
on_appended(void *arg, bool on_disk, uint64_t sequence)
{
	struct world *w = arg;

	w->calls++;
	w->on_disk += on_disk;
}

static void
on_guard(void *arg)
{
	loop_stop(arg);
}

static void
run(struct world *w, unsigned ms)
{
	loop_timer_at(
	    w->loop, &w->guard, clock_mono_ms() + ms, on_guard, w->loop);
	assert_int_equal(loop_run(w->loop), 0);
}

/* A new audit at the other end. */
static void
connect_audit(struct world *w)
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
	    0);
	channel_init(&w->audit, fds[1], ROLE_AUDIT, ROLE_AUTHORITY);
	audit_link_peer(&w->link, fds[0]);
}

static void
set_up(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->loop = loop_new();
	assert_non_null(w->loop);
	audit_link_init(&w->link, w->loop, &hooks, w);
	connect_audit(w);
	audit_link_start(&w->link, &(struct covered){0});
}

static void
tear_down(struct world *w)
{
	struct message m;

	/* all that waits is written */
	while (w->link.first != NULL) {
		channel_close(&w->audit);
		connect_audit(w);
		message_init(&m, MSG_AUDIT_REPLAY_ANS);
		message_record_replayed(
		    &(struct msg_AUDIT_APPEND_REQ){.kind = RECORD_SESSION},
		    &m.u.AUDIT_REPLAY_ANS);
		m.u.AUDIT_REPLAY_ANS.sequence = w->link.head.sequence + 1;
		memcpy(
		    m.u.AUDIT_REPLAY_ANS.before, w->link.head.hash, LEAF_HASH);
		assert_int_equal(channel_send(&w->audit, &m), 0);
		run(w, 1);
	}
	channel_close(&w->audit);
	channel_close(&w->link.channel);
	loop_free(w->loop);
}

/* A record of the log, or its end. */
static void
replay(struct world *w, uint64_t sequence, bool end)
{
	struct message m;

	message_init(&m, MSG_AUDIT_REPLAY_ANS);
	m.u.AUDIT_REPLAY_ANS.sequence = sequence;
	m.u.AUDIT_REPLAY_ANS.end = end;
	m.u.AUDIT_REPLAY_ANS.kind = RECORD_ADMIN;
	assert_int_equal(channel_send(&w->audit, &m), 0);
	run(w, 1);
}

static void
receipt(struct world *w, uint16_t count, size_t hash_size)
{
	struct message m;

	message_init(&m, MSG_AUDIT_RECEIPT_ANS);
	m.u.AUDIT_RECEIPT_ANS.first = w->link.head.sequence + 1;
	m.u.AUDIT_RECEIPT_ANS.count = count;
	m.u.AUDIT_RECEIPT_ANS.hash_size = hash_size;
	assert_int_equal(channel_send(&w->audit, &m), 0);
	run(w, 1);
}

static void
append(struct world *w)
{
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_SESSION};

	assert_int_equal(audit_append(&w->link, &r, -1, on_appended, w), 0);
}

/* How many records came, and that the log was asked for before. */
static unsigned
sent(struct world *w)
{
	struct message m;
	unsigned count = 0;

	while (channel_receive(&w->audit, &m, 0) == CHANNEL_MESSAGE)
		count += m.type == MSG_AUDIT_APPEND_REQ;
	return count;
}

/* Of a record: none; one that waits for company; one that was sent. */
static const struct {
	const char *what;
	bool waits, is_sent;
	uint16_t count;
	size_t hash_size;
} lies[] = {
    {"there is no record", false, false, 1, LEAF_HASH},
    {"the record was not sent", true, false, 1, LEAF_HASH},
    {"one more than was sent", false, true, 2, (size_t)2 * LEAF_HASH},
    {"sent and one that was not", true, true, 2, (size_t)2 * LEAF_HASH},
    {"no hash", false, true, 1, 0},
    {"a hash too few", false, true, 1, LEAF_HASH - 1},
    {"a hash too many", false, true, 1, (size_t)2 * LEAF_HASH},
    {"more than a message has", false, true, UINT16_MAX,
	(size_t)RECEIPTS_MAX *LEAF_HASH},
};

static void
a_receipt_for_what_was_not_sent_ends_the_channel(void **state)
{
	for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_SESSION};
		bool whole =
		    lies[i].hash_size == (size_t)lies[i].count * LEAF_HASH;
		struct world w;

		set_up(&w);
		replay(&w, 1, true);
		assert_int_equal(w.ready, 1);
		if (lies[i].is_sent)
			append(&w);
		if (lies[i].waits)
			assert_int_equal(audit_append_soon(&w.link, &r), 0);
		receipt(&w, lies[i].count, lies[i].hash_size);
		if (w.link.channel.fd >= 0 || w.link.ready ||
		    w.written != (lies[i].is_sent && whole))
			fail_msg("%s", lies[i].what);
		tear_down(&w);
	}
}

static void
nothing_is_sent_before_the_log_was_read(void **state)
{
	struct world w;

	set_up(&w);
	append(&w);
	run(&w, 1);
	assert_int_equal(sent(&w), 0);
	replay(&w, 1, true);
	assert_int_equal(sent(&w), 1);
	receipt(&w, 1, LEAF_HASH);
	assert_int_equal(w.on_disk, 1);
	/* nor to the next audit, which may have it already */
	append(&w);
	channel_close(&w.audit);
	connect_audit(&w);
	append(&w);
	run(&w, 1);
	assert_int_equal(sent(&w), 0);
	tear_down(&w);
}

/* The queue of the channel, and what the socket holds. */
#define MORE (CHANNEL_QUEUE_MAX + 600)

static void
what_the_channel_does_not_take_goes_later(void **state)
{
	struct world w;
	unsigned got = 0, now;

	set_up(&w);
	replay(&w, 1, true);
	for (unsigned i = 0; i < MORE; i++)
		append(&w);
	while ((now = sent(&w)) > 0) {
		for (got += now; now > 0; now -= now < 128 ? now : 128)
			receipt(&w, now < 128 ? (uint16_t)now : 128,
			    (size_t)(now < 128 ? now : 128) * LEAF_HASH);
		run(&w, 1);
	}
	assert_int_equal(got, MORE);
	assert_int_equal(w.on_disk, MORE);
	tear_down(&w);
}

static void
the_head_is_the_last_record_that_was_read(void **state)
{
	struct world w;

	set_up(&w);
	for (uint64_t n = 1; n <= 3; n++)
		replay(&w, n, false);
	replay(&w, 4, true);
	assert_int_equal(w.replayed, 3);
	assert_int_equal(w.link.head.sequence, 3);
	/* from it on the next audit is asked, and nothing is applied twice */
	channel_close(&w.audit);
	connect_audit(&w);
	replay(&w, 3, false);
	assert_int_equal(w.replayed, 3);
	replay(&w, 4, false);
	assert_int_equal(w.replayed, 4);
	replay(&w, 5, true);
	assert_int_equal(w.ready, 2);
	assert_int_equal(w.refused, 0);
	tear_down(&w);
}

static void
who_is_gone_hears_of_no_record(void **state)
{
	struct world w, other;

	set_up(&w);
	replay(&w, 1, true);
	append(&w);
	audit_forget(&w.link, &w);
	receipt(&w, 1, LEAF_HASH);
	assert_int_equal(w.written, 1);
	assert_int_equal(w.calls, 0);
	/* and whoever is there still does */
	append(&w);
	audit_forget(&w.link, &other);
	receipt(&w, 1, LEAF_HASH);
	assert_int_equal(w.on_disk, 1);
	tear_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_receipt_for_what_was_not_sent_ends_the_channel),
	    cmocka_unit_test(nothing_is_sent_before_the_log_was_read),
	    cmocka_unit_test(what_the_channel_does_not_take_goes_later),
	    cmocka_unit_test(the_head_is_the_last_record_that_was_read),
	    cmocka_unit_test(who_is_gone_hears_of_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
