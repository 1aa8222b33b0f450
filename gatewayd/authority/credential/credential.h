/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subject's credential as the store keeps it.  Only the seed is secret: it is
 * sealed, bound to subject, id, name and form.  The whole value has a tag, so
 * the store cannot change any of it.  It can only show an older one.
 */
#ifndef AUTHORITY_CREDENTIAL_CREDENTIAL_H
#define AUTHORITY_CREDENTIAL_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/seal.h"
#include "lib/base/otp_form.h"
#include "lib/ipc/messages.h"

#define CREDENTIAL_SEED_MAX 64
#define CREDENTIAL_LABEL_MAX 64
#define CREDENTIAL_NAME_MAX 64 /* of name_canonical() */
#define CREDENTIAL_SERIAL_MAX 32

struct credential {
	uint8_t kind;			/* enum factor_kind */
	char id[CREDENTIAL_ID_MAX + 1]; /* random, lower-case hexadecimal */
	/* the canonical name that it was enrolled for: directory alone cannot
	 * have one person's credential open another's account */
	char name[CREDENTIAL_NAME_MAX + 1];
	char label[CREDENTIAL_LABEL_MAX + 1];
	int64_t created_ms;
	uint64_t step; /* last accepted; 0: none, it is not proven yet */
	struct otp_form form;
	uint8_t number; /* of the person's, from 1: the app's label has it */
	int32_t drift;	/* steps that the authenticator is ahead of us */
	int64_t resynchronised_ms; /* when that was found; 0: never */
	int64_t used_ms;	   /* when the step was accepted */
	/* the one that ends when this one is proven; "": none */
	char replaces[CREDENTIAL_ID_MAX + 1];
	char serial[CREDENTIAL_SERIAL_MAX + 1]; /* of a token; "": none */
	size_t sealed_size;
	uint8_t sealed[CREDENTIAL_SEED_MAX + SEAL_OVERHEAD];
	/* not part of the value */
	bool intact;	  /* the tag is ours: only then it counts */
	uint64_t version; /* in the store; 0 not there yet */
	bool dirty;	  /* step is ahead of the store */
	uint32_t epoch;	  /* since when it is dirty */
	bool writing;
	/* a code outside the window, shortly before: see factor.h */
	uint64_t seen;
	int64_t seen_ms;
};

/* What a new one is made of. */
struct credential_parts {
	uint8_t kind;
	const char *subject, *name, *label;
	const uint8_t *seed;
	size_t seed_size;
	int64_t now_ms;
	struct otp_form form; /* what is 0 is as usual */
	uint8_t number;
	const char *replaces, *serial; /* NULL: none */
};

/* A new id and the seed sealed for this subject and name.  -1: no randomness,
 * or a text that is too long. */
int credential_new(struct credential *c, struct seal *seal,
    const struct credential_parts *parts);
/* Size of the seed in out (CREDENTIAL_SEED_MAX bytes), or -1: the value is
 * not what was sealed for this subject and id. */
int credential_seed(const struct credential *c, struct seal *seal,
    const char *subject, uint8_t *out);

/* Seals the seed into c, which has all that it is bound to.  -1: no randomness,
 * or no such form. */
int credential_close(struct credential *c, struct seal *seal,
    const char *subject, const uint8_t *seed, size_t seed_size);

#define CREDENTIAL_KEYS "authority/credential/"
/* The subject of such a key.  -1: it is none. */
int credential_of_key(const char *key, char subject_r[SUBJECT_MAX + 1]);
/* authority/credential/<subject>/<id>; id NULL or "": the prefix of all.
 * -1: does not fit. */
int credential_key(char *out, size_t size, const char *subject, const char *id);

#endif
