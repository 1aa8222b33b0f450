/* SPDX-License-Identifier: Apache-2.0 */
/* What the parent says of a process, and that it says nothing of another. */
#include "gatewayd/parent/ancestry.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/parent/proc.h"
#include "lib/base/buf.h"
#include "tests/support/unit.h"

/* A child of ours and a child of that: what is asked about is the second. */
struct family {
	pid_t child, grandchild;
	int pidfd;
};

static int
set_login_uid(const char *uid)
{
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, uid, strlen(uid));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static void
wait_for_the_end(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static struct family
start_family(const char *login_uid, bool lasting)
{
	struct family f;
	int out[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	f.child = fork();
	if (f.child == 0) {
		if (login_uid != NULL && set_login_uid(login_uid) < 0)
			_exit(1);
		f.grandchild = fork();
		if (f.grandchild == 0 && lasting)
			alarm(60);
		while (f.grandchild == 0 && lasting)
			pause();
		if (f.grandchild == 0)
			wait_for_the_end();
		if (write(out[1], &f.grandchild, sizeof(pid_t)) < 0)
			_exit(1);
		wait_for_the_end();
	}
	close(out[1]);
	if (read(out[0], &f.grandchild, sizeof(pid_t)) != sizeof(pid_t)) {
		close(out[0]);
		waitpid(f.child, NULL, 0);
		f.pidfd = -1;
		return f;
	}
	close(out[0]);
	f.pidfd = proc_open(f.grandchild);
	assert_true(f.pidfd >= 0);
	return f;
}

static struct family
start(const char *login_uid)
{
	return start_family(login_uid, false);
}

static struct family
start_lasting(void)
{
	return start_family(NULL, true);
}

static void
stop(struct family *f)
{
	kill(f->grandchild, SIGKILL);
	kill(f->child, SIGKILL);
	waitpid(f->child, NULL, 0);
	close(f->pidfd);
}

static pid_t
ancestor(const struct msg_PARENT_WHO_ANS *a, size_t at)
{
	struct reader r;

	if (at * 4 >= a->ancestors_size)
		return 0;
	reader_init(&r, a->ancestors + at * 4, 4);
	return (pid_t)reader_u32(&r);
}

static void
a_process_is_known_by_all_that_are_above_it(void **state)
{
	struct msg_PARENT_WHO_ANS a = {0};
	struct family f = start(NULL);
	size_t count;

	ancestry_look(f.pidfd, 0, &a);
	assert_int_equal(a.known, 1);
	assert_int_equal(a.pid, f.grandchild);
	assert_int_equal(ancestor(&a, 0), f.child);
	assert_int_equal(ancestor(&a, 1), getpid());
	assert_int_equal(ancestor(&a, 2), getppid());
	count = a.ancestors_size / 4;
	assert_true(count < ANCESTORS_MAX);
	assert_int_equal(ancestor(&a, count - 1), 1);
	assert_int_equal(
	    a.audit_session, proc_number(f.grandchild, "sessionid"));
	stop(&f);
}

/* Whose opener is known is not looked at further up. */
static void
nobody_is_told_above_the_one_that_was_asked_for(void **state)
{
	struct msg_PARENT_WHO_ANS a = {0}, at_once = {0}, never = {0};
	struct family f = start(NULL);

	ancestry_look(f.pidfd, f.child, &a);
	assert_int_equal(a.known, 1);
	assert_int_equal(a.pid, f.grandchild);
	assert_int_equal(a.ancestors_size, 4);
	assert_int_equal(ancestor(&a, 0), f.child);
	ancestry_look(f.pidfd, f.grandchild, &at_once);
	assert_int_equal(at_once.known, 1);
	assert_int_equal(at_once.pid, f.grandchild);
	assert_int_equal(at_once.ancestors_size, 0);
	ancestry_look(f.pidfd, INT32_MAX, &never);
	assert_int_equal(ancestor(&never, never.ancestors_size / 4 - 1), 1);
	stop(&f);
}

static void
login_uid_and_audit_session_are_those_of_the_kernel(void **state)
{
	struct msg_PARENT_WHO_ANS first = {0}, second = {0};
	struct family f = start("12345"), g;

	if (f.pidfd < 0)
		skip(); /* no audit in this kernel, or set for good already */
	g = start("12345");
	ancestry_look(f.pidfd, 0, &first);
	ancestry_look(g.pidfd, 0, &second);
	assert_int_equal(first.login_uid, 12345);
	assert_int_equal(second.login_uid, 12345);
	assert_int_not_equal(first.audit_session, WHO_UNSET);
	assert_int_not_equal(first.audit_session, second.audit_session);
	stop(&f);
	stop(&g);
}

/* One whose parent has ended: it goes on, below init or us. */
static void
who_was_left_behind_is_not_below_the_one_that_ended(void **state)
{
	struct msg_PARENT_WHO_ANS a = {0};
	struct family f;

	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	f = start_lasting();
	kill(f.child, SIGKILL);
	assert_int_equal(waitpid(f.child, NULL, 0), f.child);
	ancestry_look(f.pidfd, 0, &a);
	assert_int_equal(a.known, 1);
	assert_int_equal(ancestor(&a, 0), getpid());
	kill(f.grandchild, SIGKILL);
	assert_int_equal(waitpid(f.grandchild, NULL, 0), f.grandchild);
	close(f.pidfd);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

static void
nothing_is_known(int pidfd)
{
	static const struct msg_PARENT_WHO_ANS none;
	struct msg_PARENT_WHO_ANS a = {0};

	ancestry_look(pidfd, 0, &a);
	assert_memory_equal(&a, &none, sizeof a);
}

static void
of_a_process_that_has_ended_nothing_is_known(void **state)
{
	pid_t pid = fork();
	int pidfd;

	if (pid == 0)
		wait_for_the_end();
	pidfd = proc_open(pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
	nothing_is_known(pidfd); /* not reaped yet */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	nothing_is_known(pidfd);
	close(pidfd);
}

static void
of_what_is_no_process_nothing_is_known(void **state)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	nothing_is_known(fd);
	close(fd);
	nothing_is_known(-1);
}

/* The last of a line of that many children; each ends with the one above. */
static void
go_down(int deep, int out)
{
	pid_t me;

	for (; deep > 0; deep--) {
		pid_t below = fork();

		if (below != 0)
			wait_for_the_end();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	me = getpid();
	if (write(out, &me, sizeof me) < 0)
		_exit(1);
	wait_for_the_end();
}

static void
a_line_of_ancestors_that_is_too_long_is_cut(void **state)
{
	struct msg_PARENT_WHO_ANS a = {0};
	pid_t first, last;
	int out[2], pidfd;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	first = fork();
	if (first == 0)
		go_down(ANCESTORS_MAX + 8, out[1]);
	assert_int_equal(read(out[0], &last, sizeof last), sizeof last);
	pidfd = proc_open(last);
	ancestry_look(pidfd, 0, &a);
	assert_int_equal(a.known, 1);
	assert_int_equal(a.ancestors_size, 4 * ANCESTORS_MAX);
	kill(first, SIGKILL);
	waitpid(first, NULL, 0);
	close(pidfd);
	close(out[0]);
	close(out[1]);
}

static void
authority_is_told_under_the_number_of_its_question(void **state)
{
	static struct parent parent;
	static struct message got;
	struct channel authority = {0};
	struct message m;
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	channel_init(&parent.child[ROLE_AUTHORITY].control, fds[0], ROLE_PARENT,
	    ROLE_AUTHORITY);
	channel_init(&authority, fds[1], ROLE_AUTHORITY, ROLE_PARENT);
	message_init(&m, MSG_PARENT_WHO_REQ);
	m.u.PARENT_WHO_REQ.id = 77;
	m.u.PARENT_WHO_REQ.until = (uint32_t)getppid();
	m.fd = proc_open(getpid());
	ancestry_answer(&parent, &m);
	assert_int_equal(m.fd, -1);
	assert_int_equal(
	    channel_receive(&authority, &got, 1000), CHANNEL_MESSAGE);
	assert_int_equal(got.type, MSG_PARENT_WHO_ANS);
	assert_int_equal(got.u.PARENT_WHO_ANS.id, 77);
	assert_int_equal(got.u.PARENT_WHO_ANS.pid, getpid());
	assert_int_equal(got.u.PARENT_WHO_ANS.ancestors_size, 4);
	channel_close(&authority);
	channel_close(&parent.child[ROLE_AUTHORITY].control);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_process_is_known_by_all_that_are_above_it),
	    cmocka_unit_test(nobody_is_told_above_the_one_that_was_asked_for),
	    cmocka_unit_test(
		login_uid_and_audit_session_are_those_of_the_kernel),
	    cmocka_unit_test(
		who_was_left_behind_is_not_below_the_one_that_ended),
	    cmocka_unit_test(of_a_process_that_has_ended_nothing_is_known),
	    cmocka_unit_test(of_what_is_no_process_nothing_is_known),
	    cmocka_unit_test(a_line_of_ancestors_that_is_too_long_is_cut),
	    cmocka_unit_test(
		authority_is_told_under_the_number_of_its_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
