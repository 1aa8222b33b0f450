/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for any role process: says on standard error, a line each, what
 * it was given, greets its peers, and misbehaves as <libexec>/<role>.mode
 * tells it:
 *
 *   dies      ends before it is ready
 *   cannot    says why it cannot start, and ends
 *   silent    never gets ready
 *   slow      is ready after half a second
 *   two-lines says in two lines why it can do nothing
 *   hangs-up  closes its control channel once it is ready, and lives on
 *   hangs-up-once, hangs-up-each
 *             closes its first channel to another role, or each
 *   late      says that it lost every channel, also those that it has
 *   refuses   to stage a reload
 *   stages-slow, stages-not, dies-staging, dies-swapping
 *   stays     when it is asked to end
 */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/role/role.h"
#include "lib/conf/conf.h"
#include "lib/ipc/channel.h"

extern char **environ;

static struct {
	enum role role;
	char mode[16]; /* read anew at each start */
	struct channel control;
	int peer[ROLE_COUNT];
	uint32_t number[ROLE_COUNT]; /* of those channels */
	bool ready;
} self;

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
	char line[1024];
	int n = snprintf(line, sizeof line, "fake %s %d ", role_name(self.role),
	    (int)getpid());
	va_list ap;

	va_start(ap, format);
	n += vsnprintf(line + n, sizeof line - (size_t)n - 1, format, ap);
	va_end(ap);
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(9);
}

static bool
mode_is(const char *mode)
{
	return strcmp(self.mode, mode) == 0;
}

static void
read_mode(void)
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	char name[512];
	FILE *f;

	snprintf(name, sizeof name, "%s.mode", path);
	f = fopen(name, "re");
	if (f != NULL && fgets(self.mode, sizeof self.mode, f) == NULL)
		self.mode[0] = '\0';
	if (f != NULL)
		fclose(f);
}

/* Open descriptors but the one that looks. */
static void
say_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	char list[512] = "", input[64];
	struct dirent *e;
	size_t used = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(d))
			used +=
			    (size_t)snprintf(list + used, sizeof list - used,
				"%s%s", used ? "," : "", e->d_name);
	used = (size_t)readlink("/proc/self/fd/0", input, sizeof input - 1);
	input[used < sizeof input ? used : 0] = '\0';
	say("BEGIN fds=%s input=%s environment=%s%s", list, input,
	    environ[0] == NULL ? "empty" : environ[0],
	    environ[0] == NULL || environ[1] == NULL ? "" : " and more");
	if (d != NULL)
		closedir(d);
}

static void
say_lost(enum role peer, uint32_t number)
{
	struct message m;

	message_init(&m, MSG_PARENT_LOST_NOTE);
	m.u.PARENT_LOST_NOTE.peer = (uint8_t)peer;
	m.u.PARENT_LOST_NOTE.number = number;
	channel_send(&self.control, &m);
}

static void
take_peer(enum role peer, uint32_t number, int fd)
{
	static unsigned count;

	if (self.peer[peer] >= 0)
		close(self.peer[peer]);
	self.peer[peer] = fd;
	self.number[peer] = number;
	say("PEER %s", role_name(peer));
	if (mode_is("hangs-up-each") ||
	    (mode_is("hangs-up-once") && count++ == 0)) {
		close(fd);
		self.peer[peer] = -1;
		return;
	}
	if (mode_is("late") && number > 1)
		for (uint32_t old = 0; old < number; old++)
			say_lost(peer, old);
	if (send(fd, role_name(self.role), strlen(role_name(self.role)),
		MSG_NOSIGNAL) < 0)
		say("DEAF %s", role_name(peer));
}

static void
say_listen(const char *name, int fd)
{
	int listens = 0;
	socklen_t size = sizeof listens;

	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
	say("LISTEN %s %s", name, listens ? "listening" : "not listening");
}

static const char *const steps[] = {"START", "STAGE", "SWAP", "FORGET"};

