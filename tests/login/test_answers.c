/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "gatewayd/login/answers.h"
#include "tests/support/unit.h"

static struct msg_AUTHORITY_OPEN_ANS
collect(size_t count, enum collect first, enum collect second)
{
	struct msg_AUTHORITY_OPEN_ANS c = {.collect_size = count};

	c.collect[0] = (uint8_t)first;
	c.collect[1] = (uint8_t)second;
	return c;
}

static void
answer(struct pamwire_answer *a, const void *bytes, size_t size)
{
	struct pamwire_answer_item *item = &a->item[a->count++];

	item->size = (uint16_t)size;
	memcpy(item->bytes, bytes, size);
}

static enum answer_status
take_two(struct answers *out, const char *one, const char *two, bool one_line)
{
	const struct msg_AUTHORITY_OPEN_ANS c =
	    collect(2, COLLECT_PASSWORD, COLLECT_CODE);
	struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};

	answer(&a, one, strlen(one));
	answer(&a, two, strlen(two));
	return answers_take(out, &c, &a, one_line);
}

static void
assert_taken(const struct answers *a, const char *password, const char *code)
{
	assert_int_equal(a->password.size, strlen(password));
	assert_memory_equal(a->password.bytes, password, a->password.size);
	assert_int_equal(a->code.size, strlen(code));
	assert_memory_equal(a->code.bytes, code, a->code.size);
}

static void
assert_wiped(const struct answers *a)
{
	static const struct answers zero;

	assert_memory_equal(a, &zero, sizeof zero);
}

static void
each_answer_goes_to_what_was_asked(void **state)
{
	const struct msg_AUTHORITY_OPEN_ANS swapped =
	    collect(2, COLLECT_CODE, COLLECT_PASSWORD);
	struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};
	struct answers out;

	assert_int_equal(take_two(&out, "pa,ss", "123456", true), ANSWER_OK);
	assert_taken(&out, "pa,ss", "123456");
	assert_true(out.more);
	answer(&a, "123456", 6);
	answer(&a, "secret", 6);
	assert_int_equal(answers_take(&out, &swapped, &a, true), ANSWER_OK);
	assert_taken(&out, "secret", "123456");
	answers_wipe(&out);
	assert_wiped(&out);
}

static void
one_line_parts_at_the_last_comma(void **state)
{
	struct answers out;

	assert_int_equal(
	    take_two(&out, "a,b,123456", "a,b,123456", true), ANSWER_OK);
	assert_taken(&out, "a,b", "123456");
	assert_false(out.more);
	/* nothing for the second prompt: Net::SSH */
	assert_int_equal(take_two(&out, "a,b,123456", "", true), ANSWER_OK);
	assert_taken(&out, "a,b", "123456");
	assert_false(out.more);
	assert_int_equal(take_two(&out, "a,b,123 456", "", true), ANSWER_OK);
	assert_taken(&out, "a,b", "123 456");
	assert_int_equal(take_two(&out, "a,b, 123456", "", true), ANSWER_OK);
	assert_taken(&out, "a,b, 123456", "");
	/* not in this mode */
	assert_int_equal(
	    take_two(&out, "a,123456", "a,123456", false), ANSWER_SAME);
	assert_wiped(&out);
	assert_int_equal(take_two(&out, "a,123456", "", false), ANSWER_OK);
	assert_taken(&out, "a,123456", "");
	assert_true(out.more);
	/* somebody's password, and no code yet */
	assert_int_equal(take_two(&out, "a,b", "", true), ANSWER_OK);
	assert_taken(&out, "a,b", "");
	assert_true(out.more);
	/* not the same line twice */
	assert_int_equal(
	    take_two(&out, "a,123456", "b,123456", true), ANSWER_OK);
	assert_taken(&out, "a,123456", "b,123456");
	assert_int_equal(
	    take_two(&out, ",123456", ",123456", true), ANSWER_MALFORMED);
	assert_wiped(&out);
	assert_int_equal(
	    take_two(&out, "secret,", "secret,", true), ANSWER_MALFORMED);
	assert_wiped(&out);
}

/* PasswordAuthentication yes: the password may be a code that counts now. */
static void
one_answer_is_not_two_factors(void **state)
{
	static const char *const same[] = {"123456", "secret", ""};
	struct answers out;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		assert_int_equal(
		    take_two(&out, same[i], same[i], false), ANSWER_SAME);
		assert_wiped(&out);
		assert_int_equal(
		    take_two(&out, same[i], same[i], true), ANSWER_SAME);
		assert_wiped(&out);
	}
}

/* Who is asked for a password alone may have one with a comma and digits. */
static void
a_password_alone_is_no_line_for_both(void **state)
{
	/* what is behind the size counts for nothing */
	const struct msg_AUTHORITY_OPEN_ANS one =
	    collect(1, COLLECT_PASSWORD, COLLECT_CODE);
	struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};
	struct answers out;

	answer(&a, "secret,123456", 13);
	assert_int_equal(answers_take(&out, &one, &a, true), ANSWER_OK);
	assert_taken(&out, "secret,123456", "");
}

