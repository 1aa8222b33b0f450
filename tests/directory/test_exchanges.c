/* SPDX-License-Identifier: Apache-2.0 */
/* Whole exchanges as a table: what a server can answer, and the reason that
 * stands in the record then.  "" is a match, or an entry. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/link/entry.h"
#include "lib/base/clock.h"
#include "lib/base/reason.h"
#include "tests/directory/fake_controls.h"
#include "tests/directory/hostile.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define CODES 124 /* those of RFC 4511 and its extensions, and the gaps */

/* Authority's own words; evaluate.c has the same rule for a verdict. */
static const char *
bind_reason(int verdict, enum account_state account)
{
	static char word[REASON_MAX + 1];
	enum reason reason = REASON_MALFORMED_ANSWER;

	if (verdict == VERDICT_MATCH)
		reason = entry_state_reason(account);
	if (verdict == VERDICT_MISMATCH)
		reason = account == ACCOUNT_ACTIVE
			     ? REASON_WRONG_PASSWORD
			     : entry_state_reason(account);
	if (verdict == VERDICT_UNAVAILABLE)
		reason = REASON_DIRECTORY_UNAVAILABLE;
	reason_write(reason, word);
	return word;
}

static const char *
bind_expected(int code, const struct fake_control *c)
{
	if (code == 0)
		return c->success;
	return code == 49 ? c->refused : "directory_unavailable";
}

static void
each_code_with_each_control_has_its_reason(void **state)
{
	unsigned matches = 0, clean = 0;

	hostile_begin(FAKE_NORMAL);
	for (size_t i = 0; i < fake_control_count; i++)
		clean += fake_controls[i].success[0] == '\0';
	for (int code = 0; code < CODES; code++)
		for (size_t i = 0; i < fake_control_count; i++) {
			const struct fake_control *c = &fake_controls[i];
			enum account_state account = 0;
			char password[32];
			const char *reason;
			int verdict;

			snprintf(password, sizeof password, "%d %zu", code, i);
			verdict = rig_login(
			    &hostile.rig, "alice", password, &account);
			reason = bind_reason(verdict, account);
			if (strcmp(reason, bind_expected(code, c)) != 0)
				fail_msg(
				    "%d, %s: \"%s\"", code, c->name, reason);
			matches += verdict == VERDICT_MATCH;
		}
	assert_int_equal(matches, clean);
	print_message("%zu exchanges, %u are a match\n",
	    CODES * fake_control_count, matches);
	hostile_end();
}

static const char *
search_reason(unsigned attempt, const char *name)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static char word[REASON_MAX + 1];

	if (rig_lookup(&hostile.rig, attempt, name, &a) < 0)
		return "no answer";
	rig_forget(&hostile.rig, attempt);
	reason_write(entry_reason(name, &a), word);
	return word;
}

static void
each_code_of_a_search_has_its_reason(void **state)
{
	hostile_begin(FAKE_NORMAL);
	for (int code = 0; code < CODES; code++) {
		char name[32];
		const char *reason, *expected = "directory_unavailable";

		if (code == 0)
			expected = "";
		else if (code == 4) /* a part is missing, nobody knows which */
			expected = "directory_malformed";
		snprintf(name, sizeof name, "code %d", code);
		reason = search_reason((unsigned)code + 1, name);
		if (strcmp(reason, expected) != 0)
			fail_msg("%d: \"%s\"", code, reason);
	}
	hostile_end();
}

/* Each is asked twice, and a person in good order after it. */
static void
each_bad_exchange_has_its_reason_and_harms_no_other(void **state)
{
	static const struct {
		const char *name, *reason;
	} rows[] = {
	    {"half", "directory_unavailable"},
	    {"halfsilent", "directory_unavailable"},
	    {"foreign", "directory_unavailable"},
	    {"foreignentry", "unknown_person"},
	    {"afterwards", "unknown_person"},
	    {"oneafter", ""},
	    {"intermediate", "directory_unavailable"},
	    {"notype", "directory_unavailable"},
	    {"cut", "directory_malformed"},
	    {"done", "directory_unavailable"},
	    {"reference", "directory_unavailable"},
	    {"two", "ambiguous_person"},
	    {"flood", "ambiguous_person"},
	    {"other", "unknown_person"},
	};
	unsigned attempt = 0;

	hostile_begin_with(FAKE_NORMAL, 500);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		const char *reason = search_reason(++attempt, rows[i / 2].name);
		uint64_t limit = clock_mono_ms() + PATIENCE_MS;

		if (strcmp(reason, rows[i / 2].reason) != 0)
			fail_msg("%s: \"%s\"", rows[i / 2].name, reason);
		/* also late once, on a machine that is busy */
		while (*search_reason(++attempt, "alice") != '\0')
			assert_true(clock_mono_ms() < limit);
	}
	/* and not only when the time was over */
	assert_true(rig_logged(&hostile.rig, "closed: Protocol error"));
	hostile_end();
}

static void
nobody_gets_the_entry_of_another_who_asked_at_the_same_time(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;

	hostile_begin(FAKE_NORMAL);
	rig_ask(&hostile.rig, 1, 1, false, "swapA");
	rig_ask(&hostile.rig, 2, 2, false, "swapB");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    rig_answer(&hostile.rig, NULL, &a), LOOKUP_UNKNOWN);
		assert_string_equal(a.name, "");
		assert_string_equal(a.subject, "");
	}
	assert_string_equal(search_reason(3, "alice"), "");
	hostile_end();
}

/* The bind itself succeeds each time. */
static void
who_the_server_says_it_was_decides_where_that_is_asked(void **state)
{
	static const struct {
		const char *password;
		const char *reason;
	} rows[] = {
	    {"as dn:uid=found,dc=example,dc=test", ""},
	    {"as dn:UID=found, DC=example, dc=test", ""},
	    {"as u:EXAMPLE\\alice", ""},
	    {"as dn:uid=other,dc=example,dc=test", "directory_unavailable"},
	    {"as u:bob", "directory_unavailable"},
	    {"as dn:", "directory_unavailable"},
	    {"as unknown", "directory_unavailable"},
	    {"as nothing", "directory_unavailable"},
	    {"as search", "directory_unavailable"},
	    {"as reset", "directory_unavailable"},
	    {"as silent", "directory_unavailable"},
	    {"49 0", "wrong_password"},
	    {"0 5", "account_locked"},
	};
	enum account_state account;

	hostile_begin_with(FAKE_NORMAL, 1000);
	/* nobody asks */
	assert_int_equal(
	    rig_login(&hostile.rig, "alice", "as dn:uid=other", NULL),
	    VERDICT_MATCH);
	hostile.conf.who_am_i = true;
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		const char *password = rows[i / 2].password, *reason;
		int verdict;

		verdict = rig_login(&hostile.rig, "alice", password, &account);
		reason = bind_reason(verdict, account);
		if (strcmp(reason, rows[i / 2].reason) != 0)
			fail_msg("%s: \"%s\"", password, reason);
	}
	hostile_end();
}

#define TEST(name) cmocka_unit_test_teardown(name, hostile_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_code_with_each_control_has_its_reason),
	    TEST(each_code_of_a_search_has_its_reason),
	    TEST(each_bad_exchange_has_its_reason_and_harms_no_other),
	    TEST(who_the_server_says_it_was_decides_where_that_is_asked),
	    TEST(nobody_gets_the_entry_of_another_who_asked_at_the_same_time),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	setenv("LDAPNOINIT", "1", 1);
	signal(SIGPIPE, SIG_IGN);
	hostile_program = rig_program(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
