/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_syncs PID ...: counts fsync(2) and fdatasync(2) of these processes by
 * the kernel's trace points, without slowing anybody.  Prints "ready", waits
 * for the end of standard input, and prints the sum.  Exit 3: this kernel has
 * no such trace points, or does not show them here.
 */
#include <linux/perf_event.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define COUNTERS_MAX 128

/* tracefs, mounted where only this process sees it */
static const char *
mount_tracefs(void)
{
	static char place[] = "/tmp/sallyport-bench-XXXXXX";

	if (mkdtemp(place) == NULL)
		bench_fail(place);
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", place, "tracefs", 0, NULL) < 0) {
		perror("bench_syncs: tracefs");
		rmdir(place);
		exit(3);
	}
	return place;
}

static uint64_t
trace_point(const char *place, const char *name)
{
	unsigned long long id = 0;
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/events/syscalls/sys_enter_%s/id", place,
	    name);
	f = fopen(path, "re");
	if (f == NULL || fscanf(f, "%llu", &id) != 1)
		perror(path);
	if (f != NULL)
		fclose(f);
	return id;
}

static int
counter(uint64_t point, int pid)
{
	struct perf_event_attr a = {
	    .type = PERF_TYPE_TRACEPOINT, .size = sizeof a, .config = point};
	long fd =
	    syscall(SYS_perf_event_open, &a, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0)
		return (int)fd;
	perror("bench_syncs: perf_event_open");
	exit(3);
}

int
main(int argc, char **argv)
{
	static const char *const calls[] = {"fsync", "fdatasync"};
	int fd[COUNTERS_MAX], count = 0;
	const char *place = mount_tracefs();
	uint64_t sum = 0, point[2];
	char byte;

	for (int i = 0; i < 2; i++)
		point[i] = trace_point(place, calls[i]);
	umount2(place, MNT_DETACH);
	rmdir(place);
	if (point[0] == 0 || point[1] == 0)
		return 3;
	for (int i = 1; i < argc && count + 2 <= COUNTERS_MAX; i++)
		for (int p = 0; p < 2; p++)
			fd[count++] = counter(point[p],
			    (int)bench_number(argv[i], "bench_syncs PID ..."));
	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	for (int i = 0; i < count; i++) {
		uint64_t n;

		if (read(fd[i], &n, sizeof n) != sizeof n)
			bench_fail("counter");
		sum += n;
	}
	printf("%llu\n", (unsigned long long)sum);
	return 0;
}
