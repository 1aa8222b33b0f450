/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/jwk_write.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/base64url.h"
#include "lib/base/json_write.h"

#define FIELD_MAX 512 /* bytes: the modulus of RSA 4096 */
#define P256_HALF 32
#define ED25519_LEN 32
#define SHA256_LEN 32

static const struct jwk_kind ec = {
    "EC", "P-256", "ES256", "SHA256", false, true};
static const struct jwk_kind ed25519 = {
    "OKP", "Ed25519", "EdDSA", NULL, false, false};
static const struct jwk_kind rsa = {
    "RSA", NULL, "RS256", "SHA256", true, false};

const struct jwk_kind *
jwk_kind_of(EVP_PKEY *pkey)
{
	char group[32] = "";

	if (EVP_PKEY_is_a(pkey, "ED25519"))
		return &ed25519;
	if (EVP_PKEY_is_a(pkey, "RSA"))
		return &rsa;
	if (EVP_PKEY_is_a(pkey, "EC") &&
	    EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
	    strcmp(group, "prime256v1") == 0)
		return &ec;
	return NULL;
}

/* The values of a JWK, base64url, by the names that its kind gives them. */
struct fields {
	char a[BASE64URL_LEN(FIELD_MAX) + 1]; /* x, or n */
	char b[BASE64URL_LEN(FIELD_MAX) + 1]; /* y, or e */
};

static int
encode_bn(EVP_PKEY *pkey, const char *name, size_t pad, char *out)
{
	uint8_t bytes[FIELD_MAX];
	BIGNUM *bn = NULL;
	ssize_t n = -1;
	int len;

	if (EVP_PKEY_get_bn_param(pkey, name, &bn) != 1)
		return -1;
	len = pad ? (int)pad : BN_num_bytes(bn);
	if (len <= FIELD_MAX && BN_bn2binpad(bn, bytes, len) == len)
		n = base64url_encode(
		    bytes, (size_t)len, out, BASE64URL_LEN(FIELD_MAX));
	BN_free(bn);
	if (n < 0)
		return -1;
	out[n] = '\0';
	return 0;
}

static int
encode_raw(EVP_PKEY *pkey, char *out)
{
	uint8_t bytes[ED25519_LEN];
	size_t len = sizeof bytes;
	ssize_t n;

	if (EVP_PKEY_get_raw_public_key(pkey, bytes, &len) != 1)
		return -1;
	n = base64url_encode(bytes, len, out, BASE64URL_LEN(FIELD_MAX));
	out[n < 0 ? 0 : n] = '\0';
	return n < 0 ? -1 : 0;
}

static int
get_fields(const struct jwk_kind *kind, EVP_PKEY *pkey, struct fields *f)
{
	if (kind->is_rsa)
		return encode_bn(pkey, OSSL_PKEY_PARAM_RSA_N, 0, f->a) ||
			       encode_bn(pkey, OSSL_PKEY_PARAM_RSA_E, 0, f->b)
			   ? -1
			   : 0;
	if (!kind->is_ecdsa)
		return encode_raw(pkey, f->a);
	return encode_bn(pkey, OSSL_PKEY_PARAM_EC_PUB_X, P256_HALF, f->a) ||
		       encode_bn(
			   pkey, OSSL_PKEY_PARAM_EC_PUB_Y, P256_HALF, f->b)
		   ? -1
		   : 0;
}

/* The required members, in the order of their names. */
static void
write_required(
    struct json_write *w, const struct jwk_kind *kind, const struct fields *f)
{
	if (kind->is_rsa) {
		json_write_string(w, "e", f->b);
		json_write_string(w, "kty", kind->kty);
		json_write_string(w, "n", f->a);
		return;
	}
	json_write_string(w, "crv", kind->crv);
	json_write_string(w, "kty", kind->kty);
	json_write_string(w, "x", f->a);
	if (kind->is_ecdsa)
		json_write_string(w, "y", f->b);
}

int
jwk_write(struct json_write *w, const struct jwk_kind *kind, EVP_PKEY *pkey,
    const char *kid)
{
	struct fields f;

	if (get_fields(kind, pkey, &f) < 0)
		return -1;
	json_write_object(w, NULL);
	write_required(w, kind, &f);
	json_write_string(w, "alg", kind->alg);
	json_write_string(w, "use", "sig");
	json_write_string(w, "kid", kid);
	json_write_object_end(w);
	return 0;
}

/* SHA-256 over the required members alone (RFC 7638 section 3). */
int
jwk_write_kid(
    const struct jwk_kind *kind, EVP_PKEY *pkey, char kid_r[JWK_KID + 1])
{
	uint8_t digest[SHA256_LEN];
	char text[JWK_MAX];
	struct json_write w;
	struct fields f;
	size_t len;

	if (get_fields(kind, pkey, &f) < 0)
		return -1;
	json_write_init(&w, text, sizeof text);
	json_write_object(&w, NULL);
	write_required(&w, kind, &f);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) < 0 ||
	    EVP_Q_digest(NULL, "SHA256", NULL, text, len, digest, NULL) != 1 ||
	    base64url_encode(digest, sizeof digest, kid_r, JWK_KID) < 0)
		return -1;
	kid_r[JWK_KID] = '\0';
	return 0;
}
