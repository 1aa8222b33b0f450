/* SPDX-License-Identifier: Apache-2.0 */
/* Groups by an attribute: what directory says of it decides, and what it does
 * not say lets nobody in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/subject/subject_attributes.h"
#include "tests/authority/world.h"
#include "tests/support/unit.h"

#define SRE "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"

static const char by_shift[] = "group night attribute Shift Night\n"
			       "permit night with password + otp\nend\n";
static const char not_on_leave[] =
    SRE "group away attribute status \"on leave\"\n"
	"permit sre with password + otp\ndeny away\nend\n";

/* One whole login of alice with right answers, where directory asked for
 * these attributes and found these values. */
static struct msg_AUDIT_APPEND_REQ
login(const char *policy, const char *asked, const char *values, size_t size)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUDIT_APPEND_REQ r;
	struct world_talk t;

	w->attribute[0] = asked;
	w->attribute_count = asked != NULL;
	w->values = values;
	w->values_size = size;
	world_login(w, &t, "alice", world_code(0));
	r = *world_final(w, &t);
	assert_int_equal(r.outcome == OUTCOME_GRANTED,
	    t.ended && t.result.result == RESULT_GRANTED);
	/* a login that directory could not tell of looks like any other */
	assert_int_equal(t.open.collect_size, 2);
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
	return r;
}
#define LOGIN(policy, asked, values) \
	login(policy, asked, values, sizeof values - 1)

static void
assert_end(
    const struct msg_AUDIT_APPEND_REQ *r, enum outcome outcome, const char *why)
{
	if (r->outcome != outcome || strcmp(r->reason, why) != 0)
		fail_msg("outcome %d, %s", r->outcome, r->reason);
}

static void
a_value_lets_in(void **state)
{
	static const char recorded[] = "shift\0night\0\0";
	struct msg_AUDIT_APPEND_REQ r;

	r = LOGIN(by_shift, "shift", "\0night\0");
	assert_end(&r, OUTCOME_GRANTED, "permit");
	assert_int_equal(r.attributes_size, sizeof recorded - 1);
	assert_memory_equal(r.attributes, recorded, sizeof recorded - 1);
	r = LOGIN(by_shift, "SHIFT", "\0day\0\0NIGHT\0");
	assert_end(&r, OUTCOME_GRANTED, "permit");
	r = LOGIN(by_shift, "shift", "\0day\0");
	assert_end(&r, OUTCOME_DENIED, "no_rule");
	r = LOGIN(by_shift, "shift", "");
	assert_end(&r, OUTCOME_DENIED, "no_rule");
	assert_int_equal(r.attributes_size, 7); /* known to be none */
}

static void
a_value_keeps_out(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	r = LOGIN(not_on_leave, "status", "\0On Leave\0");
	assert_end(&r, OUTCOME_DENIED, "denied_by_rule");
	assert_string_equal(r.rule, "test.policy:4");
	r = LOGIN(not_on_leave, "status", "\0at work\0");
	assert_end(&r, OUTCOME_GRANTED, "permit");
	r = LOGIN(not_on_leave, "status", "");
	assert_end(&r, OUTCOME_GRANTED, "permit");
}

/* directory has the names of the policy before: whether the deny is about
 * alice is not known, so she is not let in, and it is no try of hers. */
static void
what_directory_did_not_ask_for_lets_nobody_in(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	r = LOGIN(not_on_leave, NULL, "");
	assert_end(&r, OUTCOME_ERROR, "directory_unavailable");
	assert_int_equal(r.tries, 0);
	assert_int_equal(r.attributes_size, 0);
	r = LOGIN(not_on_leave, "stat", "\0at work\0");
	assert_end(&r, OUTCOME_ERROR, "directory_unavailable");
	r = LOGIN(by_shift, "status", "\0night\0");
	assert_end(&r, OUTCOME_ERROR, "directory_unavailable");
}

/* Nor may it decide about what a policy does not name, or be written down. */
static void
what_the_policy_does_not_name_is_left_alone(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	r = LOGIN(SRE "permit sre with password + otp\nend\n", "status",
	    "\0on leave\0");
	assert_end(&r, OUTCOME_GRANTED, "permit");
	assert_int_equal(r.attributes_size, 0);
}

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16

