/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the parent ends when authority says so, and whom it never does. */
#include "gatewayd/parent/end_session.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct checked configuration;
static struct parent parent = {.now = &configuration};
static char folder[] = "/tmp/sallyport-end-XXXXXX";

/* A copy of this program under that name: the kernel knows it by that. */
static void
copy_self(const char *name, char path[PATH_MAX])
{
	char bytes[65536];
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

/* A process that is nobody's child here, as a session's is none of gatewayd's;
 * it has one child. */
struct process {
	pid_t pid, child;
	int fd;	 /* its pidfd */
	int out; /* it says 'e' when it ends by itself */
};

static void
wait_a_while(void)
{
	alarm(60); /* whatever becomes of the test */
	for (;;)
		pause();
}

/* What a copy does. */
static int
be_process(const char *what)
{
	pid_t pids[2] = {getpid()};

	if (strcmp(what, "stubborn") == 0)
		signal(SIGTERM, SIG_IGN);
	pids[1] = fork();
	if (pids[1] == 0) {
		close(STDOUT_FILENO);
		wait_a_while();
	}
	if (write(STDOUT_FILENO, pids, sizeof pids) != sizeof pids)
		return 1;
	if (strcmp(what, "stubborn") != 0)
		wait_a_while();
	alarm(60);
	waitpid(pids[1], NULL, 0); /* as sudo: ends with its command */
	return write(STDOUT_FILENO, "e", 1) != 1;
}

static int
pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(fd >= 0);
	return fd;
}

static struct process
start(const char *name, const char *title, const char *what)
{
	struct process p;
	char path[PATH_MAX];
	pid_t pids[2], between;
	int out[2];

	copy_self(name, path);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	between = fork();
	assert_true(between >= 0);
	if (between == 0) {
		if (fork() == 0) {
			dup2(out[1], STDOUT_FILENO);
			execl(path, title, "wait", what, (char *)NULL);
		}
		_exit(0);
	}
	close(out[1]);
	assert_int_equal(waitpid(between, NULL, 0), between);
	assert_int_equal(read(out[0], pids, sizeof pids), sizeof pids);
	unlink(path);
	p = (struct process){pids[0], pids[1], pidfd(pids[0]), out[0]};
	return p;
}

static bool
ends(const struct process *p, int timeout_ms)
{
	struct pollfd poll_fd = {.fd = p->fd, .events = POLLIN};

	return poll(&poll_fd, 1, timeout_ms) == 1;
}

static bool
ended_by_itself(const struct process *p)
{
	char byte = 0;

	return read(p->out, &byte, 1) == 1 && byte == 'e';
}

static void
stop(const struct process *p)
{
	kill(p->pid, SIGKILL);
	kill(p->child, SIGKILL);
	assert_true(ends(p, 5000));
	close(p->fd);
	close(p->out);
}

static void
send_note(pid_t pid, enum end_step step)
{
	struct message m;

	message_init(&m, MSG_PARENT_END_NOTE);
	snprintf(m.u.PARENT_END_NOTE.session, SESSION_ID_MAX, "S");
	m.u.PARENT_END_NOTE.step = (uint8_t)step;
	m.fd = pidfd(pid);
	end_session(&parent, &m);
	assert_int_equal(m.fd, -1);
}

static void
assert_refuses(int fd, const char *why)
{
	const char *said = NULL;

	assert_int_equal(end_session_target(&parent, fd, &said), -1);
	assert_string_equal(said, why);
	close(fd);
}

static void
assert_unhurt(const struct process *p)
{
	assert_false(ends(p, 30));
	assert_int_equal(kill(p->child, 0), 0);
}

static void
refuses_program(const char *name, const char *title, const char *why)
{
	struct process p = start(name, title, "");

	assert_refuses(dup(p.fd), why);
	send_note(p.pid, END_TERMINATE);
	send_note(p.pid, END_CHILDREN);
	send_note(p.pid, END_KILL);
	assert_unhurt(&p);
	stop(&p);
}

static void
those_who_open_sessions_are_ended(void **state)
{
	static const char *const programs[][2] = {{"sshd", "sshd: ann [priv]"},
	    {"sshd-session", "sshd-session: ann [priv]"}, {"su", "su"},
	    {"sudo", "sudo"}, {"login", "login"}};

	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		struct process p = start(programs[i][0], programs[i][1], "");
		const char *why;

		assert_int_equal(
		    end_session_target(&parent, p.fd, &why), p.pid);
		assert_null(why);
		send_note(p.pid, END_TERMINATE);
		assert_true(ends(&p, 5000));
		stop(&p);
	}
}

static void
who_does_not_hear_loses_its_children_then_its_life(void **state)
{
	struct process p = start("sudo", "sudo", "stubborn");

	send_note(p.pid, END_TERMINATE);
	assert_unhurt(&p);
	send_note(p.pid, END_CHILDREN);
	assert_true(ends(&p, 5000));
	assert_true(ended_by_itself(&p));
	stop(&p);
	p = start("sudo", "sudo", "stubborn");
	send_note(p.pid, END_KILL);
	assert_true(ends(&p, 5000));
	assert_false(ended_by_itself(&p));
	stop(&p);
}

