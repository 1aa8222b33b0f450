/* SPDX-License-Identifier: Apache-2.0 */
/* Who may talk to whom: what DESIGN says, against the table. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ipc/routes.h"
#include "tests/ipc/any_message.h"
#include "tests/support/unit.h"

#define PAIR(a, b) (1U << ROLE_##a | 1U << ROLE_##b)

static void
only_these_pairs_may_talk(void **state)
{
	static const unsigned pairs[] = {PAIR(PARENT, LOGIN),
	    PAIR(PARENT, DIRECTORY), PAIR(PARENT, AUTHORITY),
	    PAIR(PARENT, STORE), PAIR(PARENT, AUDIT), PAIR(PARENT, FORWARD),
	    PAIR(LOGIN, AUTHORITY), PAIR(LOGIN, DIRECTORY),
	    PAIR(AUTHORITY, DIRECTORY), PAIR(AUTHORITY, STORE),
	    PAIR(AUTHORITY, AUDIT), PAIR(AUDIT, FORWARD),
	    PAIR(ADMIN, AUTHORITY), PAIR(SESSION, AUTHORITY)};

	for (unsigned a = 0; a < ROLE_COUNT; a++)
		for (unsigned b = 0; b < ROLE_COUNT; b++) {
			bool named = false;

			for (size_t i = 0; i < sizeof pairs / sizeof *pairs;
			     i++)
				named |= pairs[i] == (1U << a | 1U << b);
			if (route_pair((enum role)a, (enum role)b) != named)
				fail_msg("%s and %s", role_name((enum role)a),
				    role_name((enum role)b));
		}
}

static void
passwords_go_from_login_to_directory_and_nowhere_else(void **state)
{
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].type == MSG_DIRECTORY_PASSWORD_REQ) {
			assert_int_equal(routes[i].from, ROLE_LOGIN);
			assert_int_equal(routes[i].to, ROLE_DIRECTORY);
		}
	assert_null(
	    route_find(MSG_DIRECTORY_PASSWORD_REQ, ROLE_LOGIN, ROLE_AUTHORITY));
}

static void
verdicts_go_from_directory_to_authority_only(void **state)
{
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].type == MSG_DIRECTORY_VERDICT_NOTE ||
		    routes[i].type == MSG_DIRECTORY_LOOKUP_ANS) {
			assert_int_equal(routes[i].from, ROLE_DIRECTORY);
			assert_int_equal(routes[i].to, ROLE_AUTHORITY);
		}
}

static void
only_authority_changes_the_store_and_appends_to_the_log(void **state)
{
	static const enum message_type kept[] = {MSG_STORE_GET_REQ,
	    MSG_STORE_PUT_REQ, MSG_STORE_DELETE_REQ, MSG_STORE_LIST_REQ,
	    MSG_AUDIT_APPEND_REQ, MSG_AUDIT_REPLAY_REQ};

	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
			if (routes[i].type == kept[k])
				assert_int_equal(
				    routes[i].from, ROLE_AUTHORITY);
}

static void
only_the_parent_gives_descriptors_away(void **state)
{
	/* but for those that say which process has to end, or is meant */
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].carries_fd &&
		    ((routes[i].type != MSG_PARENT_END_NOTE &&
			 routes[i].type != MSG_PARENT_WHO_REQ) ||
			routes[i].from != ROLE_AUTHORITY ||
			routes[i].to != ROLE_PARENT))
			assert_int_equal(routes[i].from, ROLE_PARENT);
}

static void
every_message_has_a_route_and_every_route_one_row(void **state)
{
	bool seen[MSG_COUNT] = {false};

	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];

		seen[r->type] = true;
		assert_ptr_equal(route_find(r->type, r->from, r->to), r);
	}
	for (unsigned t = MSG_NONE + 1; t < MSG_COUNT; t++)
		if (!seen[t])
			fail_msg("%s has no route",
			    message_name((enum message_type)t));
}

/* A route that is narrower than its message would lose the longest ones. */
static void
the_size_of_a_route_fits_its_message(void **state)
{
	for (size_t i = 0; i < route_count; i++) {
		size_t most = any_message_max(routes[i].type);

		if (routes[i].max < most || routes[i].max > MESSAGE_MAX)
			fail_msg("%s: route %zu, message %zu",
			    message_name(routes[i].type), routes[i].max, most);
	}
}

static void
what_is_not_in_the_table_is_not_found(void **state)
{
	assert_null(route_find(MSG_NONE, ROLE_LOGIN, ROLE_AUTHORITY));
	assert_null(
	    route_find(MSG_AUTHORITY_OPEN_REQ, ROLE_AUTHORITY, ROLE_LOGIN));
	assert_null(
	    route_find(MSG_AUTHORITY_OPEN_REQ, ROLE_FORWARD, ROLE_AUTHORITY));
	assert_null(
	    route_find(MSG_AUTHORITY_TOKEN_REQ, ROLE_LOGIN, ROLE_AUTHORITY));
	assert_null(
	    route_find(MSG_ADMIN_ENROL_REQ, ROLE_SESSION, ROLE_AUTHORITY));
	assert_null(route_find(MSG_COUNT, ROLE_COUNT, ROLE_COUNT));
	assert_string_equal(role_name(ROLE_STORE), "store");
	assert_string_equal(role_name(ROLE_COUNT), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_these_pairs_may_talk),
	    cmocka_unit_test(
		passwords_go_from_login_to_directory_and_nowhere_else),
	    cmocka_unit_test(verdicts_go_from_directory_to_authority_only),
	    cmocka_unit_test(
		only_authority_changes_the_store_and_appends_to_the_log),
	    cmocka_unit_test(only_the_parent_gives_descriptors_away),
	    cmocka_unit_test(every_message_has_a_route_and_every_route_one_row),
	    cmocka_unit_test(the_size_of_a_route_fits_its_message),
	    cmocka_unit_test(what_is_not_in_the_table_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