static void
an_answer_that_makes_no_sense_lets_nobody_in(void **state)
{
	static const struct {
		const char *values;
		size_t size;
	} rows[] = {
#define VALUES(text) {text, sizeof text - 1}
	    VALUES("\0at work"),	       /* no NUL */
	    VALUES("\1at work\0"),	       /* of no name */
	    VALUES("\0\0"),		       /* empty */
	    VALUES("\0"),		       /* half of one */
	    VALUES("\0\xff\0"),		       /* no text */
	    VALUES("\0" A64 A64 A64 A64 "\0"), /* too long */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct msg_AUDIT_APPEND_REQ r =
		    login(not_on_leave, "status", rows[i].values, rows[i].size);

		assert_end(&r, OUTCOME_DENIED, "directory_malformed");
	}
}

static struct policy *
parse(const char *text)
{
	struct policy_source source = {"test.policy", text, strlen(text)};
	struct lex_errors *errors = calloc(1, sizeof *errors);
	struct policy *policy;

	assert_non_null(errors);
	lex_errors_init(errors);
	policy = policy_parse(&source, 1, NULL, errors);
	assert_non_null(policy);
	free(errors);
	return policy;
}

static void
of_two_attributes_each_keeps_its_values(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS m = {.attribute_count = 3,
	    .attribute = {"other", "B", "A"},
	    .values = "\0no\0\2one\0\1two\0\2three\0",
	    .values_size = 21};
	static const char recorded[] = "a\0one\0three\0\0b\0two\0\0";
	struct policy *policy =
	    parse("group x attribute a one attribute b two\n"
		  "permit x with password\nend\n");
	struct msg_AUDIT_APPEND_REQ r = {.attributes_size = 9};
	struct subject_attributes *a;
	enum reason reason;

	a = subject_attributes_take(policy, &m, &reason);
	assert_non_null(a);
	assert_int_equal(reason, REASON_NONE);
	assert_int_equal(a->count, 3);
	subject_attributes_record(a, &r);
	assert_int_equal(r.attributes_size, sizeof recorded - 1);
	assert_memory_equal(r.attributes, recorded, sizeof recorded - 1);
	free(a);
	policy_free(policy);
}

static void
more_than_a_record_holds_is_cut_and_said_so(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS m = {
	    .attribute_count = 1, .attribute = {"a"}};
	struct policy *policy =
	    parse("group x attribute a one\npermit x with password\nend\n");
	struct msg_AUDIT_APPEND_REQ r = {0};
	struct subject_attributes *a;
	enum reason reason;

	for (int i = 0; i < 5; i++) {
		memset(m.values + m.values_size + 1, 'x', 250);
		m.values_size += 252;
	}
	a = subject_attributes_take(policy, &m, &reason);
	assert_non_null(a);
	assert_int_equal(a->count, 5);
	subject_attributes_record(a, &r);
	assert_int_equal(r.attributes_cut, 1);
	assert_int_equal(r.attributes_size, 0);
	free(a);
	policy_free(policy);
}

/* The array of values has room for as many as directory may send. */
static void
more_values_than_may_be_are_malformed(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS m = {
	    .attribute_count = 1, .attribute = {"a"}};
	struct policy *policy =
	    parse("group x attribute a one\npermit x with password\nend\n");
	struct subject_attributes *a;
	enum reason reason;

	for (int i = 0; i < ATTRIBUTE_VALUES_MAX; i++) {
		memcpy(m.values + m.values_size, "\0x", 3);
		m.values_size += 3;
	}
	a = subject_attributes_take(policy, &m, &reason);
	assert_non_null(a);
	assert_int_equal(a->count, ATTRIBUTE_VALUES_MAX);
	free(a);
	memcpy(m.values + m.values_size, "\0x", 3);
	m.values_size += 3;
	assert_null(subject_attributes_take(policy, &m, &reason));
	assert_int_equal(reason, REASON_DIRECTORY_MALFORMED);
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_value_lets_in),
	    cmocka_unit_test(a_value_keeps_out),
	    cmocka_unit_test(what_directory_did_not_ask_for_lets_nobody_in),
	    cmocka_unit_test(what_the_policy_does_not_name_is_left_alone),
	    cmocka_unit_test(an_answer_that_makes_no_sense_lets_nobody_in),
	    cmocka_unit_test(of_two_attributes_each_keeps_its_values),
	    cmocka_unit_test(more_than_a_record_holds_is_cut_and_said_so),
	    cmocka_unit_test(more_values_than_may_be_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
