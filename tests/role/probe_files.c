/* SPDX-License-Identifier: Apache-2.0 */
/* Files, of our own and of others. */
#include "tests/role/probes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
probe_open_for_reading(void)
{
	char byte;
	int fd = open("readable/file", O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, &byte, 1) < 0 ? -1 : close(fd);
}

int
probe_open_by_old_call(void)
{
#ifdef SYS_open
	return (int)syscall(SYS_open, "readable/file", O_RDWR);
#else
	return open("readable/file", O_RDWR);
#endif
}

int
probe_open_readable_for_writing(void)
{
	return open("readable/file", O_WRONLY | O_CLOEXEC);
}

int
probe_truncate_readable_at_open(void)
{
	return open("readable/file", O_RDONLY | O_TRUNC | O_CLOEXEC);
}

int
probe_open_outside(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

int
probe_list_outside(void)
{
	return open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
probe_create_outside(void)
{
	return open("../outside", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

int
probe_unlink_outside(void)
{
	return unlink("../victim");
}

int
probe_stat_file(void)
{
	struct stat st;

	return stat("file", &st);
}

int
probe_access_file(void)
{
	return access("file", F_OK);
}

int
probe_write_file(void)
{
	int fd = open("new", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	void *shared;

	if (fd < 0 || fcntl(fd, F_SETLK, &lock) < 0 ||
	    ftruncate(fd, 4096) < 0 || pwrite(fd, "x", 1, 9) != 1 ||
	    fdatasync(fd) < 0 || fsync(fd) < 0 || flock(fd, LOCK_EX) < 0 ||
	    fchmod(fd, 0640) < 0)
		return -1;
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED || close(fd) < 0)
		return -1;
	return rename("new", "newer") < 0 ? -1 : unlink("newer");
}

int
probe_preallocate(void)
{
	/* a file system may not know how; the filter let it through */
	return fallocate(probe_world.file, 0, 0, 4096) < 0 &&
		       errno != EOPNOTSUPP
		   ? -1
		   : 0;
}

int
probe_setuid_mode(void)
{
	return fchmod(probe_world.file, 04755);
}

int
probe_change_owner(void)
{
	return fchown(probe_world.file, 0, 0);
}

int
probe_make_directory(void)
{
	return mkdir("directory", 0700);
}

int
probe_make_symlink(void)
{
	return symlink("/etc/shadow", "state.db-wal");
}

int
probe_make_link(void)
{
	return link("file", "other");
}

int
probe_make_device(void)
{
	return mknod("device", S_IFCHR | 0600, 0x0101);
}

int
probe_truncate_by_path(void)
{
	return truncate("file", 0);
}
