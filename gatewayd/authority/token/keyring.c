/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/keyring.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json_write.h"
#include "lib/base/jwk_write.h"
#include "lib/base/pem.h"

#define P256_HALF 32

struct key {
	char kid[KEYRING_KID + 1];
	bool is_active;
	const struct jwk_kind *kind;
	EVP_PKEY *pkey;
	EVP_MD_CTX *init; /* set up once, copied for each signature */
};

struct keyring {
	size_t count;
	struct key keys[KEYRING_KEYS_MAX];
	EVP_MD_CTX *scratch;
};

const char *
keyring_strerror(enum keyring_result result)
{
	switch (result) {
	case KEYRING_OK:
		return "no error";
	case KEYRING_UNREADABLE:
		return "no unencrypted private key in PEM form";
	case KEYRING_KIND:
		return "key is not EC P-256, Ed25519 or RSA";
	case KEYRING_WEAK:
		return "RSA key is not of 2048 to 4096 bits";
	case KEYRING_MISMATCH:
		return "private and public half do not belong together";
	case KEYRING_TWICE:
		return "key is there twice";
	case KEYRING_FULL:
		return "too many keys";
	case KEYRING_UNKNOWN:
		return "no key with this kid";
	case KEYRING_INACTIVE:
		return "another key signs";
	case KEYRING_UNAVAILABLE:
		return "libcrypto failed or memory is short";
	}
	return "unknown result";
}

struct keyring *
keyring_new(void)
{
	struct keyring *keyring = calloc(1, sizeof *keyring);

	if (!keyring)
		return NULL;
	keyring->scratch = EVP_MD_CTX_new();
	if (!keyring->scratch)
		keyring_free(&keyring);
	return keyring;
}

static void
wipe(struct key *key)
{
	EVP_MD_CTX_free(key->init);
	EVP_PKEY_free(key->pkey);
	key->init = NULL;
	key->pkey = NULL;
}

void
keyring_free(struct keyring **keyring)
{
	if (!*keyring)
		return;
	for (size_t i = 0; i < (*keyring)->count; i++)
		wipe(&(*keyring)->keys[i]);
	EVP_MD_CTX_free((*keyring)->scratch);
	free(*keyring);
	*keyring = NULL;
}

static struct key *
find(const struct keyring *keyring, const char *kid)
{
	for (size_t i = 0; i < keyring->count; i++)
		if (strcmp(keyring->keys[i].kid, kid) == 0)
			return (struct key *)&keyring->keys[i];
	return NULL;
}

static EVP_PKEY *
read_pem(const char *pem, size_t len)
{
	BIO *bio = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	EVP_PKEY *pkey = NULL;

	if (bio)
		pkey =
		    PEM_read_bio_PrivateKey(bio, NULL, pem_no_password, NULL);
	BIO_free(bio);
	return pkey;
}

/* A signature that our own public half does not verify is nobody's use. */
static enum keyring_result
prove(struct key *key)
{
	static const uint8_t text[] = "sallyport";
	uint8_t sig[KEYRING_SIGNATURE];
	size_t len = sizeof sig;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum keyring_result r = KEYRING_UNAVAILABLE;

	if (!ctx || EVP_MD_CTX_copy_ex(ctx, key->init) != 1 ||
	    EVP_DigestSign(ctx, sig, &len, text, sizeof text) != 1)
		goto out;
	EVP_MD_CTX_reset(ctx);
	if (EVP_DigestVerifyInit_ex(
		ctx, NULL, key->kind->md, NULL, NULL, key->pkey, NULL) != 1)
		goto out;
	r = EVP_DigestVerify(ctx, sig, len, text, sizeof text) == 1
		? KEYRING_OK
		: KEYRING_MISMATCH;
out:
	EVP_MD_CTX_free(ctx);
	return r;
}

