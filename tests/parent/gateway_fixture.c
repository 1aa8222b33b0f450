/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/parent/gateway_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "lib/base/clock.h"
#include "tests/support/a_certificate.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define SAID_MAX (1 << 20)
#define STEP_MS 10

/* build/tests/parent/TEST and build/NAME */
static void
built(const char *name, char *path_r, size_t size)
{
	char self[512];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	assert_true(length > 0);
	self[length] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	assert_true(snprintf(path_r, size, "%s/%s", self, name) < (int)size);
}

void
gateway_path(
    const struct gateway *g, const char *name, char *path_r, size_t size)
{
	assert_true(
	    snprintf(path_r, size, "%s/%s", g->directory, name) < (int)size);
}

void
gateway_write(struct gateway *g, const char *name, const char *format, ...)
{
	char path[128];
	va_list ap;
	FILE *f;

	gateway_path(g, name, path, sizeof path);
	f = fopen(path, "we");
	assert_non_null(f);
	va_start(ap, format);
	assert_true(vfprintf(f, format, ap) >= 0);
	va_end(ap);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Numbers that no other process of the machine is likely to have. */
static const char configuration[] =
    "gateway {\n"
    "\thost bastion.example.test\n"
    "\tissuer https://sallyport.example.test\n"
    "\truntime %1$s/run\n"
    "\tstate %1$s/state\n"
    "\tlibexec %1$s/libexec\n"
    "\tpolicy %1$s/policy.d\n"
    "\t%3$s\n"
    "}\n"
    "login { user 61811\n%2$s\n}\n"
    "directory {\n"
    "\tuser 61812\n"
    "\turi ldaps://127.0.0.1\n"
    "\tca %1$s/ca.pem\n"
    "\tbind-dn cn=gateway\n"
    "\tbind-password-file %1$s/password\n"
    "\tbase dc=example\n"
    "}\n"
    "authority { user 61813\n token-key %1$s/a.pem %1$s/b.pem }\n"
    "store { user 61814 }\n"
    "audit { user 61815\n%4$s\n}\n"
    "forward {\n"
    "\tuser 61816\n"
    "\tsink siem {\n"
    "\t\tkind relp\n"
    "\t\thost 127.0.0.1\n"
    "\t\tca %1$s/ca.pem\n"
    "\t}\n"
    "}\n";

void
gateway_configure(struct gateway *g, const char *login)
{
	gateway_write(
	    g, "gatewayd.conf", configuration, g->directory, login, "", "");
}

void
gateway_configure_gateway(struct gateway *g, const char *gateway)
{
	gateway_write(
	    g, "gatewayd.conf", configuration, g->directory, "", gateway, "");
}

void
gateway_configure_audit(struct gateway *g, const char *audit)
{
	gateway_write(
	    g, "gatewayd.conf", configuration, g->directory, "", "", audit);
}

void
gateway_mode(struct gateway *g, enum role role, const char *mode)
{
	char name[64];

	snprintf(name, sizeof name, "libexec/%s.mode", role_name(role));
	gateway_write(g, name, "%s", mode);
}

static void
make_folder(struct gateway *g, const char *name)
{
	char path[128];

	gateway_path(g, name, path, sizeof path);
	assert_int_equal(mkdir(path, 0755), 0);
}

int
gateway_make(void **state)
{
	static const char *const folders[] = {
	    "run", "state", "state/keys", "libexec", "policy.d"};
	struct gateway *g = calloc(1, sizeof *g);
	char fake[512], path[128], name[64];

	assert_non_null(g);
	snprintf(
	    g->directory, sizeof g->directory, "/tmp/sallyport-parent-XXXXXX");
	assert_non_null(mkdtemp(g->directory));
	assert_int_equal(chmod(g->directory, 0755), 0);
	g->notify = -1;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		make_folder(g, folders[i]);
	built("tests/parent/fake_role", fake, sizeof fake);
	for (size_t i = 0; i < role_rows; i++) {
		snprintf(
		    name, sizeof name, "libexec/%s", role_name(roles[i].role));
		gateway_path(g, name, path, sizeof path);
		assert_int_equal(symlink(fake, path), 0);
	}
	gateway_write(g, "ca.pem", A_CERTIFICATE);
	gateway_write(g, "password", "secret\n");
	gateway_write(g, "a.pem", "-----BEGIN PRIVATE KEY-----\n");
	gateway_write(g, "b.pem", "-----BEGIN PRIVATE KEY-----\n");
	gateway_write(g, "state/keys/seal.key", "%032d", 7);
	gateway_write(
	    g, "state/keys/checkpoint.pem", "-----BEGIN PRIVATE KEY-----\n");
	gateway_write(g, "policy.d/one.policy",
	    "group sre \"cn=sre,dc=example\"\n"
	    "hosts bastion bastion.example.test\n"
	    "permit sre to bastion with password + otp\nend\n");
	gateway_configure(g, "");
	*state = g;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int
gateway_remove(void **state)
{
	struct gateway *g = *state;

	if (g->pid > 0) {
		kill(g->pid, SIGKILL);
		waitpid(g->pid, NULL, 0);
	}
	if (g->notify >= 0)
		close(g->notify);
	nftw(g->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(g->said);
	free(g);
	return 0;
}

static void
open_notify(struct gateway *g, char *name, size_t size)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	gateway_path(g, "notify", name, size);
	gateway_path(g, "notify", a.sun_path, sizeof a.sun_path);
	g->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(g->notify >= 0);
	unlink(name);
	assert_int_equal(
	    bind(g->notify, (const struct sockaddr *)&a, sizeof a), 0);
}

void
gateway_start(struct gateway *g, const char *option)
{
	char program[512], conf[128], out[128], notify[128];

	built("sbin/gatewayd", program, sizeof program);
	gateway_path(g, "gatewayd.conf", conf, sizeof conf);
	gateway_path(g, "said", out, sizeof out);
	if (g->notify >= 0)
		close(g->notify);
	open_notify(g, notify, sizeof notify);
	g->pid = fork();
	assert_true(g->pid >= 0);
	if (g->pid == 0) {
		int fd = open(out, O_WRONLY | O_CREAT | O_APPEND, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* without a standard input, and with a descriptor, that the
		 * roles must not inherit */
		close(STDIN_FILENO);
		if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ||
		    dup2(fd, 40) < 0 ||
		    setenv("NOTIFY_SOCKET", notify, 1) < 0 ||
		    setenv("WATCHDOG_USEC", "200000", 1) < 0)
			_exit(126);
		execl(program, "gatewayd", "-f", conf, option, (char *)NULL);
		_exit(127);
	}
}

static void
pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

const char *
gateway_said(struct gateway *g)
{
	char path[128];
	ssize_t n = 0;
	int fd;

	if (g->said == NULL)
		g->said = malloc(SAID_MAX);
	assert_non_null(g->said);
	gateway_path(g, "said", path, sizeof path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, g->said, SAID_MAX - 1);
		close(fd);
	}
	g->said[n > 0 ? n : 0] = '\0';
	return g->said;
}

unsigned
gateway_count(struct gateway *g, const char *text)
{
	unsigned count = 0;

	for (const char *at = gateway_said(g); (at = strstr(at, text)) != NULL;
	     at++)
		count++;
	return count;
}

void
gateway_await(struct gateway *g, unsigned times, const char *text)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;
	unsigned count = 0;

	while (clock_mono_ms() < limit) {
		count = gateway_count(g, text);
		if (count >= times)
			return;
		pause_ms(STEP_MS);
	}
	fail_msg("said %u times, not %u: %s\n%s", count, times, text, g->said);
}

