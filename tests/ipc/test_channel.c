/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/ipc/channel.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

struct world {
	int pair[2]; /* raw ends; a channel that takes one over puts -1 */
	struct channel authority, store;
	struct loop *loop;
	struct loop_timer guard;
	struct message m;
	unsigned received, closed, wanted;
	bool close_inside, break_inside, late;
	uint64_t next;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (w == NULL ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w->pair) < 0)
		return -1;
	w->loop = loop_new();
	*state = w;
	return w->loop == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	if (w->authority.last != NULL)
		channel_close(&w->authority);
	if (w->store.last != NULL)
		channel_close(&w->store);
	for (int i = 0; i < 2; i++)
		if (w->pair[i] >= 0)
			close(w->pair[i]);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void
take_ends(struct world *w)
{
	channel_init(&w->authority, w->pair[0], ROLE_AUTHORITY, ROLE_STORE);
	w->pair[0] = -1;
	if (w->pair[1] >= 0)
		channel_init(&w->store, w->pair[1], ROLE_STORE, ROLE_AUTHORITY);
	w->pair[1] = -1;
}

static void
make_get(struct message *m, uint64_t id)
{
	message_init(m, MSG_STORE_GET_REQ);
	m->u.STORE_GET_REQ.id = id;
	snprintf(m->u.STORE_GET_REQ.key, sizeof m->u.STORE_GET_REQ.key, "%s",
	    "authority/k");
}

static void
a_message_arrives_as_it_was_sent(void **state)
{
	struct world *w = *state;

	take_ends(w);
	assert_int_equal(channel_receive(&w->store, &w->m, 0), CHANNEL_EMPTY);
	make_get(&w->m, 42);
	assert_int_equal(channel_send(&w->authority, &w->m), 0);
	memset(&w->m, 0, sizeof w->m);
	assert_int_equal(
	    channel_receive(&w->store, &w->m, 1000), CHANNEL_MESSAGE);
	assert_int_equal(w->m.type, MSG_STORE_GET_REQ);
	assert_int_equal(w->m.u.STORE_GET_REQ.id, 42);
	assert_string_equal(w->m.u.STORE_GET_REQ.key, "authority/k");
	assert_int_equal(w->m.fd, -1);
	channel_close(&w->authority);
	assert_int_equal(
	    channel_receive(&w->store, &w->m, 1000), CHANNEL_CLOSED);
}

static void
what_has_no_route_is_not_sent(void **state)
{
	struct world *w = *state;

	take_ends(w);
	message_init(&w->m, MSG_ADMIN_ENROL_REQ);
	assert_int_equal(channel_send(&w->authority, &w->m), -1);
	make_get(&w->m, 1);
	assert_int_equal(channel_send(&w->store, &w->m), -1); /* backwards */
	w->m.fd = 0; /* no descriptor on this route */
	assert_int_equal(channel_send(&w->authority, &w->m), -1);
	assert_int_equal(channel_receive(&w->store, &w->m, 0), CHANNEL_EMPTY);
}

static void
assert_refused(struct world *w, const void *bytes, size_t size)
{
	assert_int_equal(send(w->pair[1], bytes, size, 0), size);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_REFUSED);
}

/* The other end is taken over and sends what it likes. */
static void
what_has_no_route_is_refused_by_the_receiver_too(void **state)
{
	static uint8_t bytes[MESSAGE_MAX + 100];
	struct world *w = *state;
	size_t size;

	channel_init(&w->authority, w->pair[0], ROLE_AUTHORITY, ROLE_STORE);
	w->pair[0] = -1;
	message_init(&w->m, MSG_DIRECTORY_VERDICT_NOTE);
	w->m.u.DIRECTORY_VERDICT_NOTE.verdict = VERDICT_MATCH;
	size = message_encode(&w->m, bytes);
	assert_refused(w, bytes, size); /* well-formed, but from store */
	make_get(&w->m, 1);
	size = message_encode(&w->m, bytes);
	assert_refused(w, bytes, size); /* its own question back */
	assert_refused(w, "x", 1);
	assert_refused(w, "\xff\xff", 2);
	memset(bytes, 0, sizeof bytes);
	assert_refused(w, bytes, sizeof bytes); /* longer than any message */
}

