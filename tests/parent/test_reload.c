/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd over fake roles: all have the new configuration, or all the old. */
#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>
#include <errno.h>
#include <signal.h>
#include "gatewayd/parent/roles.h"
#include "tests/parent/gateway_fixture.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define TAKERS ((unsigned)role_rows)

static void
a_reload_reaches_every_role_and_restarts_none(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	gateway_configure(g, "max-per-client 5");
	kill(g->pid, SIGHUP);
	gateway_await(g, TAKERS, " GO SWAP\n");
	gateway_await_status(g, "\"reloading\":false");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_count(g, " BEGIN "), role_rows);
	assert_int_equal(gateway_count(g, " CONFIG "), 2 * role_rows);
	/* all keep their sockets and their channels */
	assert_int_equal(gateway_count(g, " LISTEN "), role_socket_rows);
	assert_int_equal(gateway_count(g, " PEER "), 8);
	gateway_await_status(g, "\"reload_error\":\"\"");
	assert_int_equal(gateway_count(g, "\"restarts\":1"), 0);
	assert_int_equal(gateway_stop(g), 0);
}

/* No order of theirs decides: the last one asked may still refuse. */
static void
nobody_swaps_before_all_have_staged(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_LOGIN, "stages-slow");
	gateway_start_ready(g);
	kill(g->pid, SIGHUP);
	gateway_await(g, TAKERS, " GO STAGE\n");
	assert_int_equal(gateway_count(g, " GO SWAP\n"), 0);
	gateway_await_status(g, "\"reloading\":true");
	gateway_await(g, TAKERS, " GO SWAP\n");
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_role_that_dies_while_it_stages_keeps_all_with_the_old(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_DIRECTORY, "dies-staging");
	gateway_start_ready(g);
	gateway_write(g, "policy.d/one.policy", "permit any with otp\nend\n");
	kill(g->pid, SIGHUP);
	gateway_await_status(g,
	    "\"reload_error\":\"directory ended while it looked at the new "
	    "configuration\"");
	gateway_await(g, TAKERS - 1, " GO FORGET\n");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_count(g, " GO SWAP\n"), 0);
	/* what a role starts with is the old one too */
	kill(gateway_role(g, ROLE_AUTHORITY), SIGKILL);
	gateway_await(g, 2, "FILE policy/one.policy \"group sre");
	/* and the next reload is none the worse for it */
	gateway_mode(g, ROLE_DIRECTORY, "");
	kill(gateway_role(g, ROLE_DIRECTORY), SIGKILL);
	gateway_await_status(g, "\"restarts\":2");
	gateway_await_status(g, "\"ready\":true");
	kill(g->pid, SIGHUP);
	gateway_await(g, TAKERS, " GO SWAP\n");
	gateway_await_status(g, "\"reload_error\":\"\"");
	assert_int_equal(gateway_stop(g), 0);
}

/* All had agreed: whoever dies then starts with the new one. */
static void
a_role_that_dies_while_it_swaps_starts_with_the_new(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_AUTHORITY, "dies-swapping");
	gateway_start_ready(g);
	gateway_write(g, "policy.d/one.policy", "permit any with otp\nend\n");
	kill(g->pid, SIGHUP);
	gateway_await(g, 2, "FILE policy/one.policy \"permit an");
	gateway_await_status(g, "\"ready\":true");
	gateway_await_status(g, "\"reload_error\":\"\"");
	assert_int_equal(gateway_stop(g), 0);
}

static void
reloads_that_come_at_once_are_one_after_the_other(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_STORE, "stages-slow");
	gateway_start_ready(g);
	kill(g->pid, SIGHUP);
	gateway_await(g, 1, " GO STAGE\n");
	gateway_write(g, "policy.d/one.policy", "permit any with otp\nend\n");
	for (int i = 0; i < 3; i++)
		kill(g->pid, SIGHUP);
	gateway_await(g, 2 * TAKERS, " GO SWAP\n");
	gateway_await_status(g, "\"reloading\":false");
	gateway_await(g, 1, "FILE policy/one.policy \"permit an");
	assert_int_equal(gateway_count(g, " GO STAGE\n"), 2 * TAKERS);
	assert_int_equal(gateway_stop(g), 0);
}

