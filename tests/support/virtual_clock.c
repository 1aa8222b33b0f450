/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/virtual_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "lib/base/clock.h"

int __real_epoll_wait(int, struct epoll_event *, int, int);
int __wrap_epoll_wait(
    int epoll, struct epoll_event *events, int max, int timeout);

static uint64_t passed = 1;
static int64_t set_by;

uint64_t
clock_mono_ms(void)
{
	return passed;
}

/* Processes begin by the real one: it is never behind that. */
uint64_t
clock_boot_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 +
	       passed;
}

int64_t
clock_wall_ms(void)
{
	static time_t began;

	if (began == 0)
		began = time(NULL);
	return (int64_t)began * 1000 + (int64_t)passed + set_by;
}

void
virtual_clock_set_wall(int64_t by_ms)
{
	set_by += by_ms;
}

void
virtual_clock_align(int seconds)
{
	int64_t span = (int64_t)seconds * 1000;
	int64_t over = clock_wall_ms() % span;

	if (over > span / 2)
		passed += (uint64_t)(span - over);
}

int
__wrap_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
	int n = __real_epoll_wait(epoll, events, max, 0);

	if (n == 0 && timeout < 0) {
		fprintf(stderr, "nothing would ever happen here again\n");
		abort();
	}
	if (n == 0)
		passed += (uint64_t)timeout;
	return n;
}
