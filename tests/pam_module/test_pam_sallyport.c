/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module as an application meets it: loaded by libpam, in a stack with a
 * module behind it that permits everything, against a gateway that follows a
 * script.
 */
#include <stdio.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/time.h>
#include <syslog.h>
#include <unistd.h>
#include <security/pam_ext.h>

#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/pam_module/stack.h"
#include "tests/support/unit.h"

#define SESSION "AAAAAAAAAA-_0123456789"

static void
a_login_goes_through_all_calls(void **state)
{
	struct stack *w = *state;
	struct fake_seen *seen = w->gateway.seen;
	pam_handle_t *pamh = w->app.pamh;
	const struct passwd *pw = getpwuid(getuid());

	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->begins, 1);
	assert_int_equal(seen->begin.phase, PAMWIRE_AUTHN);
	assert_string_equal(seen->begin.service, "app");
	assert_string_equal(seen->begin.username, pw->pw_name);
	assert_int_equal(seen->begin.local, 1);
	assert_int_equal(seen->begin.uid, pw->pw_uid);
	assert_string_equal(seen->begin.client, "192.0.2.7");
	assert_int_equal(seen->begin.port, 4711);
	assert_string_equal(seen->begin.tty, "ssh");
	assert_int_equal(w->app.conversations, 1);
	assert_int_equal(w->app.messages, 2);
	assert_string_equal(w->app.message[0].text, "Password: ");
	assert_string_equal(w->app.message[1].text, "Code: ");
	assert_int_equal(seen->answer[0].count, 2);
	assert_int_equal(seen->answer[0].item[0].size, 13);
	assert_memory_equal(seen->answer[0].item[0].bytes, "correct horse", 13);
	assert_memory_equal(seen->answer[0].item[1].bytes, "123456", 6);
	assert_int_equal(seen->redeems, 1);
	assert_true(seen->nonce_is_right);
	assert_string_equal(seen->redeem.username, pw->pw_name);
	assert_string_equal(seen->redeem.client, "192.0.2.7");
	assert_null(pam_getenv(pamh, "SALLYPORT_SESSION"));

	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->accounts, 1);
	assert_int_equal(seen->account.account_ticket[0], 'T');
	assert_memory_equal(seen->account.attempt, seen->redeem.attempt, 16);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->open.session, SESSION);
	assert_int_equal(seen->open.ticket[0], 'T');
	assert_int_equal(seen->open.uid, pw->pw_uid);
	assert_string_equal(pam_getenv(pamh, "SALLYPORT_SESSION"), SESSION);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->close.session, SESSION);
	assert_string_equal(seen->close.username, pw->pw_name);
	assert_int_equal(seen->close.port, 4711);
	assert_int_equal(seen->begins, 1);
	assert_int_equal(w->app.conversations, 1);
}

static void
a_dripping_gateway_is_waited_for(void **state)
{
	struct stack *w = *state;

	for (int i = 0; i < FAKE_TURNS; i++)
		w->gateway.script->act[i] = FAKE_DRIP;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_SUCCESS);
}

/* sshd's monitor has nothing of what its authenticating child kept. */
static void
session_opens_in_another_process_by_its_connection(void **state)
{
	static const uint8_t none[PAMWIRE_TICKET];
	struct stack *w = *state;
	struct fake_seen *seen = w->gateway.seen;
	pam_handle_t *pamh = w->app.pamh;

	assert_int_equal(pam_setcred(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->open.session, "");
	assert_memory_equal(seen->open.ticket, none, sizeof none);
	assert_string_equal(seen->open.client, "192.0.2.7");
	assert_int_equal(seen->open.port, 4711);
	assert_string_equal(pam_getenv(pamh, "SALLYPORT_SESSION"), SESSION);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->closes, 1);
	assert_string_equal(seen->close.session, SESSION);
}

/* pam_env's user_readenv: what people can write there is not read back. */
static void
the_environment_names_no_session(void **state)
{
	static const char other[] = "SALLYPORT_SESSION=BBBBBBBBBB-_0123456789";
	struct stack *w = *state;
	struct fake_seen *seen = w->gateway.seen;
	pam_handle_t *pamh = w->app.pamh;

	pam_putenv(pamh, other);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->closes, 0); /* it has not opened any */
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	pam_putenv(pamh, other);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->open.session, SESSION);
	pam_putenv(pamh, other);
	pam_putenv(pamh, "SSH_CONNECTION=192.0.2.99 99 192.0.2.1 22");
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->closes, 1);
	assert_string_equal(seen->close.session, SESSION);
	assert_string_equal(seen->close.client, "192.0.2.7");
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(seen->closes, 1);
}

