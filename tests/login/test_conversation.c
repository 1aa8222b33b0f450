/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation from BEGIN to its result, and its limits. */
#include <string.h>
#include <unistd.h>

#include "gatewayd/login/conversation.h"
#include "tests/login/stage.h"
#include "tests/support/unit.h"

/* One answer for both questions, and sshd's own: directory hears neither. */
static void
what_is_no_answer_of_the_person_goes_no_further(void **state)
{
	static const struct {
		const char *answer[2];
		enum answer_status status;
	} row[] = {{{"123456", "123456"}, ANSWER_SAME},
	    {{"\b\n\r\177INC", "\b\n\r\177IN"}, ANSWER_SUBSTITUTED}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		stage_open_and_ask(s);
		stage_person_answers(s, row[i].answer[0], row[i].answer[1]);
		stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
		assert_int_equal(
		    s->m.u.AUTHORITY_ANSWER_REQ.status, row[i].status);
		assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.code_size, 0);
		stage_authority_decides(s, RESULT_DENIED, "");
		stage_expect_result(s, PAMWIRE_DENIED);
		stage_assert_no_connection(s->directory_listen);
		close(s->module);
	}
}

static void
a_conversation_goes_from_begin_to_result(void **state)
{
	struct stage *s = *state;
	const struct msg_AUTHORITY_OPEN_REQ *q = &s->m.u.AUTHORITY_OPEN_REQ;

	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	assert_int_equal(q->phase, PAMWIRE_AUTHN);
	assert_int_equal(q->nonce_hash[31], 'H');
	assert_string_equal(q->service, "sshd");
	assert_int_equal(q->username_size, 7);
	assert_memory_equal(q->username, "alice\xff\n", 7);
	assert_int_equal(q->local, 1);
	assert_string_equal(q->client, "192.0.2.7");
	assert_int_equal(q->port, 4711);
	assert_string_equal(q->tty, "ssh");
	assert_string_equal(q->auth_info, "publickey x");
	assert_int_equal(q->uid, 1000);
	stage_authority_asks(s, 2);
	stage_expect(s, PAMWIRE_TYPE_PROMPT);
	assert_int_equal(s->f.u.prompt.count, 2);
	assert_int_equal(s->f.u.prompt.item[0].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(s->f.u.prompt.item[0].text, "Password: ");
	assert_int_equal(s->f.u.prompt.item[1].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(s->f.u.prompt.item[1].text, "One-time code: ");
	stage_person_answers(s, "correct,horse", "123456");
	stage_directory_hears(s, "correct,horse");
	stage_authority_hears_code(s, "123456");
	stage_authority_decides(s, RESULT_GRANTED, "");
	stage_expect_result(s, PAMWIRE_REDEEM);
	assert_int_equal(s->f.u.result.attempt[0], 'A');
	assert_string_equal(s->f.u.result.reference, "REF-1");
}

static void
what_authority_says_is_passed_on(void **state)
{
	static const struct {
		uint8_t result;
		enum pamwire_result wire;
	} row[] = {{RESULT_DENIED, PAMWIRE_DENIED},
	    {RESULT_UNAVAILABLE, PAMWIRE_UNAVAILABLE}, {0, PAMWIRE_UNAVAILABLE},
	    {99, PAMWIRE_UNAVAILABLE}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		stage_open_and_ask(s);
		stage_person_answers(s, "a", "b");
		stage_directory_hears(s, "a");
		stage_authority_hears_code(s, "b");
		stage_authority_decides(
		    s, (enum result)row[i].result, "Access denied");
		stage_expect_result(s, row[i].wire);
		assert_string_equal(s->f.u.result.text, "Access denied");
		close(s->module);
	}
}

static void
the_account_phase_may_ask_nothing(void **state)
{
	struct stage *s = *state;

	stage_start(s);
	stage_begin(s, PAMWIRE_ACCOUNT);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	assert_int_equal(s->m.u.AUTHORITY_OPEN_REQ.phase, PAMWIRE_ACCOUNT);
	stage_authority_asks(s, 0);
	stage_authority_decides(s, RESULT_GRANTED, "");
	stage_expect_result(s, PAMWIRE_REDEEM);
	stage_assert_no_connection(s->directory_listen);
}

static void
one_line_is_parted_where_it_is_allowed(void **state)
{
	struct stage *s = *state;

	s->conf.one_line = true;
	stage_open_and_ask(s);
	stage_person_answers(s, "pa,ss,123456", "pa,ss,123456");
	stage_directory_hears(s, "pa,ss");
	stage_authority_hears_code(s, "123456");
	stage_authority_decides(s, RESULT_GRANTED, "");
	stage_expect_result(s, PAMWIRE_REDEEM);
}

static void
a_person_who_gives_up_is_told_to_authority(void **state)
{
	struct stage *s = *state;

	stage_open_and_ask(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ABORTED;
	stage_module_says(s);
	stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_ABORTED);
	stage_authority_decides(s, RESULT_DENIED, "");
	stage_expect_result(s, PAMWIRE_DENIED);
	stage_assert_no_connection(s->directory_listen);
}

static void
authority_may_decide_while_the_person_types(void **state)
{
	struct stage *s = *state;

	stage_open_and_ask(s);
	stage_authority_decides(s, RESULT_DENIED, "Access denied");
	stage_expect_result(s, PAMWIRE_DENIED);
}

static void
one_client_has_a_limit(void **state)
{
	struct stage *s = *state;

	assert_true(seats_claim(s->seats, 1, seats_client("192.0.2.7"), 9));
	assert_true(seats_claim(s->seats, 2, seats_client("192.0.2.7"), 9));
	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
	stage_assert_no_connection(s->authority_listen);
}

/* It is authority that refuses it, with a record; here it is only counted. */
static void
a_client_that_is_no_address_is_handed_on_and_has_a_limit(void **state)
{
	struct pamwire_begin *b;
	struct stage *s = *state;

	for (int i = 0; i < 2; i++) {
		stage_start(s);
		pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
		b = &s->f.u.begin;
		b->phase = PAMWIRE_AUTHN;
		strncpy(b->client, "?host.example", 20);
		stage_module_says(s);
		if (i == 1) {
			stage_expect_result(s, PAMWIRE_UNAVAILABLE);
			stage_assert_no_connection(s->authority_listen);
			return;
		}
		stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		assert_string_equal(
		    s->m.u.AUTHORITY_OPEN_REQ.client, "?host.example");
		stage_authority_decides(s, RESULT_DENIED, "Access denied");
		stage_expect_result(s, PAMWIRE_DENIED);
		close(s->module);
		assert_true(
		    seats_claim(s->seats, 1, seats_local("?host.example"), 9));
		assert_true(
		    seats_claim(s->seats, 2, seats_local("?host.example"), 9));
	}
}

/* The console has neither address nor person: others' seats are not counted
 * for it. */
static void
the_console_has_no_limit(void **state)
{
	struct stage *s = *state;

	assert_true(seats_claim(s->seats, 1, seats_local(""), 9));
	assert_true(seats_claim(s->seats, 2, seats_local(""), 9));
	stage_start(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
	s->f.u.begin.phase = PAMWIRE_AUTHN;
	strncpy(s->f.u.begin.service, "login", 6);
	strncpy(s->f.u.begin.username, "root", 5);
	stage_module_says(s);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	stage_authority_decides(s, RESULT_DENIED, "Access denied");
	stage_expect_result(s, PAMWIRE_DENIED);
}

/* su and sudo: nobody on the machine may sit on all the seats. */
static void
one_local_person_has_a_limit_too(void **state)
{
	struct stage *s = *state;

	assert_true(seats_claim(s->seats, 1, seats_local("mallory"), 9));
	assert_true(seats_claim(s->seats, 2, seats_local("mallory"), 9));
	assert_int_not_equal(seats_local("mallory"), seats_local("alice"));
	stage_start(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
	s->f.u.begin.phase = PAMWIRE_AUTHN;
	strncpy(s->f.u.begin.service, "su", 3);
	strncpy(s->f.u.begin.username, "root", 5);
	strncpy(s->f.u.begin.ruser, "mallory", 8);
	stage_module_says(s);
	stage_expect_result(s, PAMWIRE_UNAVAILABLE);
	stage_assert_no_connection(s->authority_listen);
}

int
main(void)
{
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_conversation_goes_from_begin_to_result),
	    T(what_is_no_answer_of_the_person_goes_no_further),
	    T(what_authority_says_is_passed_on),
	    T(the_account_phase_may_ask_nothing),
	    T(one_line_is_parted_where_it_is_allowed),
	    T(a_person_who_gives_up_is_told_to_authority),
	    T(authority_may_decide_while_the_person_types),
	    T(one_client_has_a_limit),
	    T(a_client_that_is_no_address_is_handed_on_and_has_a_limit),
	    T(the_console_has_no_limit),
	    T(one_local_person_has_a_limit_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
