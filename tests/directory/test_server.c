/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/server.h"
#include "tests/support/unit.h"

static void
only_uris_that_keep_a_password_secret_are_taken(void **state)
{
	static const struct {
		const char *uri;
		bool start_tls;
		const char *host, *port; /* NULL: refused */
	} rows[] = {
	    {"ldaps://ldap.example.com", false, "ldap.example.com", "636"},
	    {"ldaps://ldap.example.com:1636", false, "ldap.example.com",
		"1636"},
	    {"ldaps://192.0.2.1/", false, "192.0.2.1", "636"},
	    {"ldaps://[2001:db8::1]:636", false, "2001:db8::1", "636"},
	    {"ldap://ldap.example.com", true, "ldap.example.com", "389"},
	    {"ldap://127.0.0.1:3890", false, "127.0.0.1", "3890"},
	    {"ldap://127.9.9.9", false, "127.9.9.9", "389"},
	    {"ldap://[::1]", false, "::1", "389"},
	    {"ldap://ldap.example.com", false, NULL, NULL},
	    {"ldap://192.0.2.1", false, NULL, NULL},
	    {"ldap://128.0.0.1", false, NULL, NULL},
	    {"ldap://[::2]", false, NULL, NULL},
	    {"ldap://127.0.0.1.example.com", false, NULL, NULL},
	    {"ldap://localhost", true, NULL, NULL},
	    {"ldaps://localhost", false, NULL, NULL},
	    {"ldaps://ldap.example.com", true, NULL, NULL},
	    {"ldapi:///", false, NULL, NULL},
	    {"http://ldap.example.com", false, NULL, NULL},
	    {"ldap.example.com", false, NULL, NULL},
	    {"ldaps://", false, NULL, NULL},
	    {"ldaps://ldap.example.com/dc=example", false, NULL, NULL},
	    {"ldaps://ldap.example.com/?uid", false, NULL, NULL},
	    {"ldaps://ldap.example.com:99999", false, NULL, NULL},
	    {"", false, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server s;
		char text[256] = "";
		int result = server_parse(
		    &s, rows[i].uri, rows[i].start_tls, text, sizeof text);

		if (result != (rows[i].host != NULL ? 0 : -1))
			fail_msg("%s: %d %s", rows[i].uri, result, text);
		if (rows[i].host == NULL) {
			assert_true(strlen(text) > 0);
			continue;
		}
		assert_string_equal(s.host, rows[i].host);
		assert_string_equal(s.port, rows[i].port);
	}
}

static void
the_first_healthy_server_is_chosen(void **state)
{
	struct server s[3];

	memset(s, 0, sizeof s);
	assert_ptr_equal(server_choose(s, 3, 1000, false), &s[0]);
	server_failed(&s[0], 1000);
	assert_ptr_equal(server_choose(s, 3, 1000, false), &s[1]);
	/* also when the first one would be due: a scout tries that */
	assert_ptr_equal(server_choose(s, 3, 100000, false), &s[1]);
	server_is_well(&s[0], true);
	assert_ptr_equal(server_choose(s, 3, 1000, false), &s[0]);
}

static void
when_all_failed_one_at_a_time_is_tried_after_a_pause(void **state)
{
	struct server s[2];

	memset(s, 0, sizeof s);
	server_failed(&s[0], 1000);
	server_failed(&s[1], 1500);
	assert_null(server_choose(s, 2, 1249, false));
	assert_ptr_equal(server_choose(s, 2, 1250, false), &s[0]);
	s[0].probing = true;
	assert_null(server_choose(s, 2, 1250, false));
	assert_ptr_equal(server_choose(s, 2, 1750, false), &s[1]);
}

static void
pauses_double_up_to_eight_seconds(void **state)
{
	static const uint64_t pauses[] = {
	    250, 500, 1000, 2000, 4000, 8000, 8000, 8000};
	uint64_t now = 1000;
	struct server s;

	memset(&s, 0, sizeof s);
	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		server_failed(&s, now);
		assert_int_equal(s.retry_at - now, pauses[i]);
		/* the other connections to it fail in the same moment */
		server_failed(&s, now);
		server_failed(&s, now + 1);
		assert_int_equal(s.retry_at - now, pauses[i]);
		now = s.retry_at;
		s.probing = true;
	}
}

/* Many failures make a long pause, but not for somebody who waits. */
static void
an_outage_of_all_ends_soon_after_it_is_over(void **state)
{
	uint64_t now = 1000;
	struct server s;

	memset(&s, 0, sizeof s);
	for (int i = 0; i < 12; i++) {
		server_failed(&s, now);
		s.probing = i < 11;
	}
	assert_int_equal(s.retry_at - now, 8000);
	assert_null(server_choose(&s, 1, now + 7999, false));
	assert_ptr_equal(server_choose(&s, 1, now + 8000, false), &s);
	assert_null(server_choose(&s, 1, now + 999, true));
	assert_ptr_equal(server_choose(&s, 1, now + 1000, true), &s);
	s.probing = true;
	assert_null(server_choose(&s, 1, now + 60000, true));
}

static void
a_server_that_failed_gets_one_connection_a_second(void **state)
{
	struct server s;

	memset(&s, 0, sizeof s);
	assert_true(server_may_open(&s, 5));
	s.opened_at = 5;
	assert_true(server_may_open(&s, 5));
	server_failed(&s, 100);
	s.opened_at = 350;
	server_is_well(&s, true);
	assert_false(server_may_open(&s, 350));
	assert_false(server_may_open(&s, 1349));
	assert_true(server_may_open(&s, 1350));
	s.opened_at = 60099;
	assert_false(server_may_open(&s, 60099));
	assert_true(server_may_open(&s, 60100));
}

static void
a_refusal_is_not_repeated_within_a_minute(void **state)
{
	static const uint64_t pauses[] = {
	    60000, 120000, 240000, 480000, 900000, 900000};
	uint64_t now = 1000;
	struct server s;

	memset(&s, 0, sizeof s);
	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		assert_int_equal(server_refused(&s, now), pauses[i]);
		/* reached for people's binds, or closed meanwhile */
		server_is_well(&s, false);
		server_failed(&s, now + 10);
		assert_null(server_choose(&s, 1, now + pauses[i] - 1, true));
		now += pauses[i];
		assert_ptr_equal(server_choose(&s, 1, now, false), &s);
		s.probing = true;
	}
	server_is_well(&s, true);
	assert_int_equal(s.failures, 0);
	assert_int_equal(server_refused(&s, now), 60000);
	/* unreachable by now: that is another matter */
	now += 60000;
	s.probing = true;
	server_failed(&s, now);
	assert_ptr_equal(server_choose(&s, 1, now + 1000, true), &s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_uris_that_keep_a_password_secret_are_taken),
	    cmocka_unit_test(the_first_healthy_server_is_chosen),
	    cmocka_unit_test(
		when_all_failed_one_at_a_time_is_tried_after_a_pause),
	    cmocka_unit_test(pauses_double_up_to_eight_seconds),
	    cmocka_unit_test(an_outage_of_all_ends_soon_after_it_is_over),
	    cmocka_unit_test(a_server_that_failed_gets_one_connection_a_second),
	    cmocka_unit_test(a_refusal_is_not_repeated_within_a_minute),
	};

	setenv("LDAPNOINIT", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
