/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/bind.h"
#include "tests/support/unit.h"

#define CODES 124

static struct bind_policy
parse(const void *value, size_t size)
{
	struct bind_policy p;
	uint8_t *exact = malloc(size > 0 ? size : 1);

	/* an exact block, so that a sanitizer sees a read past its end */
	assert_non_null(exact);
	memcpy(exact, value, size);
	bind_policy_parse(&p, exact, size);
	free(exact);
	assert_true(p.present);
	return p;
}

#define PARSE(bytes) parse(bytes, sizeof bytes - 1)

static void
good_controls_are_read(void **state)
{
	struct bind_policy p;

	p = PARSE("\x30\x00");
	assert_false(p.malformed || p.grace);
	assert_int_equal(p.error, BIND_POLICY_NONE);
	for (int error = 0; error <= 8; error++) {
		uint8_t bytes[] = {0x30, 3, 0x81, 1, (uint8_t)error};

		p = parse(bytes, sizeof bytes);
		assert_false(p.malformed || p.grace);
		assert_int_equal(p.error, error);
	}
	p = PARSE("\x30\x06\xa0\x04\x80\x02\x0e\x10"); /* expires in 3600 s */
	assert_false(p.malformed || p.grace);
	assert_int_equal(p.error, BIND_POLICY_NONE);
	p = PARSE("\x30\x05\xa0\x03\x81\x01\x02"); /* two grace logins */
	assert_false(p.malformed);
	assert_true(p.grace);
	p = PARSE("\x30\x08\xa0\x03\x80\x01\x05\x81\x01\x02");
	assert_false(p.malformed || p.grace);
	assert_int_equal(p.error, BIND_CHANGE_AFTER_RESET);
}

static void
all_else_is_malformed(void **state)
{
	assert_true(PARSE("").malformed);
	assert_true(PARSE("\x30").malformed);
	assert_true(PARSE("\x30\x01").malformed);	      /* cut */
	assert_true(PARSE("\x30\x00\x00").malformed);	      /* more behind */
	assert_true(PARSE("\x31\x00").malformed);	      /* a SET */
	assert_true(PARSE("\x30\x80\x00\x00").malformed);     /* indefinite */
	assert_true(PARSE("\x30\x81\x00").malformed);	      /* long form */
	assert_true(PARSE("\x30\x03\x81\x01\x09").malformed); /* unknown */
	assert_true(PARSE("\x30\x03\x81\x01\xff").malformed); /* negative */
	assert_true(PARSE("\x30\x02\x81\x00").malformed);     /* no number */
	assert_true(PARSE("\x30\x04\x81\x02\x00\x01").malformed);
	assert_true(PARSE("\x30\x03\x0a\x01\x00").malformed); /* tag */
	assert_true(PARSE("\x30\x02\xa0\x00").malformed);
	assert_true(PARSE("\x30\x05\xa0\x03\x82\x01\x00").malformed);
	assert_true(PARSE("\x30\x08\xa0\x06\x80\x01\x01\x81\x01\x01")
			.malformed); /* both warnings */
	assert_true(PARSE("\x30\x08\x81\x01\x01\xa0\x03\x80\x01\x05")
			.malformed); /* order */
	assert_true(PARSE("\x30\x06\x81\x01\x01\x81\x01\x02").malformed);
	assert_true(
	    PARSE("\x30\x09\xa0\x07\x80\x05\x00\x80\x00\x00\x00").malformed);
}

/* Whatever the bytes: never an error of the parser's own, and clean only for
 * what was built clean above. */
static void
random_controls_never_look_clean_by_chance(void **state)
{
	srand(11);
	for (int i = 0; i < 200000; i++) {
		uint8_t bytes[12];
		size_t size = (size_t)rand() % sizeof bytes;

		for (size_t j = 0; j < size; j++)
			bytes[j] = (uint8_t)rand();
		if (size > 0 && i % 2 == 0)
			bytes[0] = 0x30;
		if (size > 1 && i % 2 == 0)
			bytes[1] = (uint8_t)(size - 2);
		struct bind_policy p = parse(bytes, size);

		assert_true(
		    p.malformed || p.error != BIND_POLICY_NONE ||
		    (size >= 2 && bytes[0] == 0x30 && bytes[1] == size - 2));
	}
}

enum shape {
	ABSENT,
	CLEAN,
	GRACE,
	BROKEN,
	ERROR_0,
	ERROR_8 = ERROR_0 + 8,
	SHAPES
};

static struct bind_policy
policy_of(enum shape shape)
{
	struct bind_policy p = {.error = BIND_POLICY_NONE};

	p.present = shape != ABSENT;
	p.grace = shape == GRACE;
	p.malformed = shape == BROKEN;
	if (shape >= ERROR_0)
		p.error = (int)(shape - ERROR_0);
	return p;
}

