/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lib/base/reason.h"
#include "policy/policy.h"
#include "tests/support/unit.h"

static void
every_word_is_found_again_alone_and_of_a_lease(void **state)
{
	char word[REASON_MAX + 1];

	for (unsigned i = 1; i < REASON_COUNT; i++) {
		reason_write(i, word);
		assert_int_not_equal(word[0], '\0');
		assert_int_equal(reason_find(word), i);
		reason_write(i | REASON_LEASE, word);
		assert_memory_equal(word, "lease_", 6);
		assert_int_equal(reason_find(word), i | REASON_LEASE);
	}
}

static void
what_is_no_reason_has_no_word_and_is_no_error_of_ours(void **state)
{
	static const unsigned none[] = {
	    REASON_NONE, REASON_LEASE, REASON_COUNT, 0xff, 0x200, 0xffffffffU};
	char word[REASON_MAX + 1] = "x";

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		reason_write(none[i], word);
		assert_string_equal(word, "");
		assert_false(reason_is_no_answer(none[i]));
	}
	assert_int_equal(reason_find(""), REASON_NONE);
	assert_int_equal(reason_find("lease_"), REASON_NONE);
	assert_int_equal(reason_find("wrong_cod"), REASON_NONE);
	assert_int_equal(reason_find("wrong_codes"), REASON_NONE);
}

/* A try is not counted for these and for no other. */
static void
what_could_not_be_looked_at_is_no_try(void **state)
{
	assert_true(reason_is_no_answer(REASON_DIRECTORY_UNAVAILABLE));
	assert_true(reason_is_no_answer(REASON_STORE_UNAVAILABLE));
	assert_true(reason_is_no_answer(REASON_CREDENTIAL_UNREADABLE));
	assert_true(reason_is_no_answer(REASON_CODE_UNAVAILABLE));
	assert_true(reason_is_no_answer(REASON_OUT_OF_MEMORY));
	assert_true(reason_is_no_answer(REASON_NO_RANDOMNESS));
	assert_false(reason_is_no_answer(REASON_WRONG_CODE));
	assert_false(reason_is_no_answer(REASON_DIRECTORY_MALFORMED));
	assert_false(reason_is_no_answer(REASON_MALFORMED_ANSWER));
	assert_true(reason_is_no_try(REASON_SUBSTITUTED_ANSWER));
	assert_true(reason_is_no_try(REASON_SAME_ANSWER));
	assert_false(reason_is_no_try(REASON_NONE));
	assert_false(reason_is_no_try(REASON_MALFORMED_ANSWER));
	assert_false(reason_is_no_try(REASON_DIRECTORY_UNAVAILABLE));
}

/* policy/ has a list of its own, for `sallyport policy`. */
static void
the_words_of_the_policy_are_reasons(void **state)
{
	for (int r = POLICY_REASON_NO_POLICY; r <= POLICY_REASON_PERMIT; r++)
		assert_int_not_equal(
		    reason_find(policy_reason_text((enum policy_reason)r)),
		    REASON_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_word_is_found_again_alone_and_of_a_lease),
	    cmocka_unit_test(
		what_is_no_reason_has_no_word_and_is_no_error_of_ours),
	    cmocka_unit_test(what_could_not_be_looked_at_is_no_try),
	    cmocka_unit_test(the_words_of_the_policy_are_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
