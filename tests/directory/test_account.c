/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "gatewayd/directory/account.h"
#include "gatewayd/directory/account_value.h"
#include "lib/conf/conf_profiles.h"
#include "policy/policy.h"
#include "tests/support/unit.h"

#define NOW INT64_C(1790000000) /* 2026-09-21 14:13:20 UTC, day 20717 */
#define MALFORMED 0

/* of the rules with these words */
static struct account_seen
seen_by(const char *one, const char *two)
{
	struct conf_directory conf = {.account_state.count = 2};
	struct account_seen s;

	snprintf(conf.account_state.value[0], CONF_VALUE, "%s", one);
	snprintf(conf.account_state.value[1], CONF_VALUE, "%s", two);
	account_begin(&s, &conf);
	return s;
}

static int
take(struct account_seen *s, const char *attribute, const char *value)
{
	bool known = false;

	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
		const char *name = account_attribute(s, i);

		if (name == NULL || strcmp(name, attribute) != 0)
			continue;
		known = true;
		if (account_take(s, i, value, strlen(value)) < 0)
			return -1;
	}
	if (!known)
		fail_msg("nobody judges %s", attribute);
	return 0;
}

/* word of account-state, entry, and what that means */
static const struct row {
	const char *word;
	const char *entry[2][2];
	int expected;
} judged[] = {
#define OPENLDAP "openldap"
#define DS389 "389ds"
#define AD "ad"
#define SHADOW "shadow"
#define COMPUTED "msDS-User-Account-Control-Computed"
    {OPENLDAP, {{"pwdAccountLockedTime", "000001010000Z"}}, ACCOUNT_LOCKED},
    {OPENLDAP, {{"pwdAccountLockedTime", "00000101000000Z"}}, ACCOUNT_LOCKED},
    {OPENLDAP, {{"pwdAccountLockedTime", "20260921141000Z"}},
	ACCOUNT_MAYBE_LOCKED},
    {OPENLDAP, {{"pwdGraceUseTime", "20260921141000.123456Z"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {OPENLDAP,
	{{"pwdGraceUseTime", "20260921141000Z"},
	    {"pwdGraceUseTime", "20260921141001Z"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {OPENLDAP, {{"pwdAccountLockedTime", "yes"}}, MALFORMED},
    {OPENLDAP,
	{{"pwdAccountLockedTime", "20260921141000Z"},
	    {"pwdAccountLockedTime", "20260921141000Z"}},
	MALFORMED},
    {OPENLDAP, {{"pwdStartTime", "20260921141319Z"}}, ACCOUNT_ACTIVE},
    {OPENLDAP, {{"pwdStartTime", "20260921141320Z"}}, ACCOUNT_ACTIVE},
    {OPENLDAP, {{"pwdStartTime", "20260921141321Z"}}, ACCOUNT_DISABLED},
    {OPENLDAP, {{"pwdStartTime", ""}}, MALFORMED},
    {OPENLDAP, {{"pwdEndTime", "20260921141319Z"}}, ACCOUNT_EXPIRED},
    {OPENLDAP, {{"pwdEndTime", "20260921141320Z"}}, ACCOUNT_EXPIRED},
    {OPENLDAP, {{"pwdEndTime", "20260921141321Z"}}, ACCOUNT_ACTIVE},
    {OPENLDAP, {{"pwdEndTime", "soon"}}, MALFORMED},
    {OPENLDAP, {{"pwdReset", "TRUE"}}, ACCOUNT_MUST_CHANGE},
    {OPENLDAP, {{"pwdReset", "FALSE"}}, ACCOUNT_ACTIVE},
    {OPENLDAP, {{"pwdReset", "1"}}, MALFORMED},
    {OPENLDAP, {{"pwdReset", "TRUE"}, {"pwdEndTime", "20260921141319Z"}},
	ACCOUNT_EXPIRED},
    {OPENLDAP, {{"shadowExpire", "20717"}}, ACCOUNT_EXPIRED},
    {DS389, {{"nsAccountLock", "true"}}, ACCOUNT_DISABLED},
    {DS389, {{"nsAccountLock", "FALSE"}}, ACCOUNT_ACTIVE},
    {DS389, {{"nsAccountLock", "maybe"}}, MALFORMED},
    {DS389, {{"accountUnlockTime", "20260921141321Z"}}, ACCOUNT_LOCKED},
    {DS389, {{"accountUnlockTime", "20260921141320Z"}}, ACCOUNT_ACTIVE},
    {DS389, {{"accountUnlockTime", "19700101000000Z"}}, ACCOUNT_LOCKED},
    {DS389, {{"accountUnlockTime", "later"}}, MALFORMED},
    {DS389, {{"passwordExpirationTime", "20260921141320Z"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {DS389, {{"passwordExpirationTime", "20260921141321Z"}}, ACCOUNT_ACTIVE},
    {DS389, {{"passwordExpirationTime", "19700101000000Z"}},
	ACCOUNT_MUST_CHANGE},
    {DS389, {{"passwordExpirationTime", "19700101000001Z"}}, ACCOUNT_ACTIVE},
    {DS389, {{"shadowExpire", "1"}}, ACCOUNT_EXPIRED},
    {AD, {{"userAccountControl", "512"}}, ACCOUNT_ACTIVE},
    {AD, {{"userAccountControl", "514"}}, ACCOUNT_DISABLED},
    {AD, {{"userAccountControl", "66050"}}, ACCOUNT_DISABLED},
    {AD, {{"userAccountControl", "0x202"}}, MALFORMED},
    {AD, {{"accountExpires", "0"}}, ACCOUNT_ACTIVE},
    {AD, {{"accountExpires", "9223372036854775807"}}, ACCOUNT_ACTIVE},
    {AD, {{"accountExpires", "134344735990000000"}}, ACCOUNT_EXPIRED},
    {AD, {{"accountExpires", "134344736010000000"}}, ACCOUNT_ACTIVE},
    {AD, {{"accountExpires", "-1"}}, MALFORMED},
    {AD, {{COMPUTED, "0"}}, ACCOUNT_ACTIVE},
    {AD, {{COMPUTED, "16"}}, ACCOUNT_LOCKED},
    {AD, {{COMPUTED, "8388608"}}, ACCOUNT_PASSWORD_EXPIRED},
    {AD, {{COMPUTED, "8388608"}, {"pwdLastSet", "134344735990000000"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {AD, {{COMPUTED, "8388608"}, {"pwdLastSet", "0"}}, ACCOUNT_MUST_CHANGE},
    {AD, {{COMPUTED, "locked"}}, MALFORMED},
    {AD, {{"pwdLastSet", "0"}}, ACCOUNT_MUST_CHANGE},
    {AD, {{"pwdLastSet", "-1"}}, MALFORMED},
    {AD, {{"lockoutTime", "0"}}, ACCOUNT_ACTIVE},
    {AD, {{"lockoutTime", "134344735990000000"}}, ACCOUNT_MAYBE_LOCKED},
    {AD, {{"lockoutTime", "134344735990000000"}, {COMPUTED, "0"}},
	ACCOUNT_ACTIVE},
    {AD, {{"lockoutTime", "134344735990000000"}, {COMPUTED, "16"}},
	ACCOUNT_LOCKED},
    {AD, {{"logonHours", "always"}}, ACCOUNT_ACTIVE},
    {AD, {{"userWorkstations", "desk1,desk2"}}, ACCOUNT_ACTIVE},
    {"edirectory", {{"loginDisabled", "TRUE"}}, ACCOUNT_DISABLED},
    {"edirectory", {{"loginDisabled", "FALSE"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowExpire", "-1"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowExpire", "0"}}, ACCOUNT_EXPIRED},
    {SHADOW, {{"shadowExpire", "20717"}}, ACCOUNT_EXPIRED},
    {SHADOW, {{"shadowExpire", "20718"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowExpire", "-2"}}, MALFORMED},
    {SHADOW, {{"shadowExpire", "9223372036854775808"}}, MALFORMED},
    {SHADOW, {{"shadowExpire", "1x"}}, MALFORMED},
    {SHADOW, {{"shadowExpire", ""}}, MALFORMED},
    {SHADOW, {{"shadowExpire", "-"}}, MALFORMED},
    {SHADOW, {{"shadowLastChange", "0"}}, ACCOUNT_MUST_CHANGE},
    {SHADOW, {{"shadowLastChange", "20627"}, {"shadowMax", "90"}},
	ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowLastChange", "20626"}, {"shadowMax", "90"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {SHADOW, {{"shadowMax", "90"}, {"shadowLastChange", "20626"}},
	ACCOUNT_PASSWORD_EXPIRED},
    {SHADOW, {{"shadowLastChange", "1"}, {"shadowMax", "-1"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowLastChange", "-1"}, {"shadowMax", "90"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowLastChange", "1"}, {"shadowMax", "9223372036854775807"}},
	ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowMax", "90"}}, ACCOUNT_ACTIVE},
    {SHADOW, {{"shadowMax", "ninety"}}, MALFORMED},
};

static int
judge(const struct row *row)
{
	struct account_seen s = seen_by(row->word, "");

	for (size_t i = 0; i < 2 && row->entry[i][0] != NULL; i++)
		if (take(&s, row->entry[i][0], row->entry[i][1]) < 0)
			return MALFORMED;
	return (int)account_judge(&s, NOW);
}

static void
every_attribute_is_judged(void **state)
{
	for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++)
		if (judge(&judged[i]) != judged[i].expected)
			fail_msg("%s, %s %s: %d", judged[i].word,
			    judged[i].entry[0][0], judged[i].entry[0][1],
			    judge(&judged[i]));
}

/* A rule without a row above would have no test. */
static void
every_attribute_has_a_row(void **state)
{
	static const char *const words[] = {
	    OPENLDAP, DS389, AD, "edirectory", SHADOW};

	for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
		struct account_seen s = seen_by(words[w], "");

		for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
			const char *name = account_attribute(&s, i);
			size_t r = 0;

			while (name != NULL &&
			       strcmp(judged[r].entry[0][0], name) != 0)
				assert_true(
				    ++r < sizeof judged / sizeof judged[0]);
		}
	}
}

static void
only_what_the_configuration_names_is_asked_for(void **state)
{
	struct account_seen none = seen_by("none", ""),
			    both = seen_by(DS389, AD);
	unsigned asked = 0;

	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
		const char *name = account_attribute(&both, i);

		assert_null(account_attribute(&none, i));
		asked += name != NULL;
		if (name != NULL)
			assert_true(strncmp(name, "pwdAccount", 10) != 0 &&
				    strcmp(name, "shadowMax") != 0);
	}
	assert_int_equal(asked, 13);
	assert_int_equal(account_judge(&none, NOW), ACCOUNT_ACTIVE);
}

/* The bind decides where one follows; elsewhere the site's own time does. */
static void
a_lockout_ends_when_the_site_says_so(void **state)
{
	static const struct {
		const char *word, *attribute, *value;
	} lockouts[] = {
	    {OPENLDAP, "pwdAccountLockedTime", "20260921141320Z"},
	    {AD, "lockoutTime", "134344736000000000"},
	};
	struct account_seen forever;

	for (size_t i = 0; i < 2; i++) {
		struct account_seen s = seen_by(lockouts[i].word, "");

		assert_int_equal(
		    take(&s, lockouts[i].attribute, lockouts[i].value), 0);
		assert_int_equal(
		    account_judge(&s, NOW + 1000000), ACCOUNT_MAYBE_LOCKED);
		s.unlock_after_seconds = 900;
		assert_int_equal(
		    account_judge(&s, NOW + 899), ACCOUNT_MAYBE_LOCKED);
		assert_int_equal(account_judge(&s, NOW + 900), ACCOUNT_ACTIVE);
		/* a directory whose clock is ahead */
		assert_int_equal(
		    account_judge(&s, NOW - 100), ACCOUNT_MAYBE_LOCKED);
	}
	forever = seen_by(OPENLDAP, "");
	forever.unlock_after_seconds = 900;
	assert_int_equal(
	    take(&forever, "pwdAccountLockedTime", "000001010000Z"), 0);
	assert_int_equal(account_judge(&forever, NOW), ACCOUNT_LOCKED);
}

static void
what_is_not_evaluated_is_named(void **state)
{
	struct account_seen s = seen_by(AD, "");
	unsigned named = 0;

	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
		static const uint8_t always[] = {0xff, 0xff, 0xff};

		if (!account_is_not_evaluated(i))
			continue;
		named++;
		assert_int_equal(account_take(&s, i, always, 3), 0);
		assert_int_equal(s.value[i], 0);
		s.given = 0;
		assert_int_equal(account_take(&s, i, "\xff\x00", 2), 0);
		assert_int_equal(s.value[i], 1);
	}
	assert_int_equal(named, 2);
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

		if (account_value_time(rows[i].text, strlen(rows[i].text), &t) <
		    0)
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

		assert_int_equal(account_value_time(text, size, &t), -1);
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
	    cmocka_unit_test(every_attribute_has_a_row),
	    cmocka_unit_test(only_what_the_configuration_names_is_asked_for),
	    cmocka_unit_test(a_lockout_ends_when_the_site_says_so),
	    cmocka_unit_test(what_is_not_evaluated_is_named),
	    cmocka_unit_test(generalized_time_is_read_strictly),
	    cmocka_unit_test(no_cut_value_is_read_past_its_end),
	    cmocka_unit_test(the_worse_state_counts),
	    cmocka_unit_test(employment_is_one_of_three_or_unknown),
	    cmocka_unit_test(a_sites_own_values_stand_before_the_defaults),
	    cmocka_unit_test(employment_has_the_policys_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
