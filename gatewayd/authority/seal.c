/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/seal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seal {
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *ctx;
	uint8_t key[SEAL_KEY];
	char id[SEAL_KEY_ID + 1];
};

static int
make_id(struct seal *s)
{
	static const char purpose[] = "sallyport seal key id";
	uint8_t text[sizeof purpose + SEAL_KEY], hash[EVP_MAX_MD_SIZE];
	int ok;

	memcpy(text, purpose, sizeof purpose);
	memcpy(text + sizeof purpose, s->key, SEAL_KEY);
	ok = EVP_Digest(text, sizeof text, hash, NULL, EVP_sha256(), NULL);
	explicit_bzero(text, sizeof text);
	for (size_t i = 0; ok == 1 && i < SEAL_KEY_ID / 2; i++)
		snprintf(s->id + 2 * i, 3, "%02x", hash[i]);
	return ok == 1 ? 0 : -1;
}

struct seal *
seal_new(const uint8_t key[SEAL_KEY])
{
	struct seal *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	memcpy(s->key, key, SEAL_KEY);
	s->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	s->ctx = EVP_CIPHER_CTX_new();
	if (s->cipher == NULL || s->ctx == NULL || make_id(s) < 0) {
		seal_free(s);
		return NULL;
	}
	return s;
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	EVP_CIPHER_CTX_free(s->ctx);
	EVP_CIPHER_free(s->cipher);
	explicit_bzero(s, sizeof *s);
	free(s);
}

const char *
seal_key_id(const struct seal *s)
{
	return s->id;
}

int
seal_close(
    struct seal *s, struct bytes bound, struct bytes secret, uint8_t *out)
{
	uint8_t *body = out + SEAL_NONCE, *tag = body + secret.size;
	int n;

	if (secret.size > INT_MAX - SEAL_OVERHEAD || bound.size > INT_MAX ||
	    RAND_bytes(out, SEAL_NONCE) != 1 ||
	    EVP_EncryptInit_ex2(s->ctx, s->cipher, s->key, out, NULL) != 1 ||
	    EVP_EncryptUpdate(s->ctx, NULL, &n, bound.data, (int)bound.size) !=
		1 ||
	    EVP_EncryptUpdate(
		s->ctx, body, &n, secret.data, (int)secret.size) != 1 ||
	    EVP_EncryptFinal_ex(s->ctx, tag, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG, tag) !=
		1) {
		explicit_bzero(out, secret.size + SEAL_OVERHEAD);
		return -1;
	}
	return 0;
}

int
seal_open(struct seal *s, struct bytes bound, struct bytes sealed, uint8_t *out)
{
	const uint8_t *nonce = sealed.data, *body;
	uint8_t tag[SEAL_TAG];
	size_t out_size;
	int n;

	if (sealed.size < SEAL_OVERHEAD || sealed.size > INT_MAX ||
	    bound.size > INT_MAX)
		return -1;
	out_size = sealed.size - SEAL_OVERHEAD;
	body = nonce + SEAL_NONCE;
	memcpy(tag, body + out_size, sizeof tag);
	if (EVP_DecryptInit_ex2(s->ctx, s->cipher, s->key, nonce, NULL) != 1 ||
	    EVP_DecryptUpdate(s->ctx, NULL, &n, bound.data, (int)bound.size) !=
		1 ||
	    EVP_DecryptUpdate(s->ctx, out, &n, body, (int)out_size) != 1 ||
	    EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG, tag) !=
		1 ||
	    EVP_DecryptFinal_ex(s->ctx, out + n, &n) != 1) {
		explicit_bzero(out, out_size);
		return -1;
	}
	return 0;
}
