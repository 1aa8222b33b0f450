/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/keyring.h"
#include "lib/base/base64url.h"
#include "lib/base/jwk_write.h"
#include "tests/authority/new_key.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

/* linked with --wrap: libcrypto fails when it is told to */
static int sign_fails;
int __real_EVP_DigestSign(
    EVP_MD_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);
int __wrap_EVP_DigestSign(EVP_MD_CTX *ctx, unsigned char *sig, size_t *len,
    const unsigned char *data, size_t size);

int
__wrap_EVP_DigestSign(EVP_MD_CTX *ctx, unsigned char *sig, size_t *len,
    const unsigned char *data, size_t size)
{
	return sign_fails ? 0
			  : __real_EVP_DigestSign(ctx, sig, len, data, size);
}

static int
set_up(void **state)
{
	*state = keyring_new();
	return *state ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct keyring *keyring = *state;

	keyring_free(&keyring);
	assert_null(keyring);
	keyring_free(&keyring);
	return 0;
}

static enum keyring_result
add(struct keyring *keyring, char *pem, char *kid)
{
	enum keyring_result r = keyring_add(keyring, pem, strlen(pem), kid);

	free(pem);
	return r;
}

/* Published keys in the order of their kids' first appearance. */
static size_t
published(const struct keyring *keyring, const char *kid)
{
	char text[KEYRING_JWKS_MAX];
	const json_t *key;
	size_t found = 0;
	json_t *root;
	size_t len;
	size_t i;

	assert_int_equal(
	    keyring_jwks(keyring, text, sizeof text, &len), KEYRING_OK);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	json_array_foreach(json_object_get(root, "keys"), i, key)
	{
		const char *name =
		    json_string_value(json_object_get(key, "kid"));

		assert_non_null(name);
		assert_null(json_object_get(key, "d"));
		if (strcmp(name, kid) == 0)
			found++;
	}
	json_decref(root);
	return found;
}

static enum keyring_result
sign(struct keyring *keyring, const char *kid)
{
	uint8_t sig[KEYRING_SIGNATURE];
	size_t len;

	return keyring_sign(keyring, kid, (struct bytes){"x", 1}, sig, &len);
}

/* RFC 8037 appendix A.3: the thumbprint; A.4: the signature. */
static void
rfc8037_key_and_signature(void **state)
{
	static const char input[] =
	    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
	static const char expected[] =
	    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
	    "hVsPt9g7sVvpAr_MuM0KAg";
	struct keyring *keyring = *state;
	uint8_t sig[KEYRING_SIGNATURE];
	char kid[KEYRING_KID + 1];
	char text[128] = "";
	size_t len;

	assert_int_equal(add(keyring, pem_rfc8037(), kid), KEYRING_OK);
	assert_string_equal(kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	assert_string_equal(keyring_alg(keyring, kid), "EdDSA");
	assert_int_equal(keyring_activate(keyring, kid), KEYRING_OK);
	assert_int_equal(keyring_sign(keyring, kid,
			     (struct bytes){input, strlen(input)}, sig, &len),
	    KEYRING_OK);
	base64url_encode(sig, len, text, sizeof text);
	assert_string_equal(text, expected);
}

/* RFC 7638 section 3.1, which has a public key only. */
static void
rfc7638_thumbprint(void **state)
{
	static const char n64[] =
	    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z"
	    "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js"
	    "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
	    "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
	    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
	    "Cur-kEgU8awapJzKnqDKgw";
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;
	BIGNUM *e = BN_new();
	OSSL_PARAM *params;
	uint8_t raw[256];
	char kid[JWK_KID + 1];
	BIGNUM *n;

	assert_int_equal(
	    base64url_decode(n64, strlen(n64), raw, sizeof raw), 256);
	n = BN_bin2bn(raw, sizeof raw, NULL);
	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(bld, "n", n);
	OSSL_PARAM_BLD_push_BN(bld, "e", e);
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params), 1);
	assert_int_equal(jwk_write_kid(jwk_kind_of(pkey), pkey, kid), 0);
	assert_string_equal(kid, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
	EVP_PKEY_free(pkey);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(n);
	BN_free(e);
}

static void
every_kind_is_taken(void **state)
{
	struct keyring *keyring = *state;
	char kid[KEYRING_KID + 1];

	assert_int_equal(add(keyring, pem_ec("P-256"), kid), KEYRING_OK);
	assert_string_equal(keyring_alg(keyring, kid), "ES256");
	assert_int_equal(strlen(kid), KEYRING_KID);
	assert_int_equal(add(keyring, pem_rsa(2048), kid), KEYRING_OK);
	assert_string_equal(keyring_alg(keyring, kid), "RS256");
	assert_int_equal(add(keyring, pem_ed25519(), kid), KEYRING_OK);
	assert_string_equal(keyring_alg(keyring, kid), "EdDSA");
	assert_int_equal(published(keyring, kid), 1);
}

static void
other_keys_are_refused(void **state)
{
	struct keyring *keyring = *state;
	char kid[KEYRING_KID + 1] = "unset";

	assert_int_equal(add(keyring, pem_ec("P-384"), kid), KEYRING_KIND);
	assert_int_equal(add(keyring, pem_ec("secp256k1"), kid), KEYRING_KIND);
	assert_int_equal(add(keyring, pem_rsa(1024), kid), KEYRING_WEAK);
	assert_int_equal(keyring_add(keyring, "", 0, kid), KEYRING_UNREADABLE);
	assert_int_equal(
	    keyring_add(keyring, "-----BEGIN", 10, kid), KEYRING_UNREADABLE);
	assert_string_equal(kid, "unset");
}