/* Of a kind that this end may send, so that its form alone refuses it. */
static void
what_is_cut_or_has_more_behind_it_is_refused(void **state)
{
	uint8_t bytes[MESSAGE_MAX] = {0};
	struct world *w = *state;
	size_t size;

	channel_init(&w->authority, w->pair[0], ROLE_AUTHORITY, ROLE_STORE);
	w->pair[0] = -1;
	message_init(&w->m, MSG_STORE_DONE_ANS);
	size = message_encode(&w->m, bytes);
	for (size_t n = 1; n < size; n++)
		assert_refused(w, bytes, n);
	assert_refused(w, bytes, size + 1);
	assert_int_equal(send(w->pair[1], bytes, size, 0), size);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_MESSAGE);
}

/* One descriptor, or the same twice. */
static void
send_with_fds(int sock, const void *bytes, size_t size, int fd, size_t count)
{
	union {
		char room[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = {.room = {0}};
	struct iovec iov = {(void *)(uintptr_t)bytes, size};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = CMSG_SPACE(count * sizeof fd)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	const int fds[2] = {fd, fd};

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(count * sizeof fd);
	memcpy(CMSG_DATA(c), fds, count * sizeof fd);
	assert_int_equal(sendmsg(sock, &h, 0), size);
}

static int
lowest_free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

static void
a_descriptor_where_none_belongs_is_refused_and_closed(void **state)
{
	uint8_t bytes[MESSAGE_MAX];
	struct world *w = *state;
	int before;
	size_t size;

	channel_init(&w->authority, w->pair[0], ROLE_AUTHORITY, ROLE_STORE);
	w->pair[0] = -1;
	before = lowest_free_fd();
	message_init(&w->m, MSG_STORE_DONE_ANS);
	size = message_encode(&w->m, bytes);
	send_with_fds(w->pair[1], bytes, size, w->pair[1], 1);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_REFUSED);
	send_with_fds(w->pair[1], "junk", 4, w->pair[1], 1);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_REFUSED);
	assert_int_equal(lowest_free_fd(), before);
}

static void
two_descriptors_where_one_is_due_are_refused_and_closed(void **state)
{
	uint8_t bytes[MESSAGE_MAX];
	struct world *w = *state;
	struct channel store;
	int before;
	size_t size;

	channel_init(&store, w->pair[0], ROLE_STORE, ROLE_PARENT);
	w->pair[0] = -1;
	before = lowest_free_fd();
	message_init(&w->m, MSG_PARENT_FILE_NOTE);
	size = message_encode(&w->m, bytes);
	send_with_fds(w->pair[1], bytes, size, w->pair[1], 2);
	assert_int_equal(channel_receive(&store, &w->m, 1000), CHANNEL_REFUSED);
	assert_int_equal(lowest_free_fd(), before);
	send_with_fds(w->pair[1], bytes, size, w->pair[1], 1);
	assert_int_equal(channel_receive(&store, &w->m, 1000), CHANNEL_MESSAGE);
	close(w->m.fd);
	channel_close(&store);
}

static void
the_parents_descriptors_arrive_closed_on_exec(void **state)
{
	struct channel parent, store;
	struct world *w = *state;
	int file = open("/dev/null", O_RDONLY);

	assert_true(file >= 0);
	channel_init(&parent, w->pair[0], ROLE_PARENT, ROLE_STORE);
	channel_init(&store, w->pair[1], ROLE_STORE, ROLE_PARENT);
	w->pair[0] = w->pair[1] = -1;
	message_init(&w->m, MSG_PARENT_FILE_NOTE);
	assert_int_equal(channel_send(&parent, &w->m), -1); /* one is due */
	w->m.fd = file;
	assert_int_equal(channel_send(&parent, &w->m), 0);
	assert_int_equal(channel_receive(&store, &w->m, 1000), CHANNEL_MESSAGE);
	assert_true(w->m.fd >= 0 && w->m.fd != file);
	assert_int_equal(fcntl(w->m.fd, F_GETFD), FD_CLOEXEC);
	close(w->m.fd);
	close(file);
	channel_close(&parent);
	channel_close(&store);
}

