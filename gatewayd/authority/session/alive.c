/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/alive.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/log.h"

#define FIELDS_BEFORE_START 19 /* from state, the 3rd, to the 22nd: proc(5) */

static int
read_text(const char *path, char *out, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = file_read(fd, out, room);
	close(fd);
	return n <= 0 ? -1 : 0;
}

int
alive_here(struct alive_place *p)
{
	struct stat pids, times;
	char text[ALIVE_BOOT + 2];

	memset(p, 0, sizeof *p);
	if (read_text("/proc/sys/kernel/random/boot_id", text, sizeof text) <
		0 ||
	    strcspn(text, "\n") != ALIVE_BOOT ||
	    stat("/proc/self/ns/pid", &pids) < 0 ||
	    stat("/proc/self/ns/time", &times) < 0) {
		log_warn("cannot read /proc: open sessions will end at a "
			 "restart");
		return -1;
	}
	memcpy(p->boot, text, ALIVE_BOOT);
	p->pids = pids.st_ino;
	p->times = times.st_ino;
	return 0;
}

/* When it began, rounded down to a clock tick.  -1: not to be had.  The name
 * in brackets is the process's own choice, brackets and spaces included. */
static int
began(int32_t pid, uint64_t *ms_r)
{
	long ticks = sysconf(_SC_CLK_TCK);
	char path[32], text[1024], *at, *end;
	unsigned long long value;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	if (ticks <= 0 || read_text(path, text, sizeof text) < 0 ||
	    (at = strrchr(text, ')')) == NULL)
		return -1;
	for (int i = 0; i <= FIELDS_BEFORE_START; i++) {
		at = strchr(at + 1, ' ');
		if (at == NULL)
			return -1;
	}
	value = strtoull(at + 1, &end, 10);
	if (end == at + 1 || *end != ' ' || value > UINT64_MAX / 1000)
		return -1;
	*ms_r = value * 1000 / (unsigned long long)ticks;
	return 0;
}

int
alive_open(const struct alive_place *here, const struct alive_process *p)
{
	struct pollfd end = {.events = POLLIN};
	uint64_t ms;

	if (here->boot[0] == '\0' || p->pid <= 0 ||
	    strcmp(here->boot, p->place.boot) != 0 ||
	    here->pids != p->place.pids || here->times != p->place.times)
		return -1;
	end.fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (end.fd < 0)
		return -1;
	/* first held, then looked at, and still there after that: what /proc
	 * said was about the one that we hold */
	if (began(p->pid, &ms) < 0 || ms > p->seen_ms ||
	    poll(&end, 1, 0) != 0) {
		close(end.fd);
		return -1;
	}
	return end.fd;
}
