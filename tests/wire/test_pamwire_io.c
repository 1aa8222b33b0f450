/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/wire/pamwire_version.h"

#include "lib/wire/pamwire_io.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define LIMIT_MS PATIENCE_MS

static int
set_up(void **state)
{
	static int pair[2];

	*state = pair;
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static int
tear_down(void **state)
{
	int *pair = *state;

	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	return 0;
}

static void
largest(struct pamwire_frame *f)
{
	pamwire_init(f, PAMWIRE_TYPE_PROMPT);
	f->u.prompt.count = PAMWIRE_MAX_PROMPTS;
	for (int i = 0; i < PAMWIRE_MAX_PROMPTS; i++) {
		f->u.prompt.item[i].style = PAMWIRE_ECHO_OFF;
		memset(f->u.prompt.item[i].text, 'p', PAMWIRE_MAX_TEXT);
	}
}

static enum pamwire_io
receive(int fd, struct pamwire_frame *f, int timeout_ms)
{
	int64_t limit = pamwire_io_now() + timeout_ms;

	return pamwire_io_receive(fd, f, limit, limit);
}

static void
frames_follow_each_other(void **state)
{
	const int *pair = *state;
	struct pamwire_frame f, back;

	largest(&f);
	for (int i = 0; i < 3; i++) {
		f.u.prompt.item[0].text[0] = (char)('0' + i);
		assert_int_equal(
		    pamwire_io_send(pair[0], &f, pamwire_io_now() + LIMIT_MS),
		    PAMWIRE_IO_DONE);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    receive(pair[1], &back, LIMIT_MS), PAMWIRE_IO_DONE);
		assert_int_equal(back.u.prompt.item[0].text[0], '0' + i);
	}
}

static void
a_slow_writer_is_read_byte_by_byte(void **state)
{
	const struct timespec moment = {.tv_nsec = 200000};
	const int *pair = *state;
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f, back;
	size_t size;
	pid_t pid;

	largest(&f);
	f.u.prompt.count = 1;
	memset(f.u.prompt.item + 1, 0,
	    (PAMWIRE_MAX_PROMPTS - 1) * sizeof f.u.prompt.item[0]);
	size = pamwire_encode(&f, bytes);
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < size; i++) {
			if (write(pair[0], bytes + i, 1) != 1)
				_exit(1);
			nanosleep(&moment, NULL);
		}
		_exit(0);
	}
	assert_int_equal(receive(pair[1], &back, LIMIT_MS), PAMWIRE_IO_DONE);
	assert_memory_equal(&f, &back, sizeof f);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
a_full_socket_is_waited_for_until_the_deadline(void **state)
{
	const int *pair = *state;
	int small = 1;
	struct pamwire_frame f;
	enum pamwire_io io = PAMWIRE_IO_DONE;
	int64_t begin = pamwire_io_now();

	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	largest(&f);
	for (int i = 0; i < 1000 && io == PAMWIRE_IO_DONE; i++)
		io = pamwire_io_send(pair[0], &f, begin + 200);
	assert_int_equal(io, PAMWIRE_IO_TIMEOUT);
	assert_in_range(pamwire_io_now() - begin, 200, LIMIT_MS);
}

static void
silence_ends_at_the_smaller_deadline(void **state)
{
	const int *pair = *state;
	struct pamwire_frame f;
	int64_t begin = pamwire_io_now();

	assert_int_equal(
	    pamwire_io_receive(pair[1], &f, begin + 100, begin + LIMIT_MS),
	    PAMWIRE_IO_TIMEOUT);
	assert_int_equal(
	    pamwire_io_receive(pair[1], &f, begin + LIMIT_MS, begin + 200),
	    PAMWIRE_IO_TIMEOUT);
	assert_in_range(pamwire_io_now() - begin, 200, LIMIT_MS);
}

/* Tried again where the machine let the first deadline pass beforehand. */
static void
with_a_byte_there_only_the_other_deadline_counts(void **state)
{
	const int *pair = *state;
	struct pamwire_frame f;
	int64_t took = 0;

	for (int i = 0; i < 100 && took < 200; i++) {
		int64_t begin = pamwire_io_now();

		assert_int_equal(write(pair[0], "\1", 1), 1);
		assert_int_equal(
		    pamwire_io_receive(pair[1], &f, begin + 100, begin + 200),
		    PAMWIRE_IO_TIMEOUT);
		took = pamwire_io_now() - begin;
	}
	assert_in_range(took, 200, LIMIT_MS);
}

