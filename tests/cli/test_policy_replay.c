/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "policy/policy.h"
#include "tests/cli/fake.h"
#include "tests/record/log_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/unit.h"

#define DAY_MS INT64_C(86400000)
#define SRE "group sre \"cn=sre,dc=example,dc=com\"\n"
#define SIX_O_CLOCK INT64_C(1782928800000) /* 2026-07-01 18:00 UTC */
#define RECORDS_MAX 300

static struct fake_run run;
static struct log_fixture f;
static char *folder;
static char path[512];
static struct msg_AUDIT_APPEND_REQ records[RECORDS_MAX];
static unsigned count;

static int
set_up(void **state)
{
	folder = fake_make_folder();
	log_fixture_open(&f);
	count = 0;
	return 0;
}

static int
tear_down(void **state)
{
	log_fixture_close(&f);
	fake_remove_folder(folder);
	return 0;
}

/* A grant of this moment with password and code. */
static struct msg_AUDIT_APPEND_REQ *
add(enum outcome outcome, const char *reason)
{
	struct msg_AUDIT_APPEND_REQ *r = &records[count];

	log_fixture_record(r, ++count);
	r->outcome = (uint8_t)outcome;
	snprintf(r->reason, sizeof r->reason, "%s", reason);
	r->obtainable = POLICY_PASSWORD | POLICY_OTP;
	r->time_ms = (int64_t)time(NULL) * 1000;
	return r;
}

/* One that the policy refused before anything was asked. */
static struct msg_AUDIT_APPEND_REQ *
add_refused(const char *reason)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_DENIED, reason);

	r->required = r->verified = 0;
	r->session[0] = '\0';
	return r;
}

static void
replay(const char *candidate, const char *option, const char *value)
{
	FILE *file;

	log_fixture_write_these(&f, records, count, 10000);
	snprintf(path, sizeof path, "%s/new.policy", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%s\nend\n", candidate);
	fclose(file);
	RUN(&run, cmd_policy, "policy", "replay", "--dir", f.path, path, option,
	    value);
}

static void
expect(int status, const char *summary)
{
	if (run.status != status || strstr(run.out, summary) == NULL)
		fail_msg("status %d, not %d with \"%s\":\n%s%s", run.status,
		    status, summary, run.out, run.err);
}

static void
the_same_rules_flip_nothing(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	add_refused("no_rule")->groups_size = 0;
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(0, "2 attempts as before, 0 flipped, 0 unknown");
}

static void
a_grant_that_a_rule_denies_names_that_rule(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	replay(SRE "permit sre with password + otp\n"
		   "deny sre from 10.20.0.0/16",
	    NULL, NULL);
	expect(1, "0 attempts as before, 1 flipped, 0 unk");
	expect(1, "alice from 10.20.0.5 to bastion1.example.com at sshd");
	expect(1, "was let in, would be refused");
	expect(1, "then  permit by sre-corp\n");
	expect(1, "now   denied_by_rule by new.policy:3: deny sre from");
}

static void
a_grant_that_no_rule_permits_is_a_flip(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	replay(SRE "permit sre to other.example.com with password + otp", NULL,
	    NULL);
	expect(1, "now   no_rule\n");
}

static void
a_refusal_that_a_rule_would_open_names_it_and_its_factors(void **state)
{
	add_refused("no_rule");
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(1, "was refused, would be let in with password+otp");
	expect(1, "then  no_rule by sre-corp\n");
	expect(1, "by new.policy:2: permit sre with password + otp");
}

static void
factors_that_could_not_be_had_are_not_had_now(void **state)
{
	add_refused("factors")->obtainable = POLICY_PASSWORD;
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(0, "1 attempts as before, 0 flipped");
	replay(SRE "permit sre with password", NULL, NULL);
	expect(1, "would be let in with password\n");
}

static void
a_wrong_code_stays_wrong(void **state)
{
	add(OUTCOME_DENIED, "wrong_code")->verified = POLICY_PASSWORD;
	replay(SRE "permit sre with password + otp for 1h", NULL, NULL);
	expect(0, "1 attempts as before, 0 flipped, 0 unk");
}

static void
a_wrong_code_that_would_not_be_asked_for_is_a_flip(void **state)
{
	add(OUTCOME_DENIED, "wrong_code")->verified = POLICY_PASSWORD;
	replay(SRE "permit sre with password", NULL, NULL);
	expect(1, "was refused, would be let in with password\n");
}

static void
a_factor_that_was_not_tried_cannot_be_told(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_GRANTED, "permit");

	r->required = r->verified = POLICY_PASSWORD;
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(2, "0 attempts as before, 0 flipped, 1 unknown");
	expect(2, "1 who would be asked for a factor that was not tried");
}

