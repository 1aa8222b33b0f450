/* SPDX-License-Identifier: Apache-2.0 */
/* A store that was taken over answers what it likes: each question has one
 * answer, of its own kind. */
#include <stdbool.h>
#include <string.h>

#include <sys/socket.h>

#include "gatewayd/authority/link/store_link.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"

struct world {
	struct store_link link;
	struct channel store; /* the other end */
	struct loop *loop;
	struct loop_timer guard;
	unsigned calls;
	enum store_status status; /* of the last call */
	bool with_key, with_value;
};

static void
on_answer(void *arg, const struct store_answer *a)
{
	struct world *w = arg;

	w->calls++;
	w->status = a->status;
	w->with_key = a->key != NULL;
	w->with_value = a->value != NULL;
}

static void
on_guard(void *arg)
{
	loop_stop(arg);
}

static void
run(struct world *w)
{
	loop_timer_at(
	    w->loop, &w->guard, clock_mono_ms() + 20, on_guard, w->loop);
	assert_int_equal(loop_run(w->loop), 0);
}

static void
set_up(struct world *w)
{
	int fds[2];

	memset(w, 0, sizeof *w);
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
	    0);
	w->loop = loop_new();
	assert_non_null(w->loop);
	assert_int_equal(store_link_init(&w->link, w->loop), 0);
	store_link_peer(&w->link, fds[0]);
	channel_init(&w->store, fds[1], ROLE_STORE, ROLE_AUTHORITY);
}

static void
tear_down(struct world *w)
{
	channel_close(&w->store);
	channel_close(&w->link.channel);
	table_free(&w->link.pending);
	loop_free(w->loop);
}

/* Asks; the id of what store was asked. */
static uint64_t
ask(struct world *w, enum message_type question)
{
	struct store_row row = {.key = "a", .value = BYTES("b")};
	struct message m;

	if (question == MSG_STORE_GET_REQ)
		store_get(&w->link, "a", on_answer, w);
	else if (question == MSG_STORE_LIST_REQ)
		store_list(&w->link, "a", on_answer, w);
	else if (question == MSG_STORE_PUT_REQ)
		store_put(&w->link, &row, on_answer, w);
	else
		store_delete(&w->link, "a", 1, on_answer, w);
	assert_int_equal(channel_receive(&w->store, &m, 1000), CHANNEL_MESSAGE);
	assert_int_equal(m.type, question);
	return m.u.STORE_GET_REQ.id; /* all begin with it */
}

/* Answers of every kind begin with id and status. */
static void
answer(struct world *w, enum message_type type, uint64_t id,
    enum store_status status)
{
	struct message m;

	message_init(&m, type);
	if (type == MSG_STORE_GET_ANS) {
		m.u.STORE_GET_ANS.id = id;
		m.u.STORE_GET_ANS.status = (uint8_t)status;
	} else if (type == MSG_STORE_LIST_ANS) {
		m.u.STORE_LIST_ANS.id = id;
		m.u.STORE_LIST_ANS.status = (uint8_t)status;
	} else {
		m.u.STORE_DONE_ANS.id = id;
		m.u.STORE_DONE_ANS.status = (uint8_t)status;
	}
	assert_int_equal(channel_send(&w->store, &m), 0);
}

static const struct {
	enum message_type question, answer;
} pairs[] = {
    {MSG_STORE_GET_REQ, MSG_STORE_GET_ANS},
    {MSG_STORE_LIST_REQ, MSG_STORE_LIST_ANS},
    {MSG_STORE_PUT_REQ, MSG_STORE_DONE_ANS},
    {MSG_STORE_DELETE_REQ, MSG_STORE_DONE_ANS},
};
#define PAIRS (sizeof pairs / sizeof pairs[0])

static void
an_answer_of_another_kind_ends_the_channel(void **state)
{
	for (size_t i = 0; i < PAIRS * PAIRS; i++) {
		enum message_type question = pairs[i / PAIRS].question;
		enum message_type lie = pairs[i % PAIRS].answer;
		struct world w;
		uint64_t id;

		if (lie == pairs[i / PAIRS].answer)
			continue;
		set_up(&w);
		id = ask(&w, question);
		answer(&w, lie, id, STORE_OK);
		answer(&w, lie, id, STORE_OK);
		run(&w);
		/* who asked may be gone after the first call */
		assert_int_equal(w.calls, 1);
		assert_int_equal(w.status, STORE_UNAVAILABLE);
		assert_int_equal(w.link.channel.fd, -1);
		tear_down(&w);
	}
}

static void
an_answer_that_comes_twice_counts_once(void **state)
{
	for (size_t i = 0; i < PAIRS; i++) {
		bool list = pairs[i].question == MSG_STORE_LIST_REQ;
		struct world w;
		uint64_t id;

		set_up(&w);
		id = ask(&w, pairs[i].question);
		answer(&w, pairs[i].answer, id, list ? STORE_ABSENT : STORE_OK);
		answer(&w, pairs[i].answer, id, STORE_OK);
		run(&w);
		assert_int_equal(w.calls, 1);
		assert_int_equal(w.status, list ? STORE_ABSENT : STORE_OK);
		assert_int_equal(w.with_key, list);
		assert_int_equal(
		    w.with_value, pairs[i].answer != MSG_STORE_DONE_ANS);
		assert_true(w.link.channel.fd >= 0);
		tear_down(&w);
	}
}

/* What is not enough for a value is no change. */
static void
a_value_that_is_too_long_is_not_sent(void **state)
{
	static const uint8_t large[VALUE_MAX + 1];
	struct store_row row = {.key = "a", .value = BYTES(large)};
	struct message m;
	struct world w;

	set_up(&w);
	store_put(&w.link, &row, on_answer, &w);
	assert_int_equal(w.calls, 1);
	assert_int_equal(w.status, STORE_UNAVAILABLE);
	assert_int_equal(channel_receive(&w.store, &m, 0), CHANNEL_EMPTY);
	tear_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_of_another_kind_ends_the_channel),
	    cmocka_unit_test(an_answer_that_comes_twice_counts_once),
	    cmocka_unit_test(a_value_that_is_too_long_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
