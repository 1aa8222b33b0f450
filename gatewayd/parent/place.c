/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/log.h"

#define PATH_ROOM (CONF_PATH + 64)
#define BACKLOG 4096

static const struct conf_role *
conf_of(const struct parent *p, enum role role)
{
	return roles_conf(&p->now->conf, role);
}

struct owned {
	mode_t mode;
	uint32_t uid, gid;
};

static int
make(const struct parent *p, const char *base, const char *name,
    const struct owned *o)
{
	char path[PATH_ROOM];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "%s%s%s", base, name[0] ? "/" : "", name);
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		log_warn("%s", path);
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		log_warn("%s", path);
		goto bad;
	}
	/* the directory of another user is left alone */
	if (st.st_uid != getuid() && st.st_uid != o->uid) {
		log_warnx("%s belongs to uid %u", path, st.st_uid);
		goto bad;
	}
	if ((p->root && fchown(fd, o->uid, o->gid) < 0) ||
	    fchmod(fd, o->mode) < 0) {
		log_warn("%s", path);
		goto bad;
	}
	close(fd);
	return 0;
bad:
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A second gatewayd would take over the sockets of the first. */
static int
lock_runtime(struct parent *p)
{
	const char *path = p->now->conf.gateway.runtime;

	p->lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->lock_fd >= 0 && flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (p->lock_fd >= 0 && errno == EWOULDBLOCK)
		log_warnx("another gatewayd runs in %s", path);
	else
		log_warn("%s", path);
	return -1;
}

int
place_directories(struct parent *p)
{
	const struct conf_gateway *g = &p->now->conf.gateway;
	const struct conf_role *store = conf_of(p, ROLE_STORE),
			       *audit = conf_of(p, ROLE_AUDIT),
			       *forward = conf_of(p, ROLE_FORWARD);

	return make(p, g->runtime, "", &(struct owned){0755, 0, 0}) < 0 ||
		       lock_runtime(p) < 0 ||
		       make(p, g->runtime, "empty",
			   &(struct owned){0555, 0, 0}) < 0 ||
		       make(p, g->runtime, "ipc", &(struct owned){0711, 0, 0}) <
			   0 ||
		       make(p, g->state, "", &(struct owned){0711, 0, 0}) < 0 ||
		       make(p, g->state, "authority",
			   &(struct owned){0700, 0, 0}) < 0 ||
		       make(p, g->state, "store",
			   &(struct owned){0700, store->uid, store->gid}) < 0 ||
		       /* set-gid: forward can read the segments, and no other
			   role can */
		       make(p, g->state, "audit",
			   &(struct owned){02750, audit->uid, forward->gid}) <
			   0 ||
		       make(p, g->state, "forward",
			   &(struct owned){0700, forward->uid, forward->gid}) <
			   0
		   ? -1
		   : 0;
}

/* The group that may connect, beside the owner.  0: none. */
static uint32_t
group_of(const struct conf *c, const struct roles_socket *s)
{
	uint32_t gid = 0;

	if (s->gid_offset > 0)
		memcpy(&gid, (const char *)&c->gateway + s->gid_offset,
		    sizeof gid);
	return gid;
}