/* What the log and the store are bound to for their lives, by its content. */
static void
another_seal_or_checkpoint_key_is_refused(void **state)
{
	struct gateway *g = *state;
	pid_t running;

	gateway_start_ready(g);
	gateway_write(g, "state/keys/seal.key", "%032d", 8);
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "seal-key cannot change: restart gatewayd");
	gateway_write(g, "state/keys/seal.key", "%032d", 7);
	gateway_configure_audit(g, "origin another");
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "origin cannot change: restart gatewayd");
	assert_int_equal(gateway_count(g, " GO STAGE\n"), 0);
	/* -t beside it says the same, and without it takes what is new */
	running = g->pid;
	gateway_start(g, "-t");
	assert_int_equal(gateway_wait(g), 1);
	assert_int_equal(
	    gateway_count(g, "origin cannot change at a reload, and gatewayd "
			     "runs: restart it to take that\n"),
	    1);
	g->pid = running;
	assert_int_equal(gateway_stop(g), 0);
	gateway_start(g, "-t");
	assert_int_equal(gateway_wait(g), 0);
	g->pid = 0;
}

static void
a_role_that_is_starting_gets_the_new_configuration_too(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_AUTHORITY, "slow");
	gateway_start(g, NULL);
	gateway_await(g, (unsigned)role_rows, " GO START\n");
	kill(g->pid, SIGHUP);
	gateway_await(g, TAKERS, " GO SWAP\n");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_stop(g), 0);
}

static void
an_error_at_reload_keeps_the_old_configuration(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	gateway_configure(g, "nonsense yes");
	kill(g->pid, SIGHUP);
	gateway_await_status(
	    g, "gatewayd.conf:11: an error; gatewayd -t shows all");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_count(g, "gatewayd.conf:11:1: login has no "
					  "key \"nonsense\""),
	    1);
	assert_int_equal(gateway_count(g, " GO SWAP\n"), 0);
	/* a role that dies now starts with the old one */
	kill(gateway_role(g, ROLE_LOGIN), SIGKILL);
	gateway_await(g, 2, "CONFIG");
	gateway_await_status(g, "\"restarts\":1");
	gateway_await_status(g, "\"ready\":true");
	gateway_configure(g, "");
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "\"reload_error\":\"\"");
	assert_int_equal(gateway_stop(g), 0);
}

/* What was not checked is not put in force by the death of a role. */
static void
a_policy_that_was_not_reloaded_does_not_reach_a_new_role(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	gateway_await(g, 1, "FILE policy/one.policy \"group sre");
	gateway_write(g, "policy.d/one.policy", "permit everybody\n");
	gateway_write(g, "policy.d/two.policy", "not a policy\n");
	kill(gateway_role(g, ROLE_AUTHORITY), SIGKILL);
	gateway_await_status(g, "\"restarts\":1");
	gateway_await_status(g, "\"ready\":true");
	gateway_await(g, 2, "FILE policy/one.policy \"group sre");
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "FILE policy/"), 1);
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_role_that_refuses_a_reload_is_named(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_AUTHORITY, "refuses");
	gateway_start_ready(g);
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "\"reload_error\":\"authority: not today\"");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_stop(g), 0);
}

static void
what_cannot_change_while_roles_run_is_refused(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	gateway_configure_gateway(g, "module-uid 61998");
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "module-uid cannot change: restart gatewayd");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_count(g, " GO SWAP\n"), 0);
	assert_int_equal(gateway_stop(g), 0);
}

#define WITH(name) \
	cmocka_unit_test_setup_teardown(name, gateway_make, gateway_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_reload_reaches_every_role_and_restarts_none),
	    WITH(nobody_swaps_before_all_have_staged),
	    WITH(a_role_that_dies_while_it_stages_keeps_all_with_the_old),
	    WITH(a_role_that_dies_while_it_swaps_starts_with_the_new),
	    WITH(reloads_that_come_at_once_are_one_after_the_other),
	    WITH(another_seal_or_checkpoint_key_is_refused),
	    WITH(a_role_that_is_starting_gets_the_new_configuration_too),
	    WITH(an_error_at_reload_keeps_the_old_configuration),
	    WITH(a_policy_that_was_not_reloaded_does_not_reach_a_new_role),
	    WITH(a_role_that_refuses_a_reload_is_named),
	    WITH(what_cannot_change_while_roles_run_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