/* ANSWER is legal once the attempt is open, PASSWORD only before anything. */
static void
a_message_in_the_wrong_phase_is_refused(void **state)
{
	struct channel login, authority;
	struct world *w = *state;

	channel_init(&login, w->pair[0], ROLE_LOGIN, ROLE_AUTHORITY);
	channel_init(&authority, w->pair[1], ROLE_AUTHORITY, ROLE_LOGIN);
	w->pair[0] = w->pair[1] = -1;
	message_init(&w->m, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(channel_send(&login, &w->m), 0);
	assert_int_equal(
	    channel_receive(&authority, &w->m, 1000), CHANNEL_REFUSED);
	message_init(&w->m, MSG_AUTHORITY_ANSWER_REQ);
	authority.phase = PHASE_OPENED;
	assert_int_equal(channel_send(&login, &w->m), 0);
	assert_int_equal(
	    channel_receive(&authority, &w->m, 1000), CHANNEL_MESSAGE);
	message_init(&w->m, MSG_AUTHORITY_OPEN_REQ);
	assert_int_equal(channel_send(&login, &w->m), 0);
	assert_int_equal(
	    channel_receive(&authority, &w->m, 1000), CHANNEL_REFUSED);
	channel_close(&login);
	channel_close(&authority);
}

static void
give_up(void *arg)
{
	struct world *w = arg;

	w->late = true;
	loop_stop(w->loop);
}

static void
on_message(void *arg, struct message *m)
{
	struct world *w = arg;

	assert_int_equal(m->type, MSG_STORE_GET_REQ);
	assert_int_equal(m->u.STORE_GET_REQ.id, w->next++);
	w->received++;
	if (w->close_inside)
		channel_close(&w->store);
	if (w->break_inside)
		channel_break(&w->store);
	if (w->received == w->wanted)
		loop_stop(w->loop);
}

static void
on_close(void *arg)
{
	struct world *w = arg;

	w->closed++;
	loop_stop(w->loop);
}

static void
serve_store(struct world *w)
{
	assert_int_equal(
	    channel_serve(&w->store, w->loop, on_message, on_close, w), 0);
}

static void
run(struct world *w)
{
	loop_timer_at(
	    w->loop, &w->guard, clock_mono_ms() + PATIENCE_MS, give_up, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_false(w->late);
}

static void
ignore_message(void *arg, struct message *m)
{
	(void)arg;
	(void)m;
}

static void
ignore_close(void *arg)
{
	(void)arg;
}

/* More than the socket holds: the rest waits, and comes in order. */
static void
posted_messages_come_all_and_in_order(void **state)
{
	struct world *w = *state;

	take_ends(w);
	assert_int_equal(channel_serve(&w->authority, w->loop, ignore_message,
			     ignore_close, w),
	    0);
	w->wanted = 3000;
	for (uint64_t i = 0; i < w->wanted; i++) {
		make_get(&w->m, i);
		assert_int_equal(channel_post(&w->authority, &w->m), 0);
	}
	assert_true(w->authority.queued > 0);
	serve_store(w);
	run(w);
	assert_int_equal(w->received, w->wanted);
	assert_int_equal(w->authority.queued, 0);
}

static void
a_queue_that_is_full_takes_no_more(void **state)
{
	struct world *w = *state;
	unsigned taken = 0;

	take_ends(w);
	assert_int_equal(channel_serve(&w->authority, w->loop, ignore_message,
			     ignore_close, w),
	    0);
	make_get(&w->m, 1);
	while (taken < 3 * CHANNEL_QUEUE_MAX &&
	       channel_post(&w->authority, &w->m) == 0)
		taken++;
	assert_int_equal(w->authority.queued, CHANNEL_QUEUE_MAX);
	assert_true(taken < 3 * CHANNEL_QUEUE_MAX);
}

static void
the_end_is_told_once_after_what_was_sent(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	for (uint64_t i = 0; i < 3; i++) {
		make_get(&w->m, i);
		assert_int_equal(channel_send(&w->authority, &w->m), 0);
	}
	channel_close(&w->authority);
	run(w);
	assert_int_equal(w->received, 3);
	assert_int_equal(w->closed, 1);
	assert_int_equal(w->store.fd, -1);
	make_get(&w->m, 1);
	assert_int_equal(channel_post(&w->store, &w->m), -1);
	channel_close(&w->store); /* nothing happens */
	assert_int_equal(w->closed, 1);
}

static void
a_refused_message_ends_the_channel(void **state)
{
	struct world *w = *state;

	channel_init(&w->store, w->pair[0], ROLE_STORE, ROLE_AUTHORITY);
	w->pair[0] = -1;
	serve_store(w);
	assert_int_equal(send(w->pair[1], "junk", 4, 0), 4);
	run(w);
	assert_int_equal(w->received, 0);
	assert_int_equal(w->closed, 1);
	assert_int_equal(w->store.fd, -1);
}

static void
a_channel_may_be_closed_inside_its_call(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	w->close_inside = true;
	w->wanted = 1;
	for (uint64_t i = 0; i < 3; i++) {
		make_get(&w->m, i);
		assert_int_equal(channel_send(&w->authority, &w->m), 0);
	}
	run(w);
	assert_int_equal(w->received, 1);
	assert_int_equal(w->closed, 0); /* whoever closes knows */
}

static enum role lost_peer;
static unsigned lost_count;

static void
note_lost(enum role peer)
{
	lost_peer = peer;
	lost_count++;
}

static void
begin_to_note(void)
{
	lost_count = 0;
	channel_when_lost(note_lost);
}

static void
the_process_hears_of_each_channel_that_ended(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	begin_to_note();
	channel_close(&w->authority);
	run(w);
	channel_when_lost(NULL);
	assert_int_equal(w->closed, 1);
	assert_int_equal(lost_count, 1);
	assert_int_equal(lost_peer, ROLE_AUTHORITY);
}

static void
who_closes_a_channel_has_not_lost_it(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	begin_to_note();
	w->close_inside = true;
	w->wanted = 1;
	make_get(&w->m, 0);
	assert_int_equal(channel_send(&w->authority, &w->m), 0);
	run(w);
	channel_when_lost(NULL);
	assert_int_equal(lost_count, 0);
}

/* From inside a call as well: what was sent already is not read. */
static void
a_channel_that_breaks_ends_for_both(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	begin_to_note();
	w->break_inside = true;
	for (uint64_t i = 0; i < 3; i++) {
		make_get(&w->m, i);
		assert_int_equal(channel_send(&w->authority, &w->m), 0);
	}
	run(w);
	channel_when_lost(NULL);
	assert_int_equal(w->received, 1);
	assert_int_equal(w->closed, 1);
	assert_int_equal(lost_count, 1);
	assert_int_equal(w->store.fd, -1);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_CLOSED);
}

static void
make_answer(struct message *m, uint64_t id)
{
	message_init(m, MSG_STORE_DONE_ANS);
	m->u.STORE_DONE_ANS.id = id;
}

/* Its peer reads nothing, and would wait for the answer that was one too many
 * for ever: it sees the end instead. */
static void
an_answer_that_has_no_room_ends_the_channel(void **state)
{
	struct world *w = *state;
	uint64_t sent = 0, got = 0;

	take_ends(w);
	serve_store(w);
	while (!w->store.broken && sent < 3 * CHANNEL_QUEUE_MAX) {
		make_answer(&w->m, sent++);
		channel_answer(&w->store, &w->m);
	}
	assert_true(sent > CHANNEL_QUEUE_MAX);
	assert_true(w->store.broken);
	assert_int_equal(w->store.queued, 0);
	assert_int_equal(w->closed, 0); /* not inside our own call */
	assert_int_equal(channel_post(&w->store, &w->m), -1);
	run(w);
	assert_int_equal(w->closed, 1);
	while (channel_receive(&w->authority, &w->m, 1000) == CHANNEL_MESSAGE)
		assert_int_equal(w->m.u.STORE_DONE_ANS.id, got++);
	assert_true(got > 0 && got < sent);
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, 1000), CHANNEL_CLOSED);
}

