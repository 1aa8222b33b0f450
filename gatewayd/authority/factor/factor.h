/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The factors that authority itself verifies: a table of functions for each row
 * of FACTOR_KINDS (lib/base/words.h), in a file of its own here.  Everybody
 * else loops over the table, and knows no kind.
 */
#ifndef AUTHORITY_FACTOR_FACTOR_H
#define AUTHORITY_FACTOR_FACTOR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/ipc/messages.h"

#define FACTOR_SEED_MAX 64
/* Where a code is that of several steps, the first of these counts.  0 is none
 * of them: nothing that was left out matches. */
enum factor_result {
	FACTOR_MATCH = 1,
	FACTOR_REPLAYED, /* right, but not newer than the last accepted one */
	FACTOR_LATE,	 /* of a step before the window */
	FACTOR_EARLY,	 /* of a step after it */
	FACTOR_MISMATCH,
	FACTOR_MALFORMED, /* has not the form of a code */
	FACTOR_UNAVAILABLE,
	FACTOR_UNREADABLE, /* the seed could not be had */
	FACTOR_RESULT_COUNT
};

/* What a person has answered, and what it is held against. */
struct factor_proof {
	const uint8_t *seed;
	size_t seed_size;
	const void *code;
	size_t code_size;
	int64_t time_seconds; /* since 1970 */
	uint64_t last;	      /* the last accepted step; 0: none */
};

/* Whose new seed is shown. */
struct factor_seed {
	const char *issuer; /* our URL */
	const char *name;
	const uint8_t *seed;
	size_t seed_size;
};

struct factor_ops {
	enum collect collect;
	const char *prompt;
	const char *how;  /* of a key that is typed into an app */
	const char *form; /* of a code */
	size_t seed_size; /* of a new one, FACTOR_SEED_MAX at most */
	/* Only a step after the last one matches, so that a code counts once.
	 * *step_r: that of the code, after MATCH and REPLAYED; else 0. */
	enum factor_result (*verify)(
	    const struct factor_proof *, uint64_t *step_r);
	/* The URI that apps read; it holds the seed: wipe it.  -1: it does not
	 * fit, or the issuer has no host. */
	int (*enrol)(
	    const struct factor_seed *, char *out, size_t room, size_t *size_r);
};

#define FACTOR_DECLARE(NAME, name, ...) \
	extern const struct factor_ops factor_##name;
FACTOR_KINDS(FACTOR_DECLARE)
#undef FACTOR_DECLARE

/* NULL: there is no such kind. */
const struct factor_ops *factor_of(unsigned kind);
/* The factors that are verified here: POLICY_* bits. */
uint32_t factor_all(void);
/* The first of those that prove one of these factors; NULL: none does. */
const struct factor_ops *factor_ask(uint32_t wanted);

#endif
