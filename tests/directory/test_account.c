/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gatewayd/directory/account.h"
#include "lib/conf/conf_profiles.h"
#include "policy/policy.h"
#include "tests/support/unit.h"

#define NOW INT64_C(1790000000) /* 2026-09-21 14:13:20 UTC, day 20717 */
#define MALFORMED 0

static size_t
index_of(const char *attribute)
{
	size_t i = 0;

	while (account_attribute(i) != NULL &&
	       strcmp(account_attribute(i), attribute) != 0)
		i++;
	assert_non_null(account_attribute(i));
	return i;
}

static int
judge(const char *attribute, const char *value, int64_t now)
{
	enum account_state state = ACCOUNT_ACTIVE;

	if (account_judge(
		index_of(attribute), value, strlen(value), now, &state) < 0)
		return MALFORMED;
	return (int)state;
}

static void
every_attribute_is_judged(void **state)
{
	static const struct {
		const char *attribute, *value;
		int expected;
	} rows[] = {
	    {"pwdAccountLockedTime", "000001010000Z", ACCOUNT_LOCKED},
	    {"pwdAccountLockedTime", "20260921141000Z", ACCOUNT_MAYBE_LOCKED},
	    {"pwdGraceUseTime", "20260921141000.123456Z",
		ACCOUNT_PASSWORD_EXPIRED},
	    {"pwdAccountLockedTime", "yes", MALFORMED},
	    {"pwdStartTime", "20260921141319Z", ACCOUNT_ACTIVE},
	    {"pwdStartTime", "20260921141320Z", ACCOUNT_ACTIVE},
	    {"pwdStartTime", "20260921141321Z", ACCOUNT_DISABLED},
	    {"pwdStartTime", "", MALFORMED},
	    {"pwdEndTime", "20260921141319Z", ACCOUNT_EXPIRED},
	    {"pwdEndTime", "20260921141320Z", ACCOUNT_EXPIRED},
	    {"pwdEndTime", "20260921141321Z", ACCOUNT_ACTIVE},
	    {"pwdEndTime", "soon", MALFORMED},
	    {"pwdReset", "TRUE", ACCOUNT_MUST_CHANGE},
	    {"pwdReset", "FALSE", ACCOUNT_ACTIVE},
	    {"pwdReset", "1", MALFORMED},
	    {"shadowExpire", "-1", ACCOUNT_ACTIVE},
	    {"shadowExpire", "0", ACCOUNT_EXPIRED},
	    {"shadowExpire", "20717", ACCOUNT_EXPIRED},
	    {"shadowExpire", "20718", ACCOUNT_ACTIVE},
	    {"shadowExpire", "-2", MALFORMED},
	    {"shadowExpire", "9223372036854775808", MALFORMED},
	    {"shadowExpire", "1x", MALFORMED},
	    {"shadowExpire", "", MALFORMED},
	    {"shadowExpire", "-", MALFORMED},
	    {"userAccountControl", "512", ACCOUNT_ACTIVE},
	    {"userAccountControl", "514", ACCOUNT_DISABLED},
	    {"userAccountControl", "66050", ACCOUNT_DISABLED},
	    {"userAccountControl", "0x202", MALFORMED},
	    {"accountExpires", "0", ACCOUNT_ACTIVE},
	    {"accountExpires", "9223372036854775807", ACCOUNT_ACTIVE},
	    {"accountExpires", "134344735990000000", ACCOUNT_EXPIRED},
	    {"accountExpires", "134344736010000000", ACCOUNT_ACTIVE},
	    {"accountExpires", "-1", MALFORMED},
	    {"nsAccountLock", "true", ACCOUNT_DISABLED},
	    {"nsAccountLock", "FALSE", ACCOUNT_ACTIVE},
	    {"nsAccountLock", "maybe", MALFORMED},
	    {"loginDisabled", "TRUE", ACCOUNT_DISABLED},
	    {"loginDisabled", "FALSE", ACCOUNT_ACTIVE},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (judge(rows[i].attribute, rows[i].value, NOW) !=
		    rows[i].expected)
			fail_msg("%s: %s", rows[i].attribute, rows[i].value);
}

static void
generalized_time_is_read_strictly(void **state)
{
	static const struct {
		const char *text;
		int64_t unix_time; /* -1: malformed */
	} rows[] = {
	    {"19700101000000Z", 0},
	    {"20260921141320Z", NOW},
	    {"20260921161320+0200", NOW},
	    {"20260921091320-0500", NOW},
	    {"20260921161320+02", NOW},
	    {"20260921141320.5Z", NOW},
	    {"20260921141320,123456Z", NOW},
	    {"202609211413Z", NOW - 20},
	    {"20240229000000Z", INT64_C(1709164800)},
	    {"20230229000000Z", -1},
	    {"20260931000000Z", -1},
	    {"20261301000000Z", -1},
	    {"20260900000000Z", -1},
	    {"20260921241320Z", -1},
	    {"20260921146020Z", -1},
	    {"20260921141320", -1},
	    {"20260921141320.Z", -1},
	    {"20260921141320z", -1},
	    {"20260921141320+2400", -1},
	    {"20260921141320Z ", -1},
	    {" 20260921141320Z", -1},
	    {"2026092114132Z", -1},
	    {"", -1},
	    {"Z", -1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t t = -1;

		if (account_time(rows[i].text, strlen(rows[i].text), &t) < 0)
			t = -1;
		if (t != rows[i].unix_time)
			fail_msg("%s: %lld", rows[i].text, (long long)t);
	}
}

static void
no_cut_value_is_read_past_its_end(void **state)
{
	static const char text[] = "20260921141320Z";

	for (size_t size = 0; size < sizeof text - 1; size++) {
		int64_t t;

		assert_int_equal(account_time(text, size, &t), -1);
	}
}

static void
the_worse_state_counts(void **state)
{
	static const enum account_state order[] = {ACCOUNT_ACTIVE,
	    ACCOUNT_MUST_CHANGE, ACCOUNT_PASSWORD_EXPIRED, ACCOUNT_MAYBE_LOCKED,
	    ACCOUNT_LOCKED, ACCOUNT_EXPIRED, ACCOUNT_DISABLED};
	const size_t count = sizeof order / sizeof order[0];

	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			assert_int_equal(account_worse(order[a], order[b]),
			    order[a > b ? a : b]);
}

static int
employment(const char *s)
{
	struct conf_directory conf = {0};

	conf_profile_fill(&conf);
	return (int)account_employment(&conf, s, strlen(s));
}

static void
employment_is_one_of_three_or_unknown(void **state)
{
	assert_int_equal(employment("employee"), ACCOUNT_EMPLOYEE);
	assert_int_equal(employment("Employee"), ACCOUNT_EMPLOYEE);
	assert_int_equal(employment("CONTRACTOR"), ACCOUNT_CONTRACTOR);
	assert_int_equal(employment("vendor"), ACCOUNT_VENDOR);
	assert_int_equal(employment("supplier"), ACCOUNT_VENDOR);
	assert_int_equal(employment(""), ACCOUNT_EMPLOYMENT_UNKNOWN);
	assert_int_equal(employment("employee "), ACCOUNT_EMPLOYMENT_UNKNOWN);
	assert_int_equal(employment("employe"), ACCOUNT_EMPLOYMENT_UNKNOWN);
	assert_int_equal(employment("employees"), ACCOUNT_EMPLOYMENT_UNKNOWN);
	assert_int_equal(employment("boss"), ACCOUNT_EMPLOYMENT_UNKNOWN);
}

static void
a_sites_own_values_stand_before_the_defaults(void **state)
{
	struct conf_directory conf = {.vendor = {2, {"extern", "Q 7"}}};

	conf_profile_fill(&conf);
	assert_int_equal(
	    (int)account_employment(&conf, "Extern", 6), (int)ACCOUNT_VENDOR);
	assert_int_equal(
	    (int)account_employment(&conf, "q 7", 3), (int)ACCOUNT_VENDOR);
	assert_int_equal((int)account_employment(&conf, "vendor", 6),
	    (int)ACCOUNT_EMPLOYMENT_UNKNOWN);
	assert_int_equal(
	    (int)account_employment(&conf, "staff", 5), (int)ACCOUNT_EMPLOYEE);
}

/* An attribute that no one judges would be asked for in vain. */
static void
every_state_attribute_of_a_profile_is_judged(void **state)
{
	for (const struct conf_profile *p = conf_profiles; p->name != NULL; p++)
		for (size_t i = 0; p->state[i] != NULL; i++)
			(void)index_of(p->state[i]);
}

/* directory may not include policy's header; the numbers travel all the same */
static void
employment_has_the_policys_numbers(void **state)
{
	assert_int_equal(
	    (int)ACCOUNT_EMPLOYMENT_UNKNOWN, (int)POLICY_EMPLOYMENT_UNKNOWN);
	assert_int_equal((int)ACCOUNT_EMPLOYEE, (int)POLICY_EMPLOYEE);
	assert_int_equal((int)ACCOUNT_CONTRACTOR, (int)POLICY_CONTRACTOR);
	assert_int_equal((int)ACCOUNT_VENDOR, (int)POLICY_VENDOR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_attribute_is_judged),
	    cmocka_unit_test(generalized_time_is_read_strictly),
	    cmocka_unit_test(no_cut_value_is_read_past_its_end),
	    cmocka_unit_test(the_worse_state_counts),
	    cmocka_unit_test(employment_is_one_of_three_or_unknown),
	    cmocka_unit_test(a_sites_own_values_stand_before_the_defaults),
	    cmocka_unit_test(every_state_attribute_of_a_profile_is_judged),
	    cmocka_unit_test(employment_has_the_policys_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
