/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pam_module/relay.h"
#include "tests/support/pam_app.h"
#include "tests/support/unit.h"

struct table {
	struct pam_app app;
	struct relay relay;
	struct pamwire_prompt prompt;
	struct pamwire_answer answer;
};

static int
set_up(void **state)
{
	struct table *t = calloc(1, sizeof *t);

	pam_app_service(&t->app, "");
	pam_app_start(&t->app);
	t->relay.pamh = t->app.pamh;
	t->relay.may_ask = true;
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct table *t = *state;

	pam_app_end(&t->app);
	pam_app_remove(&t->app);
	free(t);
	return 0;
}

static void
add(struct table *t, enum pamwire_style style, const char *text)
{
	struct pamwire_prompt_item *item = &t->prompt.item[t->prompt.count++];

	item->style = (uint8_t)style;
	snprintf(item->text, sizeof item->text, "%s", text);
}

static void
add_long(struct table *t, enum pamwire_style style, char c, size_t size)
{
	char text[PAMWIRE_MAX_TEXT + 1];

	memset(text, c, size);
	text[size] = '\0';
	add(t, style, text);
}

static void
run(struct table *t)
{
	t->app.messages = t->app.conversations = 0;
	relay_prompt(&t->relay, &t->prompt, &t->answer);
	memset(&t->prompt, 0, sizeof t->prompt);
}

static void
a_text_shares_the_message_as_long_as_it_fits(void **state)
{
	struct table *t = *state;

	for (size_t text = PAMWIRE_MAX_TEXT - 8; text <= PAMWIRE_MAX_TEXT;
	     text++) {
		bool fits = text + 1 + 6 <= PAMWIRE_MAX_TEXT;

		add_long(t, PAMWIRE_INFO, 'i', text);
		add(t, PAMWIRE_ECHO_OFF, "Code: ");
		run(t);
		assert_int_equal(t->answer.status, PAMWIRE_ANSWERED);
		assert_int_equal(t->answer.count, 1);
		assert_int_equal(t->app.messages, fits ? 1 : 2);
		assert_int_equal(t->app.message[0].style,
		    fits ? PAM_PROMPT_ECHO_OFF : PAM_TEXT_INFO);
		assert_int_equal(
		    strlen(t->app.message[0].text), fits ? text + 7 : text);
	}
}

/* Two messages for each item: the most there can be. */
static void
the_longest_prompts_go_through(void **state)
{
	struct table *t = *state;

	add_long(t, PAMWIRE_INFO, 'w', PAMWIRE_MAX_TEXT); /* waits */
	run(t);
	assert_int_equal(t->app.conversations, 0);
	for (int i = 0; i < PAMWIRE_MAX_PROMPTS; i++)
		add_long(t, i % 2 == 0 ? PAMWIRE_INFO : PAMWIRE_ECHO_OFF, 'x',
		    PAMWIRE_MAX_TEXT);
	run(t);
	assert_int_equal(t->answer.status, PAMWIRE_ANSWERED);
	assert_int_equal(t->answer.count, PAMWIRE_MAX_PROMPTS / 2);
	assert_int_equal(t->app.messages, PAMWIRE_MAX_PROMPTS + 1);
	for (int i = 0; i < PAMWIRE_MAX_PROMPTS; i++)
		add_long(t, PAMWIRE_ECHO_ON, 'x', PAMWIRE_MAX_TEXT);
	run(t);
	assert_int_equal(t->answer.count, PAMWIRE_MAX_PROMPTS);
	assert_int_equal(t->app.messages, PAMWIRE_MAX_PROMPTS);
}

static void
a_prompt_without_text_is_asked(void **state)
{
	struct table *t = *state;

	add(t, PAMWIRE_ECHO_OFF, "");
	run(t);
	assert_int_equal(t->answer.count, 1);
	assert_int_equal(t->app.messages, 1);
	assert_string_equal(t->app.message[0].text, "");
	add(t, PAMWIRE_INFO, "Notice");
	add(t, PAMWIRE_ECHO_ON, "");
	run(t);
	assert_int_equal(t->answer.count, 1);
	assert_int_equal(t->app.messages, 2);
	assert_string_equal(t->app.message[0].text, "Notice");
	assert_int_equal(t->app.message[1].style, PAM_PROMPT_ECHO_ON);
}

static void
who_has_given_up_is_not_asked_again(void **state)
{
	struct table *t = *state;

	t->app.mood = PAM_APP_FAILS;
	add(t, PAMWIRE_ECHO_OFF, "Password: ");
	run(t);
	assert_int_equal(t->answer.status, PAMWIRE_ABORTED);
	assert_int_equal(t->app.conversations, 1);
	t->app.mood = PAM_APP_ANSWERS_ALL;
	add(t, PAMWIRE_ECHO_OFF, "Password: ");
	run(t);
	assert_int_equal(t->answer.status, PAMWIRE_ABORTED);
	assert_int_equal(t->app.conversations, 0);
}

static void
without_a_conversation_nobody_is_asked(void **state)
{
	const struct pam_conv none = {.conv = NULL};
	struct table *t = *state;

	assert_int_equal(
	    pam_set_item(t->app.pamh, PAM_CONV, &none), PAM_SUCCESS);
	add(t, PAMWIRE_ECHO_OFF, "Password: ");
	run(t);
	assert_int_equal(t->answer.status, PAMWIRE_ABORTED);
	assert_int_equal(t->app.conversations, 0);
}

/* The first answers are there when the last one is missing. */
static void
no_answer_is_given_by_halves(void **state)
{
	static const struct pamwire_answer_item none;
	struct table *t = *state;

	t->app.answer[1] = NULL;
	add(t, PAMWIRE_ECHO_OFF, "Password: ");
	add(t, PAMWIRE_ECHO_OFF, "Code: ");
	run(t);
	assert_int_equal(t->answer.status, PAMWIRE_ABORTED);
	assert_int_equal(t->answer.count, 0);
	assert_memory_equal(&t->answer.item[0], &none, sizeof none);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_text_shares_the_message_as_long_as_it_fits),
	    T(the_longest_prompts_go_through),
	    T(a_prompt_without_text_is_asked),
	    T(who_has_given_up_is_not_asked_again),
	    T(without_a_conversation_nobody_is_asked),
	    T(no_answer_is_given_by_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
