/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/rig.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/role/role.h"
#include "gatewayd/role/sandbox.h"
#include "lib/base/clock.h"
#include "lib/base/dn.h"
#include "lib/conf/conf_profiles.h"
#include "tests/support/patience.h"

/* longer than the role itself would wait for its server */
#define ANSWER_MS (2 * PATIENCE_MS)

static void
die(const char *what)
{
	perror(what);
	abort();
}

size_t
rig_build(const char *argv0)
{
	const char *end = strstr(argv0, "/tests/");

	if (end == NULL)
		end = strstr(argv0, "/bench/");
	if (end == NULL)
		die("run as build/tests/directory/...");
	return (size_t)(end - argv0);
}

const char *
rig_program(const char *argv0)
{
	static char path[4096];

	snprintf(path, sizeof path, "%.*s/libexec/directory",
	    (int)rig_build(argv0), argv0);
	return path;
}

void
rig_conf(struct conf_directory *c)
{
	memset(c, 0, sizeof *c);
	c->role.allow = SANDBOX_INET | SANDBOX_READ;
	c->connect_timeout = PATIENCE_MS / 2;
	c->operation_timeout = PATIENCE_MS;
	c->search_connections = 1;
	c->bind_connections = 2;
	snprintf(c->bind_dn, CONF_TEXT, "cn=service,dc=example,dc=test");
	snprintf(c->bind_password, CONF_TEXT, "service-password");
	snprintf(c->base, CONF_TEXT, "dc=example,dc=test");
	snprintf(c->object_class, CONF_TEXT, "inetOrgPerson");
	conf_profile_fill(c);
}

static void
send_fd(struct rig *r, enum message_type type, int fd)
{
	struct message m;

	message_init(&m, type);
	m.fd = fd;
	if (type == MSG_PARENT_LISTEN_NOTE)
		snprintf(m.u.PARENT_LISTEN_NOTE.name,
		    sizeof m.u.PARENT_LISTEN_NOTE.name, "directory");
	else
		m.u.PARENT_PEER_NOTE.peer = ROLE_AUTHORITY;
	if (channel_send(&r->control, &m) < 0)
		fprintf(stderr, "rig: the role is gone\n");
	close(fd);
}

/* As the parent does: what the file holds, in memory that no path leads to. */
static void
send_file(struct rig *r, const char *path)
{
	static char text[65536];
	struct message m;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return; /* the role says that there is none */
	n = read(fd, text, sizeof text);
	close(fd);
	fd = memfd_create("file", MFD_CLOEXEC);
	if (n < 0 || fd < 0 || write(fd, text, (size_t)n) != n)
		die("file");
	message_init(&m, MSG_PARENT_FILE_NOTE);
	snprintf(m.u.PARENT_FILE_NOTE.name, sizeof m.u.PARENT_FILE_NOTE.name,
	    "%s", path);
	m.fd = fd;
	if (channel_send(&r->control, &m) < 0)
		fprintf(stderr, "rig: the role is gone\n");
	close(fd);
}

const char *const *rig_groups =
    (const char *const[]){"cn=sre,ou=groups,dc=example,dc=test",
	"cn=on call,ou=groups,dc=example,dc=test", NULL};

/* As the parent does, with the groups that the policy names. */
static void
send_groups(struct rig *r)
{
	int fd = memfd_create("groups", MFD_CLOEXEC);
	char dn[DN_MAX + 1];
	struct message m;

	for (const char *const *g = rig_groups; *g != NULL; g++) {
		long size = dn_normalise(*g, dn, DN_MAX);

		if (size < 0)
			die("groups");
		dn[size] = '\0';
		if (write(fd, dn, (size_t)size + 1) < 0)
			die("groups");
	}
	message_init(&m, MSG_PARENT_FILE_NOTE);
	snprintf(m.u.PARENT_FILE_NOTE.name, sizeof m.u.PARENT_FILE_NOTE.name,
	    "groups");
	m.fd = fd;
	if (channel_send(&r->control, &m) < 0)
		fprintf(stderr, "rig: the role is gone\n");
	close(fd);
}

static int
send_go(struct rig *r, enum go go)
{
	static struct message m;

	message_init(&m, MSG_PARENT_GO_NOTE);
	m.u.PARENT_GO_NOTE.go = (uint8_t)go;
	if (channel_send(&r->control, &m) < 0)
		return -1;
	do
		if (channel_receive(&r->control, &m, ANSWER_MS) !=
		    CHANNEL_MESSAGE)
			return -1;
	while (m.type == MSG_PARENT_STATE_NOTE ||
	       m.type == MSG_PARENT_SHOWN_NOTE ||
	       m.type == MSG_PARENT_SERVER_NOTE);
	if (m.type != MSG_PARENT_READY_NOTE || m.u.PARENT_READY_NOTE.go != go)
		return -1;
	snprintf(r->why, sizeof r->why, "%s", m.u.PARENT_READY_NOTE.text);
	return m.u.PARENT_READY_NOTE.failed ? -1 : 0;
}

