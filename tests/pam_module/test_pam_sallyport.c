/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module as an application meets it: loaded by libpam, in a stack with a
 * module behind it that permits everything, against a gateway that follows a
 * script.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>
#include <security/pam_ext.h>

#include "lib/wire/pamwire_io.h"
#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define SESSION "AAAAAAAAAA-_0123456789"

struct world {
	struct fake_gateway gateway;
	struct pam_app app;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char options[300];

	if (w == NULL)
		return -1;
	fake_start(&w->gateway);
	snprintf(options, sizeof options, "login=%s redeem=%s timeout=60",
	    w->gateway.login, w->gateway.redeem);
	pam_app_service(&w->app, options);
	pam_app_start(&w->app);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	pam_app_end(&w->app);
	pam_app_remove(&w->app);
	fake_stop(&w->gateway);
	free(w);
	return 0;
}

/* Other options for a gateway that will not answer. */
static void
be_hasty(struct world *w, const char *timeout)
{
	char options[300];

	pam_app_end(&w->app);
	pam_app_remove(&w->app);
	snprintf(options, sizeof options, "login=%s redeem=%s timeout=%s",
	    w->gateway.login, w->gateway.redeem, timeout);
	pam_app_service(&w->app, options);
	pam_app_start(&w->app);
}

/* In a process that did not authenticate. */
static int
account_alone(struct world *w)
{
	pam_app_end(&w->app);
	pam_app_start(&w->app);
	return pam_acct_mgmt(w->app.pamh, 0);
}

static void
a_login_goes_through_all_calls(void **state)
{
	struct world *w = *state;
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
	struct world *w = *state;

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
	struct world *w = *state;
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
	struct world *w = *state;
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
	struct world *w = *state;
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
	struct world *w = *state;
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
	struct world *w = *state;

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
	struct world *w = *state;

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
	struct world *w = *state;

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
	struct world *w = *state;

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
	struct world *w = *state;

	w->gateway.script->no_account_prompts = false;
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->app.prompts, 0);
	assert_int_equal(w->gateway.seen->answer[0].status, PAMWIRE_ABORTED);
	assert_int_equal(w->gateway.seen->redeems, 0);
}

static void
refusals_have_their_codes(void **state)
{
	struct world *w = *state;
	struct fake_script *s = w->gateway.script;

	s->result.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(account_alone(w), PAM_PERM_DENIED);
	s->result.result = PAMWIRE_UNAVAILABLE;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(account_alone(w), PAM_AUTHINFO_UNAVAIL);
	s->result.result = PAMWIRE_MALFORMED;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(account_alone(w), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->gateway.seen->redeems, 0);
}

static void
redeeming_can_be_refused(void **state)
{
	struct world *w = *state;
	struct fake_script *s = w->gateway.script;

	s->redeemed.result = PAMWIRE_DENIED;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(account_alone(w), PAM_PERM_DENIED);
	s->redeemed.result = PAMWIRE_UNAVAILABLE;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(account_alone(w), PAM_AUTHINFO_UNAVAIL);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
}

static void
another_attempt_is_not_redeemed(void **state)
{
	struct world *w = *state;

	w->gateway.script->wrong_attempt = true;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_int_equal(w->gateway.seen->redeems, 1);
}

static void
account_is_refused_though_authn_was_granted(void **state)
{
	struct world *w = *state;

	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	w->gateway.script->redeemed.result = PAMWIRE_DENIED;
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(w->gateway.seen->accounts, 1);
	assert_int_equal(w->gateway.seen->begins, 1);
}

