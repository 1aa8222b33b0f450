/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define STEP 30
/* a code of the step before is not dealt this close to the next step */
#define MARGIN 3

noreturn void
bench_fail(const char *what)
{
	perror(what);
	exit(1);
}

double
bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double
bench_cpu(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return seconds(r.ru_utime) + seconds(r.ru_stime);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double
bench_quantile(double *values, size_t count, double at)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof *values, compare);
	return values[(size_t)(at * (double)(count - 1) + 0.5)];
}

unsigned
bench_number(const char *text, const char *usage)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno == 0 && *text != '\0' && *end == '\0' && n > 0 && n < 1000000)
		return (unsigned)n;
	fprintf(stderr, "\"%s\" is no number\nusage: %s\n", text, usage);
	exit(2);
}

void
bench_code(const uint8_t seed[BENCH_SEED], uint64_t step, char code[7])
{
	uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned size = sizeof mac;
	const uint8_t *at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)(step >> (56 - 8 * i));
	if (HMAC(EVP_sha1(), seed, BENCH_SEED, counter, sizeof counter, mac,
		&size) == NULL)
		bench_fail("HMAC");
	at = mac + (mac[19] & 15);
	snprintf(code, 7, "%06u",
	    ((at[0] & 0x7fU) << 24 | (unsigned)at[1] << 16 |
		(unsigned)at[2] << 8 | at[3]) %
		1000000);
}

static int
base32(const char *text, uint8_t *out, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t used = 0;

	for (; *text != '\0' && used < size; text++) {
		const char *at = strchr(letters, *text);

		if (at == NULL)
			return -1;
		bits = bits << 5 | (uint32_t)(at - letters);
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[used++] = (uint8_t)(bits >> have);
		}
	}
	return used == size ? 0 : -1;
}

static void
read_users(struct bench_users *u, const char *path)
{
	char line[128], name[BENCH_NAME], seed[64];
	FILE *f = fopen(path, "re");
	size_t room = 0;

	if (f == NULL)
		bench_fail(path);
	while (fgets(line, sizeof line, f) != NULL) {
		if (u->count == room) {
			room = room == 0 ? 1024 : 2 * room;
			u->user = realloc(u->user, room * sizeof *u->user);
			if (u->user == NULL)
				bench_fail("users");
		}
		if (sscanf(line, "%31s %63s", name, seed) != 2 ||
		    base32(seed, u->user[u->count].seed, BENCH_SEED) < 0) {
			fprintf(stderr, "%s: no name and seed: %s", path, line);
			exit(1);
		}
		memcpy(u->user[u->count++].name, name, sizeof name);
	}
	fclose(f);
}

void
bench_users_open(struct bench_users *u, const char *users, const char *deal)
{
	size_t size;
	int fd;

	*u = (struct bench_users){0};
	read_users(u, users);
	size = sizeof *u->deal + u->count * sizeof u->deal->last[0];
	fd = open(deal, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		bench_fail(deal);
	u->deal = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (u->deal == MAP_FAILED)
		bench_fail("mmap");
	close(fd);
}

int
bench_users_next(
    struct bench_users *u, const struct bench_user **user_r, uint64_t *step_r)
{
	for (size_t tries = 0; tries < u->count; tries++) {
		uint64_t at = atomic_fetch_add(&u->deal->cursor, 1) % u->count;
		uint64_t now = (uint64_t)time(NULL);
		uint64_t step = atomic_load(&u->deal->last[at]) + 1;
		uint64_t least = (now + MARGIN) / STEP - 1;

		if (step < least)
			step = least;
		if (step > now / STEP + 1)
			continue;
		atomic_store(&u->deal->last[at], step);
		*user_r = &u->user[at];
		*step_r = step;
		return 0;
	}
	return -1;
}