static int
send_conf(struct rig *r, const struct conf_directory *conf, bool reload)
{
	static struct message m;

	message_init(&m, MSG_PARENT_CONFIG_NOTE);
	memcpy(m.u.PARENT_CONFIG_NOTE.conf, conf, sizeof *conf);
	m.u.PARENT_CONFIG_NOTE.conf_size = sizeof *conf;
	if (channel_send(&r->control, &m) < 0)
		return -1;
	if (conf->ca[0] != '\0')
		send_file(r, conf->ca);
	if (conf->crl[0] != '\0')
		send_file(r, conf->crl);
	send_groups(r);
	if (!reload) {
		send_fd(r, MSG_PARENT_LISTEN_NOTE, r->listen);
		rig_restart_authority(r);
		return send_go(r, GO_START);
	}
	return send_go(r, GO_STAGE) < 0 ? -1 : send_go(r, GO_SWAP);
}

static void
make_socket(struct rig *r)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(r->dir, sizeof r->dir, "/tmp/directory-test.XXXXXX");
	if (mkdtemp(r->dir) == NULL)
		die("mkdtemp");
	snprintf(r->socket, sizeof r->socket, "%s/directory.sock", r->dir);
	memcpy(a.sun_path, r->socket, sizeof r->socket);
	r->listen = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (r->listen < 0 || bind(r->listen, (void *)&a, sizeof a) < 0 ||
	    listen(r->listen, 128) < 0)
		die(r->socket);
}

static void
run_role(const char *program, int control, const char *dir)
{
	char log[96];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(log, sizeof log, "%s/log", dir);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, 2) < 0 ||
	    (control != ROLE_CONTROL_FD && dup2(control, ROLE_CONTROL_FD) < 0))
		_exit(99);
	if (control == ROLE_CONTROL_FD)
		fcntl(control, F_SETFD, 0);
	setenv(ROLE_RELEASE, SALLYPORT_VERSION, 1);
	execl(program, program, (char *)NULL);
	_exit(98);
}

int
rig_start(struct rig *r, const char *program, const struct conf_directory *conf)
{
	struct conf_directory c = *conf;
	int pair[2];

	memset(r, 0, sizeof *r);
	r->authority.fd = -1;
	make_socket(r);
	snprintf(c.role.root, sizeof c.role.root, "%s", r->dir);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die("socketpair");
	r->role = fork();
	if (r->role == 0)
		run_role(program, pair[1], r->dir);
	close(pair[1]);
	channel_init(&r->control, pair[0], ROLE_PARENT, ROLE_DIRECTORY);
	return send_conf(r, &c, false);
}

int
rig_reload(struct rig *r, const struct conf_directory *conf)
{
	struct conf_directory c = *conf;

	snprintf(c.role.root, sizeof c.role.root, "%s", r->dir);
	return send_conf(r, &c, true);
}

void
rig_restart_authority(struct rig *r)
{
	int pair[2];

	channel_close(&r->authority);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die("socketpair");
	channel_init(&r->authority, pair[0], ROLE_AUTHORITY, ROLE_DIRECTORY);
	send_fd(r, MSG_PARENT_PEER_NOTE, pair[1]);
}

int
rig_stop(struct rig *r)
{
	char path[128];
	int status = 0;

	channel_close(&r->control);
	channel_close(&r->authority);
	for (int ms = 0; waitpid(r->role, &status, WNOHANG) == 0; ms += 10) {
		if (ms == PATIENCE_MS)
			kill(r->role, SIGKILL);
		usleep(10000);
	}
	/* nobody can look at it any more after this */
	if (status != 0)
		rig_print_log(r);
	unlink(r->socket);
	snprintf(path, sizeof path, "%s/log", r->dir);
	unlink(path);
	if (rmdir(r->dir) < 0)
		die(r->dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
set_id(uint8_t *id, size_t size, unsigned n)
{
	memset(id, 0, size);
	memcpy(id, &n, sizeof n);
}

void
rig_ask(struct rig *r, unsigned attempt, unsigned ticket, bool decoy,
    const char *name)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_LOOKUP_REQ);
	set_id(m.u.DIRECTORY_LOOKUP_REQ.attempt, ATTEMPT_ID, attempt);
	set_id(m.u.DIRECTORY_LOOKUP_REQ.ticket, TICKET, ticket);
	m.u.DIRECTORY_LOOKUP_REQ.decoy = decoy;
	snprintf(m.u.DIRECTORY_LOOKUP_REQ.name,
	    sizeof m.u.DIRECTORY_LOOKUP_REQ.name, "%s", name);
	if (channel_send(&r->authority, &m) < 0)
		fprintf(stderr, "rig: the role is gone\n");
}

