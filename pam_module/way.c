/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/way.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAY_DATA "sallyport_way"

/* What the handle keeps. */
struct kept {
	int fd;
	dev_t device; /* what fd was: the application may have closed and */
	ino_t inode;  /* reused it */
	size_t size;  /* of directory */
	char directory[];
};

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
walk(const char *path, const char **name_r)
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

/* ---- kept ---- */

/* 1: fd is that directory; 0: the application closed it, and maybe has another
 * file there; -1: it cannot be looked at. */
static int
is_ours(const struct kept *k)
{
	struct stat st;

	if (fstat(k->fd, &st) < 0)
		return errno == EBADF ? 0 : -1;
	return S_ISDIR(st.st_mode) && st.st_dev == k->device &&
	       st.st_ino == k->inode;
}

/* The handle ends, or forgets it; also in a child of the application, which has
 * a descriptor of its own. */
static void
let_go(pam_handle_t *pamh, void *data, int status)
{
	struct kept *k = data;

	(void)pamh;
	(void)status;
	if (k == NULL)
		return;
	if (is_ours(k) == 1)
		close(k->fd);
	free(k);
}

/* NULL: there is none for that directory. */
static const struct kept *
find(pam_handle_t *pamh, const char *path, size_t size)
{
	const void *data = NULL;
	const struct kept *k;

	if (pam_get_data(pamh, WAY_DATA, &data) != PAM_SUCCESS || data == NULL)
		return NULL;
	k = data;
	return k->size == size && memcmp(k->directory, path, size) == 0 ? k
									: NULL;
}

int
way_find(struct way *w, pam_handle_t *pamh, const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct kept *k =
	    slash != NULL ? find(pamh, path, (size_t)(slash - path)) : NULL;
	int is = k != NULL ? is_ours(k) : 0;

	*w = (struct way){.path = path, .was_kept = is == 1};
	if (is < 0)
		return -1;
	if (w->was_kept) {
		w->fd = k->fd;
		w->name = slash + 1;
		return trusted(w->fd, 1);
	}
	/* now, as the same number may be given to what is walked to */
	if (k != NULL)
		pam_set_data(pamh, WAY_DATA, NULL, NULL);
	w->fd = walk(path, &w->name);
	return w->fd < 0 ? -1 : 0;
}

int
way_keep(struct way *w, pam_handle_t *pamh)
{
	size_t size = (size_t)(w->name - w->path) - 1;
	struct kept *k;
	struct stat st;

	if (w->was_kept)
		return 0;
	k = malloc(sizeof *k + size);
	if (k == NULL || fstat(w->fd, &st) < 0) {
		close(w->fd);
		free(k);
		return -1;
	}
	*k = (struct kept){
	    .fd = w->fd, .device = st.st_dev, .inode = st.st_ino, .size = size};
	memcpy(k->directory, w->path, size);
	/* one that was there before is let go */
	if (pam_set_data(pamh, WAY_DATA, k, let_go) == PAM_SUCCESS)
		return 0;
	let_go(pamh, k, 0);
	errno = ENOMEM;
	return -1;
}

bool
way_moved(pam_handle_t *pamh, const char *path)
{
	struct way w;
	struct kept before;
	struct stat st;
	bool moved;

	if (way_find(&w, pamh, path) < 0 || !w.was_kept)
		return false;
	before = *find(pamh, path, (size_t)(w.name - path) - 1);
	pam_set_data(pamh, WAY_DATA, NULL, NULL);
	if (way_find(&w, pamh, path) < 0)
		return false;
	moved = fstat(w.fd, &st) == 0 &&
		(st.st_dev != before.device || st.st_ino != before.inode);
	return way_keep(&w, pamh) == 0 && moved;
}
