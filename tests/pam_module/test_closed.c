/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a gateway does, or where it is not, the module lets nobody in. */
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

#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/support/patience.h"
#include "tests/pam_module/stack.h"
#include "tests/support/unit.h"

enum closing { CLOSED, LETS_IN, FAILS_ELSEWHERE };

/* This way to fail at this step, with SECONDS for all that goes well: it is to
 * let nobody in, and to end by the deadline. */
static enum closing
fails_closed(enum fake_turn turn, enum fake_act act, const char *seconds)
{
	int authn, account, opened, closed;
	bool authn_fails = turn <= FAKE_TO_REDEEM;
	bool account_fails = turn != FAKE_TO_ANSWER && turn < FAKE_TO_OPEN;
	struct stack *w;
	void *state;

	if (stack_set_up(&state) != 0)
		return FAILS_ELSEWHERE;
	w = state;
	stack_be_hasty(w, seconds);
	w->gateway.script->act[turn] = act;
	authn = pam_authenticate(w->app.pamh, 0);
	account = authn_fails ? stack_account_alone(w)
			      : pam_acct_mgmt(w->app.pamh, 0);
	opened = pam_open_session(w->app.pamh, 0);
	closed = pam_close_session(w->app.pamh, 0);
	stack_tear_down(&state);
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
	struct stack *w = *state;

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
	assert_int_equal(stack_account_alone(w), PAM_AUTHINFO_UNAVAIL);
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
	struct stack *w = *state;

	w->gateway.script->ask_for_ever = true;
	assert_int_equal(
	    pam_authenticate(w->app.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(w->app.conversations, 2, 32);
}

static void
a_socket_where_others_can_write_is_not_trusted(void **state)
{
	struct stack *w = *state;

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
nothing_stays_open_but_the_way_there(void **state)
{
	static const enum fake_act acts[] = {
	    FAKE_GOOD, FAKE_SILENT, FAKE_CLOSE, FAKE_STALL, FAKE_GARBAGE};
	struct stack *w = *state;
	int before;

	stack_be_hasty(w, "1");
	pam_syslog(w->app.pamh, LOG_DEBUG, "libc keeps its log socket open");
	before = count_fds() + 1; /* the directory, for the handle's life */
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
	pam_app_end(&w->app);
	assert_int_equal(count_fds(), before - 1);
	pam_app_start(&w->app);
}

static void
it_works_beyond_the_1024th_fd(void **state)
{
	struct stack *w = *state;
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
	struct stack *w = *state;

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
	struct stack *w = *state;

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
#define T(name) \
	cmocka_unit_test_setup_teardown(name, stack_set_up, stack_tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_gateway_that_fails_lets_nobody_in),
	    T(a_gateway_that_is_gone_lets_nobody_in),
	    T(a_gateway_that_asks_for_ever_is_left),
	    T(a_socket_where_others_can_write_is_not_trusted),
	    T(nothing_stays_open_but_the_way_there),
	    T(it_works_beyond_the_1024th_fd),
	    T(it_can_be_loaded_and_unloaded_many_times),
	    T(a_storm_of_signals_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