static void
a_step_that_is_none_does_nothing(void **state)
{
	struct process p = start("su", "su", "");

	send_note(p.pid, (enum end_step)0);
	send_note(p.pid, (enum end_step)9);
	assert_unhurt(&p);
	stop(&p);
}

static void
other_programs_are_left_alone(void **state)
{
	static const char why[] = "its program does not open a session and "
				  "end with it";

	refuses_program("sh", "su", why);
	refuses_program("gatewayd", "gatewayd", why);
	refuses_program("su2", "su", why);
	refuses_program("ssh", "sshd: ann [priv]", why);
}

static void
the_sshd_that_listens_is_left_alone(void **state)
{
	static const char why[] = "its process is the sshd that listens";

	refuses_program("sshd",
	    "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", why);
	refuses_program("sshd", "/usr/sbin/sshd", why);
	refuses_program("sshd", "sshd -D", why);
	/* nor is it one by a title of another */
	refuses_program("sshd", "bash: ann [priv]", why);
	/* a title has only the room of arguments and environment */
	refuses_program("sshd", "sshd: /usr/sbin/sshd -D -o Port=22 [lis", why);
	refuses_program("sshd", "sshd: /usr/sb", why);
	/* -r: no path is asked for */
	refuses_program("sshd", "sshd: sshd -r -o Port=2", why);
}

static void
every_title_of_a_login_is_known(void **state)
{
	static const char *const titles[] = {"sshd: ann [priv]",
	    "sshd: unknown [priv]", "sshd: root@pts/0", "sshd: root@notty",
	    "sshd: ann-b.c@pts/12,pts/13", "sshd: ann@EXAMPLE.COM [priv]",
	    "sshd: ann [pr", "sshd: ann"};

	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		struct process p = start("sshd", titles[i], "");
		const char *why;

		assert_int_equal(
		    end_session_target(&parent, p.fd, &why), p.pid);
		stop(&p);
	}
}

static void
roles_and_their_children_are_left_alone(void **state)
{
	static const char why[] = "its process belongs to no session";
	struct process p = start("login", "login", "");

	parent.child[ROLE_LOGIN].pid = p.pid;
	assert_refuses(dup(p.fd), why);
	assert_refuses(pidfd(p.child), why); /* one of its conversations */
	send_note(p.pid, END_KILL);
	send_note(p.child, END_KILL);
	assert_unhurt(&p);
	parent.child[ROLE_LOGIN].pid = 0;
	stop(&p);
}

static void
init_and_the_parent_itself_are_left_alone(void **state)
{
	assert_refuses(pidfd(1), "its process belongs to no session");
	assert_refuses(pidfd(getpid()), "its process belongs to no session");
}

static void
processes_of_other_users_are_left_alone(void **state)
{
	configuration.conf.gateway.module_uid = geteuid() + 1;
	refuses_program(
	    "su", "su", "its process is not of the PAM module's user");
	configuration.conf.gateway.module_uid = geteuid();
}

static void
what_is_no_pidfd_is_refused(void **state)
{
	int fds[2];

	assert_refuses(open("/dev/null", O_RDONLY), "is no pidfd");
	assert_refuses(open("/proc/self/status", O_RDONLY), "is no pidfd");
	assert_int_equal(pipe(fds), 0);
	assert_refuses(fds[0], "is no pidfd");
	assert_refuses(fds[1], "is no pidfd");
}

static void
a_dead_process_is_refused(void **state)
{
	pid_t pid = fork();
	int fd;

	if (pid == 0)
		_exit(0);
	fd = pidfd(pid);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_refuses(fd, "its process has ended");
}

static int
make_folder(void **state)
{
	configuration.conf.gateway.module_uid = geteuid();
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	return rmdir(folder);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(those_who_open_sessions_are_ended),
	    cmocka_unit_test(
		who_does_not_hear_loses_its_children_then_its_life),
	    cmocka_unit_test(a_step_that_is_none_does_nothing),
	    cmocka_unit_test(other_programs_are_left_alone),
	    cmocka_unit_test(the_sshd_that_listens_is_left_alone),
	    cmocka_unit_test(every_title_of_a_login_is_known),
	    cmocka_unit_test(roles_and_their_children_are_left_alone),
	    cmocka_unit_test(init_and_the_parent_itself_are_left_alone),
	    cmocka_unit_test(processes_of_other_users_are_left_alone),
	    cmocka_unit_test(what_is_no_pidfd_is_refused),
	    cmocka_unit_test(a_dead_process_is_refused),
	};

	if (argc == 3 && strcmp(argv[1], "wait") == 0)
		return be_process(argv[2]);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
