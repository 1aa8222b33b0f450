/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/keyset.h"

#include <stdlib.h>
#include <string.h>

#include "libsallyport/json_strict.h"
#include "libsallyport/jwk.h"

static sallyport_result
fill(struct keyset *set, const json_t *keys)
{
	const json_t *object;
	size_t i;

	json_array_foreach(keys, i, object)
	{
		struct jwk *jwk;
		sallyport_result r;

		if (!json_is_object(object))
			return SALLYPORT_MALFORMED;
		r = jwk_parse(object, &jwk);
		if (r != SALLYPORT_OK)
			return r;
		if (!jwk)
			continue;
		/* Two keys under one name: which is meant is a guess. */
		if (keyset_find(set, jwk->kid)) {
			jwk_free(&jwk);
			return SALLYPORT_BAD_KEY;
		}
		set->keys[set->count++] = jwk;
	}
	return set->count ? SALLYPORT_OK : SALLYPORT_NO_KEYS;
}

sallyport_result
keyset_parse(const char *json, size_t len, struct keyset **set_r)
{
	struct keyset *set = NULL;
	sallyport_result r = SALLYPORT_MALFORMED;
	json_t *root = NULL;
	const json_t *keys;

	*set_r = NULL;
	if (len > SALLYPORT_JWKS_MAX)
		return SALLYPORT_MALFORMED;
	root = json_strict_object(json, len);
	keys = json_object_get(root, "keys");
	if (!json_is_array(keys) || json_array_size(keys) > SALLYPORT_KEYS_MAX)
		goto out;
	set = calloc(1, sizeof *set);
	r = set ? fill(set, keys) : SALLYPORT_UNAVAILABLE;
	if (r != SALLYPORT_OK)
		goto out;
	*set_r = set;
	set = NULL;
out:
	keyset_free(&set);
	json_decref(root);
	return r;
}

void
keyset_free(struct keyset **set)
{
	if (!*set)
		return;
	for (size_t i = 0; i < (*set)->count; i++)
		jwk_free(&(*set)->keys[i]);
	free(*set);
	*set = NULL;
}

const struct jwk *
keyset_find(const struct keyset *set, const char *kid)
{
	for (size_t i = 0; set && i < set->count; i++)
		if (strcmp(set->keys[i]->kid, kid) == 0)
			return set->keys[i];
	return NULL;
}