static int
bind_socket(const struct parent *p, const struct roles_socket *s)
{
	const struct conf *c = &p->now->conf;
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	uint32_t owner = s->owner == ROLE_NONE	   ? c->gateway.module_uid
			 : s->owner == ROLE_PARENT ? 0
						   : conf_of(p, s->owner)->uid;
	uint32_t group = group_of(c, s);
	mode_t mode = p->root && group > 0 ? s->mode | 0060 : s->mode;
	int fd = -1;

	if (snprintf(a.sun_path, sizeof a.sun_path, "%s/%s", c->gateway.runtime,
		s->path) >= (int)sizeof a.sun_path) {
		log_warnx("%s/%s: too long for a socket", c->gateway.runtime,
		    s->path);
		return -1;
	}
	fd = socket(AF_UNIX, s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || (unlink(a.sun_path) < 0 && errno != ENOENT) ||
	    bind(fd, (const struct sockaddr *)&a, sizeof a) < 0 ||
	    (p->root &&
		chown(a.sun_path, owner, group > 0 ? group : (gid_t)-1) < 0) ||
	    chmod(a.sun_path, mode) < 0 || listen(fd, BACKLOG) < 0) {
		log_warn("%s", a.sun_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

int
place_sockets(struct parent *p)
{
	for (size_t i = 0; i < role_socket_rows; i++) {
		p->socket[i] = bind_socket(p, &role_sockets[i]);
		if (p->socket[i] < 0)
			return -1;
	}
	return 0;
}

void
place_remove(const struct parent *p)
{
	char path[PATH_ROOM];

	for (size_t i = 0; i < role_socket_rows; i++) {
		snprintf(path, sizeof path, "%s/%s",
		    p->now->conf.gateway.runtime, role_sockets[i].path);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/status", p->now->conf.gateway.runtime);
	unlink(path);
	snprintf(path, sizeof path, "%s/fixed", p->now->conf.gateway.runtime);
	unlink(path);
}

/* ---- handing over ---- */

static int
send_fd(struct child *c, enum message_type type, const char *name, int fd)
{
	struct message m;
	int result;

	if (fd < 0) {
		log_warn("cannot open %s for %s", name, role_name(c->role));
		return -1;
	}
	message_init(&m, type);
	if (type == MSG_PARENT_LISTEN_NOTE)
		snprintf(m.u.PARENT_LISTEN_NOTE.name,
		    sizeof m.u.PARENT_LISTEN_NOTE.name, "%s", name);
	else
		snprintf(m.u.PARENT_FILE_NOTE.name,
		    sizeof m.u.PARENT_FILE_NOTE.name, "%s", name);
	m.fd = fd;
	result = channel_post(&c->control, &m);
	if (type == MSG_PARENT_FILE_NOTE)
		close(fd);
	return result;
}

static int
send_file(const struct checked *from, struct child *c, const char *name,
    const char *path)
{
	if (path[0] == '\0')
		return 0;
	return send_fd(
	    c, MSG_PARENT_FILE_NOTE, name, files_open(&from->files, path));
}

/* Gives authority a file to write.  Only the parent has the right to open it.
 */
static int
send_own(const struct checked *from, struct child *c, const char *name)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "%s/authority/%s", from->conf.gateway.state,
	    name);
	return send_fd(c, MSG_PARENT_FILE_NOTE, name,
	    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

static int
send_authority(const struct checked *from, struct child *c)
{
	const struct conf *conf = &from->conf;
	const struct policies *policies = &from->policies;
	char name[32];
	int result = send_file(from, c, "seal.key", conf->authority.seal_key);

	for (uint32_t i = 0; i < conf->authority.token_key_count; i++) {
		snprintf(name, sizeof name, "token/%u", i);
		result |=
		    send_file(from, c, name, conf->authority.token_key[i]);
	}
	/* the texts as they were checked; the disk may have others by now */
	for (size_t i = 0; i < policies->count; i++)
		result |=
		    send_fd(c, MSG_PARENT_FILE_NOTE, policies->text[i].name,
			fcntl(policies->text[i].fd, F_DUPFD_CLOEXEC, 0));
	result |= send_own(from, c, "attempts");
	result |= send_own(from, c, "sessions");
	return result;
}

static int
send_forward(const struct checked *from, struct child *c, enum place place)
{
	const struct conf_forward *f = &from->conf.forward;
	char path[PATH_ROOM];
	int result = 0;

	snprintf(path, sizeof path, "%s/audit", from->conf.gateway.state);
	if (place != PLACE_PROBE)
		result |= send_fd(c, MSG_PARENT_FILE_NOTE, "log",
		    open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	for (uint32_t i = 0; i < f->sink_count; i++) {
		const struct conf_sink *s = &f->sink[i];

		result |= send_file(from, c, s->ca, s->ca);
		result |= send_file(from, c, s->certificate, s->certificate);
		result |= send_file(from, c, s->key, s->key);
	}
	return result;
}

static int
send_conf(const struct checked *from, struct child *c)
{
	size_t size;
	const void *block = roles_block(&from->conf, c->role, &size);
	struct message m;
	int result;

	message_init(&m, MSG_PARENT_CONFIG_NOTE);
	m.u.PARENT_CONFIG_NOTE.conf_size = size;
	memcpy(m.u.PARENT_CONFIG_NOTE.conf, block, size);
	result = channel_post(&c->control, &m);
	message_wipe(&m);
	return result;
}

int
place_hand_over(struct parent *p, const struct checked *from, struct child *c,
    enum place place)
{
	int result = send_conf(from, c);

	switch (c->role) {
	case ROLE_DIRECTORY:
		result |= send_file(
		    from, c, from->conf.directory.ca, from->conf.directory.ca);
		result |= send_file(from, c, FILES_GROUPS, FILES_GROUPS);
		result |= send_file(from, c, from->conf.directory.crl,
		    from->conf.directory.crl);
		break;
	case ROLE_AUTHORITY:
		result |= send_authority(from, c);
		break;
	case ROLE_AUDIT:
		result |= send_file(from, c, from->conf.audit.checkpoint_key,
		    from->conf.audit.checkpoint_key);
		break;
	case ROLE_FORWARD:
		result |= send_forward(from, c, place);
		break;
	default:
		break;
	}
	for (size_t i = 0; place == PLACE_START && i < role_socket_rows; i++)
		if (role_sockets[i].role == c->role)
			result |= send_fd(c, MSG_PARENT_LISTEN_NOTE,
			    role_sockets[i].name, p->socket[i]);
	return result;
}