static void
answer_go(const struct msg_PARENT_GO_NOTE *n)
{
	struct message m;

	say("GO %s", steps[n->go % 4]);
	if (n->go == GO_FORGET)
		return;
	if (n->go == GO_START && mode_is("dies"))
		exit(7);
	if (n->go == GO_START && mode_is("cannot")) {
		message_init(&m, MSG_PARENT_READY_NOTE);
		m.u.PARENT_READY_NOTE.failed = 1;
		snprintf(m.u.PARENT_READY_NOTE.text,
		    sizeof m.u.PARENT_READY_NOTE.text, "log/00001: gone");
		channel_send(&self.control, &m);
		exit(1);
	}
	if ((n->go == GO_STAGE && mode_is("dies-staging")) ||
	    (n->go == GO_SWAP && mode_is("dies-swapping")))
		raise(SIGKILL);
	if (mode_is("silent") || (n->go == GO_STAGE && mode_is("stages-not")))
		return;
	if ((n->go == GO_START && mode_is("slow")) ||
	    (n->go == GO_STAGE && mode_is("stages-slow")))
		usleep(500000);
	message_init(&m, MSG_PARENT_READY_NOTE);
	m.u.PARENT_READY_NOTE.go = n->go;
	m.u.PARENT_READY_NOTE.round = n->round;
	if (n->go == GO_STAGE && mode_is("refuses")) {
		m.u.PARENT_READY_NOTE.failed = 1;
		snprintf(m.u.PARENT_READY_NOTE.text,
		    sizeof m.u.PARENT_READY_NOTE.text, "not today");
	}
	channel_send(&self.control, &m);
	if (n->go == GO_START && mode_is("two-lines")) {
		message_init(&m, MSG_PARENT_STATE_NOTE);
		m.u.PARENT_STATE_NOTE.state = ROLE_STATE_BLOCKED;
		snprintf(m.u.PARENT_STATE_NOTE.reason,
		    sizeof m.u.PARENT_STATE_NOTE.reason, "full\nMAINPID=1");
		channel_send(&self.control, &m);
	}
	if (mode_is("hangs-up")) {
		channel_close(&self.control);
		say("HUNG-UP");
	}
}

/* its name; of a policy, which is no secret, the first words too */
static void
say_file(const char *name, int fd)
{
	char text[10] = "";

	if (strncmp(name, "policy/", 7) != 0)
		say("FILE %s", name);
	else if (pread(fd, text, sizeof text - 1, 0) < 0)
		say("FILE %s cannot be read", name);
	else
		say("FILE %s \"%s\"", name, text);
	close(fd);
}

static void
take(struct message *m)
{
	struct conf_role r;

	switch (m->type) {
	case MSG_PARENT_CONFIG_NOTE:
		memcpy(&r, m->u.PARENT_CONFIG_NOTE.conf, sizeof r);
		say("CONFIG %zu %s allow=%u root=%s",
		    m->u.PARENT_CONFIG_NOTE.conf_size, r.user, r.allow, r.root);
		break;
	case MSG_PARENT_FILE_NOTE:
		say_file(m->u.PARENT_FILE_NOTE.name, m->fd);
		break;
	case MSG_PARENT_LISTEN_NOTE:
		say_listen(m->u.PARENT_LISTEN_NOTE.name, m->fd);
		close(m->fd);
		break;
	case MSG_PARENT_PEER_NOTE:
		take_peer((enum role)m->u.PARENT_PEER_NOTE.peer,
		    m->u.PARENT_PEER_NOTE.number, m->fd);
		break;
	default:
		answer_go(&m->u.PARENT_GO_NOTE);
	}
}

static void
hear(enum role peer)
{
	char text[32];
	ssize_t n = recv(self.peer[peer], text, sizeof text - 1, 0);

	if (n > 0) {
		text[n] = '\0';
		say("HEARS %s from %s", text, role_name(peer));
		return;
	}
	say("LOST %s", role_name(peer));
	close(self.peer[peer]);
	self.peer[peer] = -1;
	say_lost(peer, self.number[peer]);
}

static void
control(void)
{
	static struct message m;

	if (channel_receive(&self.control, &m, 0) == CHANNEL_MESSAGE) {
		take(&m);
		return;
	}
	say("END");
	if (!mode_is("stays"))
		exit(0);
	channel_close(&self.control);
}

int
main(int argc, char **argv)
{
	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	for (int r = 0; r < ROLE_COUNT; r++) {
		self.peer[r] = -1;
		if (strcmp(role_name((enum role)r), argv[0]) == 0)
			self.role = (enum role)r;
	}
	alarm(600); /* whatever happens to the test */
	read_mode();
	say_descriptors();
	channel_init(&self.control, ROLE_CONTROL_FD, self.role, ROLE_PARENT);
	for (;;) {
		struct pollfd p[ROLE_COUNT + 1];

		for (int r = 0; r < ROLE_COUNT; r++)
			p[r] = (struct pollfd){
			    .fd = self.peer[r], .events = POLLIN};
		p[ROLE_COUNT] =
		    (struct pollfd){.fd = self.control.fd, .events = POLLIN};
		if (poll(p, ROLE_COUNT + 1, -1) < 0)
			return 8;
		for (int r = 0; r < ROLE_COUNT; r++)
			if (p[r].revents != 0)
				hear((enum role)r);
		if (p[ROLE_COUNT].revents != 0)
			control();
	}
}
