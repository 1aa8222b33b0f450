/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/role.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/role/health.h"
#include "gatewayd/role/sandbox.h"
#include "lib/base/log.h"

struct role_process {
	const struct role_ops *ops;
	struct loop *loop;
	struct role_handed handed; /* since start, or since the last GO */
	uint8_t conf[sizeof(struct conf)];
	uint32_t link[ROLE_COUNT]; /* numbers of the channels; 0: none */
	bool probing;		   /* it will not serve */
	bool serving;
	bool staged;
};

static struct role_process process;

static void
handed_clear(struct role_handed *h)
{
	for (size_t i = 0; i < h->file_count; i++)
		if (h->file[i].fd >= 0)
			close(h->file[i].fd);
	for (size_t i = 0; i < h->listen_count; i++)
		if (h->listen[i].fd >= 0)
			close(h->listen[i].fd);
	h->file_count = h->listen_count = 0;
	for (int i = 0; i < ROLE_COUNT; i++)
		h->peer[i] = -1;
}

int
role_take_file(struct role_handed *h, const char *name)
{
	int fd = -1;

	/* one at a time: two sinks may name the same CA file */
	for (size_t i = 0; fd < 0 && i < h->file_count; i++)
		if (strcmp(h->file[i].name, name) == 0) {
			fd = h->file[i].fd;
			h->file[i].fd = -1;
		}
	return fd;
}

int
role_take_listen(struct role_handed *h, const char *name)
{
	int fd = -1;

	for (size_t i = 0; i < h->listen_count; i++)
		if (strcmp(h->listen[i].name, name) == 0) {
			fd = h->listen[i].fd;
			h->listen[i].fd = -1;
		}
	return fd;
}

int
role_take_peer(struct role_handed *h, enum role peer)
{
	int fd = h->peer[peer];

	h->peer[peer] = -1;
	return fd;
}

static void
take_config(struct role_process *p, const struct msg_PARENT_CONFIG_NOTE *n)
{
	if (n->conf_size != p->ops->conf_size || n->conf_size > sizeof p->conf)
		fatalx("the parent is of another build");
	memcpy(p->conf, n->conf, n->conf_size);
	p->handed.conf = p->conf;
}

static void
take_fd(struct role_process *p, struct message *m)
{
	struct role_handed *h = &p->handed;
	unsigned peer;

	switch (m->type) {
	case MSG_PARENT_FILE_NOTE:
		if (h->file_count == ROLE_FILES_MAX)
			fatalx("too many files");
		snprintf(h->file[h->file_count].name, sizeof h->file[0].name,
		    "%s", m->u.PARENT_FILE_NOTE.name);
		h->file[h->file_count++].fd = m->fd;
		break;
	case MSG_PARENT_LISTEN_NOTE:
		if (h->listen_count == ROLE_LISTENS_MAX)
			fatalx("too many listening sockets");
		snprintf(h->listen[h->listen_count].name,
		    sizeof h->listen[0].name, "%s",
		    m->u.PARENT_LISTEN_NOTE.name);
		h->listen[h->listen_count++].fd = m->fd;
		break;
	case MSG_PARENT_PEER_NOTE:
		peer = m->u.PARENT_PEER_NOTE.peer;
		if (peer >= ROLE_COUNT)
			fatalx("a channel to an unknown role");
		p->link[peer] = m->u.PARENT_PEER_NOTE.number;
		if (p->serving && p->ops->peer != NULL) {
			p->ops->peer((enum role)peer, m->fd);
			break;
		}
		if (h->peer[peer] >= 0)
			close(h->peer[peer]);
		h->peer[peer] = m->fd;
		break;
	default:
		channel_unexpected(role_parent(), m);
	}
}

static void
say_ready(const struct msg_PARENT_GO_NOTE *n, bool failed, const char *text)
{
	struct message m;

	message_init(&m, MSG_PARENT_READY_NOTE);
	m.u.PARENT_READY_NOTE.go = n->go;
	m.u.PARENT_READY_NOTE.round = n->round;
	m.u.PARENT_READY_NOTE.failed = failed;
	snprintf(m.u.PARENT_READY_NOTE.text, sizeof m.u.PARENT_READY_NOTE.text,
	    "%s", text);
	role_tell_parent(&m);
}

static void
forget(struct role_process *p)
{
	if (p->staged && p->ops->forget != NULL)
		p->ops->forget();
	p->staged = false;
}

static void
stage(struct role_process *p, const struct msg_PARENT_GO_NOTE *n)
{
	char text[TEXT_MAX + 1] = "";

	forget(p);
	p->staged = p->ops->stage == NULL ||
		    p->ops->stage(&p->handed, text, sizeof text) == 0;
	handed_clear(&p->handed);
	say_ready(n, !p->staged, text);
}

static void
swap(struct role_process *p, const struct msg_PARENT_GO_NOTE *n)
{
	if (!p->staged)
		fatalx("the parent ordered a configuration that was "
		       "not staged");
	p->staged = false;
	if (p->ops->swap != NULL)
		p->ops->swap(p->conf);
	say_ready(n, false, "");
}

static void
go(struct role_process *p, const struct msg_PARENT_GO_NOTE *n)
{
	switch (n->go) {
	case GO_STAGE:
		stage(p, n);
		break;
	case GO_SWAP:
		swap(p, n);
		break;
	case GO_FORGET:
		forget(p);
		break;
	default:
		fatalx("the parent is of another build");
	}
}

static void
on_control(void *arg, struct message *m)
{
	struct role_process *p = arg;

	switch (m->type) {
	case MSG_PARENT_CONFIG_NOTE:
		take_config(p, &m->u.PARENT_CONFIG_NOTE);
		break;
	case MSG_PARENT_GO_NOTE:
		go(p, &m->u.PARENT_GO_NOTE);
		break;
	case MSG_PARENT_WHO_ANS:
		if (p->serving && p->ops->told != NULL)
			p->ops->told(m);
		break;
	default:
		take_fd(p, m);
	}
}

