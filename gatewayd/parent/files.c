/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/log.h"

int
files_seal(const char *text, size_t size)
{
	int fd = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (file_write(fd, text, size) < 0 ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A page that one process locks is swapped out for none. */
static void *
lock(int fd, size_t size)
{
	void *map = size > 0 ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0)
			     : MAP_FAILED;

	if (map == MAP_FAILED)
		return NULL;
	if (mlock(map, size) == 0)
		return map;
	munmap(map, size);
	return NULL;
}

static int
find(const struct files *f, const char *path)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->file[i].path, path) == 0)
			return (int)i;
	return -1;
}

int
files_keep(struct files *f, const char *path, const char *text, size_t size,
    bool secret)
{
	size_t n = f->count;

	if (find(f, path) >= 0)
		return 0;
	if (n == FILES_KEPT || strlen(path) >= sizeof f->file[n].path) {
		errno = EMFILE;
		return -1;
	}
	f->file[n].fd = files_seal(text, size);
	if (f->file[n].fd < 0)
		return -1;
	snprintf(f->file[n].path, sizeof f->file[n].path, "%s", path);
	f->file[n].size = size;
	f->file[n].locked = secret ? lock(f->file[n].fd, size) : NULL;
	if (secret && size > 0 && f->file[n].locked == NULL)
		log_warn("%s: memory is not locked: it may be written to swap; "
			 "set LimitMEMLOCK=infinity",
		    path);
	f->count++;
	return 0;
}

/* Each role gets an open file of its own: one that reads moves no other one's
 * place in the file. */
int
files_open(const struct files *f, const char *path)
{
	char name[32];
	int n = find(f, path);

	if (n < 0) {
		errno = ENOENT;
		return -1;
	}
	snprintf(name, sizeof name, "/proc/self/fd/%d", f->file[n].fd);
	return open(name, O_RDONLY | O_CLOEXEC);
}

void
files_close(struct files *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->file[i].locked != NULL)
			munmap(f->file[i].locked, f->file[i].size);
		close(f->file[i].fd);
	}
	f->count = 0;
}