void
gateway_await_status(struct gateway *g, const char *text)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;
	char path[128], status[4096] = "";

	gateway_path(g, "run/status", path, sizeof path);
	while (clock_mono_ms() < limit) {
		FILE *f = fopen(path, "re");

		if (f != NULL) {
			if (fgets(status, sizeof status, f) == NULL)
				status[0] = '\0';
			fclose(f);
		}
		if (strstr(status, text) != NULL)
			return;
		pause_ms(STEP_MS);
	}
	fail_msg("the status lacks %s: %s\n%s", text, status, gateway_said(g));
}

void
gateway_start_ready(struct gateway *g)
{
	gateway_start(g, NULL);
	gateway_await_status(g, "\"ready\":true");
}

int
gateway_wait(struct gateway *g)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;
	int status;

	while (clock_mono_ms() < limit) {
		if (waitpid(g->pid, &status, WNOHANG) == g->pid) {
			g->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 256 + WTERMSIG(status);
		}
		pause_ms(STEP_MS);
	}
	fail_msg("gatewayd still runs\n%s", gateway_said(g));
	return -1;
}

int
gateway_stop(struct gateway *g)
{
	kill(g->pid, SIGTERM);
	return gateway_wait(g);
}

pid_t
gateway_role(struct gateway *g, enum role role)
{
	char text[32];
	const char *found = NULL;
	size_t size;

	snprintf(text, sizeof text, "fake %s ", role_name(role));
	size = strlen(text);
	for (const char *at = gateway_said(g); (at = strstr(at, text)) != NULL;
	     at++)
		if (strstr(at, " BEGIN ") != NULL &&
		    strstr(at, " BEGIN ") < strchr(at, '\n'))
			found = at;
	assert_non_null(found);
	return (pid_t)strtol(found + size, NULL, 10);
}

void
gateway_await_descriptors(const struct gateway *g, unsigned count)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;
	unsigned now = 0;

	/* it may be about to write its status */
	while (clock_mono_ms() < limit) {
		now = gateway_descriptors(g);
		if (now == count)
			return;
		pause_ms(STEP_MS);
	}
	fail_msg("%u descriptors are open, not %u", now, count);
}

unsigned
gateway_descriptors(const struct gateway *g)
{
	char path[64];
	unsigned count = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)g->pid);
	d = opendir(path);
	assert_non_null(d);
	while (readdir(d) != NULL)
		count++;
	closedir(d);
	return count;
}

int
gateway_connect(const struct gateway *g, const char *name, int type)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0), error;

	snprintf(
	    a.sun_path, sizeof a.sun_path, "%s/run/%s", g->directory, name);
	error =
	    connect(fd, (const struct sockaddr *)&a, sizeof a) < 0 ? errno : 0;
	close(fd);
	return error;
}

unsigned
gateway_said_of(struct gateway *g, enum role role, const char *what)
{
	char text[256];

	snprintf(text, sizeof text, "fake %s %d %s", role_name(role),
	    (int)gateway_role(g, role), what);
	return gateway_count(g, text);
}