/* as long as what was typed, whatever that was */
static void
what_sshd_puts_in_its_place_is_nobodys_answer(void **state)
{
	static const char junk[] = "\b\n\r\177INCORRECT\b\n\r\177INC";
	const struct msg_AUTHORITY_OPEN_ANS code =
	    collect(1, COLLECT_CODE, COLLECT_CODE);
	struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};
	struct answers out;

	for (int password = 0; password <= 20; password++)
		for (int n = password == 0; n <= 20; n++) {
			char one[32], two[32];

			snprintf(one, sizeof one, "%.*s", password, junk);
			snprintf(two, sizeof two, "%.*s", n, junk);
			assert_int_equal(take_two(&out, one, two, n % 2 == 0),
			    ANSWER_SUBSTITUTED);
			assert_wiped(&out);
		}
	answer(&a, junk, 6);
	assert_int_equal(
	    answers_take(&out, &code, &a, false), ANSWER_SUBSTITUTED);
	/* one that is the person's makes all of them the person's */
	assert_int_equal(take_two(&out, junk, "123456", false), ANSWER_OK);
	assert_int_equal(take_two(&out, "\b\n\rX", junk, false), ANSWER_OK);
}

static void
sizes_have_their_limits(void **state)
{
	static const struct {
		size_t password, code;
		enum answer_status status;
	} row[] = {{0, 6, ANSWER_MALFORMED}, {1, 6, ANSWER_OK},
	    {511, 6, ANSWER_OK}, {512, 6, ANSWER_OK}, {6, 0, ANSWER_OK},
	    {6, 1, ANSWER_OK}, {6, 63, ANSWER_OK}, {6, 64, ANSWER_OK},
	    {6, 65, ANSWER_MALFORMED}, {6, 512, ANSWER_MALFORMED}};
	const struct msg_AUTHORITY_OPEN_ANS c =
	    collect(2, COLLECT_PASSWORD, COLLECT_CODE);
	uint8_t bytes[PAMWIRE_MAX_ANSWER];
	struct answers out;

	memset(bytes, 'x', sizeof bytes);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};

		answer(&a, bytes, row[i].password);
		answer(&a, bytes, row[i].code);
		assert_int_equal(
		    answers_take(&out, &c, &a, false), row[i].status);
		if (row[i].status == ANSWER_OK) {
			assert_int_equal(out.password.size, row[i].password);
			assert_int_equal(out.code.size, row[i].code);
		} else {
			assert_wiped(&out);
		}
	}
}

static void
a_nul_inside_is_malformed(void **state)
{
	const struct msg_AUTHORITY_OPEN_ANS c =
	    collect(2, COLLECT_PASSWORD, COLLECT_CODE);
	struct answers out;

	for (size_t at = 0; at < 6; at++) {
		char password[6] = "abcdef", code[6] = "123456";
		struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};
		struct pamwire_answer b = {.status = PAMWIRE_ANSWERED};

		password[at] = '\0';
		answer(&a, password, 6);
		answer(&a, code, 6);
		assert_int_equal(
		    answers_take(&out, &c, &a, false), ANSWER_MALFORMED);
		assert_wiped(&out);
		password[at] = 'x';
		code[at] = '\0';
		answer(&b, password, 6);
		answer(&b, code, 6);
		assert_int_equal(
		    answers_take(&out, &c, &b, false), ANSWER_MALFORMED);
		assert_wiped(&out);
	}
}

static void
what_was_not_asked_is_malformed(void **state)
{
	const struct msg_AUTHORITY_OPEN_ANS twice =
	    collect(2, COLLECT_PASSWORD, COLLECT_PASSWORD);
	const struct msg_AUTHORITY_OPEN_ANS unknown =
	    collect(1, (enum collect)77, COLLECT_CODE);
	const struct msg_AUTHORITY_OPEN_ANS codes =
	    collect(2, COLLECT_CODE, COLLECT_CODE);
	const struct msg_AUTHORITY_OPEN_ANS turned =
	    collect(2, COLLECT_CODE, COLLECT_PASSWORD);
	struct answers out;

	for (size_t asked = 0; asked <= PROMPTS_MAX; asked++)
		for (size_t given = 0; given <= PAMWIRE_MAX_PROMPTS; given++) {
			struct msg_AUTHORITY_OPEN_ANS c =
			    collect(asked, COLLECT_PASSWORD, COLLECT_CODE);
			struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};

			for (size_t i = 0; i < given; i++)
				answer(&a, "123456", 6);
			assert_int_equal(answers_take(&out, &c, &a, true),
			    asked != given || asked > 2 ? ANSWER_MALFORMED
			    : asked == 2		? ANSWER_SAME
							: ANSWER_OK);
		}
	struct pamwire_answer a = {.status = PAMWIRE_ANSWERED};

	answer(&a, "123456", 6);
	assert_int_equal(
	    answers_take(&out, &unknown, &a, true), ANSWER_MALFORMED);
	answer(&a, "12345", 5);
	assert_int_equal(
	    answers_take(&out, &codes, &a, true), ANSWER_MALFORMED);
	/* one line is for a password and then a code */
	a.count = 0;
	answer(&a, "pa,123456", 9);
	answer(&a, "pa,123456", 9);
	assert_int_equal(answers_take(&out, &codes, &a, true), ANSWER_SAME);
	assert_int_equal(answers_take(&out, &turned, &a, true), ANSWER_SAME);
	assert_int_equal(answers_take(&out, &twice, &a, true), ANSWER_SAME);
	a.count = 0;
	answer(&a, "123456", 6);
	answer(&a, "12345", 5);
	assert_int_equal(
	    answers_take(&out, &twice, &a, true), ANSWER_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_answer_goes_to_what_was_asked),
	    cmocka_unit_test(one_line_parts_at_the_last_comma),
	    cmocka_unit_test(a_password_alone_is_no_line_for_both),
	    cmocka_unit_test(one_answer_is_not_two_factors),
	    cmocka_unit_test(what_sshd_puts_in_its_place_is_nobodys_answer),
	    cmocka_unit_test(sizes_have_their_limits),
	    cmocka_unit_test(a_nul_inside_is_malformed),
	    cmocka_unit_test(what_was_not_asked_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
