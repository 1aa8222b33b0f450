/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64url.h"
#include "libsallyport/ecdsa_sig.h"
#include "libsallyport/json_strict.h"

#define P256_LEN 32
#define UNCOMPRESSED 4 /* SEC 1 section 2.3.3 */
#define ED25519_LEN 32
#define RSA_MIN 256  /* bytes of modulus: RFC 7518 section 3.3 */
#define RSA_MAX 1024 /* what a verifier can be made to compute */
#define RSA_E_MAX 8

static ssize_t
member(const json_t *jwk, const char *name, uint8_t *out, size_t size)
{
	const char *text = json_strict_string(jwk, name);

	return text ? base64url_decode(text, strlen(text), out, size) : -1;
}

static EVP_PKEY *
from_params(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static bool
is_sound(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool ok = ctx && EVP_PKEY_public_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static sallyport_result
load_ec(const json_t *object, struct jwk *jwk)
{
	uint8_t point[1 + 2 * P256_LEN] = {UNCOMPRESSED};
	char group[] = "P-256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
	    OSSL_PARAM_construct_end(),
	};

	if (member(object, "x", point + 1, P256_LEN) != P256_LEN ||
	    member(object, "y", point + 1 + P256_LEN, P256_LEN) != P256_LEN)
		return SALLYPORT_BAD_KEY;
	jwk->is_ecdsa = true;
	jwk->sig_len = ECDSA_SIG_RAW_LEN;
	jwk->pkey = from_params("EC", params);
	if (!jwk->pkey || !is_sound(jwk->pkey))
		return SALLYPORT_BAD_KEY;
	return SALLYPORT_OK;
}

static sallyport_result
load_okp(const json_t *object, struct jwk *jwk)
{
	uint8_t x[ED25519_LEN];

	if (member(object, "x", x, sizeof x) != ED25519_LEN)
		return SALLYPORT_BAD_KEY;
	jwk->sig_len = 64;
	jwk->pkey =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x, sizeof x);
	return jwk->pkey ? SALLYPORT_OK : SALLYPORT_BAD_KEY;
}

static EVP_PKEY *
rsa_key(const BIGNUM *n, const BIGNUM *e)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (bld && n && e &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(bld)))
		pkey = from_params("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

/* e: odd and not 1, or every message is its own signature. */
static sallyport_result
load_rsa(const json_t *object, struct jwk *jwk)
{
	uint8_t n[RSA_MAX];
	uint8_t e[RSA_E_MAX];
	ssize_t n_len = member(object, "n", n, sizeof n);
	ssize_t e_len = member(object, "e", e, sizeof e);
	BIGNUM *bn_n;
	BIGNUM *bn_e;

	if (n_len < RSA_MIN || !(n[0] & 0x80) || !(n[n_len - 1] & 1))
		return SALLYPORT_BAD_KEY;
	if (e_len < 1 || e[0] == 0 || !(e[e_len - 1] & 1) ||
	    (e_len == 1 && e[0] == 1))
		return SALLYPORT_BAD_KEY;
	bn_n = BN_bin2bn(n, (int)n_len, NULL);
	bn_e = BN_bin2bn(e, (int)e_len, NULL);
	jwk->sig_len = (size_t)n_len;
	jwk->pkey = rsa_key(bn_n, bn_e);
	BN_free(bn_n);
	BN_free(bn_e);
	return jwk->pkey ? SALLYPORT_OK : SALLYPORT_BAD_KEY;
}

static const struct kind {
	const char *kty, *crv, *alg, *md;
	sallyport_result (*load)(const json_t *, struct jwk *);
} kinds[] = {
    {"EC", "P-256", "ES256", "SHA256", load_ec},
    {"RSA", NULL, "RS256", "SHA256", load_rsa},
    {"OKP", "Ed25519", "EdDSA", NULL, load_okp},
    {"OKP", "Ed25519", "Ed25519", NULL, load_okp}, /* RFC 9864 */
};

static bool
equals(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const struct kind *
kind_of(const json_t *object)
{
	const char *kty = json_strict_string(object, "kty");
	const char *crv = json_strict_string(object, "crv");
	const json_t *alg = json_object_get(object, "alg");

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct kind *k = &kinds[i];

		if (!equals(kty, k->kty) || (k->crv && !equals(crv, k->crv)))
			continue;
		if (!alg || equals(json_string_value(alg), k->alg))
			return k;
	}
	return NULL;
}

/* RFC 7517 sections 4.2 and 4.3: absent means any. */
static bool
is_for_verifying(const json_t *object)
{
	const json_t *use = json_object_get(object, "use");
	const json_t *ops = json_object_get(object, "key_ops");
	const json_t *op;
	size_t i;

	if (use && !equals(json_string_value(use), "sig"))
		return false;
	if (!ops)
		return true;
	json_array_foreach(ops, i,
	    op) if (equals(json_string_value(op), "verify")) return true;
	return false;
}

static bool
is_kid(const char *kid)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	size_t len = strlen(kid);

	return len <= JWK_KID_MAX && strspn(kid, set) == len;
}

