/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYSET_H
#define KEYSET_H

#include <sallyport/verify.h>
#include <stddef.h>

struct jwk;

/* The keys of one JWK Set by kid; never changed once it is made. */
struct keyset {
	size_t count;
	struct jwk *keys[SALLYPORT_KEYS_MAX];
};

/* Results as for sallyport_verifier_set_jwks(). */
sallyport_result keyset_parse(
    const char *json, size_t len, struct keyset **set_r);
void keyset_free(struct keyset **set);

/* Exact match in the table; NULL when there is none. */
const struct jwk *keyset_find(const struct keyset *set, const char *kid);

#endif
