/* SPDX-License-Identifier: Apache-2.0 */
/* What the measuring programs share: time, figures, codes, and users dealt
 * out so that nobody's code is used twice. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#define BENCH_SEED 20
#define BENCH_NAME 32

/* errno's text, exit 1 */
noreturn void bench_fail(const char *what);
double bench_now(void);	   /* seconds, monotonic */
double bench_cpu(int who); /* seconds of getrusage(who) */
/* sorts; at from 0 to 1 */
double bench_quantile(double *values, size_t count, double at);
/* a positive number of the command line, or usage and exit 2 */
unsigned bench_number(const char *text, const char *usage);

/* RFC 6238, SHA-1, 30 seconds, 6 digits */
void bench_code(const uint8_t seed[BENCH_SEED], uint64_t step, char code[7]);

/* a user as bench.py writes them: "name base32\n" */
struct bench_user {
	char name[BENCH_NAME];
	uint8_t seed[BENCH_SEED];
};

/* Shared by processes, and kept in a file from one run to the next. */
struct bench_deal {
	atomic_ullong cursor;
	atomic_ullong last[]; /* step spent, for each user */
};

struct bench_users {
	struct bench_user *user;
	size_t count;
	struct bench_deal *deal;
};

/* users: the file of names and seeds; deal: made when it is not there */
void bench_users_open(
    struct bench_users *u, const char *users, const char *deal);
/* The next user who has a code left, and that code's step; -1: nobody has. */
int bench_users_next(
    struct bench_users *u, const struct bench_user **user_r, uint64_t *step);

#endif