static void
a_factor_that_nobody_could_ask_for_is_a_flip(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	replay(SRE "permit sre with password + fido2", NULL, NULL);
	expect(1, "now   factors by new.policy:2: permit");
}

static void
a_key_that_sshd_had_verified_still_counts(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_GRANTED, "permit");

	r->required = r->verified = POLICY_PUBLICKEY;
	r->obtainable = 0;
	replay(SRE "permit sre with publickey", NULL, NULL);
	expect(0, "1 attempts as before");
	replay(SRE "permit sre with password", NULL, NULL);
	expect(1, "was let in, would be refused");
}

static void
an_approval_counts_where_the_record_has_one(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_GRANTED, "permit");

	r->verified |= POLICY_APPROVAL;
	strcpy(r->approval, "CHG-1");
	replay(SRE "permit sre with password + otp approval", NULL, NULL);
	expect(0, "1 attempts as before, 0 flipped");
}

static void
an_approval_that_nobody_had_is_a_flip(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	replay(SRE "permit sre with password + otp approval", NULL, NULL);
	expect(1, "was let in, would be refused");
	expect(1, "now   factors by new.policy:2: permit");
}

static void
a_refusal_for_want_of_an_approval_opens_without_the_clause(void **state)
{
	add_refused("factors");
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(1, "was refused, would be let in with password+otp\n");
}

static void
groups_that_are_not_there_cannot_be_told(void **state)
{
	add(OUTCOME_GRANTED, "permit")->groups_cut = 1;
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(2, "1 with more groups than the record holds");
}

#define NIGHT "group night attribute shift night\n"

static void
set_attributes(struct msg_AUDIT_APPEND_REQ *r, const char *bytes, size_t size)
{
	memcpy(r->attributes, bytes, size);
	r->attributes_size = size;
}

static void
attributes_are_those_of_the_record(void **state)
{
	set_attributes(
	    add(OUTCOME_GRANTED, "permit"), "Shift\0night\0late\0\0", 18);
	set_attributes(add_refused("no_rule"), "shift\0day\0\0", 11);
	set_attributes(add_refused("no_rule"), "shift\0\0", 7);
	replay(NIGHT "permit night with password + otp", NULL, NULL);
	expect(0, "3 attempts as before, 0 flipped, 0 unknown");
	replay("group day attribute SHIFT Day\n" SRE
	       "permit sre with password + otp\ndeny day",
	    NULL, NULL);
	expect(1, "2 attempts as before, 1 flipped, 0 unknown");
	replay(
	    NIGHT SRE "permit sre with password + otp\ndeny night", NULL, NULL);
	expect(1, "was let in, would be refused");
}

/* Nobody had asked the directory for them. */
static void
attributes_that_the_record_does_not_name_cannot_be_told(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_GRANTED, "permit");

	set_attributes(r, "roster\0\0", 8);
	replay(
	    NIGHT SRE "permit sre with password + otp\ndeny night", NULL, NULL);
	expect(2, "1 without attributes that this policy names");
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(0, "1 attempts as before");
	r->attributes_cut = 1;
	replay(NIGHT SRE "permit sre with password + otp\ndeny night", "--json",
	    NULL);
	expect(2, "\"doubt\":\"attributes\"");
}

static void
a_record_that_was_cut_cannot_be_told(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r = add(OUTCOME_GRANTED, "permit");

	/* each byte takes six in JSON */
	memset(r->rule, 1, sizeof r->rule - 1);
	memset(r->tty, 1, sizeof r->tty - 1);
	memset(r->username, 1, sizeof r->username);
	r->username_size = sizeof r->username;
	memset(r->groups, 1, sizeof r->groups);
	r->groups[sizeof r->groups - 1] = 0;
	r->groups_size = sizeof r->groups;
	replay(SRE "permit sre with password + otp", NULL, NULL);
	expect(2, "1 unknown");
}

static void
what_the_policy_did_not_end_is_only_counted(void **state)
{
	struct msg_AUDIT_APPEND_REQ *r;

	add_refused("unknown_person");
	add_refused("locked_out");
	add(OUTCOME_ABORTED, "client_gone");
	add(OUTCOME_ERROR, "directory_unavailable");
	r = add(OUTCOME_OPENED, "opened");
	r->kind = RECORD_SESSION;
	replay("permit any with password", NULL, NULL);
	expect(0, "0 attempts as before, 0 flipped, 0 unknown\n"
		  "4 more attempts ended for another reason");
}

static void
a_grant_whose_person_hung_up_was_a_permit(void **state)
{
	add(OUTCOME_ABORTED, "permit");
	replay("deny any", NULL, NULL);
	expect(1, "1 flipped");
}

