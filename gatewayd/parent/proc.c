/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t
proc_read(char out[PROC_TEXT], const char *format, ...)
{
	char path[64];
	va_list ap;
	ssize_t n;
	int fd;

	va_start(ap, format);
	vsnprintf(path, sizeof path, format, ap);
	va_end(ap);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, out, PROC_TEXT - 1);
	close(fd);
	out[n < 0 ? 0 : n] = '\0';
	return n;
}

/* The value of the line "Key:\t...".  NULL: there is no such line. */
static const char *
value_of(const char *text, const char *key)
{
	size_t size = strlen(key);

	while (strncmp(text, key, size) != 0 || text[size] != ':') {
		text = strchr(text, '\n');
		if (text == NULL)
			return NULL;
		text++;
	}
	text += size + 1;
	return text + strspn(text, " \t");
}

pid_t
proc_pid_of(int pidfd)
{
	const char *value;
	char text[PROC_TEXT];
	long pid;

	if (proc_read(text, "/proc/self/fdinfo/%d", pidfd) < 0)
		return 0;
	value = value_of(text, "Pid");
	if (value == NULL)
		return 0;
	pid = strtol(value, NULL, 10);
	return pid > 0 ? (pid_t)pid : -1;
}

bool
proc_is_alive(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	return poll(&end, 1, 0) == 0;
}

int
proc_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
proc_status(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
proc_look(pid_t pid, struct proc_seen *seen)
{
	int status = proc_status(pid), result;

	if (status < 0)
		return -1;
	result = proc_look_at(status, seen);
	close(status);
	return result;
}

int
proc_look_at(int status, struct proc_seen *seen)
{
	const char *name, *tgid, *ppid, *uid;
	char text[PROC_TEXT];
	ssize_t n = pread(status, text, sizeof text - 1, 0);

	if (n < 0)
		return -1;
	text[n] = '\0';
	name = value_of(text, "Name");
	tgid = value_of(text, "Tgid");
	ppid = value_of(text, "PPid");
	uid = value_of(text, "Uid");
	if (name == NULL || tgid == NULL || ppid == NULL || uid == NULL)
		return -1;
	snprintf(seen->name, sizeof seen->name, "%.*s",
	    (int)strcspn(name, "\n"), name);
	seen->tgid = strtol(tgid, NULL, 10);
	seen->ppid = strtol(ppid, NULL, 10);
	/* the line has the real, effective and saved uid */
	seen->euid = strtol(uid + strcspn(uid, "\t\n"), NULL, 10);
	return 0;
}

uint32_t
proc_number(pid_t pid, const char *name)
{
	char text[PROC_TEXT], *end;
	unsigned long value;

	if (proc_read(text, "/proc/%d/%s", (int)pid, name) <= 0)
		return PROC_UNSET;
	errno = 0;
	value = strtoul(text, &end, 10);
	return end == text || errno != 0 || value > UINT32_MAX
		   ? PROC_UNSET
		   : (uint32_t)value;
}
