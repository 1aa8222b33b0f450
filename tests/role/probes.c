/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/role/probes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/role/narrow.h"
#include "gatewayd/role/sandbox.h"
#include "tests/support/unit.h"

#define NOBODY 65534

struct probe_world probe_world;

/* in the test's directory; the sandboxed children stand in its "work" */
static char top[] = "/tmp/sallyport-sandbox-XXXXXX";

void
probe_become_nobody(void)
{
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		_exit(125);
}

static noreturn void
child(int (*call)(void), uint32_t allow, bool nobody, bool narrow)
{
	const char *const read[] = {"readable", "not-there", NULL};
	struct sandbox s = {.allow = allow, .read = read};
	struct sched_param batch = {0};

	/* a taken-over role must find open fds, not a terminal */
	if (chdir("work") < 0)
		_exit(126);
	if (nobody)
		probe_become_nobody();
	sched_setscheduler(0, SCHED_BATCH, &batch);
	signal(SIGTERM, SIG_IGN);
	if (sandbox_enter(&s) < 0 || (narrow && narrow_enter() < 0))
		_exit(127);
	errno = 0;
	_exit(call() < 0 ? errno : SUCCESS);
}

int
probe_outcome(int (*call)(void), uint32_t allow, bool nobody, bool narrow)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		child(call, allow, nobody, narrow);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 125);
	assert_int_not_equal(WEXITSTATUS(status), 126);
	assert_int_not_equal(WEXITSTATUS(status), 127);
	return WEXITSTATUS(status);
}

static int
make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	return fd < 0 || fchmod(fd, 0666) < 0 ? -1 : fd;
}

static int
make_directory_for_all(const char *path)
{
	return mkdir(path, 0777) < 0 ? -1 : chmod(path, 0777);
}

static int
listen_for_probes(void)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX,
			       .sun_path = "work/socket"},
			   stream = {.sun_family = AF_UNIX,
			       .sun_path = "work/stream"},
			   abstract = {.sun_family = AF_UNIX};
	struct sockaddr_in tcp = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof tcp;
	int a = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
	    b = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
	    c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	    d = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(probe_world.abstract, sizeof probe_world.abstract, "%s", top);
	memcpy(abstract.sun_path + 1, probe_world.abstract,
	    sizeof probe_world.abstract);
	if (bind(a, (void *)&path, sizeof path) < 0 || listen(a, 4096) < 0 ||
	    chmod("work/socket", 0666) < 0 ||
	    bind(d, (void *)&stream, sizeof stream) < 0 ||
	    listen(d, 4096) < 0 || chmod("work/stream", 0666) < 0 ||
	    bind(b, (void *)&abstract, sizeof abstract) < 0 ||
	    listen(b, 4096) < 0 || bind(c, (void *)&tcp, sizeof tcp) < 0 ||
	    listen(c, 4096) < 0 || getsockname(c, (void *)&tcp, &size) < 0)
		return -1;
	probe_world.port = ntohs(tcp.sin_port);
	probe_world.listening = c;
	probe_world.listening_unix = d;
	return 0;
}

int
probes_set_up(void **state)
{
	if (mkdtemp(top) == NULL || chmod(top, 0777) < 0 || chdir(top) < 0 ||
	    make_directory_for_all("work") < 0 ||
	    make_directory_for_all("work/readable") < 0 ||
	    make_directory_for_all("work/closed") < 0 ||
	    make_file("work/closed/file") < 0 || make_file("victim") < 0 ||
	    make_file("work/readable/file") < 0 || chmod("work/closed", 0) < 0)
		return -1;
	probe_world.file = make_file("work/file");
	if (probe_world.file < 0 || pipe2(probe_world.pipe, O_CLOEXEC) < 0 ||
	    socketpair(
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, probe_world.pair) < 0)
		return -1;
	return listen_for_probes();
}

int
probes_tear_down(void **state)
{
	static const char *const files[] = {"victim", "work/socket",
	    "work/stream", "work/file", "work/closed/file",
	    "work/readable/file"};

	chmod("work/closed", 0700);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	rmdir("work/closed");
	rmdir("work/readable");
	rmdir("work");
	/* fails, and so do the tests, if a probe has left a file */
	return chdir("/") < 0 || rmdir(top) < 0 ? -1 : 0;
}