static void
an_answer_without_a_route_ends_the_channel(void **state)
{
	struct world *w = *state;

	take_ends(w);
	serve_store(w);
	make_get(&w->m, 1);
	channel_answer(&w->store, &w->m); /* backwards */
	run(w);
	assert_int_equal(w->closed, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_message_arrives_as_it_was_sent),
	    TEST(what_has_no_route_is_not_sent),
	    TEST(what_has_no_route_is_refused_by_the_receiver_too),
	    TEST(what_is_cut_or_has_more_behind_it_is_refused),
	    TEST(a_descriptor_where_none_belongs_is_refused_and_closed),
	    TEST(two_descriptors_where_one_is_due_are_refused_and_closed),
	    TEST(the_parents_descriptors_arrive_closed_on_exec),
	    TEST(a_message_in_the_wrong_phase_is_refused),
	    TEST(posted_messages_come_all_and_in_order),
	    TEST(a_queue_that_is_full_takes_no_more),
	    TEST(the_end_is_told_once_after_what_was_sent),
	    TEST(a_refused_message_ends_the_channel),
	    TEST(a_channel_may_be_closed_inside_its_call),
	    TEST(the_process_hears_of_each_channel_that_ended),
	    TEST(who_closes_a_channel_has_not_lost_it),
	    TEST(a_channel_that_breaks_ends_for_both),
	    TEST(an_answer_that_has_no_room_ends_the_channel),
	    TEST(an_answer_without_a_route_ends_the_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
