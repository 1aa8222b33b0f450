/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#define BUSY_MS 10 /* between two tries while gatewayd's backlog is full */

/* May this directory be passed, or with last hold the socket? */
static int
trusted(int fd, int last)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	errno = EPERM;
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return -1;
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return 0;
	/* sticky: nobody but its owner can replace the next one */
	return !last && (st.st_mode & S_ISVTX) != 0 && st.st_uid == 0 ? 0 : -1;
}

/* The directory that holds path's last component, reached a component at a
 * time so that nothing can be exchanged between look and use. */
static int
open_directory(const char *path, const char **name_r)
{
	char part[NAME_MAX + 1];
	const char *slash;
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && (slash = strchr(++path, '/')) != NULL) {
		size_t size = (size_t)(slash - path);
		int next = -1;

		errno = EINVAL;
		if (size > 0 && size < sizeof part) {
			memcpy(part, path, size);
			part[size] = '\0';
			if (strcmp(part, "..") != 0 && trusted(fd, 0) == 0)
				next = openat(fd, part,
				    O_PATH | O_DIRECTORY | O_NOFOLLOW |
					O_CLOEXEC);
		}
		close(fd);
		fd = next;
		path = slash;
	}
	if (fd >= 0 && trusted(fd, 1) < 0) {
		close(fd);
		fd = -1;
	}
	*name_r = path;
	return fd;
}

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

int
client_open(
    struct client *c, pam_handle_t *pamh, const char *path, int64_t deadline)
{
	const char *name;
	int directory, error;

	*c = (struct client){
	    .pamh = pamh, .path = path, .deadline = deadline, .fd = -1};
	directory = open_directory(path, &name);
	if (directory < 0) {
		pam_syslog(pamh, LOG_ERR,
		    "%s: %m; its directories must belong to root, be no links, "
		    "and be writable only for root",
		    path);
		return -1;
	}
	if (open_socket(c, directory, name) < 0)
		pam_syslog(pamh, LOG_ERR, "%s: %m; is gatewayd running?", path);
	error = errno;
	close(directory);
	errno = error;
	return c->fd >= 0 ? 0 : -1;
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
	if (!ours(c))
		return report(c, PAMWIRE_IO_CLOSED);
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