static void
hours_are_those_of_the_record(void **state)
{
	static const char office[] =
	    SRE "hours office mon-fri 08:00-18:00 UTC\n"
		"permit sre with password + otp during office";

	add(OUTCOME_GRANTED, "permit")->time_ms = SIX_O_CLOCK - 60000;
	replay(office, "--days", "36500");
	expect(0, "1 attempts as before");
	records[0].time_ms = SIX_O_CLOCK + 3600000;
	replay(office, "--days", "36500");
	expect(1, "1 flipped");
	/* it may have begun at 17:59, when it was still asked for a code */
	records[0].time_ms = SIX_O_CLOCK + 5000;
	replay(office, "--days", "36500");
	expect(2, "1 just when hours or a freeze began or ended");
	records[0].time_ms = SIX_O_CLOCK + 96000;
	replay(office, "--days", "36500");
	expect(1, "1 flipped");
}

static void
only_the_last_days_are_replayed(void **state)
{
	int64_t now = (int64_t)time(NULL) * 1000;

	for (unsigned i = 0; i < RECORDS_MAX; i++)
		add(OUTCOME_GRANTED, "permit")->time_ms =
		    now - (RECORDS_MAX - i) * DAY_MS + 3600000;
	replay("deny any", "--days", "7");
	expect(1, "0 attempts as before, 7 flipped");
	replay("deny any", NULL, NULL);
	expect(1, "30 flipped");
}

static void
scripts_get_one_object(void **state)
{
	json_t *all, *flip, *now;

	add(OUTCOME_GRANTED, "permit");
	add(OUTCOME_GRANTED, "permit")->groups_cut = 1;
	replay("deny any", "--json", NULL);
	assert_int_equal(run.status, 1);
	all = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(json_object_get(all, "attempts")), 2);
	flip = json_array_get(json_object_get(all, "attempts"), 0);
	now = json_object_get(flip, "now");
	assert_string_equal(
	    json_string_value(json_object_get(flip, "change")), "refused");
	assert_int_equal(
	    json_integer_value(json_object_get(flip, "sequence")), 1);
	assert_string_equal(
	    json_string_value(json_object_get(now, "rule")), "new.policy:1");
	assert_int_equal(
	    json_integer_value(json_object_get(all, "flipped")), 1);
	assert_int_equal(
	    json_integer_value(json_object_get(all, "unknown")), 1);
	json_decref(all);
}

static void
nothing_is_told_without_log_or_policy(void **state)
{
	add(OUTCOME_GRANTED, "permit");
	replay("permit nobody_named_so with password", NULL, NULL);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_policy, "policy", "replay", "--dir", "/nowhere", path);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_policy, "policy", "replay", "--dir", f.path);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_policy, "policy", "replay", "--days", "0", path);
	assert_int_equal(run.status, 2);
}

static void
a_malformed_record_cannot_be_told(void **state)
{
	replay("deny any", NULL, NULL);
	log_fixture_put(&f, "000000000001.log", "{}\n", 3);
	RUN(&run, cmd_policy, "policy", "replay", "--dir", f.path, path);
	expect(2, "1 malformed records");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(the_same_rules_flip_nothing),
	    TEST(a_grant_that_a_rule_denies_names_that_rule),
	    TEST(a_grant_that_no_rule_permits_is_a_flip),
	    TEST(a_refusal_that_a_rule_would_open_names_it_and_its_factors),
	    TEST(factors_that_could_not_be_had_are_not_had_now),
	    TEST(a_wrong_code_stays_wrong),
	    TEST(a_wrong_code_that_would_not_be_asked_for_is_a_flip),
	    TEST(a_factor_that_was_not_tried_cannot_be_told),
	    TEST(a_factor_that_nobody_could_ask_for_is_a_flip),
	    TEST(a_key_that_sshd_had_verified_still_counts),
	    TEST(an_approval_counts_where_the_record_has_one),
	    TEST(an_approval_that_nobody_had_is_a_flip),
	    TEST(a_refusal_for_want_of_an_approval_opens_without_the_clause),
	    TEST(groups_that_are_not_there_cannot_be_told),
	    TEST(attributes_are_those_of_the_record),
	    TEST(attributes_that_the_record_does_not_name_cannot_be_told),
	    TEST(a_record_that_was_cut_cannot_be_told),
	    TEST(what_the_policy_did_not_end_is_only_counted),
	    TEST(a_grant_whose_person_hung_up_was_a_permit),
	    TEST(hours_are_those_of_the_record),
	    TEST(only_the_last_days_are_replayed),
	    TEST(scripts_get_one_object),
	    TEST(nothing_is_told_without_log_or_policy),
	    TEST(a_malformed_record_cannot_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
