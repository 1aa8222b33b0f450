/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/audit/role_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/role/role.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

/* build/tests/AREA/TEST and build/libexec/NAME */
static void
binary_path(const char *name, char *path_r, size_t size)
{
	char self[256];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

	assert_true(len > 0);
	self[len] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	snprintf(path_r, size, "%s/libexec/%s", self, name);
}

void
role_fixture_start(struct role_fixture *p, enum role role, const char *name)
{
	char path[512];
	int pair[2];

	binary_path(name, path, sizeof path);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGXFSZ, SIG_IGN); /* a full disk is an error only */
		if (dup2(pair[1], ROLE_CONTROL_FD) < 0)
			_exit(126);
		setenv(ROLE_RELEASE, SALLYPORT_VERSION, 1);
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	channel_init(&p->control, pair[0], ROLE_PARENT, role);
}

static void
send_note(struct role_fixture *p, const struct message *m)
{
	/* it may have ended already: READY tells */
	channel_send(&p->control, m);
}

void
role_fixture_conf(struct role_fixture *p, const void *conf, size_t size)
{
	struct message m;

	message_init(&m, MSG_PARENT_CONFIG_NOTE);
	memcpy(m.u.PARENT_CONFIG_NOTE.conf, conf, size);
	m.u.PARENT_CONFIG_NOTE.conf_size = size;
	send_note(p, &m);
}

void
role_fixture_peer(
    struct role_fixture *p, enum role peer, struct channel *channel_r)
{
	struct message m;
	int pair[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	message_init(&m, MSG_PARENT_PEER_NOTE);
	m.u.PARENT_PEER_NOTE.peer = (uint8_t)peer;
	m.u.PARENT_PEER_NOTE.number = ++p->links;
	m.fd = pair[1];
	send_note(p, &m);
	close(pair[1]);
	channel_init(channel_r, pair[0], peer, p->control.peer);
}

void
role_fixture_await_lost(struct role_fixture *p, enum role peer)
{
	struct message m;

	do
		assert_int_equal(channel_receive(&p->control, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
	while (m.type == MSG_PARENT_STATE_NOTE);
	assert_int_equal(m.type, MSG_PARENT_LOST_NOTE);
	assert_int_equal(m.u.PARENT_LOST_NOTE.peer, peer);
	assert_int_equal(m.u.PARENT_LOST_NOTE.number, p->links);
}

void
role_fixture_file(struct role_fixture *p, const char *name, int fd)
{
	struct message m;

	message_init(&m, MSG_PARENT_FILE_NOTE);
	snprintf(m.u.PARENT_FILE_NOTE.name, sizeof m.u.PARENT_FILE_NOTE.name,
	    "%s", name);
	m.fd = fd;
	send_note(p, &m);
	close(fd);
}

static int
go(struct role_fixture *p, enum go go)
{
	struct message m;

	message_init(&m, MSG_PARENT_GO_NOTE);
	m.u.PARENT_GO_NOTE.go = (uint8_t)go;
	send_note(p, &m);
	p->why[0] = '\0';
	do
		if (channel_receive(&p->control, &m, PATIENCE_MS) !=
		    CHANNEL_MESSAGE)
			return 0;
	while (m.type == MSG_PARENT_STATE_NOTE ||
	       m.type == MSG_PARENT_LOST_NOTE ||
	       m.type == MSG_PARENT_SHOWN_NOTE ||
	       m.type == MSG_PARENT_SERVER_NOTE);
	if (m.type != MSG_PARENT_READY_NOTE)
		return 0;
	snprintf(p->why, sizeof p->why, "%s", m.u.PARENT_READY_NOTE.text);
	return !m.u.PARENT_READY_NOTE.failed;
}

int
role_fixture_go(struct role_fixture *p)
{
	return go(p, GO_START);
}

int
role_fixture_reload(struct role_fixture *p)
{
	return go(p, GO_STAGE) && go(p, GO_SWAP);
}

static int
wait_for(struct role_fixture *p)
{
	int status;

	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	p->pid = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

int
role_fixture_end(struct role_fixture *p)
{
	channel_close(&p->control);
	return wait_for(p);
}

void
role_fixture_kill(struct role_fixture *p)
{
	kill(p->pid, SIGKILL);
	channel_close(&p->control);
	wait_for(p);
}
