/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/client.h"

#include <errno.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "pam_module/way.h"

#define BUSY_MS 10 /* between two tries while gatewayd's backlog is full */

static int
connect_by(int fd, const struct sockaddr_un *sun, int64_t deadline)
{
	while (connect(fd, (const void *)sun, sizeof *sun) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		errno = ETIMEDOUT;
		if (pamwire_io_now() + BUSY_MS >= deadline)
			return -1;
		poll(NULL, 0, BUSY_MS);
	}
	return 0;
}

static int
open_socket(struct client *c, int directory, const char *name)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int64_t soon = pamwire_io_now() + CLIENT_CONNECT_MS;
	struct stat st;
	int size = snprintf(sun.sun_path, sizeof sun.sun_path,
	    "/proc/self/fd/%d/%s", directory, name);

	errno = ENAMETOOLONG;
	if ((size_t)size >= sizeof sun.sun_path)
		return -1;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return -1;
	if (fstat(c->fd, &st) < 0 ||
	    connect_by(c->fd, &sun, soon < c->deadline ? soon : c->deadline) <
		0) {
		int error = errno;

		close(c->fd);
		c->fd = -1;
		errno = error;
		return -1;
	}
	c->device = st.st_dev;
	c->inode = st.st_ino;
	return 0;
}

/* -1 with errno.  stale_r: by the directory that the handle keeps, nobody is
 * there. */
static int
open_once(struct client *c, bool *stale_r)
{
	struct way way;
	int result, error;

	*stale_r = false;
	if (way_find(&way, c->pamh, c->path) < 0)
		return -1;
	result = open_socket(c, way.fd, way.name);
	error = errno;
	if (way_keep(&way, c->pamh) < 0 && result == 0) {
		error = errno;
		client_close(c);
		result = -1;
	}
	*stale_r = result < 0 && way.was_kept &&
		   (error == ENOENT || error == ECONNREFUSED);
	errno = error;
	return result;
}

int
client_open(
    struct client *c, pam_handle_t *pamh, const char *path, int64_t deadline)
{
	int result, error;
	bool stale;

	*c = (struct client){
	    .pamh = pamh, .path = path, .deadline = deadline, .fd = -1};
	result = open_once(c, &stale);
	error = errno;
	if (stale && way_moved(pamh, path)) {
		result = open_once(c, &stale);
		error = errno;
	}
	errno = error;
	if (result == 0)
		return 0;
	if (error == EPERM || error == ELOOP || error == ENOTDIR)
		pam_syslog(pamh, LOG_ERR,
		    "%s: %m; its directories must belong to root, be no links, "
		    "and be writable only for root",
		    path);
	else
		pam_syslog(pamh, LOG_ERR, "%s: %m; is gatewayd running?", path);
	return -1;
}

static int
ours(const struct client *c)
{
	struct stat st;

	return c->fd >= 0 && fstat(c->fd, &st) == 0 && st.st_dev == c->device &&
	       st.st_ino == c->inode;
}

int
client_close(struct client *c)
{
	int result = -1;

	if (ours(c)) {
		close(c->fd);
		result = 0;
	} else {
		pam_syslog(c->pamh, LOG_ERR,
		    "%s: the application closed the connection", c->path);
	}
	c->fd = -1;
	return result;
}

static int
report(const struct client *c, enum pamwire_io result)
{
	if (result == PAMWIRE_IO_DONE)
		return 0;
	pam_syslog(
	    c->pamh, LOG_ERR, "%s: %s", c->path, pamwire_io_text(result));
	return -1;
}

int
client_send(struct client *c, const struct pamwire_frame *f)
{
	if (!ours(c))
		return report(c, PAMWIRE_IO_CLOSED);
	return report(c, pamwire_io_send(c->fd, f, c->deadline));
}

int
client_receive(struct client *c, struct pamwire_frame *f, int64_t first)
{
	/* since it was sent, nothing of the application has run */
	return report(c, pamwire_io_receive(c->fd, f, first, c->deadline));
}

int
client_ask(struct client *c, struct pamwire_frame *f, enum pamwire_type answer)
{
	int result = -1;

	if (client_send(c, f) == 0 &&
	    client_receive(c, f, pamwire_io_now() + CLIENT_FIRST_BYTE_MS) ==
		0) {
		result = f->type == answer ? 0 : -1;
		if (result < 0)
			report(c, PAMWIRE_IO_MALFORMED);
	}
	return result;
}
