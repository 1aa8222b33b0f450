/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into roles by tests/compat: the wall clock is COMPAT_SECONDS off,
 * so that state which was packed at some moment goes on at that moment.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

static int (*libc_clock_gettime)(clockid_t, struct timespec *);
static long off;

__attribute__((constructor)) static void
clock_init(void)
{
	const char *seconds = getenv("COMPAT_SECONDS");

	if (seconds != NULL)
		off = strtol(seconds, NULL, 10);
	*(void **)&libc_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	if (libc_clock_gettime == NULL)
		abort();
}

EXPORT int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int result = libc_clock_gettime(clock, t);

	if (result == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += off;
	return result;
}

EXPORT time_t
time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}
