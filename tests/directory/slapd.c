/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/slapd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "tests/directory/rig.h"
#include "tests/support/free_port.h"
#include "tests/support/patience.h"

const char *
slapd_missing(void)
{
	if (access("/usr/sbin/slapd", X_OK) != 0)
		return "slapd is not installed";
	if (access("/usr/bin/openssl", X_OK) != 0)
		return "openssl is not installed";
	return NULL;
}

/* In the child: ends with the test, and says nothing but to standard error. */
static void
begin_script(const char *argv0, const char *name, char path_r[4096])
{
	int build = (int)rig_build(argv0);
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* the sources are where build/, or build/san/, is */
	snprintf(
	    path_r, 4096, "%.*s/../tests/directory/%s", build, argv0, name);
	if (access(path_r, X_OK) != 0)
		snprintf(path_r, 4096, "%.*s/../../tests/directory/%s", build,
		    argv0, name);
	dup2(null, 0);
	dup2(null, 1);
}

static void
exec_world(const struct slapd *s, const char *argv0, unsigned users)
{
	char script[4096], port[16], tls[16], count[16];

	begin_script(argv0, "slapd-world", script);
	snprintf(port, sizeof port, "%u", s->port);
	snprintf(tls, sizeof tls, "%u", s->tls_port);
	snprintf(count, sizeof count, "%u", users);
	execl(script, script, s->dir, port, tls, count, (char *)NULL);
	_exit(97);
}

/* It is this one, and no other server, that has bound the ports: it writes its
 * process id after that, and listens a little later. */
static bool
has_begun(const struct slapd *s)
{
	char path[96], text[16] = "";
	FILE *f;

	snprintf(path, sizeof path, "%s/slapd.pid", s->dir);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fgets(text, sizeof text, f) == NULL)
		text[0] = '\0';
	fclose(f);
	return atoi(text) == s->pid && strchr(text, '\n') != NULL;
}

static bool
answers(unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = connect(fd, (void *)&a, sizeof a) == 0;

	close(fd);
	return yes;
}

static int
try_to_start(struct slapd *s, const char *argv0, unsigned users)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	snprintf(s->dir, sizeof s->dir, "/tmp/directory-slapd.XXXXXX");
	if (mkdtemp(s->dir) == NULL)
		return -1;
	s->port = free_port();
	s->tls_port = free_port();
	s->pid = fork();
	if (s->pid == 0)
		exec_world(s, argv0, users);
	while (clock_mono_ms() < limit) {
		if (has_begun(s) && answers(s->port) && answers(s->tls_port))
			return 0;
		if (waitpid(s->pid, NULL, WNOHANG) != 0)
			break;
		usleep(10000);
	}
	slapd_stop(s);
	return -1;
}

int
slapd_start(struct slapd *s, const char *argv0, unsigned users)
{
	/* somebody else may have taken a port meanwhile */
	for (int i = 0; i < 5; i++)
		if (try_to_start(s, argv0, users) == 0)
			return 0;
	return -1;
}

void
slapd_remove(const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", dir, (char *)NULL);
		_exit(97);
	}
	waitpid(pid, NULL, 0);
}

void
slapd_stop(struct slapd *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	slapd_remove(s->dir); /* ours, made by mkdtemp() */
}

unsigned
slapd_tls(const char *argv0, const char *dir, const char *name,
    const char *chain, pid_t *pid_r)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;
	unsigned number = free_port();
	char script[4096], port[16];

	*pid_r = fork();
	if (*pid_r == 0) {
		begin_script(argv0, "slapd-tls", script);
		snprintf(port, sizeof port, "%u", number);
		execl(script, script, dir, port, name, chain, (char *)NULL);
		_exit(97);
	}
	while (!answers(number) && clock_mono_ms() < limit)
		usleep(10000);
	return number;
}

int
slapd_certificates(const char *argv0, const char *dir)
{
	char script[4096];
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		begin_script(argv0, "certificates", script);
		execl(script, script, dir, (char *)NULL);
		_exit(97);
	}
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : -1;
}
