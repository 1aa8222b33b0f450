/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/login/seats.h"
#include "tests/support/unit.h"

static int
set_up(void **state)
{
	*state = seats_new();
	return *state == NULL;
}

static int
tear_down(void **state)
{
	seats_free(*state);
	return 0;
}

static void
seats_run_out_and_come_back(void **state)
{
	struct seats *s = *state;

	for (pid_t pid = 1; pid <= 3; pid++) {
		int seat = seats_find(s, 3);

		assert_int_equal(seat, pid - 1);
		seats_sit(s, seat, pid, 100);
	}
	assert_int_equal(seats_find(s, 3), -1);
	assert_int_equal(seats_find(s, 4), 3);
	assert_int_equal(seats_find(s, 0), -1);
	assert_true(seats_leave(s, 2));
	assert_false(seats_leave(s, 2));
	assert_int_equal(seats_taken(s), 2);
	assert_int_equal(seats_find(s, 3), 1);
	for (pid_t pid = 10; pid < 10 + SEATS_MAX - 2; pid++)
		seats_sit(s, seats_find(s, SEATS_MAX + 9), pid, 1);
	assert_int_equal(seats_find(s, SEATS_MAX + 9), -1);
}

static void
the_old_ones_are_found(void **state)
{
	struct seats *s = *state;
	size_t at = 0;
	pid_t pid;

	for (int i = 0; i < 4; i++)
		seats_sit(s, i, 100 + i, (uint64_t)(i % 2 == 0 ? 10 : 20));
	assert_true(seats_next_older(s, 20, &at, &pid));
	assert_int_equal(pid, 100);
	assert_true(seats_next_older(s, 20, &at, &pid));
	assert_int_equal(pid, 102);
	assert_false(seats_next_older(s, 20, &at, &pid));
}

static void
a_client_is_an_ipv4_address_or_an_ipv6_64(void **state)
{
	static const char *const apart[] = {"192.0.2.7", "192.0.2.8",
	    "8.0.2.192", "0.0.0.0", "255.255.255.255", "2001:db8:0:1::7",
	    "2001:db8:0:2::7", "::1", "fe80::1"};
	static const char *const none[] = {"", "host.example", "192.0.2",
	    "192.0.2.7 ", "2001:db8::/64", "::ffff:1.2.3.4.5"};
	size_t count = sizeof apart / sizeof apart[0];

	for (size_t i = 0; i < count; i++) {
		assert_int_not_equal(seats_client(apart[i]), 0);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(
			    seats_client(apart[i]), seats_client(apart[j]));
	}
	assert_int_equal(
	    seats_client("2001:db8::1"), seats_client("2001:db8::ffff:0:1"));
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_int_equal(seats_client(none[i]), 0);
}

/* The claims are made in other processes, as they are in life. */
static bool
claim_in_child(struct seats *s, int seat, const char *client, size_t limit)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(
		    seats_claim(s, seat, seats_client(client), limit) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static void
one_client_cannot_take_all_seats(void **state)
{
	struct seats *s = *state;

	for (int i = 0; i < 6; i++)
		seats_sit(s, i, 100 + i, 0);
	assert_true(claim_in_child(s, 0, "192.0.2.7", 2));
	assert_true(claim_in_child(s, 1, "192.0.2.7", 2));
	assert_false(claim_in_child(s, 2, "192.0.2.7", 2));
	assert_true(claim_in_child(s, 3, "192.0.2.8", 2));
	/* the refused one counts until it has left */
	assert_true(seats_leave(s, 102));
	assert_true(seats_leave(s, 100));
	assert_true(claim_in_child(s, 4, "192.0.2.7", 2));
	assert_false(claim_in_child(s, 5, "192.0.2.7", 2));
}

/* All that sit are counted, also those behind seats that are free again; and
 * those that come after one that left. */
static void
nobody_who_sits_is_overlooked(void **state)
{
	struct seats *s = *state;
	int seat;

	for (int i = 0; i < 40; i++) {
		seat = seats_find(s, 99);
		assert_int_equal(seat, i);
		/* before the listener has said that it sits */
		assert_true(claim_in_child(s, seat, "192.0.2.7", 40));
		seats_sit(s, seat, 100 + i, 0);
	}
	for (int i = 1; i < 39; i++)
		assert_true(seats_leave(s, 100 + i));
	seat = seats_find(s, 99);
	assert_int_equal(seat, 1);
	assert_false(claim_in_child(s, seat, "192.0.2.7", 2));
	assert_true(claim_in_child(s, seat, "192.0.2.7", 3));
	seats_sit(s, seat, 200, 0);
	assert_true(seats_leave(s, 139));
	seat = seats_find(s, 99);
	assert_int_equal(seat, 2);
	assert_false(claim_in_child(s, seat, "192.0.2.7", 2));
}

/* What one process has written where nobody sits counts no longer than until
 * the listener looks; and after its claim it cannot write any more. */
static void
a_spoilt_count_does_not_stay(void **state)
{
	struct seats *s = *state;
	pid_t pid;
	int status;

	for (int i = 0; i < 5; i++) {
		assert_int_equal(seats_find(s, 9), i);
		seats_sit(s, i, 100 + i, 0);
		claim_in_child(s, i, "192.0.2.7", 9);
	}
	for (int i = 1; i < 4; i++) {
		seats_leave(s, 100 + i);
		claim_in_child(s, i, "192.0.2.7", 9);
	}
	assert_false(claim_in_child(s, 0, "192.0.2.7", 3));
	seats_sweep(s);
	assert_true(claim_in_child(s, 1, "192.0.2.7", 3));
	/* who sits is left alone */
	assert_false(claim_in_child(s, 2, "192.0.2.7", 3));
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		seats_give_up(s);
		seats_claim(s, 1, 1, 9);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_not_equal(status, 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(seats_run_out_and_come_back),
	    T(the_old_ones_are_found),
	    T(a_client_is_an_ipv4_address_or_an_ipv6_64),
	    T(one_client_cannot_take_all_seats),
	    T(nobody_who_sits_is_overlooked),
	    T(a_spoilt_count_does_not_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
