/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The factors that authority itself verifies.  Each row of FACTOR_KINDS
 * (lib/base/words.h) has a table of functions, in a file of its own here.  All
 * other code loops over the rows, and knows no kind.
 */
#ifndef AUTHORITY_FACTOR_FACTOR_H
#define AUTHORITY_FACTOR_FACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/otp_form.h"
#include "lib/base/people.h"
#include "lib/base/words.h"
#include "lib/ipc/messages.h"

#define FACTOR_SEED_MAX 64
/* If a code belongs to several steps, the first of these results counts.  No
 * result is 0, so a field that was left out is no match. */
enum factor_result {
	FACTOR_MATCH = 1,
	FACTOR_REPLAYED, /* right, but not after the last accepted step */
	FACTOR_LATE,	 /* the code of a step before the window */
	FACTOR_EARLY,	 /* the code of a step after the window */
	FACTOR_AHEAD,	 /* the code of a counter after the window */
	FACTOR_IGNORED, /* the first code has the usual form, and not its own */
	FACTOR_MISMATCH,
	FACTOR_MALFORMED, /* the answer does not have the form of a code */
	FACTOR_UNAVAILABLE,
	FACTOR_UNREADABLE, /* the seed cannot be unsealed */
	FACTOR_RESULT_COUNT
};

/* A person's answer, and what verify needs to judge it. */
struct factor_proof {
	const uint8_t *seed;
	size_t seed_size;
	const void *code;
	size_t code_size;
	int64_t time_seconds; /* since 1970 */
	uint64_t last;	      /* the last accepted step; 0: none */
	struct otp_form form;
	int32_t drift; /* steps that the authenticator is ahead of us */
	/* the step of a right code outside the window shortly before, or 0.
	 * The code of the step after it is a match, and the drift is known. */
	uint64_t seen;
	unsigned reach; /* steps that are looked at, or 0: as at a login */
};

struct factor_found {
	uint64_t step; /* of MATCH and REPLAYED, else 0 */
	uint64_t
	    outside; /* of LATE, EARLY and AHEAD, if it is not spent; else 0 */
	int32_t drift; /* after MATCH */
	bool resynchronised;
};

/* A new seed, and whose it is. */
struct factor_seed {
	const char *issuer; /* as apps show it; of a URL, the host is taken */
	const char *name;
	/* which one of the person's it is, from 1: apps overwrite an entry
	 * that has the same label */
	unsigned number;
	const uint8_t *seed;
	size_t seed_size;
	struct otp_form form;
};

struct factor_ops {
	enum collect collect;
	enum people_text prompt;
	enum people_text how; /* how the app uses the key, for the person */
	bool timed;	      /* its codes are made of the time */
	unsigned reach;	      /* of a resynchronisation by an administrator */
	/* Verifies a code.  Only a step after the last one matches, so a code
	 * counts once. */
	enum factor_result (*verify)(
	    const struct factor_proof *, struct factor_found *found_r);
	/* Writes the URI for apps.  It has the seed, so wipe it.  -1: it does
	 * not fit, or the issuer has no host. */
	int (*enrol)(
	    const struct factor_seed *, char *out, size_t room, size_t *size_r);
};

#define FACTOR_DECLARE(NAME, name, ...) \
	extern const struct factor_ops factor_##name;
FACTOR_KINDS(FACTOR_DECLARE)
#undef FACTOR_DECLARE

struct conf_authority;

/* The form of a new credential, where nobody says otherwise. */
struct otp_form factor_form(const struct conf_authority *conf);
/* The functions of a kind, or NULL. */
const struct factor_ops *factor_of(unsigned kind);
/* The factors that authority verifies, as POLICY_* bits. */
uint32_t factor_all(void);
/* The functions of the first kind that proves one of these factors, or NULL. */
const struct factor_ops *factor_ask(uint32_t wanted);

#endif