/* While both of us live, the parent makes another one. */
static void
on_lost(enum role peer)
{
	struct message m;

	if (process.link[peer] == 0)
		return;
	message_init(&m, MSG_PARENT_LOST_NOTE);
	m.u.PARENT_LOST_NOTE.peer = (uint8_t)peer;
	m.u.PARENT_LOST_NOTE.number = process.link[peer];
	role_tell_parent(&m);
}

static void
on_control_end(void *arg)
{
	struct role_process *p = arg;

	/* timers that are due run once more before the loop ends */
	role_health_end();
	if (p->ops->stop != NULL)
		p->ops->stop();
	loop_stop(p->loop);
}

static int
take_all(struct role_process *p)
{
	static struct message m;

	for (;;) {
		if (channel_receive(role_parent(), &m, 10000) !=
		    CHANNEL_MESSAGE)
			return -1;
		if (m.type == MSG_PARENT_GO_NOTE) {
			p->probing = m.u.PARENT_GO_NOTE.go == GO_PROBE;
			return p->handed.conf != NULL ? 0 : -1;
		}
		on_control(p, &m);
		message_wipe(&m);
	}
}

/* The order matters: chroot needs root, groups go before ids, and nothing may
 * bring a right back afterwards. */
static int
drop(const struct conf_role *r)
{
	if (chdir(r->root) < 0) {
		log_warn("chdir %s", r->root);
		return -1;
	}
	if (!r->drop)
		return 0;
	/* with SANDBOX_READ the role needs paths; Landlock confines it */
	if ((r->allow & SANDBOX_READ) == 0 &&
	    (chroot(".") < 0 || chdir("/") < 0)) {
		log_warn("chroot %s", r->root);
		return -1;
	}
	if (setgroups(0, NULL) < 0 || setresgid(r->gid, r->gid, r->gid) < 0 ||
	    setresuid(r->uid, r->uid, r->uid) < 0) {
		log_warn("dropping to uid %u gid %u", r->uid, r->gid);
		return -1;
	}
	if (r->uid == 0 || setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 ||
	    getgroups(0, NULL) != 0) {
		log_warnx("the process has rights although it dropped them");
		return -1;
	}
	return 0;
}

static int
confine(struct role_process *p)
{
	const struct conf_role *r = (const void *)p->conf;
	struct sandbox s = {.allow = r->allow};

	if (p->ops->read_paths != NULL)
		s.read = p->ops->read_paths(&p->handed);
	umask(077);
	return drop(r) < 0 || sandbox_enter(&s) < 0 ? -1 : 0;
}

/* The parent shows it as the role's state: nobody has to look for the line in
 * the journal, and nobody tries for ever what cannot succeed. */
static void
say_why(void)
{
	struct message m;

	message_init(&m, MSG_PARENT_READY_NOTE);
	m.u.PARENT_READY_NOTE.go = GO_START;
	m.u.PARENT_READY_NOTE.failed = 1;
	snprintf(m.u.PARENT_READY_NOTE.text, sizeof m.u.PARENT_READY_NOTE.text,
	    "%s", log_last());
	channel_send(role_parent(), &m);
}

/* A role that probes has what one that serves has, but for its listening
 * sockets, its peers and its directory. */
static int
probe(struct role_process *p)
{
	if (p->ops->probe == NULL)
		fatalx("this role has no servers");
	log_quiet();
	if ((p->ops->prepare != NULL && p->ops->prepare(&p->handed) < 0) ||
	    confine(p) < 0 || p->ops->probe(p->loop) < 0) {
		say_why();
		return 1;
	}
	return loop_run(p->loop) < 0;
}

/*
 * Packages replace the programs below a gatewayd that runs.  Its configuration
 * is a struct of the release that it was built with, so a role of another one
 * must not read it.
 */
static void
check_release(void)
{
	const char *release = getenv(ROLE_RELEASE);

	if (release == NULL)
		fatalx("roles are started by gatewayd only");
	if (strcmp(release, SALLYPORT_VERSION) != 0)
		fatalx("gatewayd is release %.32s, and this program is release "
		       "%s: restart gatewayd",
		    release, SALLYPORT_VERSION);
}

int
role_main(const struct role_ops *ops)
{
	struct role_process *p = &process;
	int result = 1;

	log_init(role_name(ops->role));
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* the terminal's; the parent tells us */
	p->ops = ops;
	handed_clear(&p->handed);
	channel_init(role_parent(), ROLE_CONTROL_FD, ops->role, ROLE_PARENT);
	log_before_exit(say_why);
	check_release();
	if (take_all(p) < 0)
		fatalx("fd 3 is not gatewayd's control channel; roles are "
		       "started by gatewayd only");
	p->loop = loop_new();
	if (p->loop == NULL)
		fatal("epoll");
	if (p->probing)
		return probe(p);
	if ((ops->prepare != NULL && ops->prepare(&p->handed) < 0) ||
	    confine(p) < 0 || ops->start(p->loop, &p->handed) < 0)
		goto out;
	handed_clear(&p->handed);
	if (channel_serve(
		role_parent(), p->loop, on_control, on_control_end, p) < 0) {
		log_warn("epoll");
		goto out;
	}
	p->serving = true;
	channel_when_lost(on_lost);
	role_say_serving();
	say_ready(&(struct msg_PARENT_GO_NOTE){.go = GO_START}, false, "");
	result = loop_run(p->loop) < 0;
out:
	if (!p->serving)
		say_why();
	explicit_bzero(p->conf, sizeof p->conf);
	return result;
}