static const char encrypted[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh5bqOQ0bX0ZQICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAAAAAAAAAAAAAAAAAAAAAAEgZAA\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* A question at the terminal would hang a daemon. */
static void
an_encrypted_key_is_refused_unasked(void **state)
{
	char kid[KEYRING_KID + 1];

	assert_int_equal(keyring_add(*state, encrypted, strlen(encrypted), kid),
	    KEYRING_UNREADABLE);
}

static void
a_key_is_there_once(void **state)
{
	struct keyring *keyring = *state;
	char kid[KEYRING_KID + 1];

	assert_int_equal(add(keyring, pem_rfc8037(), kid), KEYRING_OK);
	assert_int_equal(add(keyring, pem_rfc8037(), kid), KEYRING_TWICE);
}

static void
a_ring_has_its_limit(void **state)
{
	struct keyring *keyring = *state;
	char text[KEYRING_JWKS_MAX];
	char kid[KEYRING_KID + 1];
	size_t len;

	for (int i = 0; i < KEYRING_KEYS_MAX; i++)
		assert_int_equal(add(keyring, pem_ed25519(), kid), KEYRING_OK);
	assert_int_equal(add(keyring, pem_ed25519(), kid), KEYRING_FULL);
	assert_int_equal(
	    keyring_jwks(keyring, text, sizeof text, &len), KEYRING_OK);
	assert_int_equal(
	    keyring_jwks(keyring, text, 100, &len), KEYRING_UNAVAILABLE);
}

static void
one_key_signs_and_all_are_published(void **state)
{
	struct keyring *keyring = *state;
	char a[KEYRING_KID + 1];
	char b[KEYRING_KID + 1];

	assert_null(keyring_active(keyring));
	assert_int_equal(add(keyring, pem_ec("P-256"), a), KEYRING_OK);
	assert_int_equal(add(keyring, pem_ec("P-256"), b), KEYRING_OK);
	assert_null(keyring_active(keyring));
	assert_int_equal(sign(keyring, a), KEYRING_INACTIVE);
	assert_int_equal(published(keyring, a), 1); /* before its use */

	assert_int_equal(keyring_activate(keyring, a), KEYRING_OK);
	assert_string_equal(keyring_active(keyring), a);
	assert_int_equal(sign(keyring, a), KEYRING_OK);
	assert_int_equal(sign(keyring, b), KEYRING_INACTIVE);

	assert_int_equal(keyring_activate(keyring, b), KEYRING_OK);
	assert_string_equal(keyring_active(keyring), b);
	assert_int_equal(sign(keyring, a), KEYRING_INACTIVE);
	assert_int_equal(sign(keyring, b), KEYRING_OK);
	assert_int_equal(published(keyring, a), 1); /* for its last tokens */
	assert_int_equal(keyring_activate(keyring, b), KEYRING_OK);
	assert_int_equal(sign(keyring, b), KEYRING_OK);
}

static void
unknown_kids_are_unknown(void **state)
{
	struct keyring *keyring = *state;

	assert_null(keyring_alg(keyring, "x"));
	assert_int_equal(keyring_activate(keyring, "x"), KEYRING_UNKNOWN);
	assert_int_equal(sign(keyring, "x"), KEYRING_UNKNOWN);
}

/* The length that JWS wants, also when r or s is short. */
static void
ecdsa_signatures_are_64_bytes(void **state)
{
	struct keyring *keyring = *state;
	uint8_t sig[KEYRING_SIGNATURE];
	char kid[KEYRING_KID + 1];
	size_t len;

	assert_int_equal(add(keyring, pem_ec("P-256"), kid), KEYRING_OK);
	assert_int_equal(keyring_activate(keyring, kid), KEYRING_OK);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(keyring_sign(keyring, kid,
				     (struct bytes){&i, sizeof i}, sig, &len),
		    KEYRING_OK);
		assert_int_equal(len, 64);
	}
}

static void
a_failing_libcrypto_signs_nothing(void **state)
{
	struct keyring *keyring = *state;
	uint8_t sig[KEYRING_SIGNATURE];
	char kid[KEYRING_KID + 1];
	size_t len = 7;

	assert_int_equal(add(keyring, pem_ec("P-256"), kid), KEYRING_OK);
	assert_int_equal(keyring_activate(keyring, kid), KEYRING_OK);
	sign_fails = 1;
	assert_int_equal(
	    keyring_sign(keyring, kid, (struct bytes){"x", 1}, sig, &len),
	    KEYRING_UNAVAILABLE);
	assert_int_equal(len, 0);
	assert_int_equal(add(keyring, pem_ed25519(), kid), KEYRING_UNAVAILABLE);
	sign_fails = 0;
}

static void
every_result_has_its_text(void **state)
{
	for (int r = KEYRING_OK; r <= KEYRING_UNAVAILABLE; r++)
		assert_string_not_equal(
		    keyring_strerror((enum keyring_result)r), "unknown result");
}

#define with_ring(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    with_ring(rfc8037_key_and_signature),
	    with_ring(rfc7638_thumbprint),
	    with_ring(every_kind_is_taken),
	    with_ring(other_keys_are_refused),
	    with_ring(an_encrypted_key_is_refused_unasked),
	    with_ring(a_key_is_there_once),
	    with_ring(a_ring_has_its_limit),
	    with_ring(one_key_signs_and_all_are_published),
	    with_ring(unknown_kids_are_unknown),
	    with_ring(ecdsa_signatures_are_64_bytes),
	    with_ring(a_failing_libcrypto_signs_nothing),
	    cmocka_unit_test(every_result_has_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