static enum keyring_result
prepare(struct key *key)
{
	int bits = EVP_PKEY_get_bits(key->pkey);

	key->kind = jwk_kind_of(key->pkey);
	if (!key->kind)
		return KEYRING_KIND;
	if (key->kind->is_rsa && (bits < 2048 || bits > 4096))
		return KEYRING_WEAK;
	if (jwk_write_kid(key->kind, key->pkey, key->kid) < 0)
		return KEYRING_UNAVAILABLE;
	key->init = EVP_MD_CTX_new();
	if (!key->init || EVP_DigestSignInit_ex(key->init, NULL, key->kind->md,
			      NULL, NULL, key->pkey, NULL) != 1)
		return KEYRING_UNAVAILABLE;
	return prove(key);
}

enum keyring_result
keyring_add(struct keyring *keyring, const char *pem, size_t len,
    char kid_r[KEYRING_KID + 1])
{
	struct key key = {0};
	enum keyring_result r;

	if (keyring->count == KEYRING_KEYS_MAX)
		return KEYRING_FULL;
	key.pkey = read_pem(pem, len);
	r = key.pkey ? prepare(&key) : KEYRING_UNREADABLE;
	if (r == KEYRING_OK && find(keyring, key.kid))
		r = KEYRING_TWICE;
	ERR_clear_error();
	if (r != KEYRING_OK) {
		wipe(&key);
		return r;
	}
	memcpy(kid_r, key.kid, sizeof key.kid);
	keyring->keys[keyring->count++] = key;
	return KEYRING_OK;
}

static struct key *
active(const struct keyring *keyring)
{
	for (size_t i = 0; i < keyring->count; i++)
		if (keyring->keys[i].is_active)
			return (struct key *)&keyring->keys[i];
	return NULL;
}

enum keyring_result
keyring_activate(struct keyring *keyring, const char *kid)
{
	struct key *key = find(keyring, kid);
	struct key *before = active(keyring);

	if (!key)
		return KEYRING_UNKNOWN;
	if (before)
		before->is_active = false;
	key->is_active = true;
	return KEYRING_OK;
}

const char *
keyring_active(const struct keyring *keyring)
{
	const struct key *key = active(keyring);

	return key ? key->kid : NULL;
}

const char *
keyring_alg(const struct keyring *keyring, const char *kid)
{
	const struct key *key = find(keyring, kid);

	return key ? key->kind->alg : NULL;
}

/* DER (RFC 3279 section 2.2.3) to r and s (RFC 7518 section 3.4). */
static int
to_raw(uint8_t *signature, size_t *len)
{
	const uint8_t *p = signature;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)*len);
	int r = -1;

	if (sig &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, P256_HALF) ==
		P256_HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + P256_HALF,
		P256_HALF) == P256_HALF) {
		*len = (size_t)2 * P256_HALF;
		r = 0;
	}
	ECDSA_SIG_free(sig);
	return r;
}

enum keyring_result
keyring_sign(struct keyring *keyring, const char *kid, struct bytes data,
    uint8_t signature[KEYRING_SIGNATURE], size_t *len_r)
{
	struct key *key = find(keyring, kid);
	size_t size = KEYRING_SIGNATURE;

	*len_r = 0;
	if (!key)
		return KEYRING_UNKNOWN;
	if (!key->is_active)
		return KEYRING_INACTIVE;
	if (EVP_MD_CTX_copy_ex(keyring->scratch, key->init) != 1 ||
	    EVP_DigestSign(keyring->scratch, signature, &size, data.data,
		data.size) != 1 ||
	    (key->kind->is_ecdsa && to_raw(signature, &size) < 0)) {
		ERR_clear_error();
		return KEYRING_UNAVAILABLE;
	}
	*len_r = size;
	return KEYRING_OK;
}

enum keyring_result
keyring_jwks(
    const struct keyring *keyring, char *out, size_t size, size_t *len_r)
{
	struct json_write w;

	json_write_init(&w, out, size);
	json_write_object(&w, NULL);
	json_write_array(&w, "keys");
	for (size_t i = 0; i < keyring->count; i++) {
		const struct key *key = &keyring->keys[i];

		if (jwk_write(&w, key->kind, key->pkey, key->kid) < 0)
			return KEYRING_UNAVAILABLE;
	}
	json_write_array_end(&w);
	json_write_object_end(&w);
	return json_write_finish(&w, len_r) == 0 ? KEYRING_OK
						 : KEYRING_UNAVAILABLE;
}
