/* SPDX-License-Identifier: Apache-2.0 */
/* What a conversation does when one of the others is gone or says nonsense. */
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/ipc/channel.h"
#include "tests/login/stage.h"
#include "tests/support/unit.h"

static void
a_module_that_is_gone_ends_the_attempt(void **state)
{
	struct stage *s = *state;

	for (int when = 0; when < 4; when++) {
		stage_start(s);
		if (when > 0)
			stage_begin(s, PAMWIRE_AUTHN);
		if (when > 0)
			stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		if (when > 1) {
			stage_authority_asks(s, 2);
			stage_expect(s, PAMWIRE_TYPE_PROMPT);
		}
		if (when > 2) {
			stage_person_answers(s, "a", "b");
			stage_directory_hears(s, "a");
			stage_authority_hears_code(s, "b");
		}
		close(s->module);
		if (when > 0)
			stage_assert_authority_ends(s);
		stage_assert_ended(s);
		channel_close(&s->authority);
	}
}

static void
say_nonsense(struct stage *s, int which)
{
	static const uint8_t garbage[] = {2, 3, 0, 2, 9, 9};

	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	switch (which) {
	case 0: /* too few */
		s->f.u.answer.count = 1;
		s->f.u.answer.item[0].size = 1;
		stage_module_says(s);
		break;
	case 1:
		stage_person_answers(s, "", "123456");
		break;
	case 2:
		s->f.u.answer.count = 2; /* NULs */
		s->f.u.answer.item[0].size = 8;
		s->f.u.answer.item[1].size = 6;
		stage_module_says(s);
		break;
	case 3:
		s->f.u.answer.status = PAMWIRE_UNREADABLE;
		stage_module_says(s);
		break;
	case 4: /* a good frame that is not an answer */
		stage_begin(s, PAMWIRE_AUTHN);
		break;
	default: /* not a frame */
		assert_int_equal(
		    send(s->module, garbage, sizeof garbage, MSG_NOSIGNAL),
		    sizeof garbage);
	}
}

static void
a_malformed_answer_is_a_try_that_counts(void **state)
{
	struct stage *s = *state;

	for (int which = 0; which < 6; which++) {
		stage_open_and_ask(s);
		say_nonsense(s, which);
		stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
		assert_int_equal(
		    s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_MALFORMED);
		assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.code_size, 0);
		stage_authority_decides(s, RESULT_DENIED, "");
		stage_expect_result(s, PAMWIRE_DENIED);
		stage_assert_no_connection(s->directory_listen);
		close(s->module);
	}
}

static void
authority_that_is_gone_means_unavailable(void **state)
{
	struct stage *s = *state;

	for (int when = 0; when < 3; when++) {
		if (when < 2) {
			stage_start(s);
			stage_begin(s, PAMWIRE_AUTHN);
			stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		} else {
			stage_open_and_ask(s);
		}
		if (when == 1) {
			/* two things to collect, one prompt */
			stage_authority_asks(s, 0);
		} else if (when == 2) {
			stage_person_answers(s, "a", "b");
			stage_directory_hears(s, "a");
			stage_authority_hears_code(s, "b");
		}
		channel_close(&s->authority);
		stage_expect_result(s, PAMWIRE_UNAVAILABLE);
		close(s->module);
	}
	close(s->authority_listen);
	s->authority_listen = -1;
	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
directory_that_is_gone_means_unavailable(void **state)
{
	struct stage *s = *state;

	close(s->directory_listen);
	s->directory_listen = -1;
	stage_open_and_ask(s);
	stage_person_answers(s, "a", "b");
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
	stage_assert_authority_ends(s);
}

static void
prompts_that_do_not_match_are_not_asked(void **state)
{
	struct stage *s = *state;

	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	message_init(&s->m, MSG_AUTHORITY_OPEN_ANS);
	s->m.u.AUTHORITY_OPEN_ANS.collect_size = 2;
	s->m.u.AUTHORITY_OPEN_ANS.prompt_count = 1;
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
nonsense_instead_of_begin_reaches_nobody(void **state)
{
	static const uint8_t garbage[][6] = {{PAMWIRE_VERSION, 99, 0, 2},
	    {PAMWIRE_VERSION, 1, 0xff, 0xff}, {PAMWIRE_VERSION, 1, 0, 2}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
		stage_start(s);
		assert_int_equal(
		    send(s->module, garbage[i], 6, MSG_NOSIGNAL), 6);
		stage_expect_result(s, PAMWIRE_MALFORMED);
		close(s->module);
	}
	stage_start(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_SESSION_ANS);
	s->f.u.session_ans.result = PAMWIRE_DENIED;
	stage_module_says(s);
	stage_expect_result(s, PAMWIRE_MALFORMED);
	close(s->module);
	stage_assert_no_connection(s->authority_listen);
}

static void
a_module_of_another_version_is_refused_and_authority_is_told(void **state)
{
	static const uint8_t other[6] = {PAMWIRE_VERSION + 1, 1, 0, 2};
	struct stage *s = *state;

	stage_start(s);
	assert_int_equal(
	    send(s->module, other, sizeof other, MSG_NOSIGNAL), sizeof other);
	stage_authority_hears(s, MSG_AUTHORITY_VERSION_NOTE);
	assert_int_equal(
	    s->m.u.AUTHORITY_VERSION_NOTE.version, PAMWIRE_VERSION + 1);
	stage_expect_result(s, PAMWIRE_MALFORMED);
	close(s->module);
}

static void
time_runs_out(void **state)
{
	struct stage *s = *state;

	s->conf.deadline = 200;
	stage_open_and_ask(s); /* and nobody answers */
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
	stage_assert_authority_ends(s);
	channel_close(&s->authority);
	close(s->module);
	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	/* and authority says nothing */
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
	stage_assert_authority_ends(s);
}

int
main(void)
{
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_module_that_is_gone_ends_the_attempt),
	    T(a_malformed_answer_is_a_try_that_counts),
	    T(authority_that_is_gone_means_unavailable),
	    T(directory_that_is_gone_means_unavailable),
	    T(prompts_that_do_not_match_are_not_asked),
	    T(nonsense_instead_of_begin_reaches_nobody),
	    T(a_module_of_another_version_is_refused_and_authority_is_told),
	    T(time_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
