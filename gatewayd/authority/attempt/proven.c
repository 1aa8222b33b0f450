/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/proven.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "policy/policy.h"

#define BLOB_MAX 1024

/* The key's blob; 0 when it is not base64. */
static size_t
blob(const char *text, size_t size, uint8_t *out)
{
	int n;

	if (size == 0 || size % 4 != 0 || size > BLOB_MAX)
		return 0;
	n = EVP_DecodeBlock(out, (const uint8_t *)text, (int)size);
	if (n < 0)
		return 0;
	while (size > 0 && text[size - 1] == '=') {
		size--;
		n--;
	}
	return n < 0 ? 0 : (size_t)n;
}

static int
fingerprint_of(const char *key, size_t size, char *out, size_t out_size)
{
	uint8_t bytes[BLOB_MAX], hash[EVP_MAX_MD_SIZE], text[64];
	size_t n = blob(key, size, bytes);
	unsigned hash_size;

	if (n == 0 ||
	    EVP_Digest(bytes, n, hash, &hash_size, EVP_sha256(), NULL) != 1)
		return -1;
	EVP_EncodeBlock(text, hash, (int)hash_size);
	text[43] = '\0'; /* 32 bytes, without the padding */
	return snprintf(out, out_size, "SHA256:%s", (char *)text) > 0 ? 0 : -1;
}

void
proven_parse(
    const char *info, uint32_t *factors_r, char *fingerprint, size_t size)
{
	static const char method[] = "publickey ";
	const char *type, *key, *end;

	*factors_r = 0;
	fingerprint[0] = '\0';
	if (strncmp(info, method, sizeof method - 1) != 0)
		return;
	type = info + sizeof method - 1;
	key = strchr(type, ' ');
	if (key == NULL || key == type)
		return;
	key++;
	end = key + strcspn(key, " \n");
	if (fingerprint_of(key, (size_t)(end - key), fingerprint, size) == 0)
		*factors_r = POLICY_PUBLICKEY;
}

int
proven_hash(const char *info, uint8_t hash[32])
{
	unsigned size;

	return EVP_Digest(
		   info, strlen(info), hash, &size, EVP_sha256(), NULL) == 1 &&
		       size == 32
		   ? 0
		   : -1;
}
