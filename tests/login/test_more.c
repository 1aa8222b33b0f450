/* SPDX-License-Identifier: Apache-2.0 */
/* A second round: one more prompt when both answers were right. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/ipc/channel.h"
#include "tests/login/stage.h"
#include "tests/support/unit.h"

/* to the prompt of the second round */
static void
asked_more(struct stage *s)
{
	stage_open_and_ask(s);
	stage_person_answers(s, "a", "");
	stage_directory_hears(s, "a");
	stage_authority_hears_code(s, "");
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.more, 1);
	stage_authority_asks_for_more(s, "otpauth://totp/x\nThe code: ");
	stage_expect(s, PAMWIRE_TYPE_PROMPT);
	assert_int_equal(s->f.u.prompt.count, 1);
	assert_int_equal(s->f.u.prompt.item[0].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(
	    s->f.u.prompt.item[0].text, "otpauth://totp/x\nThe code: ");
}

static void
a_second_round_asks_for_a_code_alone(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	stage_person_answers_once(s, "123456");
	stage_authority_hears_code(s, "123456");
	stage_assert_no_connection(s->directory_listen);
	stage_authority_decides(s, RESULT_DENIED, "Enrolled.");
	stage_expect_result(s, PAMWIRE_DENIED);
	assert_string_equal(s->f.u.result.text, "Enrolled.");
}

static void
reveal(char *hidden)
{
	for (; *hidden != '\0'; hidden++)
		--*hidden;
}

/* What it shows and what it is told is in no memory of it at the end. */
static void
no_copy_of_a_seed_or_an_answer_is_left(void **state)
{
	/* made as it is needed: the child has what the test has now */
	static char seed[] = "OCTXZ4EQFIQL4QYQOCTXZ4EQFIQL4QYQ";
	static char password[] = "ifobgmvohfo.tuboefs";
	struct stage *s = *state;

#ifdef __SANITIZE_ADDRESS__
	skip(); /* its own copies, and memory that must not be read */
#endif
	for (int secret = 0; secret < 2; secret++) {
		char text[64], prompt[MORE_MAX + 1];

		s->secret = secret == 0 ? seed : password;
		stage_open_and_ask(s);
		snprintf(text, sizeof text, "%s", password);
		reveal(text);
		stage_person_answers(s, text, "");
		stage_directory_hears(s, text);
		stage_authority_hears_code(s, "");
		snprintf(text, sizeof text, "%s", seed);
		reveal(text);
		/* past what later messages would write over */
		snprintf(prompt, sizeof prompt, "%400s: %s\n", "", text);
		stage_authority_asks_for_more(s, prompt);
		stage_expect(s, PAMWIRE_TYPE_PROMPT);
		assert_string_equal(s->f.u.prompt.item[0].text, prompt);
		stage_person_answers_once(s, "123456");
		stage_authority_hears_code(s, "123456");
		stage_authority_decides(s, RESULT_DENIED, "");
		stage_expect_result(s, PAMWIRE_DENIED);
		close(s->module);
		explicit_bzero(text, sizeof text);
		explicit_bzero(prompt, sizeof prompt);
		explicit_bzero(&s->f, sizeof s->f);
		explicit_bzero(&s->m, sizeof s->m);
	}
}

static void
a_second_round_ends_as_the_first_one_does(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ABORTED;
	stage_module_says(s);
	stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_ABORTED);
	stage_authority_decides(s, RESULT_DENIED, "");
	stage_expect_result(s, PAMWIRE_DENIED);
	close(s->module);
	asked_more(s);
	stage_person_answers(s, "one", "too many");
	stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_MALFORMED);
	stage_authority_decides(s, RESULT_DENIED, "");
	stage_expect_result(s, PAMWIRE_DENIED);
	close(s->module);
	asked_more(s);
	close(s->module);
	stage_assert_authority_ends(s);
	stage_assert_ended(s);
	channel_close(&s->authority);
	asked_more(s);
	channel_close(&s->authority);
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
there_is_no_third_round(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	stage_person_answers_once(s, "123456");
	stage_authority_hears_code(s, "123456");
	stage_authority_asks_for_more(s, "once more");
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
who_says_the_same_to_every_prompt_cannot_be_asked_more(void **state)
{
	struct stage *s = *state;

	s->conf.one_line = true;
	stage_open_and_ask(s);
	stage_person_answers(s, "secret,123456", "secret,123456");
	stage_directory_hears(s, "secret");
	stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_OK);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.more, 0);
	stage_authority_decides(s, RESULT_DENIED, "");
	stage_expect_result(s, PAMWIRE_DENIED);
	close(s->module);
}

int
main(void)
{
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_second_round_asks_for_a_code_alone),
	    T(no_copy_of_a_seed_or_an_answer_is_left),
	    T(a_second_round_ends_as_the_first_one_does),
	    T(there_is_no_third_round),
	    T(who_says_the_same_to_every_prompt_cannot_be_asked_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
