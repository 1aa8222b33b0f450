/* SPDX-License-Identifier: Apache-2.0 */
/* How many codes and passwords somebody can try: the numbers of doc/guessing,
 * by real logins on the tests' clock. */
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "gatewayd/authority/subject/wrong_passwords.h"
#include "lib/base/clock.h"
#include "world.h"
#include "tests/support/unit.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from any with password + otp\n"
    "end\n";

/* What gatewayd.conf(5) has without any key. */
static struct world *
usual_world(void)
{
	struct world *w = world_new(policy, -1);

	w->all.conf.max_tries = 5;
	w->all.conf.lockout_seconds = 30;
	w->all.conf.lockout_most_seconds = 3600;
	w->all.conf.stop_tries = 100;
	return w;
}

/* The record's reason; from that address. */
static const char *
login(
    struct world *w, const char *client, enum verdict verdict, const char *code)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct world_talk t;
	const char *reason;

	snprintf(q.client, sizeof q.client, "%s", client);
	world_open(w, &t, &q);
	world_verdict(w, &t, verdict);
	world_answer(w, &t, code);
	reason = world_final(w, &t)->reason;
	world_hang_up(&t);
	world_run(w, 10);
	return reason;
}

/* So many logins of alice, some time after those before, and the reason of each
 * record. */
struct
try {
	int wait_ms;
	unsigned times;
	const char *client;
	enum verdict verdict;
	bool right; /* the code */
	const char *reason;
};

static void
try(struct world *w, const struct try *t)
{
	if (t->wait_ms > 0)
		world_run(w, t->wait_ms);
	for (unsigned i = 0; i < t->times; i++)
		assert_string_equal(login(w, t->client, t->verdict,
					t->right ? world_code(0) : "000000"),
		    t->reason);
}

#define TRIES(w, rows)                                             \
	for (size_t i_ = 0; i_ < sizeof rows / sizeof *rows; i_++) \
	try(w, &rows[i_])

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	assert_true(ok);
	*(struct subject **)arg = s;
}

static struct subject *
alice(struct world *w)
{
	struct subject *s = NULL;

	subject_hold(&w->all.subjects, "uuid-alice", on_subject, &s);
	world_run(w, 10);
	assert_non_null(s);
	subject_release(&w->all.subjects, s);
	return s;
}

/* The codes that are looked at until then, each as soon as it can be, from as
 * many addresses. */
static unsigned
guesses(struct world *w, int64_t until_ms, unsigned addresses)
{
	unsigned n = 0;

	for (;;) {
		int64_t wait = lockout_until(&w->all, alice(w));
		char client[32];

		if (wait > until_ms || clock_wall_ms() > until_ms)
			return n;
		if (wait > 0)
			world_run(w, (int)(wait - clock_wall_ms()) + 1);
		snprintf(client, sizeof client, "198.51.%u.%u",
		    n % addresses / 256, n % addresses % 256);
		assert_string_equal(
		    login(w, client, VERDICT_MATCH, "000000"), "wrong_code");
		n++;
	}
}

static void
a_day_has_34_guesses_and_the_next_24(void **state)
{
	static const unsigned addresses[] = {1, 10000};

	for (size_t i = 0; i < 2; i++) {
		struct world *w = usual_world();
		int64_t begin = clock_wall_ms();

		assert_int_equal(guesses(w, begin + DAY_MS, addresses[i]), 34);
		assert_in_range(
		    guesses(w, begin + 2 * DAY_MS, addresses[i]), 23, 24);
		world_free(w);
	}
}

static void
after_a_hundred_only_an_administrator_helps(void **state)
{
	static const struct try locked[] = {
	    {0, 1, "198.51.9.9", VERDICT_MATCH, true, "locked_out"}};
	static const struct try unlocked[] = {
	    {0, 1, "198.51.9.9", VERDICT_MATCH, true, "permit"}};
	struct world *w = usual_world();

	assert_int_equal(guesses(w, clock_wall_ms() + 30 * DAY_MS, 10000), 100);
	assert_int_equal(lockout_until(&w->all, alice(w)), LOCKOUT_FOREVER);
	TRIES(w, locked);
	lockout_clear(&w->all, alice(w));
	TRIES(w, unlocked);
	world_free(w);
}