static void
a_failed_attempt_takes_an_earlier_grant_away(void **state)
{
	struct world *w = *state;

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
	struct world *w = *state;

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

enum closing { CLOSED, LETS_IN, FAILS_ELSEWHERE };

/* This way to fail at this step, with SECONDS for all that goes well: it is to
 * let nobody in, and to end by the deadline. */
static enum closing
fails_closed(enum fake_turn turn, enum fake_act act, const char *seconds)
{
	int authn, account, opened, closed;
	bool authn_fails = turn <= FAKE_TO_REDEEM;
	bool account_fails = turn != FAKE_TO_ANSWER && turn < FAKE_TO_OPEN;
	struct world *w;
	void *state;

	if (set_up(&state) != 0)
		return FAILS_ELSEWHERE;
	w = state;
	be_hasty(w, seconds);
	w->gateway.script->act[turn] = act;
	authn = pam_authenticate(w->app.pamh, 0);
	account =
	    authn_fails ? account_alone(w) : pam_acct_mgmt(w->app.pamh, 0);
	opened = pam_open_session(w->app.pamh, 0);
	closed = pam_close_session(w->app.pamh, 0);
	tear_down(&state);
	if ((authn_fails && authn != PAM_AUTHINFO_UNAVAIL) ||
	    (account_fails && account != PAM_AUTHINFO_UNAVAIL) ||
	    (turn == FAKE_TO_OPEN && opened != PAM_AUTHINFO_UNAVAIL))
		return LETS_IN;
	if ((!authn_fails && authn != PAM_SUCCESS) ||
	    (!account_fails && account != PAM_SUCCESS) ||
	    (turn == FAKE_TO_CLOSE && closed != PAM_SUCCESS))
		return FAILS_ELSEWHERE;
	return CLOSED;
}

/* In a process of its own.  What goes well may be late once or twice, on a
 * machine that is busy; what is to fail may not go well a single time. */
static enum closing
fails_closed_in_time(enum fake_turn turn, enum fake_act act)
{
	static const char *const seconds[] = {"2", "10", "60"};
	enum closing c = FAILS_ELSEWHERE;

	alarm(4 * 72 + PATIENCE_MS / 1000); /* the gateway waits longer */
	for (int i = 0; i < 3 && c == FAILS_ELSEWHERE; i++)
		c = fails_closed(turn, act, seconds[i]);
	return c;
}

static void
a_gateway_that_fails_lets_nobody_in(void **state)
{
	static const enum fake_act acts[] = {FAKE_SILENT, FAKE_CLOSE, FAKE_HALF,
	    FAKE_STALL, FAKE_GARBAGE, FAKE_WRONG_TYPE};
	enum { ACTS = sizeof acts / sizeof acts[0] };
	pid_t pid[FAKE_TURNS][ACTS];
	int status;

	for (int turn = 0; turn < FAKE_TURNS; turn++)
		for (int i = 0; i < ACTS; i++) {
			pid[turn][i] = fork();
			assert_int_not_equal(pid[turn][i], -1);
			if (pid[turn][i] == 0)
				_exit((int)fails_closed_in_time(
				    (enum fake_turn)turn, acts[i]));
		}
	for (int turn = 0; turn < FAKE_TURNS; turn++)
		for (int i = 0; i < ACTS; i++) {
			assert_int_equal(
			    waitpid(pid[turn][i], &status, 0), pid[turn][i]);
			if (status != 0)
				print_message(
				    "turn %d act %d\n", turn, acts[i]);
			assert_int_equal(status, 0);
		}
}

static void
a_gateway_that_is_gone_lets_nobody_in(void **state)
{
	struct world *w = *state;

	fake_kill(&w->gateway);
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->app.prompts, 0);
	assert_int_equal(w->app.messages, 1);
	assert_int_equal(w->app.message[0].style, PAM_ERROR_MSG);
	assert_non_null(strstr(w->app.message[0].text, "does not answer"));
	assert_int_equal(
	    pam_authenticate(w->app.pamh, PAM_SILENT), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->app.messages, 1);
	assert_int_equal(account_alone(w), PAM_AUTHINFO_UNAVAIL);
	unlink(w->gateway.login);
	unlink(w->gateway.redeem);
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	pam_app_end(&w->app);
	pam_app_start(&w->app);
	assert_int_equal(
	    pam_open_session(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
}

static void
a_gateway_that_asks_for_ever_is_left(void **state)
{
	struct world *w = *state;

	w->gateway.script->ask_for_ever = true;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(w->app.conversations, 2, 32);
}

static void
assert_refused_answer(struct world *w, uint8_t status)
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
	struct world *w = *state;

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
	struct world *w = *state;
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
	struct world *w = *state;

	w->app.answer[0] = fake;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(
	    w->gateway.seen->answer[0].item[0].size, sizeof fake - 1);
	assert_memory_equal(
	    w->gateway.seen->answer[0].item[0].bytes, fake, sizeof fake - 1);
}

static void
a_name_without_account_is_never_let_in(void **state)
{
	struct world *w = *state;

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
	struct world *w = *state;

	w->app.mood = PAM_APP_CHANGES_USER;
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_MAXTRIES);
	assert_null(pam_getenv(w->app.pamh, "SALLYPORT_SESSION"));
}

