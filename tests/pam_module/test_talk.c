/* SPDX-License-Identifier: Apache-2.0 */
/* What a person types reaches the gateway, and what it says reaches them. */
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/time.h>
#include <syslog.h>
#include <security/pam_ext.h>

#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/pam_module/stack.h"
#include "tests/support/unit.h"

static void
assert_refused_answer(struct stack *w, uint8_t status)
{
	w->gateway.script->result.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(w->gateway.seen->answer[0].status, status);
	assert_int_equal(w->gateway.seen->answer[0].count, 0);
	/* even a gateway that says yes to it is not believed */
	w->gateway.script->result.result = PAMWIRE_REDEEM;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->gateway.seen->redeems, 0);
}

static void
a_person_who_gives_no_answer_is_reported_and_refused(void **state)
{
	static const enum pam_app_mood moods[] = {
	    PAM_APP_FAILS, PAM_APP_NO_ARRAY, PAM_APP_NO_ANSWER};
	struct stack *w = *state;

	for (size_t i = 0; i < sizeof moods / sizeof moods[0]; i++) {
		w->app.mood = moods[i];
		assert_refused_answer(w, PAMWIRE_ABORTED);
	}
	w->app.mood = PAM_APP_ANSWERS_ALL;
	for (int i = 1; i < PAM_APP_ANSWERS; i += 2)
		w->app.answer[i] = NULL;
	assert_refused_answer(w, PAMWIRE_ABORTED);
}

static void
answers_arrive_byte_for_byte_up_to_their_maximum(void **state)
{
	static const size_t sizes[] = {0, 1, 511, 512};
	static char longest[514];
	struct stack *w = *state;
	struct fake_seen *seen = w->gateway.seen;

	for (size_t i = 0; i < 512; i++)
		longest[i] = (char)(i % 255 + 1);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char answer[514];

		memcpy(answer, longest, sizeof answer);
		answer[sizes[i]] = '\0';
		for (int j = 0; j < PAM_APP_ANSWERS; j++)
			w->app.answer[j] = answer;
		assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
		assert_int_equal(seen->answer[0].item[1].size, sizes[i]);
		assert_memory_equal(
		    seen->answer[0].item[1].bytes, answer, sizes[i]);
	}
	memset(longest, 'x', 513);
	for (int j = 0; j < PAM_APP_ANSWERS; j++)
		w->app.answer[j] = longest;
	w->gateway.seen->redeems = 0;
	assert_refused_answer(w, PAMWIRE_UNREADABLE);
}

/* sshd answers like this for names that do not exist. */
static void
the_answer_that_sshd_puts_in_arrives_as_it_is(void **state)
{
	static const char fake[] = "\b\n\r\177INCORRECT\b\n\r\177";
	struct stack *w = *state;

	w->app.answer[0] = fake;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(
	    w->gateway.seen->answer[0].item[0].size, sizeof fake - 1);
	assert_memory_equal(
	    w->gateway.seen->answer[0].item[0].bytes, fake, sizeof fake - 1);
}

static void
texts_come_before_the_next_prompt(void **state)
{
	struct stack *w = *state;
	struct fake_script *s = w->gateway.script;

	s->rounds = 3;
	memset(s->prompt, 0, sizeof s->prompt);
	s->prompt[0].count = 1; /* nothing to answer: waits */
	s->prompt[0].item[0].style = PAMWIRE_INFO;
	strncpy(s->prompt[0].item[0].text, "Maintenance at 18:00", 30);
	s->prompt[1].count = 3;
	s->prompt[1].item[0].style = PAMWIRE_ERROR;
	strncpy(s->prompt[1].item[0].text, "Last code was late", 30);
	s->prompt[1].item[1].style = PAMWIRE_ECHO_OFF;
	strncpy(s->prompt[1].item[1].text, "Password: ", 30);
	s->prompt[1].item[2].style = PAMWIRE_ECHO_ON;
	strncpy(s->prompt[1].item[2].text, "Code: ", 30);
	s->prompt[2].count = 2;
	s->prompt[2].item[0].style = PAMWIRE_INFO;
	memset(s->prompt[2].item[0].text, 'i', PAMWIRE_MAX_TEXT);
	s->prompt[2].item[1].style = PAMWIRE_ECHO_OFF;
	strncpy(s->prompt[2].item[1].text, "More: ", 30);
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(w->app.conversations, 2);
	assert_int_equal(w->gateway.seen->answer[0].status, PAMWIRE_ANSWERED);
	assert_int_equal(w->gateway.seen->answer[0].count, 0);
	assert_int_equal(w->app.messages, 4);
	assert_int_equal(w->app.message[0].style, PAM_PROMPT_ECHO_OFF);
	assert_string_equal(w->app.message[0].text,
	    "Maintenance at 18:00\nLast code was late\nPassword: ");
	assert_int_equal(w->app.message[1].style, PAM_PROMPT_ECHO_ON);
	assert_string_equal(w->app.message[1].text, "Code: ");
	/* too long to share a message with the prompt */
	assert_int_equal(w->app.message[2].style, PAM_TEXT_INFO);
	assert_int_equal(strlen(w->app.message[2].text), PAMWIRE_MAX_TEXT);
	assert_int_equal(w->app.message[3].style, PAM_PROMPT_ECHO_OFF);
	assert_string_equal(w->app.message[3].text, "More: ");
}

static void
what_the_gateway_says_cannot_drive_the_terminal(void **state)
{
	struct stack *w = *state;
	struct fake_script *s = w->gateway.script;

	strncpy(s->prompt[0].item[0].text,
	    "\033]52;c;eA==\aP\r\xc2\x9b"
	    "a\xe2\x80\xae\xc0\xaf\xc3\xa9: ",
	    60);
	s->result.result = PAMWIRE_DENIED;
	strncpy(s->result.text, "Refused\033[2J", 60);
	strncpy(s->result.reference, "ABCD-1234", 30);
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_string_equal(
	    w->app.message[0].text, "?]52;c;eA==?P??a???\xc3\xa9: ");
	assert_int_equal(w->app.message[2].style, PAM_ERROR_MSG);
	assert_string_equal(
	    w->app.message[2].text, "Refused?[2J\nReference: ABCD-1234");
	/* texts can be left out; prompts cannot */
	w->app.messages = 0;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, (int)PAM_SILENT), PAM_MAXTRIES);
	assert_int_equal(w->app.messages, 2);
}

int
main(void)
{
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stack_set_up, stack_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_person_who_gives_no_answer_is_reported_and_refused),
	    T(answers_arrive_byte_for_byte_up_to_their_maximum),
	    T(the_answer_that_sshd_puts_in_arrives_as_it_is),
	    T(texts_come_before_the_next_prompt),
	    T(what_the_gateway_says_cannot_drive_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