/* The wait is over: one try, and not as many as at first. */
static void
after_a_wait_there_is_one_try(void **state)
{
	static const struct try first[] = {
	    {0, 5, "198.51.1.1", VERDICT_MATCH, false, "wrong_code"},
	    {0, 1, "198.51.1.1", VERDICT_MATCH, true, "locked_out"}};
	static const struct try then[] = {
	    {0, 1, "198.51.1.1", VERDICT_MATCH, false, "wrong_code"},
	    {31000, 1, "198.51.1.1", VERDICT_MATCH, true, "locked_out"},
	    {30000, 1, "198.51.1.1", VERDICT_MATCH, true, "permit"}};
	struct world *w = usual_world();
	struct subject *s;

	TRIES(w, first);
	world_run(w, 31000);
	s = alice(w);
	assert_true(lockout_has_try(&w->all, s, 0));
	assert_false(lockout_has_try(&w->all, s, 1));
	TRIES(w, then);
	world_free(w);
}

/* Who does not know the password locks nobody out. */
static void
wrong_passwords_keep_their_network_out_and_nobody_else(void **state)
{
	static const struct try wrong[] = {{0, WRONG_PASSWORDS_MOST,
	    "198.51.1.1", VERDICT_MISMATCH, true, "wrong_password"}};
	static const struct try then[] = {
	    {0, 1, "198.51.1.1", VERDICT_MATCH, true, "wrong_passwords"},
	    {0, 1, "198.51.1.2", VERDICT_MATCH, true, "permit"},
	    {WRONG_PASSWORDS_MS, 1, "198.51.1.1", VERDICT_MATCH, true,
		"permit"}};
	struct world *w = usual_world();

	TRIES(w, wrong);
	assert_int_equal(alice(w)->tries, 0);
	TRIES(w, then);
	world_free(w);
}

static void
an_ipv6_network_is_a_48(void **state)
{
	struct wrong_passwords *all = wrong_passwords_new();
	char client[64];

	for (unsigned i = 0; i < WRONG_PASSWORDS_MOST; i++) {
		assert_false(wrong_passwords_are_too_many(
		    all, "alice", "2001:db8:1::1"));
		snprintf(client, sizeof client, "2001:db8:1:%x::%x", i, i);
		wrong_passwords_count(all, "alice", client);
	}
	assert_true(
	    wrong_passwords_are_too_many(all, "alice", "2001:db8:1::1"));
	assert_false(wrong_passwords_are_too_many(all, "bob", "2001:db8:1::1"));
	assert_false(
	    wrong_passwords_are_too_many(all, "alice", "2001:db8:2::1"));
	wrong_passwords_clear(all, "alice", "2001:db8:1:7::");
	assert_false(
	    wrong_passwords_are_too_many(all, "alice", "2001:db8:1::1"));
	wrong_passwords_free(all);
}

/* After a start from the log, too. */
static void
the_stop_is_known_after_a_start(void **state)
{
	struct world *w = usual_world(), *next;

	w->all.conf.stop_tries = 7;
	w->rows_forget = true;
	assert_int_equal(guesses(w, clock_wall_ms() + DAY_MS, 3), 7);
	next = world_next(w, policy, w->records);
	world_free(w);
	next->all.conf.max_tries = 5;
	next->all.conf.stop_tries = 7;
	assert_int_equal(
	    lockout_until(&next->all, alice(next)), LOCKOUT_FOREVER);
	world_free(next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_has_34_guesses_and_the_next_24),
	    cmocka_unit_test(after_a_hundred_only_an_administrator_helps),
	    cmocka_unit_test(after_a_wait_there_is_one_try),
	    cmocka_unit_test(
		wrong_passwords_keep_their_network_out_and_nobody_else),
	    cmocka_unit_test(an_ipv6_network_is_a_48),
	    cmocka_unit_test(the_stop_is_known_after_a_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