/* sudo: PAM_USER is the target's name before pam_open_session. */
static void
the_facts_are_those_of_the_grant(void **state)
{
	struct stack *w = *state;
	struct fake_seen *seen = w->gateway.seen;
	pam_handle_t *pamh = w->app.pamh;

	pam_set_item(pamh, PAM_RUSER, pam_app_user());
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	pam_set_item(pamh, PAM_USER, "daemon");
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->open.username, pam_app_user());
	assert_int_equal(seen->open.uid, getuid());
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(seen->close.username, pam_app_user());
}

/* Nobody who was granted another name asked for this one. */
static void
a_session_for_another_name_is_refused(void **state)
{
	struct stack *w = *state;
	pam_handle_t *pamh = w->app.pamh;

	pam_set_item(pamh, PAM_RUSER, "nobody");
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	pam_set_item(pamh, PAM_USER, "daemon");
	assert_int_equal(pam_open_session(pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(w->gateway.seen->opens, 0);
}

static void
session_after_a_refusal_is_refused(void **state)
{
	struct stack *w = *state;

	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	w->gateway.script->redeemed.result = PAMWIRE_DENIED;
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_PERM_DENIED);
	/* libpam repeats what open returned: see only that it ends */
	pam_close_session(w->app.pamh, 0);
	assert_int_equal(w->gateway.seen->opens, 0);
	assert_int_equal(w->gateway.seen->closes, 0);
}

/* PAM_SESSION_ERR is the one code that sudo goes on after. */
static void
session_refused_by_authority_does_not_open(void **state)
{
	struct stack *w = *state;

	w->gateway.script->session_ans.result = PAMWIRE_DENIED;
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_PERM_DENIED);
	pam_app_end(&w->app);
	pam_app_start(&w->app);
	w->gateway.script->session_ans.result = PAMWIRE_UNAVAILABLE;
	assert_int_equal(
	    pam_open_session(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
}

static void
what_is_said_of_a_session_is_shown_unless_silent(void **state)
{
	struct stack *w = *state;

	strncpy(w->gateway.script->session_ans.text, "Until noon\033[2J", 40);
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(w->app.messages, 1);
	assert_int_equal(w->app.message[0].style, PAM_TEXT_INFO);
	assert_string_equal(w->app.message[0].text, "Until noon?[2J");
	pam_app_end(&w->app);
	pam_app_start(&w->app);
	assert_int_equal(
	    pam_open_session(w->app.pamh, (int)PAM_SILENT), PAM_SUCCESS);
	assert_int_equal(w->app.messages, 0);
}

/* sshd with a public key calls the account stack alone. */
static void
account_alone_is_an_attempt_without_prompts(void **state)
{
	struct stack *w = *state;

	pam_putenv(w->app.pamh, "SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA\n");
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(w->gateway.seen->begin.phase, PAMWIRE_ACCOUNT);
	assert_string_equal(
	    w->gateway.seen->begin.auth_info, "publickey ssh-ed25519 AAAA\n");
	assert_int_equal(w->gateway.seen->redeem.phase, PAMWIRE_ACCOUNT);
	assert_true(w->gateway.seen->nonce_is_right);
	assert_int_equal(w->gateway.seen->accounts, 0);
	assert_int_equal(w->app.conversations, 0);
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_SUCCESS);
	assert_string_equal(w->gateway.seen->open.session, SESSION);
	assert_string_equal(
	    pam_getenv(w->app.pamh, "SALLYPORT_SESSION"), SESSION);
}

static void
account_alone_asks_nobody(void **state)
{
	struct stack *w = *state;

	w->gateway.script->no_account_prompts = false;
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->app.prompts, 0);
	assert_int_equal(w->gateway.seen->answer[0].status, PAMWIRE_ABORTED);
	assert_int_equal(w->gateway.seen->redeems, 0);
}

static void
refusals_have_their_codes(void **state)
{
	struct stack *w = *state;
	struct fake_script *s = w->gateway.script;

	s->result.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(stack_account_alone(w), PAM_PERM_DENIED);
	s->result.result = PAMWIRE_UNAVAILABLE;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(stack_account_alone(w), PAM_AUTHINFO_UNAVAIL);
	s->result.result = PAMWIRE_MALFORMED;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(stack_account_alone(w), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->gateway.seen->redeems, 0);
}

static void
redeeming_can_be_refused(void **state)
{
	struct stack *w = *state;
	struct fake_script *s = w->gateway.script;

	s->redeemed.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(stack_account_alone(w), PAM_PERM_DENIED);
	s->redeemed.result = PAMWIRE_UNAVAILABLE;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(stack_account_alone(w), PAM_AUTHINFO_UNAVAIL);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
}

