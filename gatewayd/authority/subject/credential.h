/* SPDX-License-Identifier: Apache-2.0 */
/* A subject's credential as the store keeps it; only the seed is secret, and
 * it is sealed, bound to subject, id and name. */
#ifndef AUTHORITY_SUBJECT_CREDENTIAL_H
#define AUTHORITY_SUBJECT_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/seal.h"
#include "lib/ipc/messages.h"

#define CREDENTIAL_SEED_MAX 64
#define CREDENTIAL_LABEL_MAX 64
#define CREDENTIAL_NAME_MAX 64 /* of name_canonical() */

struct credential {
	uint8_t kind;			/* enum factor_kind */
	char id[CREDENTIAL_ID_MAX + 1]; /* random, lower-case hexadecimal */
	/* the canonical name that it was enrolled for: directory alone cannot
	 * have one person's credential open another's account */
	char name[CREDENTIAL_NAME_MAX + 1];
	char label[CREDENTIAL_LABEL_MAX + 1];
	int64_t created_ms;
	uint64_t step; /* last accepted; 0 none */
	size_t sealed_size;
	uint8_t sealed[CREDENTIAL_SEED_MAX + SEAL_OVERHEAD];
	/* not part of the value */
	uint64_t version; /* in the store; 0 not there yet */
	bool dirty;	  /* step is ahead of the store */
	uint32_t epoch;	  /* since when it is dirty */
	bool writing;
};

/* What a new one is made of. */
struct credential_parts {
	uint8_t kind;
	const char *subject, *name, *label;
	const uint8_t *seed;
	size_t seed_size;
	int64_t now_ms;
};

/* A new id and the seed sealed for this subject and name.  -1: no randomness.
 */
int credential_new(struct credential *c, struct seal *seal,
    const struct credential_parts *parts);
/* Size of the seed in out (CREDENTIAL_SEED_MAX bytes), or -1: the value is
 * not what was sealed for this subject and id. */
int credential_seed(const struct credential *c, struct seal *seal,
    const char *subject, uint8_t *out);

/* value of the store; 0 and size, or -1 */
int credential_encode(
    const struct credential *c, uint8_t *out, size_t room, size_t *size_r);
int credential_decode(struct credential *c, const uint8_t *value, size_t size);

#define CREDENTIAL_KEYS "authority/credential/"
/* The subject of such a key.  -1: it is none. */
int credential_of_key(const char *key, char subject_r[SUBJECT_MAX + 1]);
/* authority/credential/<subject>/<id>; id NULL or "": the prefix of all.
 * -1: does not fit. */
int credential_key(char *out, size_t size, const char *subject, const char *id);

#endif
