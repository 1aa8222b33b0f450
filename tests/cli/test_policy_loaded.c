/* SPDX-License-Identifier: Apache-2.0 */
/* The history of policies: what this command did, and what the log adds. */
#include "cli/cli.h"
#include "cli/policy/policy_loaded.h"
#include "tests/cli/policy_site.h"
#include "tests/record/log_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define SECOND INT64_C(1782928800)
#define MOST 16

static struct log_fixture f;
static struct msg_AUDIT_APPEND_REQ records[MOST];
static struct policy_applied done[MOST];
static unsigned record_count;
static size_t done_count;

static int
set_up(void **state)
{
	site_set_up(state);
	log_fixture_open(&f);
	record_count = 0;
	done_count = 0;
	assert_int_equal(mkdir(site_in_folder("state"), 0711), 0);
	assert_int_equal(symlink(f.path, site_in_folder("state/audit")), 0);
	cli_set_config(site_in_folder("gatewayd.conf"));
	return 0;
}

static int
tear_down(void **state)
{
	log_fixture_close(&f);
	return site_tear_down(state);
}

/* Bundles have a letter here, 64 of them. */
static void
name_bundle(char bundle, char hash_r[BUNDLE_HASH_TEXT])
{
	memset(hash_r, bundle, BUNDLE_HASH_TEXT - 1);
	hash_r[BUNDLE_HASH_TEXT - 1] = '\0';
}

static void
log_has(enum outcome outcome, char bundle, int64_t ms)
{
	struct msg_AUDIT_APPEND_REQ *r = &records[record_count++];

	memset(r, 0, sizeof *r);
	r->kind = RECORD_ADMIN;
	r->outcome = (uint8_t)outcome;
	r->time_ms = SECOND * 1000 + ms;
	snprintf(r->name, sizeof r->name, "gatewayd");
	snprintf(r->actor, sizeof r->actor, "root");
	name_bundle(bundle, r->bundle);
}

static void
this_command(enum policy_step step, char bundle, int64_t second)
{
	struct policy_applied *a = &done[done_count++];

	*a =
	    (struct policy_applied){.time_unix = SECOND + second, .step = step};
	name_bundle(bundle, a->bundle);
}

/* "applied a, loaded b" */
static void
assert_history(const char *wanted)
{
	struct policy_applied *list = calloc(MOST, sizeof *list);
	size_t count = done_count, used = 0;
	char text[512] = "";

	assert_non_null(list);
	memcpy(list, done, done_count * sizeof *done);
	log_fixture_write_these(&f, records, record_count, 100000);
	assert_int_equal(policy_loaded_add(&list, &count), 0);
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "%s%s %c", i > 0 ? ", " : "",
		    policy_step_word(list[i].step), list[i].bundle[0]);
	free(list);
	assert_string_equal(text, wanted);
}

static void
what_was_loaded_after_an_apply_is_no_change(void **state)
{
	log_has(OUTCOME_APPLIED, 'a', 0);
	log_has(OUTCOME_LOADED, 'a', 1500);
	log_has(OUTCOME_LOADED, 'a', 60000);
	this_command(POLICY_APPLIED, 'a', 0);
	assert_history("applied a");
}

static void
what_was_put_there_by_hand_is_a_change(void **state)
{
	log_has(OUTCOME_LOADED, 'a', 0);
	log_has(OUTCOME_APPLIED, 'b', 5000);
	log_has(OUTCOME_LOADED, 'b', 5100);
	log_has(OUTCOME_LOADED, 'c', 9000);
	this_command(POLICY_APPLIED, 'b', 5);
	assert_history("loaded a, applied b, loaded c");
}

/* Times of the history are in seconds; the log knows what came first. */
static void
within_a_second_the_order_is_that_of_the_log(void **state)
{
	log_has(OUTCOME_LOADED, 'x', 10);
	log_has(OUTCOME_APPLIED, 'a', 20);
	log_has(OUTCOME_LOADED, 'a', 30);
	log_has(OUTCOME_APPLIED, 'b', 40);
	log_has(OUTCOME_LOADED, 'b', 50);
	log_has(OUTCOME_EMERGENCY, 'a', 60);
	log_has(OUTCOME_LOADED, 'a', 70);
	log_has(OUTCOME_LOADED, 'b', 80);
	this_command(POLICY_APPLIED, 'a', 0);
	this_command(POLICY_APPLIED, 'b', 0);
	this_command(POLICY_EMERGENCY, 'a', 0);
	assert_history("loaded x, applied a, applied b, emergency a, loaded b");
}

/* The changes between them are in another history. */
static void
what_another_history_knows_is_not_mixed_in(void **state)
{
	log_has(OUTCOME_LOADED, 'x', 10);
	log_has(OUTCOME_APPLIED, 'z', 20);
	log_has(OUTCOME_LOADED, 'z', 30);
	log_has(OUTCOME_LOADED, 'x', 40);
	log_has(OUTCOME_APPLIED, 'a', 50);
	log_has(OUTCOME_LOADED, 'a', 60);
	log_has(OUTCOME_LOADED, 'x', 70);
	this_command(POLICY_APPLIED, 'a', 0);
	assert_history("loaded x, loaded z, loaded x, applied a, loaded x");
}

static void
an_older_record_of_the_same_policy_is_another_change(void **state)
{
	log_has(OUTCOME_APPLIED, 'a', 0);
	log_has(OUTCOME_LOADED, 'a', 100);
	log_has(OUTCOME_LOADED, 'b', 50000);
	log_has(OUTCOME_APPLIED, 'a', 100000);
	log_has(OUTCOME_LOADED, 'a', 100100);
	this_command(POLICY_APPLIED, 'a', 100);
	assert_history("loaded a, loaded b, applied a");
}

static void
without_a_record_the_time_tells(void **state)
{
	log_has(OUTCOME_LOADED, 'x', 1000);
	log_has(OUTCOME_LOADED, 'a', 6000);
	this_command(POLICY_APPLIED, 'a', 5);
	assert_history("loaded x, applied a");
}

/* Nobody recorded the apply: no gatewayd ran yet. */
static void
the_first_policy_of_a_gateway_is_listed_once(void **state)
{
	log_has(OUTCOME_LOADED, 'a', 3000);
	this_command(POLICY_APPLIED, 'a', 0);
	assert_history("applied a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		what_was_loaded_after_an_apply_is_no_change, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		what_was_put_there_by_hand_is_a_change, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		within_a_second_the_order_is_that_of_the_log, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		what_another_history_knows_is_not_mixed_in, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		an_older_record_of_the_same_policy_is_another_change, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		without_a_record_the_time_tells, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		the_first_policy_of_a_gateway_is_listed_once, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