static void
one_combination_of_all_is_a_match(void **state)
{
	unsigned matches = 0;

	for (int code = 0; code < CODES; code++)
		for (int shape = ABSENT; shape < SHAPES; shape++)
			for (int flags = 0; flags < 4; flags++) {
				struct bind_result r = {.code = code,
				    .referral = (flags & 1) != 0,
				    .undecodable = (flags & 2) != 0,
				    .controls.policy =
					policy_of((enum shape)shape)};
				enum account_state s;
				enum verdict v = bind_verdict(&r, &s);

				if (v == VERDICT_MATCH) {
					matches++;
					assert_int_equal(code, 0);
					assert_int_equal(flags, 0);
					assert_true(
					    shape == ABSENT || shape == CLEAN);
					assert_int_equal(s, ACCOUNT_ACTIVE);
				}
				/* "wrong" only from 49, or with a reason */
				if (v == VERDICT_MISMATCH)
					assert_true(
					    code == 49 || s != ACCOUNT_ACTIVE);
				if (flags != 0)
					assert_int_equal(
					    v, VERDICT_UNAVAILABLE);
			}
	assert_int_equal(matches, 2);
}

static void
assert_verdict(int code, enum shape shape, const char *text,
    enum verdict verdict, enum account_state expected)
{
	struct bind_result r = {
	    .code = code, .controls.policy = policy_of(shape), .text = text};
	enum account_state s;

	assert_int_equal(bind_verdict(&r, &s), verdict);
	assert_int_equal(s, expected);
}

static void
the_reason_is_told_beside_the_verdict(void **state)
{
	assert_verdict(49, ABSENT, NULL, VERDICT_MISMATCH, ACCOUNT_ACTIVE);
	assert_verdict(49, ERROR_0 + 1, NULL, VERDICT_MISMATCH, ACCOUNT_LOCKED);
	assert_verdict(
	    49, ERROR_0, NULL, VERDICT_MISMATCH, ACCOUNT_PASSWORD_EXPIRED);
	assert_verdict(
	    0, ERROR_0, NULL, VERDICT_MISMATCH, ACCOUNT_PASSWORD_EXPIRED);
	assert_verdict(0, ERROR_0 + 1, NULL, VERDICT_MISMATCH, ACCOUNT_LOCKED);
	assert_verdict(
	    0, ERROR_0 + 2, NULL, VERDICT_MISMATCH, ACCOUNT_MUST_CHANGE);
	assert_verdict(
	    0, GRACE, NULL, VERDICT_MISMATCH, ACCOUNT_PASSWORD_EXPIRED);
	for (int shape = ERROR_0 + 3; shape < SHAPES; shape++)
		assert_verdict(0, (enum shape)shape, NULL, VERDICT_UNAVAILABLE,
		    ACCOUNT_ACTIVE);
	assert_verdict(0, BROKEN, NULL, VERDICT_UNAVAILABLE, ACCOUNT_ACTIVE);
	assert_verdict(10, ABSENT, NULL, VERDICT_UNAVAILABLE, ACCOUNT_ACTIVE);
	assert_verdict(51, ABSENT, NULL, VERDICT_UNAVAILABLE, ACCOUNT_ACTIVE);
}

static void
active_directory_says_why_in_its_text(void **state)
{
	static const struct {
		const char *data;
		enum account_state state;
	} rows[] = {{"52e", ACCOUNT_ACTIVE}, {"525", ACCOUNT_ACTIVE},
	    {"532", ACCOUNT_PASSWORD_EXPIRED}, {"533", ACCOUNT_DISABLED},
	    {"701", ACCOUNT_EXPIRED}, {"773", ACCOUNT_MUST_CHANGE},
	    {"775", ACCOUNT_LOCKED}, {"5330", ACCOUNT_ACTIVE}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[128];

		snprintf(text, sizeof text,
		    "80090308: LdapErr: DSID-0C090447, comment: "
		    "AcceptSecurityContext error, data %s, v4563",
		    rows[i].data);
		assert_verdict(
		    49, ABSENT, text, VERDICT_MISMATCH, rows[i].state);
	}
	/* text alone never changes a success */
	assert_verdict(0, ABSENT, ", data 533,", VERDICT_MATCH, ACCOUNT_ACTIVE);
}

static void
an_empty_dn_or_password_is_never_sent(void **state)
{
	LDAP *ld = NULL;
	int msgid;

	assert_int_equal(ldap_create(&ld), LDAP_SUCCESS);
	assert_int_equal(
	    bind_send(ld, "", "secret", 6, &msgid), LDAP_PARAM_ERROR);
	assert_int_equal(
	    bind_send(ld, "cn=a", "", 0, &msgid), LDAP_PARAM_ERROR);
	ldap_unbind_ext(ld, NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_controls_are_read),
	    cmocka_unit_test(all_else_is_malformed),
	    cmocka_unit_test(random_controls_never_look_clean_by_chance),
	    cmocka_unit_test(one_combination_of_all_is_a_match),
	    cmocka_unit_test(the_reason_is_told_beside_the_verdict),
	    cmocka_unit_test(active_directory_says_why_in_its_text),
	    cmocka_unit_test(an_empty_dn_or_password_is_never_sent),
	};

	setenv("LDAPNOINIT", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