static sallyport_result
prepare(struct jwk *jwk, const char *md)
{
	jwk->init = EVP_MD_CTX_new();
	if (!jwk->init || EVP_DigestVerifyInit_ex(jwk->init, NULL, md, NULL,
			      NULL, jwk->pkey, NULL) != 1)
		return SALLYPORT_UNAVAILABLE;
	return SALLYPORT_OK;
}

sallyport_result
jwk_parse(const json_t *object, struct jwk **jwk_r)
{
	const char *kid = json_strict_string(object, "kid");
	const struct kind *kind = kind_of(object);
	struct jwk *jwk;
	sallyport_result r;

	*jwk_r = NULL;
	if (!kind || !kid || !is_for_verifying(object))
		return SALLYPORT_OK;
	/* A private key on show is nobody's key any more. */
	if (!is_kid(kid) || json_object_get(object, "d"))
		return SALLYPORT_BAD_KEY;
	jwk = calloc(1, sizeof *jwk);
	if (!jwk)
		return SALLYPORT_UNAVAILABLE;
	memcpy(jwk->kid, kid, strlen(kid));
	jwk->alg = kind->alg;
	r = kind->load(object, jwk);
	if (r == SALLYPORT_OK)
		r = prepare(jwk, kind->md);
	if (r == SALLYPORT_OK)
		*jwk_r = jwk;
	else
		jwk_free(&jwk);
	ERR_clear_error();
	return r;
}

void
jwk_free(struct jwk **jwk)
{
	if (!*jwk)
		return;
	EVP_MD_CTX_free((*jwk)->init);
	EVP_PKEY_free((*jwk)->pkey);
	free(*jwk);
	*jwk = NULL;
}

sallyport_result
jwk_verify(const struct jwk *jwk, const void *data, size_t len,
    const uint8_t *sig, size_t sig_len)
{
	sallyport_result r = SALLYPORT_UNAVAILABLE;
	uint8_t der[ECDSA_SIG_DER_MAX];
	EVP_MD_CTX *ctx;

	if (sig_len != jwk->sig_len)
		return SALLYPORT_SIGNATURE;
	if (jwk->is_ecdsa) {
		sig_len = ecdsa_sig_der(sig, der);
		sig = der;
		if (sig_len == 0)
			return SALLYPORT_SIGNATURE;
	}
	ctx = EVP_MD_CTX_new();
	if (ctx && EVP_MD_CTX_copy_ex(ctx, jwk->init) == 1)
		r = EVP_DigestVerify(ctx, sig, sig_len, data, len) == 1
			? SALLYPORT_OK
			: SALLYPORT_SIGNATURE;
	EVP_MD_CTX_free(ctx);
	/* What libcrypto notes about strangers' bytes is not the caller's. */
	ERR_clear_error();
	return r;
}
