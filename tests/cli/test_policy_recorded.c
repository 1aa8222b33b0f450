/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of a change of the policy, and when. */
#include "cli/cli.h"
#include "cli/nouns.h"
#include "lib/bundle/bundle.h"
#include "tests/cli/policy_site.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/unit.h"

static bool no_link; /* a file system that cannot */

/* libc's, but for what a test wants */
int
symlink(const char *target, const char *link)
{
	if (no_link) {
		errno = EROFS;
		return -1;
	}
	return (int)syscall(SYS_symlinkat, target, AT_FDCWD, link);
}

static int
set_up(void **state)
{
	site_set_up(state);
	return mkdir(site_in_folder("state"), 0711);
}

/* ---- who signs ---- */

/* Nothing is signed, and so nothing recorded, under another one's name. */
static void
a_key_that_is_not_the_persons_signs_nothing(void **state)
{
	site_make_person("eve");
	assert_int_equal(unlink(site_in_folder("signers/eve.pub")), 0);
	site_make("a", "a");
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("eve.pem"), "--name", "ann", "--reference", "CHG-1",
	    site_in_folder("a"));
	site_assert_said(1, "is not the key of ann");
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("eve.pem"), "--reference", "CHG-1",
	    site_in_folder("a"));
	site_assert_said(1, "is not the key of eve");
	assert_false(site_is_there("a/" BUNDLE_FILE));
	site_propose("a");
	site_assert_done();
	RUN(&site_run, site_policy, "policy", "approve", "--key",
	    site_in_folder("eve.pem"), "--name", "ben", site_in_folder("a"));
	site_assert_said(1, "is not the key of ben");
	site_apply("a");
	site_assert_said(1, "nobody but its author ann has signed it");
}

static void
no_fifo_of_a_folder_is_waited_for(void **state)
{
	site_make("a", "a");
	assert_int_equal(mkfifo(site_in_folder("a/x.policy"), 0600), 0);
	site_propose("a");
	site_assert_said(2, "a/x.policy: is no file but a FIFO");
	RUN(&site_run, site_policy, "policy", "check", site_in_folder("a"));
	site_assert_said(1, "a/x.policy: is no file but a FIFO");
}

/* ---- the record ---- */

static enum admin_status answer_status;

/* "intent of applied", a line each, while the policy is not in place; else with
 * a "+" before. */
static void
note_step(const struct msg_ADMIN_POLICY_REQ *q)
{
	FILE *file = fopen(site_in_folder("recorded"), "ae");

	assert_non_null(file);
	fprintf(file, "%s%s%s %02x\n", site_is_there("policy.d") ? "+" : "",
	    q->kind == RECORD_INTENT ? "intent of " : "",
	    q->outcome == OUTCOME_APPLIED  ? "applied"
	    : q->outcome == OUTCOME_FAILED ? "failed"
					   : "another",
	    q->attempt[0]);
	fclose(file);
}

/* The two records of a change, which have one id. */
static void
assert_recorded(const char *before, const char *after)
{
	char line[2][64], id[2][8];
	FILE *file = fopen(site_in_folder("recorded"), "re");

	assert_non_null(file);
	for (int i = 0; i < 2; i++) {
		assert_non_null(fgets(line[i], sizeof line[i], file));
		snprintf(id[i], sizeof id[i], "%s", strrchr(line[i], ' ') + 1);
		*strrchr(line[i], ' ') = '\0';
	}
	assert_null(fgets(line[1] + 32, 32, file));
	fclose(file);
	assert_string_equal(line[0], before);
	assert_string_equal(line[1], after);
	assert_string_equal(id[0], id[1]);
}

static void
answer(struct channel *channel, struct message *request)
{
	struct message m;

	if (request->type != MSG_ADMIN_POLICY_REQ)
		_exit(1);
	note_step(&request->u.ADMIN_POLICY_REQ);
	message_init(&m, MSG_ADMIN_POLICY_ANS);
	m.u.ADMIN_POLICY_ANS.status = (uint8_t)answer_status;
	channel_send(channel, &m);
}

/* A gateway that says it is this process. */
static struct fake *
start(enum admin_status status)
{
	struct fake *fake;
	char path[PATH_ROOM];
	FILE *file;

	answer_status = status;
	fake = fake_start(ROLE_ADMIN, answer);
	snprintf(path, sizeof path, "%s/status", fake_folder(fake));
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "{\"pid\":%d}\n", (int)getpid());
	fclose(file);
	return fake;
}

static void
what_cannot_be_recorded_is_not_in_force(void **state)
{
	struct fake *fake;

	site_make_signed("a");
	fake = start(ADMIN_UNAVAILABLE);
	RUN(&site_run, site_policy, "policy", "apply", "--socket",
	    fake_socket(fake), site_in_folder("a"));
	assert_int_equal(site_run.status, 2);
	assert_true(site_is_there("recorded"));
	assert_false(site_is_there("policy.d"));
	assert_false(site_is_there("policy.d.bundles/history"));
	fake_stop(&fake);
}

static void
what_came_of_it_is_recorded_when_it_has_come(void **state)
{
	struct fake *fake;

	site_make_signed("a");
	fake = start(ADMIN_OK);
	/* this process takes the signal, as gatewayd */
	signal(SIGHUP, SIG_IGN);
	RUN(&site_run, site_policy, "policy", "apply", "--socket",
	    fake_socket(fake), site_in_folder("a"));
	signal(SIGHUP, SIG_DFL);
	site_assert_said(2, "the policy is in place, but gatewayd does not");
	assert_recorded("intent of applied", "+applied");
	fake_stop(&fake);
}

static void
what_is_not_in_place_is_recorded_as_failed(void **state)
{
	struct fake *fake;

	site_make_signed("a");
	site_put("policy.d.new", "");
	fake = start(ADMIN_OK);
	no_link = true;
	RUN(&site_run, site_policy, "policy", "apply", "--socket",
	    fake_socket(fake), site_in_folder("a"));
	no_link = false;
	assert_int_equal(site_run.status, 2);
	assert_false(site_is_there("policy.d"));
	assert_recorded("intent of applied", "failed");
	fake_stop(&fake);
}

/* No record says "applied" for want of room on the disk. */
static void
what_cannot_be_kept_is_not_recorded(void **state)
{
	char hash[HASH_SHOWN], path[128];
	struct fake *fake;

	site_make_signed("a");
	site_hash_of("a", hash);
	snprintf(path, sizeof path, "policy.d.bundles/%s", hash);
	assert_int_equal(mkdir(site_in_folder("policy.d.bundles"), 0755), 0);
	site_put(path, "in the way");
	fake = start(ADMIN_OK);
	RUN(&site_run, site_policy, "policy", "apply", "--socket",
	    fake_socket(fake), site_in_folder("a"));
	site_assert_said(2, path);
	assert_false(site_is_there("recorded"));
	assert_false(site_is_there("policy.d"));
	fake_stop(&fake);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_key_that_is_not_the_persons_signs_nothing),
	    TEST(no_fifo_of_a_folder_is_waited_for),
	    TEST(what_cannot_be_recorded_is_not_in_force),
	    TEST(what_cannot_be_kept_is_not_recorded),
	    TEST(what_came_of_it_is_recorded_when_it_has_come),
	    TEST(what_is_not_in_place_is_recorded_as_failed),
	};

	signal(SIGHUP, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
