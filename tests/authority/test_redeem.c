/* SPDX-License-Identifier: Apache-2.0 */
/* redeem.sock as bytes: frames in parts, of another release, and of none. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/door/login_door.h"
#include "gatewayd/authority/door/redeem_door.h"
#include "gatewayd/authority/session/session.h"
#include "module_side.h"
#include "tests/support/unit.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp\n"
    "end\n";

static int
connect_as(struct world *w, uid_t let_in)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	w->all.conf.peer_uid = let_in;
	redeem_door_begin(&w->all, fds[0]);
	return fds[1];
}

static int
connect_to(struct world *w)
{
	return connect_as(w, getuid());
}

static void
say(struct world *w, int fd, const uint8_t *bytes, size_t size)
{
	assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
	world_run(w, 10);
}

/* The one frame that is there; 0: the connection ended without. */
static uint8_t
answer_type(int fd)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

	assert_true(n >= 0);
	if (n == 0)
		return 0;
	assert_int_equal(pamwire_decode(&f, bytes, (size_t)n), 0);
	assert_int_equal(recv(fd, bytes, 1, MSG_DONTWAIT), 0);
	return (uint8_t)f.type;
}

static size_t
account_frame(uint8_t bytes[PAMWIRE_MAX_FRAME])
{
	struct pamwire_frame f;

	pamwire_init(&f, PAMWIRE_TYPE_ACCOUNT);
	strcpy(f.u.account.service, "sshd");
	strcpy(f.u.account.username, "alice");
	return pamwire_encode(&f, bytes);
}

static void
a_frame_that_comes_in_parts_is_waited_for(void **state)
{
	struct world *w = world_new(policy, -1);
	uint8_t bytes[PAMWIRE_MAX_FRAME], none;
	size_t size = account_frame(bytes);
	int fd = connect_to(w);

	for (size_t i = 0; i + 1 < size; i++) {
		assert_int_equal(send(fd, bytes + i, 1, MSG_NOSIGNAL), 1);
		if (i % 16 == 0)
			world_run(w, 1);
		assert_int_equal(recv(fd, &none, 1, MSG_DONTWAIT), -1);
	}
	say(w, fd, bytes + size - 1, 1);
	assert_int_equal(answer_type(fd), PAMWIRE_TYPE_REDEEMED);
	close(fd);
	world_free(w);
}

static void
half_a_frame_and_an_end_are_no_question(void **state)
{
	struct world *w = world_new(policy, -1);
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	size_t size = account_frame(bytes);
	int fd = connect_to(w);

	say(w, fd, bytes, size / 2);
	shutdown(fd, SHUT_WR);
	world_run(w, 10);
	assert_int_equal(answer_type(fd), 0);
	close(fd);
	world_free(w);
}

/* Not even the first of the two is answered. */
static void
a_frame_with_more_behind_it_is_no_question(void **state)
{
	struct world *w = world_new(policy, -1);
	uint8_t bytes[2 * PAMWIRE_MAX_FRAME];
	size_t size = account_frame(bytes);

	for (size_t more = 1; more <= size; more += size - 1) {
		int fd = connect_to(w);

		account_frame(bytes + size);
		say(w, fd, bytes, size + more);
		assert_int_equal(answer_type(fd), 0);
		close(fd);
	}
	world_free(w);
}

/* What a module of another release asks is refused with a record; that it
 * closes a session is none: the session ends with its process. */
static void
another_release_is_answered_in_our_version(void **state)
{
	static const struct {
		uint8_t type;
		size_t records;
	} rows[] = {{PAMWIRE_TYPE_REDEEM, 1}, {PAMWIRE_TYPE_ACCOUNT, 1},
	    {PAMWIRE_TYPE_SESSION_OPEN, 1}, {PAMWIRE_TYPE_SESSION_CLOSE, 0}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *w = world_new(policy, -1);
		uint8_t bytes[PAMWIRE_HEADER] = {
		    PAMWIRE_VERSION + 1, rows[i].type};
		int fd = connect_to(w);

		say(w, fd, bytes, sizeof bytes);
		assert_int_equal(answer_type(fd), PAMWIRE_TYPE_SESSION_ANS);
		assert_int_equal(w->records, rows[i].records);
		if (w->records > 0)
			assert_string_equal(
			    w->record[0].reason, "module_version");
		close(fd);
		world_free(w);
	}
}

static void
what_is_no_frame_gets_no_answer(void **state)
{
	struct world *w = world_new(policy, -1);
	static const uint8_t frames[][PAMWIRE_HEADER] = {{PAMWIRE_VERSION, 0},
	    {PAMWIRE_VERSION, 0xff}, {PAMWIRE_VERSION + 1, 0},
	    {PAMWIRE_VERSION + 1, 0xff}, {0xff, 0xff, 0xff, 0xff}};

	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		int fd = connect_to(w);

		say(w, fd, frames[i], PAMWIRE_HEADER);
		assert_int_equal(answer_type(fd), 0);
		close(fd);
	}
	assert_int_equal(w->records, 0);
	world_free(w);
}