static void
an_end_inside_a_frame_is_closed(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f, ans;
	size_t size;

	pamwire_init(&ans, PAMWIRE_TYPE_SESSION_ANS);
	ans.u.session_ans.result = PAMWIRE_GRANTED;
	size = pamwire_encode(&ans, bytes);
	for (size_t cut = 0; cut < size; cut++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(write(pair[0], bytes, cut), cut);
		close(pair[0]);
		assert_int_equal(
		    receive(pair[1], &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
		close(pair[1]);
	}
}

static void
a_closed_peer_raises_no_signal(void **state)
{
	int *pair = *state;
	struct pamwire_frame f;

	close(pair[1]);
	pair[1] = -1;
	largest(&f);
	assert_int_equal(
	    pamwire_io_send(pair[0], &f, pamwire_io_now() + LIMIT_MS),
	    PAMWIRE_IO_CLOSED);
	assert_int_equal(receive(pair[0], &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
}

static void
what_is_no_frame_is_malformed(void **state)
{
	static const uint8_t bad[][5] = {{'G', 'E', 'T', ' ', '/'},
	    {PAMWIRE_VERSION, 0, 0, 1}, {PAMWIRE_VERSION, 1, 0xff, 0xff},
	    {PAMWIRE_VERSION, 10, 0, 1, 1}, {PAMWIRE_VERSION, 10, 0, 0}};
	static const size_t sizes[] = {5, 4, 4, 5, 4};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct pamwire_frame f;
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(write(pair[0], bad[i], sizes[i]), sizes[i]);
		assert_int_equal(
		    receive(pair[1], &f, LIMIT_MS), PAMWIRE_IO_MALFORMED);
		assert_int_equal(f.type, 0);
		close(pair[0]);
		close(pair[1]);
	}
}

static void
another_version_is_said_to_be_one(void **state)
{
	static const uint8_t versions[] = {
	    0, PAMWIRE_VERSION - 1, PAMWIRE_VERSION + 1, 255};
	const int *pair = *state;

	for (size_t i = 0; i < sizeof versions; i++) {
		const uint8_t header[PAMWIRE_HEADER] = {
		    versions[i], PAMWIRE_TYPE_BEGIN, 0xff, 0xff};
		struct pamwire_frame f;

		assert_int_equal(
		    write(pair[0], header, sizeof header), sizeof header);
		assert_int_equal(
		    receive(pair[1], &f, LIMIT_MS), PAMWIRE_IO_VERSION);
		assert_int_equal(f.type, versions[i]);
	}
	assert_non_null(
	    strstr(pamwire_io_text(PAMWIRE_IO_VERSION), "another release"));
}

static void
what_cannot_be_encoded_is_not_sent(void **state)
{
	const int *pair = *state;
	struct pamwire_frame f;
	char byte;

	pamwire_init(&f, PAMWIRE_TYPE_PROMPT); /* no prompts */
	assert_int_equal(
	    pamwire_io_send(pair[0], &f, pamwire_io_now() + LIMIT_MS),
	    PAMWIRE_IO_MALFORMED);
	assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), -1);
}

static void
an_fd_that_is_none_is_closed(void **state)
{
	struct pamwire_frame f;

	largest(&f);
	assert_int_equal(pamwire_io_send(9999, &f, pamwire_io_now() + 1000),
	    PAMWIRE_IO_CLOSED);
	assert_int_equal(receive(9999, &f, 1000), PAMWIRE_IO_CLOSED);
	for (enum pamwire_io io = PAMWIRE_IO_DONE; io <= PAMWIRE_IO_VERSION;
	     io = (enum pamwire_io)(io + 1))
		assert_string_not_equal(pamwire_io_text(io), "?");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(frames_follow_each_other),
	    T(a_slow_writer_is_read_byte_by_byte),
	    T(a_full_socket_is_waited_for_until_the_deadline),
	    T(silence_ends_at_the_smaller_deadline),
	    T(with_a_byte_there_only_the_other_deadline_counts),
	    T(an_end_inside_a_frame_is_closed),
	    T(a_closed_peer_raises_no_signal),
	    T(what_is_no_frame_is_malformed),
	    T(another_version_is_said_to_be_one),
	    T(what_cannot_be_encoded_is_not_sent),
	    T(an_fd_that_is_none_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