int
rig_answer(
    struct rig *r, unsigned *attempt_r, struct msg_DIRECTORY_LOOKUP_ANS *answer)
{
	static struct message m;

	if (channel_receive(&r->authority, &m, ANSWER_MS) != CHANNEL_MESSAGE ||
	    m.type != MSG_DIRECTORY_LOOKUP_ANS)
		return -1;
	if (answer != NULL)
		*answer = m.u.DIRECTORY_LOOKUP_ANS;
	if (attempt_r != NULL)
		memcpy(attempt_r, m.u.DIRECTORY_LOOKUP_ANS.attempt,
		    sizeof *attempt_r);
	return m.u.DIRECTORY_LOOKUP_ANS.status;
}

int
rig_lookup(struct rig *r, unsigned attempt, const char *name,
    struct msg_DIRECTORY_LOOKUP_ANS *answer)
{
	rig_ask(r, attempt, attempt, false, name);
	return rig_answer(r, NULL, answer);
}

void
rig_allow(struct rig *r, unsigned attempt, bool decoy)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_BIND_NOTE);
	set_id(m.u.DIRECTORY_BIND_NOTE.attempt, ATTEMPT_ID, attempt);
	m.u.DIRECTORY_BIND_NOTE.decoy = decoy;
	channel_send(&r->authority, &m);
}

int
rig_password(struct rig *r, unsigned attempt, unsigned ticket,
    const void *password, size_t size)
{
	int result = rig_hand_on(r, attempt, ticket, password, size);

	rig_allow(r, attempt, false);
	return result;
}

int
rig_hand_on(struct rig *r, unsigned attempt, unsigned ticket,
    const void *password, size_t size)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct channel c;
	static struct message m;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), result;

	memcpy(a.sun_path, r->socket, sizeof r->socket);
	if (fd < 0 || connect(fd, (void *)&a, sizeof a) < 0)
		die(r->socket);
	channel_init(&c, fd, ROLE_LOGIN, ROLE_DIRECTORY);
	message_init(&m, MSG_DIRECTORY_PASSWORD_REQ);
	set_id(m.u.DIRECTORY_PASSWORD_REQ.attempt, ATTEMPT_ID, attempt);
	set_id(m.u.DIRECTORY_PASSWORD_REQ.ticket, TICKET, ticket);
	memcpy(m.u.DIRECTORY_PASSWORD_REQ.password, password, size);
	m.u.DIRECTORY_PASSWORD_REQ.password_size = size;
	result = channel_send(&c, &m);
	if (result == 0 && channel_receive(&c, &m, ANSWER_MS) != CHANNEL_CLOSED)
		result = -1;
	channel_close(&c);
	return result;
}

int
rig_verdict(struct rig *r, unsigned *attempt_r, enum account_state *state_r,
    int timeout_ms)
{
	static struct message m;

	if (channel_receive(&r->authority, &m, timeout_ms) != CHANNEL_MESSAGE ||
	    m.type != MSG_DIRECTORY_VERDICT_NOTE)
		return -1;
	if (attempt_r != NULL)
		memcpy(attempt_r, m.u.DIRECTORY_VERDICT_NOTE.attempt,
		    sizeof *attempt_r);
	if (state_r != NULL)
		*state_r = (enum account_state)m.u.DIRECTORY_VERDICT_NOTE.state;
	return m.u.DIRECTORY_VERDICT_NOTE.verdict;
}

void
rig_forget(struct rig *r, unsigned attempt)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_FORGET_NOTE);
	set_id(m.u.DIRECTORY_FORGET_NOTE.attempt, ATTEMPT_ID, attempt);
	channel_send(&r->authority, &m);
}

int
rig_login(struct rig *r, const char *name, const char *password,
    enum account_state *state_r)
{
	static unsigned attempt = 1000000;
	int status = rig_lookup(r, ++attempt, name, NULL);

	if (status != LOOKUP_FOUND) {
		rig_forget(r, attempt);
		return 100 + status;
	}
	if (rig_password(r, attempt, attempt, password, strlen(password)) < 0)
		return -2;
	return rig_verdict(r, NULL, state_r, ANSWER_MS);
}

bool
rig_logged(const struct rig *r, const char *text)
{
	char path[128], line[1024];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "%s/log", r->dir);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = strstr(line, text) != NULL;
	fclose(f);
	return found;
}

bool
rig_await_log(const struct rig *r, const char *text)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	while (!rig_logged(r, text)) {
		if (clock_mono_ms() > limit)
			return false;
		usleep(10000);
	}
	return true;
}

void
rig_print_log(const struct rig *r)
{
	char path[128], text[4096];
	long from;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/log", r->dir);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	from = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : 0;
	fseek(f, from > (long)sizeof text ? from - (long)sizeof text : 0,
	    SEEK_SET);
	n = fread(text, 1, sizeof text, f);
	fwrite(text, 1, n, stderr);
	fclose(f);
}