static uint8_t
session_answer(struct world *w, struct pamwire_frame *f)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	size_t size = pamwire_encode(f, bytes);
	int fd = connect_to(w);
	ssize_t n;

	say(w, fd, bytes, size);
	n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
	assert_true(n > 0);
	assert_int_equal(pamwire_decode(f, bytes, (size_t)n), 0);
	assert_int_equal(f->type, PAMWIRE_TYPE_SESSION_ANS);
	close(fd);
	return f->u.session_ans.result;
}

/* The kernel says who asks: this process. */
static void
a_session_is_opened_and_closed_by_who_asks(void **state)
{
	struct world *w = world_new(policy, -1);
	struct pamwire_frame f;
	struct world_talk t;
	struct session *s;

	pamwire_init(&f, PAMWIRE_TYPE_SESSION_OPEN);
	f.u.session_open = world_approved(w, &t, "alice");
	assert_int_equal(session_answer(w, &f), PAMWIRE_GRANTED);
	s = session_find(&w->all, f.u.session_ans.session, 1000);
	assert_non_null(s);
	assert_int_equal(s->pid, getpid());
	pamwire_init(&f, PAMWIRE_TYPE_SESSION_CLOSE);
	memcpy(
	    f.u.session_close.session, s->id, sizeof f.u.session_close.session);
	strcpy(f.u.session_close.service, "sshd");
	strcpy(f.u.session_close.username, "alice");
	strcpy(f.u.session_close.client, "10.20.1.2");
	f.u.session_close.port = 50222;
	assert_int_equal(session_answer(w, &f), PAMWIRE_GRANTED);
	assert_int_equal(w->all.sessions.count, 0);
	world_free(w);
}

/* Sizes that are right around what is not. */
static void
a_frame_with_wrong_fields_gets_no_answer(void **state)
{
	struct world *w = world_new(policy, -1);
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	size_t size = account_frame(bytes);
	int fd;

	/* the service says it is longer than the frame */
	for (size_t i = 0; i + 4 < size; i++)
		if (memcmp(bytes + i, "sshd", 4) == 0)
			bytes[i - 1] = bytes[i - 2] = 0xff;
	fd = connect_to(w);
	say(w, fd, bytes, size);
	assert_int_equal(answer_type(fd), 0);
	close(fd);
	world_free(w);
}

static void
who_is_not_the_module_is_not_heard(void **state)
{
	struct world *w = world_new(policy, -1);
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	size_t size = account_frame(bytes);
	int fd = connect_as(w, getuid() + 1);

	assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), -1);
	assert_int_equal(answer_type(fd), 0);
	close(fd);
	world_free(w);
}

static void
who_says_nothing_is_hung_up_on(void **state)
{
	struct world *w = world_new(policy, -1);
	int fd = connect_to(w);
	uint8_t none;

	world_run(w, 4000);
	assert_int_equal(recv(fd, &none, 1, MSG_DONTWAIT), -1);
	world_run(w, 2000);
	assert_int_equal(answer_type(fd), 0);
	close(fd);
	world_free(w);
}

/* Said by login, of a module that it did not serve: a record, and the end. */
static void
login_tells_of_a_module_of_another_release(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t = {0};
	struct message m;
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	login_door_begin(&w->all, fds[0]);
	channel_init(&t.channel, fds[1], ROLE_LOGIN, ROLE_AUTHORITY);
	message_init(&m, MSG_AUTHORITY_VERSION_NOTE);
	m.u.AUTHORITY_VERSION_NOTE.version = PAMWIRE_VERSION + 1;
	assert_int_equal(channel_send(&t.channel, &m), 0);
	world_run(w, 10);
	assert_int_equal(w->records, 1);
	assert_int_equal(w->record[0].outcome, OUTCOME_ERROR);
	assert_string_equal(w->record[0].reason, "module_version");
	assert_int_equal(channel_receive(&t.channel, &m, 0), CHANNEL_CLOSED);
	channel_close(&t.channel);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_frame_that_comes_in_parts_is_waited_for),
	    cmocka_unit_test(half_a_frame_and_an_end_are_no_question),
	    cmocka_unit_test(a_frame_with_more_behind_it_is_no_question),
	    cmocka_unit_test(another_release_is_answered_in_our_version),
	    cmocka_unit_test(what_is_no_frame_gets_no_answer),
	    cmocka_unit_test(login_tells_of_a_module_of_another_release),
	    cmocka_unit_test(a_session_is_opened_and_closed_by_who_asks),
	    cmocka_unit_test(a_frame_with_wrong_fields_gets_no_answer),
	    cmocka_unit_test(who_is_not_the_module_is_not_heard),
	    cmocka_unit_test(who_says_nothing_is_hung_up_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
