/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fail_nth.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define EXPORT __attribute__((visibility("default")))

static bool armed, failed, everywhere;
static int counted, target;
static const char *failed_name;

void
fail_nth_everywhere(void)
{
	everywhere = true;
}

void
fail_nth_arm(int n)
{
	counted = 0;
	target = n;
	failed = false;
	failed_name = "nothing";
	armed = true;
}

int
fail_nth_disarm(void)
{
	armed = false;
	return counted;
}

bool
fail_nth_failed(void)
{
	return failed;
}

const char *
fail_nth_name(void)
{
	return failed_name;
}

/* libpam and libc get over some failures of their own; only what the module
 * does, or what is done for it, is counted. */
static bool
for_the_module(void)
{
	void *frame[32];
	int count = backtrace(frame, 32);
	Dl_info info;

	for (int i = 0; i < count; i++)
		if (dladdr(frame[i], &info) != 0 &&
		    strstr(info.dli_fname, "pam_sallyport.so") != NULL)
			return true;
	return false;
}

bool
fail_nth_here(const char *name)
{
	bool fails;

	if (!armed)
		return false;
	armed = false; /* looking at the stack takes memory */
	fails = (everywhere || for_the_module()) && ++counted == target;
	if (fails) {
		failed = true;
		failed_name = name;
	}
	armed = true;
	return fails;
}

/* The next definition of a name, as ISO C lets one get at it. */
#define NEXT(name)              \
	__typeof__(&name) next; \
	*(void **)(&next) = dlsym(RTLD_NEXT, #name)

EXPORT int
socket(int domain, int type, int protocol)
{
	NEXT(socket);

	if (fail_nth_here("socket")) {
		errno = ENFILE;
		return -1;
	}
	return next(domain, type, protocol);
}

EXPORT int
connect(int fd, const struct sockaddr *address, socklen_t size)
{
	NEXT(connect);

	if (fail_nth_here("connect")) {
		errno = ECONNREFUSED;
		return -1;
	}
	return next(fd, address, size);
}

EXPORT ssize_t
send(int fd, const void *bytes, size_t size, int flags)
{
	NEXT(send);

	if (fail_nth_here("send")) {
		errno = EPIPE;
		return -1;
	}
	return next(fd, bytes, size, flags);
}

EXPORT ssize_t
recv(int fd, void *bytes, size_t size, int flags)
{
	NEXT(recv);

	if (fail_nth_here("recv")) {
		errno = ECONNRESET;
		return -1;
	}
	return next(fd, bytes, size, flags);
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	NEXT(sendmsg);

	if (fail_nth_here("sendmsg")) {
		errno = ENOMEM;
		return -1;
	}
	return next(fd, message, flags);
}

EXPORT ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	NEXT(recvmsg);

	if (fail_nth_here("recvmsg")) {
		errno = ENOMEM;
		return -1;
	}
	return next(fd, message, flags);
}

EXPORT int
poll(struct pollfd *p, nfds_t count, int timeout)
{
	NEXT(poll);

	if (fail_nth_here("poll")) {
		errno = ENOMEM;
		return -1;
	}
	return next(p, count, timeout);
}

EXPORT ssize_t
getrandom(void *bytes, size_t size, unsigned flags)
{
	NEXT(getrandom);

	if (fail_nth_here("getrandom")) {
		errno = ENOSYS;
		return -1;
	}
	return next(bytes, size, flags);
}

EXPORT int
open(const char *path, int flags, ...)
{
	NEXT(open);
	va_list ap;
	mode_t mode = 0;

	if (fail_nth_here("open")) {
		errno = EMFILE;
		return -1;
	}
	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_start(ap, flags);
		mode = (mode_t)va_arg(ap, unsigned);
		va_end(ap);
	}
	return next(path, flags, mode);
}

EXPORT int
openat(int fd, const char *path, int flags, ...)
{
	NEXT(openat);
	va_list ap;
	mode_t mode = 0;

	if (fail_nth_here("openat")) {
		errno = EMFILE;
		return -1;
	}
	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_start(ap, flags);
		mode = (mode_t)va_arg(ap, unsigned);
		va_end(ap);
	}
	return next(fd, path, flags, mode);
}

EXPORT int
fstat(int fd, struct stat *st)
{
	NEXT(fstat);

	if (fail_nth_here("fstat")) {
		errno = EIO;
		return -1;
	}
	return next(fd, st);
}

EXPORT int
getpwnam_r(const char *name, struct passwd *pw, char *room, size_t size,
    struct passwd **found_r)
{
	NEXT(getpwnam_r);

	if (fail_nth_here("getpwnam_r")) {
		*found_r = NULL;
		return EIO;
	}
	/* libc has another source for a name when one fails: not ours to judge
	 */
	bool was_armed = armed;

	armed = false;
	int error = next(name, pw, room, size, found_r);

	armed = was_armed;
	return error;
}

#ifndef __SANITIZE_ADDRESS__
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

EXPORT void *
malloc(size_t size)
{
	if (fail_nth_here("malloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_malloc(size);
}

EXPORT void *
calloc(size_t count, size_t size)
{
	if (fail_nth_here("calloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_calloc(count, size);
}

EXPORT void *
realloc(void *p, size_t size)
{
	if (fail_nth_here("realloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(p, size);
}
#endif
