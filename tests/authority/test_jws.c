/* SPDX-License-Identifier: Apache-2.0 */
/* What we sign, libsallyport verifies; and PyJWT, where there is one. */

#include <sallyport/verify.h>

#include "gatewayd/authority/token/token_claims.h"
#include "gatewayd/authority/token/jws.h"
#include "gatewayd/authority/token/keyring.h"
#include "tests/authority/new_key.h"

#include <openssl/evp.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define NOW INT64_C(1790000000)

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

static const char *const groups[] = {"sre", "dba"};

static const struct token_claims claims = {
    .iss = "https://gw.example.com",
    .sub = "6f0c",
    .aud = "tickets",
    .client_id = "sshd",
    .jti = "j1",
    .sid = "s9",
    .preferred_username = "zoe",
    .employment = "employee",
    .iat = NOW,
    .exp = NOW + 300,
    .auth_time = NOW - 9,
    .amr = TOKEN_CLAIMS_PWD | TOKEN_CLAIMS_OTP,
    .groups = groups,
    .group_count = 2,
};

static struct keyring *
ring_of(char *pem)
{
	struct keyring *keyring = keyring_new();
	char kid[KEYRING_KID + 1];

	assert_int_equal(
	    keyring_add(keyring, pem, strlen(pem), kid), KEYRING_OK);
	assert_int_equal(keyring_activate(keyring, kid), KEYRING_OK);
	free(pem);
	return keyring;
}

static void
jwks_of(const struct keyring *keyring, char jwks[KEYRING_JWKS_MAX + 1])
{
	size_t len;

	assert_int_equal(
	    keyring_jwks(keyring, jwks, KEYRING_JWKS_MAX, &len), KEYRING_OK);
	jwks[len] = '\0';
}

static void
libsallyport_verifies(struct keyring *keyring, const char *token)
{
	char jwks[KEYRING_JWKS_MAX + 1];
	sallyport_verifier *v = NULL;
	sallyport_claims *c = NULL;

	jwks_of(keyring, jwks);
	assert_int_equal(
	    sallyport_verifier_new(claims.iss, claims.aud, &v), SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verifier_set_jwks(v, jwks, strlen(jwks)), SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verify(v, token, strlen(token), NOW, &c), SALLYPORT_OK);
	assert_string_equal(sallyport_claims_sub(c), claims.sub);
	assert_string_equal(sallyport_claims_jti(c), claims.jti);
	assert_string_equal(sallyport_claims_sid(c), claims.sid);
	assert_string_equal(sallyport_claims_preferred_username(c), "zoe");
	assert_string_equal(sallyport_claims_amr(c, 2), "mfa");
	assert_string_equal(sallyport_claims_group(c, 1), "dba");
	assert_int_equal(sallyport_claims_exp(c), claims.exp);
	assert_int_equal(sallyport_claims_auth_time(c), claims.auth_time);
	sallyport_claims_free(&c);
	sallyport_verifier_free(&v);
}

