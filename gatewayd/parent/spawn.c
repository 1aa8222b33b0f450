/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/role/role.h"
#include "lib/base/log.h"
#include "lib/conf/conf.h"

/* Runs in the child, and calls only functions that are safe after fork. */
static _Noreturn void
become(const char *path, const char *name, char *journal, int control)
{
	char *const arguments[] = {(char *)(uintptr_t)name, NULL};
	static char release[] = ROLE_RELEASE "=" SALLYPORT_VERSION;
	/* journal: the lines of a role have a priority too */
	char *const environment[] = {
	    release, journal[0] != '\0' ? journal : NULL, NULL};
	/* standard input may be a terminal, and roles must not read that */
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(control, ROLE_CONTROL_FD) < 0 ||
	    fcntl(ROLE_CONTROL_FD, F_SETFD, 0) < 0 ||
	    close_range(ROLE_CONTROL_FD + 1, ~0U, 0) < 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		fatal("cannot prepare the process for %s", path);
	execve(path, arguments, environment);
	fatal("%s", path);
}

pid_t
spawn_role(const char *libexec, enum role role, int *control_r)
{
	char path[CONF_PATH + 32], journal[96] = "";
	const char *stream = log_journal();
	int fds[2];
	pid_t pid;

	snprintf(path, sizeof path, "%s/%s", libexec, role_name(role));
	if (access(path, X_OK) < 0) {
		log_warn("%s", path);
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		log_warn("socketpair");
		return -1;
	}
	if (stream != NULL)
		snprintf(journal, sizeof journal, "JOURNAL_STREAM=%s", stream);
	pid = fork();
	if (pid == 0)
		become(path, role_name(role), journal, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		log_warn("fork");
		close(fds[0]);
		return -1;
	}
	*control_r = fds[0];
	return pid;
}