static void
texts_come_before_the_next_prompt(void **state)
{
	struct world *w = *state;
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
	struct world *w = *state;
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

static void
an_option_that_is_wrong_refuses_everybody(void **state)
{
	static const char *const wrong[] = {"debug", "login=relative",
	    "timeout=0", "timeout=601", "timeout=1x",
	    "timeout=", "redeem=", "LOGIN=/run/x", "nullok"};
	struct world *w = *state;

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
	struct world *w = *state;

	assert_int_not_equal(pam_chauthtok(w->app.pamh, 0), PAM_SUCCESS);
}

static void
a_socket_where_others_can_write_is_not_trusted(void **state)
{
	struct world *w = *state;

	assert_int_equal(chmod(w->gateway.dir, 0770), 0);
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(chmod(w->gateway.dir, 01707), 0);
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(w->gateway.seen->begins, 0);
	assert_int_equal(chmod(w->gateway.dir, 0700), 0);
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
}

static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = -3; /* ".", ".." and dir's own */

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
nothing_stays_open(void **state)
{
	static const enum fake_act acts[] = {
	    FAKE_GOOD, FAKE_SILENT, FAKE_CLOSE, FAKE_STALL, FAKE_GARBAGE};
	struct world *w = *state;
	int before;

	be_hasty(w, "1");
	pam_syslog(w->app.pamh, LOG_DEBUG, "libc keeps its log socket open");
	before = count_fds();
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		w->gateway.script->act[FAKE_TO_BEGIN] = acts[i];
		pam_authenticate(w->app.pamh, 0);
		assert_int_equal(count_fds(), before);
		fake_script_good(w->gateway.script);
		w->gateway.script->act[FAKE_TO_REDEEM] = acts[i];
		pam_authenticate(w->app.pamh, 0);
		assert_int_equal(count_fds(), before);
	}
	pam_acct_mgmt(w->app.pamh, 0);
	pam_open_session(w->app.pamh, 0);
	pam_close_session(w->app.pamh, 0);
	assert_int_equal(count_fds(), before);
}

static void
it_works_beyond_the_1024th_fd(void **state)
{
	struct world *w = *state;
	struct rlimit old, more;
	int fd[1100], opened = 0;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	more = old;
	if (more.rlim_max < 1300)
		skip();
	more.rlim_cur = more.rlim_max < 4096 ? more.rlim_max : 4096;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &more), 0);
	for (; opened < 1100; opened++) {
		fd[opened] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		assert_true(fd[opened] >= 0);
	}
	assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(w->app.pamh, 0), PAM_SUCCESS);
	/* and without a single one left over */
	more.rlim_cur = (rlim_t)count_fds();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &more), 0);
	assert_int_not_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	while (opened > 0)
		close(fd[--opened]);
}

static void
it_can_be_loaded_and_unloaded_many_times(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 300; i++) {
		pam_app_end(&w->app);
		pam_app_start(&w->app);
		assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	}
}

static void
on_alarm(int signal_number)
{
	(void)signal_number;
}

static void
a_storm_of_signals_changes_nothing(void **state)
{
	struct sigaction action = {.sa_handler = on_alarm}, old, now;
	struct itimerval storm = {{0, 1000}, {0, 1000}},
			 calm = {{0, 0}, {0, 0}};
	struct world *w = *state;

	sigaction(SIGALRM, &action, &old);
	for (int i = 0; i < FAKE_TURNS; i++)
		w->gateway.script->act[i] = FAKE_DRIP;
	setitimer(ITIMER_REAL, &storm, NULL);
	for (int i = 0; i < 50; i++)
		assert_int_equal(pam_authenticate(w->app.pamh, 0), PAM_SUCCESS);
	setitimer(ITIMER_REAL, &calm, NULL);
	sigaction(SIGALRM, &old, &now);
	assert_true(now.sa_handler == on_alarm);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
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
	    T(a_gateway_that_fails_lets_nobody_in),
	    T(a_gateway_that_is_gone_lets_nobody_in),
	    T(a_gateway_that_asks_for_ever_is_left),
	    T(a_person_who_gives_no_answer_is_reported_and_refused),
	    T(answers_arrive_byte_for_byte_up_to_their_maximum),
	    T(the_answer_that_sshd_puts_in_arrives_as_it_is),
	    T(a_name_without_account_is_never_let_in),
	    T(a_name_that_changes_on_the_way_is_refused),
	    T(texts_come_before_the_next_prompt),
	    T(what_the_gateway_says_cannot_drive_the_terminal),
	    T(an_option_that_is_wrong_refuses_everybody),
	    T(passwords_are_not_changed_here),
	    T(a_socket_where_others_can_write_is_not_trusted),
	    T(nothing_stays_open),
	    T(it_works_beyond_the_1024th_fd),
	    T(it_can_be_loaded_and_unloaded_many_times),
	    T(a_storm_of_signals_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
