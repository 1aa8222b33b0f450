/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_KEYSET_H
#define LIBSALLYPORT_KEYSET_H

#include <sallyport/verify.h>
#include <stddef.h>

struct jwk;

/* The keys of one JWK Set.  A set does not change after keyset_parse(). */
struct keyset {
	size_t count;
	struct jwk *keys[SALLYPORT_KEYS_MAX];
};

/* Results as for sallyport_verifier_set_jwks(). */
sallyport_result keyset_parse(
    const char *json, size_t len, struct keyset **set_r);
void keyset_free(struct keyset **set);

/* The key with exactly this kid, or NULL. */
const struct jwk *keyset_find(const struct keyset *set, const char *kid);

#endif