/* 0: it agrees, 77: there is no PyJWT here. */
static int
pyjwt_verifies(struct keyring *keyring, const char *token)
{
	static char script[] =
	    "import sys, json\n"
	    "try:\n"
	    "    import jwt, cryptography\n"
	    "except ImportError:\n"
	    "    sys.exit(77)\n"
	    "token, jwks = sys.argv[1:]\n"
	    "head = jwt.get_unverified_header(token)\n"
	    "assert head['typ'] == 'at+jwt' and len(head) == 3, head\n"
	    "keys = jwt.PyJWKSet.from_dict(json.loads(jwks)).keys\n"
	    "key = [k for k in keys if k.key_id == head['kid']][0]\n"
	    "got = jwt.decode(token, key.key, algorithms=[head['alg']],\n"
	    "    audience='tickets', issuer='https://gw.example.com',\n"
	    "    options={'verify_exp': False, 'verify_iat': False})\n"
	    "assert got['groups'] == ['sre', 'dba'], got\n"
	    "assert got['exp'] - got['iat'] == 300, got\n";
	char jwks[KEYRING_JWKS_MAX + 1];
	char *argv[] = {"python3", "-c", script, (char *)token, jwks, NULL};
	int status;
	pid_t pid;

	jwks_of(keyring, jwks);
	if (posix_spawn(&pid, "/usr/bin/python3", NULL, NULL, argv, environ))
		return 77;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
everyone_verifies(char *pem)
{
	struct keyring *keyring = ring_of(pem);
	char token[JWS_TOKEN_MAX + 1];
	size_t len;
	int r;

	assert_int_equal(
	    jws_sign(keyring, &claims, token, sizeof token, &len), 0);
	assert_int_equal(strlen(token), len);
	libsallyport_verifies(keyring, token);
	r = pyjwt_verifies(keyring, token);
	keyring_free(&keyring);
	if (r == 77)
		skip();
	assert_int_equal(r, 0);
}

static void
es256_tokens_verify(void **state)
{
	everyone_verifies(pem_ec("P-256"));
}

static void
ed25519_tokens_verify(void **state)
{
	everyone_verifies(pem_ed25519());
}

static void
rs256_tokens_verify(void **state)
{
	everyone_verifies(pem_rsa(2048));
}

/* The next key is published before it signs, the last one still after. */
static void
a_rotation_refuses_no_token(void **state)
{
	struct keyring *keyring = ring_of(pem_ec("P-256"));
	char before[JWS_TOKEN_MAX + 1];
	char after[JWS_TOKEN_MAX + 1];
	char next[KEYRING_KID + 1];
	char *pem = pem_ed25519();
	size_t len;

	assert_int_equal(
	    jws_sign(keyring, &claims, before, sizeof before, &len), 0);
	assert_int_equal(
	    keyring_add(keyring, pem, strlen(pem), next), KEYRING_OK);
	libsallyport_verifies(keyring, before);
	assert_int_equal(keyring_activate(keyring, next), KEYRING_OK);
	assert_int_equal(
	    jws_sign(keyring, &claims, after, sizeof after, &len), 0);
	libsallyport_verifies(keyring, before);
	libsallyport_verifies(keyring, after);
	free(pem);
	keyring_free(&keyring);
}

static void
expect_no_token(struct keyring *keyring, const struct token_claims *what)
{
	char token[JWS_TOKEN_MAX + 1] = "left over";
	size_t len = 7;

	assert_int_equal(
	    jws_sign(keyring, what, token, sizeof token, &len), -1);
	assert_string_equal(token, "");
	assert_int_equal(len, 0);
}

static void
without_an_active_key_there_is_no_token(void **state)
{
	struct keyring *keyring = keyring_new();
	char kid[KEYRING_KID + 1], *pem = pem_ed25519();

	expect_no_token(keyring, &claims);
	assert_int_equal(
	    keyring_add(keyring, pem, strlen(pem), kid), KEYRING_OK);
	expect_no_token(keyring, &claims);
	free(pem);
	keyring_free(&keyring);
}

static void
a_failing_signature_is_no_token(void **state)
{
	struct keyring *keyring = ring_of(pem_ec("P-256"));

	sign_fails = 1;
	expect_no_token(keyring, &claims);
	sign_fails = 0;
	keyring_free(&keyring);
}

static void
bad_claims_are_no_token(void **state)
{
	struct keyring *keyring = ring_of(pem_ed25519());
	struct token_claims c = claims;

	c.jti = ""; /* what token_claims_jti() leaves when it fails */
	expect_no_token(keyring, &c);
	keyring_free(&keyring);
}

static void
every_buffer_that_is_too_small_is_refused(void **state)
{
	struct keyring *keyring = ring_of(pem_ed25519());
	char token[JWS_TOKEN_MAX];
	size_t needed;
	size_t len;

	assert_int_equal(
	    jws_sign(keyring, &claims, token, sizeof token, &needed), 0);
	for (size_t size = 0; size <= needed; size++) {
		char *exact = malloc(size ? size : 1);

		assert_int_equal(
		    jws_sign(keyring, &claims, exact, size, &len), -1);
		free(exact);
	}
	assert_int_equal(
	    jws_sign(keyring, &claims, token, needed + 1, &len), 0);
	keyring_free(&keyring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(es256_tokens_verify),
	    cmocka_unit_test(ed25519_tokens_verify),
	    cmocka_unit_test(rs256_tokens_verify),
	    cmocka_unit_test(a_rotation_refuses_no_token),
	    cmocka_unit_test(without_an_active_key_there_is_no_token),
	    cmocka_unit_test(a_failing_signature_is_no_token),
	    cmocka_unit_test(bad_claims_are_no_token),
	    cmocka_unit_test(every_buffer_that_is_too_small_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
