/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CLI_FAKE_H
#define TESTS_CLI_FAKE_H

#include "lib/ipc/channel.h"

#include <stddef.h>

/* A gateway made of one function, in a process of its own. */
struct fake;

/* answer is called for every request; it may answer as it likes, or _exit. */
struct fake *fake_start(enum role peer,
    void (*answer)(struct channel *channel, struct message *request));
void fake_stop(struct fake **fake);

/* Its socket, and the private folder that the socket is in. */
const char *fake_socket(const struct fake *fake);
const char *fake_folder(const struct fake *fake);

/* A private folder of a test's own, removed with what is in it. */
char *fake_make_folder(void);
void fake_remove_folder(char *folder);

struct fake_run {
	int status; /* -1: it did not exit */
	char out[65536];
	char err[8192];
	size_t out_len;
};

/*
 * Runs a noun with these words (the noun first, NULL last) and this standard
 * input in a process of its own, as main() would.
 */
void fake_run(struct fake_run *run, int (*noun)(int, char **),
    const char *input, const char *const *words);
#define RUN(run, noun, ...) \
	fake_run(run, noun, "", (const char *const[]){__VA_ARGS__, NULL})
#define RUN_INPUT(run, noun, input, ...) \
	fake_run(run, noun, input, (const char *const[]){__VA_ARGS__, NULL})

/* Looked for in the noun's memory when it has returned; it is given with
 * every byte plus one, so that asking does not put it there.  Status 99: a
 * copy was left.  NULL looks for nothing. */
extern const char *fake_secret;

#endif