static void
another_attempt_is_not_redeemed(void **state)
{
	struct stack *w = *state;

	w->gateway.script->wrong_attempt = true;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(w->gateway.seen->redeems, 1);
}

static void
account_is_refused_though_authn_was_granted(void **state)
{
	struct stack *w = *state;

	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	w->gateway.script->redeemed.result = PAMWIRE_DENIED;
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(w->gateway.seen->accounts, 1);
	assert_int_equal(w->gateway.seen->begins, 1);
}

static void
a_failed_attempt_takes_an_earlier_grant_away(void **state)
{
	struct stack *w = *state;

	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	w->gateway.script->result.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(w->gateway.seen->accounts, 0);
	assert_int_equal(pam_open_session(w->app.pamh, 0), PAM_PERM_DENIED);
}

/* A stack that goes on after our refusal finds the other door shut too. */
static void
who_was_refused_cannot_come_by_the_account_phase(void **state)
{
	static const uint8_t results[] = {
	    PAMWIRE_DENIED, PAMWIRE_UNAVAILABLE, PAMWIRE_MALFORMED};
	struct stack *w = *state;

	for (size_t i = 0; i < sizeof results; i++) {
		w->gateway.script->result.result = results[i];
		w->gateway.seen->begins = 0;
		pam_authenticate(w->app.pamh, 0);
		w->gateway.script->result.result = PAMWIRE_REDEEM;
		assert_int_equal(
		    pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
		assert_int_equal(w->gateway.seen->begins, 1);
		assert_int_equal(
		    pam_open_session(w->app.pamh, 0), PAM_PERM_DENIED);
	}
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(w->gateway.seen->opens, 0);
}

static void
a_name_without_account_is_never_let_in(void **state)
{
	struct stack *w = *state;

	pam_app_end(&w->app);
	pam_app_start_as(&w->app, "no-such-name-here");
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(w->gateway.seen->begin.local, 0);
	assert_int_equal(w->gateway.seen->begin.uid, PAMWIRE_NO_UID);
	assert_string_equal(w->gateway.seen->begin.client, "");
	assert_int_equal(w->app.messages, 2);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
	/* nor by the account phase alone */
	pam_app_end(&w->app);
	pam_app_start_as(&w->app, "no-such-name-here");
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
}

static void
a_name_that_changes_on_the_way_is_refused(void **state)
{
	struct stack *w = *state;

	w->app.mood = PAM_APP_CHANGES_USER;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
}

static void
an_option_that_is_wrong_refuses_everybody(void **state)
{
	static const char *const wrong[] = {"debug", "login=relative",
	    "timeout=0", "timeout=601", "timeout=1x",
	    "timeout=", "redeem=", "LOGIN=/run/x", "nullok"};
	struct stack *w = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char options[400];

		pam_app_end(&w->app);
		pam_app_remove(&w->app);
		snprintf(options, sizeof options, "login=%s redeem=%s %s",
		    w->gateway.login, w->gateway.redeem, wrong[i]);
		pam_app_service(&w->app, options);
		pam_app_start(&w->app);
		assert_int_equal(
		    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(
		    pam_acct_mgmt(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(
		    pam_open_session(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	}
	assert_int_equal(w->gateway.seen->begins, 0);
}

static void
passwords_are_not_changed_here(void **state)
{
	struct stack *w = *state;

	assert_int_not_equal(pam_chauthtok(w->app.pamh, 0), PAM_SUCCESS);
}

int
main(void)
{
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stack_set_up, stack_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_login_goes_through_all_calls),
	    T(a_dripping_gateway_is_waited_for),
	    T(session_opens_in_another_process_by_its_connection),
	    T(the_environment_names_no_session),
	    T(the_facts_are_those_of_the_grant),
	    T(a_session_for_another_name_is_refused),
	    T(session_after_a_refusal_is_refused),
	    T(session_refused_by_authority_does_not_open),
	    T(what_is_said_of_a_session_is_shown_unless_silent),
	    T(account_alone_is_an_attempt_without_prompts),
	    T(account_alone_asks_nobody),
	    T(refusals_have_their_codes),
	    T(redeeming_can_be_refused),
	    T(another_attempt_is_not_redeemed),
	    T(account_is_refused_though_authn_was_granted),
	    T(a_failed_attempt_takes_an_earlier_grant_away),
	    T(who_was_refused_cannot_come_by_the_account_phase),
	    T(a_name_without_account_is_never_let_in),
	    T(a_name_that_changes_on_the_way_is_refused),
	    T(an_option_that_is_wrong_refuses_everybody),
	    T(passwords_are_not_changed_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
