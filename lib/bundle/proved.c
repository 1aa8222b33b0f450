/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/proved.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/hex.h"

/* Its length comes first, so that no two lists are hashed as the same bytes. */
static int
add(EVP_MD_CTX *context, const void *bytes, size_t size)
{
	uint64_t length = size;

	return EVP_DigestUpdate(context, &length, sizeof length) == 1 &&
		       EVP_DigestUpdate(context, bytes, size) == 1
		   ? 0
		   : -1;
}

static int
add_all(EVP_MD_CTX *context, const struct proved_text *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (add(context, list[i].name, strlen(list[i].name)) < 0 ||
		    add(context, list[i].bytes, list[i].size) < 0)
			return -1;
	}
	return 0;
}

int
proved_hash(
    const struct proved_text *list, size_t count, char hash_r[PROVED_HASH])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char hash[32];
	int result = -1;

	hash_r[0] = '\0';
	if (context != NULL &&
	    EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	    add_all(context, list, count) == 0 &&
	    EVP_DigestFinal_ex(context, hash, NULL) == 1) {
		hex_encode(hash, sizeof hash, hash_r);
		result = 0;
	}
	EVP_MD_CTX_free(context);
	return result;
}
