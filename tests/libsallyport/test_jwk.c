/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, and the signatures printed in RFC 7515 and RFC 8037. */

#include "lib/base/base64url.h"
#include "libsallyport/json_strict.h"
#include "libsallyport/jwk.h"
#include "libsallyport/keyset.h"
#include "tests/libsallyport/forge.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define RFC7515_PAYLOAD                                                    \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC7515_A2_N                                                       \
	"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp" \
	"-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW" \
	"vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs" \
	"LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k" \
	"G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2" \
	"PAcDTW9gb54h4FRWyuXpoQ"
#define RFC7515_A2_SIG                                                     \
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7" \
	"AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4" \
	"BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K" \
	"0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv" \
	"hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB" \
	"p0igcN_IoypGlUPQGe77Rw"
#define A3_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define EC "\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\""
#define EC_XY ",\"x\":\"" A3_X "\",\"y\":\"" A3_Y "\""
#define OKP "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\""
#define RSA "\"kty\":\"RSA\",\"kid\":\"k\""
#define RSA_N ",\"n\":\"" RFC7515_A2_N "\""

static sallyport_result
parse(const char *text, struct jwk **jwk_r)
{
	json_t *object = json_strict_object(text, strlen(text));
	sallyport_result r;

	assert_non_null(object);
	r = jwk_parse(object, jwk_r);
	json_decref(object);
	return r;
}

struct vector {
	const char *jwk, *alg, *input, *signature;
};

static const struct vector vectors[] = {
    {"{" RSA RSA_N ",\"e\":\"AQAB\"}", "RS256",
	"eyJhbGciOiJSUzI1NiJ9." RFC7515_PAYLOAD, RFC7515_A2_SIG},
    {"{" EC EC_XY "}", "ES256", "eyJhbGciOiJFUzI1NiJ9." RFC7515_PAYLOAD,
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
	"pmWQxfKTUJqPP3-Kg6NU1Q"},
    {"{" OKP ",\"x\":\"" ED_X "\"}", "EdDSA",
	"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
	"hVsPt9g7sVvpAr_MuM0KAg"},
};

/* RFC 7515 A.2 and A.3, RFC 8037 A.4; then with each bit of them turned. */
static void
published_signatures_verify(void **state)
{
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		const struct vector *v = &vectors[i];
		size_t len = strlen(v->input);
		uint8_t sig[256];
		ssize_t n = base64url_decode(
		    v->signature, strlen(v->signature), sig, sizeof sig);
		struct jwk *jwk;

		assert_int_equal(parse(v->jwk, &jwk), SALLYPORT_OK);
		assert_non_null(jwk);
		assert_string_equal(jwk->alg, v->alg);
		assert_int_equal(jwk_verify(jwk, v->input, len, sig, (size_t)n),
		    SALLYPORT_OK);
		for (ssize_t bit = 0; bit < n * 8; bit += 5) {
			sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(
			    jwk_verify(jwk, v->input, len, sig, (size_t)n),
			    SALLYPORT_SIGNATURE);
			sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_int_equal(
		    jwk_verify(jwk, v->input, len - 1, sig, (size_t)n),
		    SALLYPORT_SIGNATURE);
		assert_int_equal(
		    jwk_verify(jwk, v->input, len, sig, (size_t)n - 1),
		    SALLYPORT_SIGNATURE);
		jwk_free(&jwk);
	}
}

static const char *const ignored[] = {
    "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AAAA\"}",
    "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AAAA\",\"alg\":\"HS256\"}",
    "{" EC EC_XY ",\"use\":\"enc\"}",
    "{" EC EC_XY ",\"use\":7}",
    "{" EC EC_XY ",\"key_ops\":[\"sign\"]}",
    "{" EC EC_XY ",\"key_ops\":\"verify\"}",
    "{" EC EC_XY ",\"alg\":\"ES512\"}",
    "{" EC EC_XY ",\"alg\":\"RS256\"}",
    "{" EC EC_XY ",\"alg\":\"HS256\"}",
    "{" EC EC_XY ",\"alg\":\"es256\"}",
    "{" EC EC_XY ",\"alg\":\"none\"}",
    "{" EC EC_XY ",\"alg\":null}",
    "{" RSA RSA_N ",\"e\":\"AQAB\",\"alg\":\"PS256\"}",
    "{" RSA RSA_N ",\"e\":\"AQAB\",\"alg\":\"RS512\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"k\"" EC_XY "}",
    "{\"kty\":\"EC\",\"kid\":\"k\"" EC_XY "}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"k\",\"x\":\"AA\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\"" EC_XY "}", /* no kid */
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"\"" EC_XY "}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":1" EC_XY "}",
};

static void
keys_of_other_kinds_are_passed_over(void **state)
{
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
		struct jwk *jwk;

		assert_int_equal(parse(ignored[i], &jwk), SALLYPORT_OK);
		if (jwk)
			fail_msg("taken: %s", ignored[i]);
	}
}

static const char *const broken[] = {
    "{" EC EC_XY ",\"d\":\"AAAA\"}",
    "{" EC ",\"x\":\"" A3_X "\"}",
    "{" EC ",\"x\":\"" A3_Y "\",\"y\":\"" A3_X "\"}", /* not on the curve */
    "{" EC ",\"x\":\"AAAA\",\"y\":\"" A3_Y "\"}",
    "{" EC ",\"x\":\"" A3_X "=\",\"y\":\"" A3_Y "\"}",
    "{" EC ",\"x\":\"" A3_X "AA\",\"y\":\"" A3_Y "\"}",
    "{" EC ",\"x\":5,\"y\":\"" A3_Y "\"}",
    "{" OKP ",\"x\":\"" ED_X "\",\"d\":\"AA\"}",
    "{" OKP ",\"x\":\"AA\"}",
    "{" OKP "}",
    "{" RSA RSA_N ",\"e\":\"AQ\"}",	/* 1 */
    "{" RSA RSA_N ",\"e\":\"Ag\"}",	/* 2 */
    "{" RSA RSA_N ",\"e\":\"AAEAAQ\"}", /* leading zero */
    "{" RSA RSA_N ",\"e\":\"AQAAAAAAAAAB\"}",
    "{" RSA RSA_N "}",
    "{" RSA ",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"../../x\"" EC_XY "}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a b\"" EC_XY "}",
};

static void
broken_keys_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		struct jwk *jwk;

		if (parse(broken[i], &jwk) != SALLYPORT_BAD_KEY)
			fail_msg("not refused: %s", broken[i]);
		assert_null(jwk);
	}
}

static void
rsa_below_2048_bits_is_refused(void **state)
{
	char n[BASE64URL_LEN(256) + 1] = "";
	uint8_t raw[256];
	struct jwk *jwk;
	char *text;

	assert_int_equal(base64url_decode(RFC7515_A2_N, strlen(RFC7515_A2_N),
			     raw, sizeof raw),
	    256);
	raw[0] &= 0x7f; /* 2047 bits */
	base64url_encode(raw, sizeof raw, n, sizeof n);
	text = forge_text("{" RSA ",\"e\":\"AQAB\",\"n\":\"%s\"}", n);
	assert_int_equal(parse(text, &jwk), SALLYPORT_BAD_KEY);
	free(text);
	base64url_encode(raw + 1, 255, n, sizeof n);
	n[BASE64URL_LEN(255)] = '\0';
	text = forge_text("{" RSA ",\"e\":\"AQAB\",\"n\":\"%s\"}", n);
	assert_int_equal(parse(text, &jwk), SALLYPORT_BAD_KEY);
	free(text);
}

/* A product of two odd primes is odd. */
static void
an_even_modulus_is_refused(void **state)
{
	char n[BASE64URL_LEN(256) + 1] = "";
	uint8_t raw[256];
	struct jwk *jwk;
	char *text;

	assert_int_equal(base64url_decode(RFC7515_A2_N, strlen(RFC7515_A2_N),
			     raw, sizeof raw),
	    256);
	raw[255] ^= 1;
	base64url_encode(raw, sizeof raw, n, sizeof n);
	text = forge_text("{" RSA ",\"e\":\"AQAB\",\"n\":\"%s\"}", n);
	assert_int_equal(parse(text, &jwk), SALLYPORT_BAD_KEY);
	free(text);
}

static void
set_is(const char *json, sallyport_result expected)
{
	struct keyset *set;
	sallyport_result r = keyset_parse(json, strlen(json), &set);

	if (r != expected)
		fail_msg("%s: %s", json, sallyport_strerror(r));
	if (r == SALLYPORT_OK)
		keyset_free(&set);
	assert_null(set);
}

static void
sets_are_read_whole_or_not_at_all(void **state)
{
	char *many = calloc(1, 70000);

	set_is("{\"keys\":[{" EC EC_XY "}]}", SALLYPORT_OK);
	set_is("{\"keys\":[{" EC EC_XY "},{\"kty\":\"oct\"}],\"x\":1}",
	    SALLYPORT_OK);
	set_is("", SALLYPORT_MALFORMED);
	set_is("[]", SALLYPORT_MALFORMED);
	set_is("{}", SALLYPORT_MALFORMED);
	set_is("{\"keys\":{}}", SALLYPORT_MALFORMED);
	set_is("{\"keys\":[1]}", SALLYPORT_MALFORMED);
	set_is("{\"keys\":[]}", SALLYPORT_NO_KEYS);
	set_is(
	    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\"}]}", SALLYPORT_NO_KEYS);
	set_is("{\"keys\":[{" EC EC_XY "}]} x", SALLYPORT_MALFORMED);
	set_is("{\"keys\":[],\"keys\":[{" EC EC_XY "}]}", SALLYPORT_MALFORMED);
	set_is(
	    "{\"keys\":[{" EC EC_XY ",\"kid\":\"l\"}]}", SALLYPORT_MALFORMED);
	set_is("{\"keys\":[{" EC EC_XY "},{" OKP ",\"x\":\"" ED_X "\"}]}",
	    SALLYPORT_BAD_KEY); /* one kid, two keys */
	set_is("{\"keys\":[{" EC EC_XY "},{" OKP ",\"x\":\"AA\"}]}",
	    SALLYPORT_BAD_KEY); /* a good one and one that is broken */
	set_is("{\"keys\":[[[[[[[[[[]]]]]]]]]]}", SALLYPORT_MALFORMED);
	memset(many, ' ', 69999);
	memcpy(many, "{\"keys\":[]}", 11);
	set_is(many, SALLYPORT_MALFORMED);
	memcpy(many, "{\"keys\":[", 9);
	for (size_t i = 0; i < 65; i++)
		memcpy(many + 9 + i * 3, i < 64 ? "{}," : "{}]", 3);
	memcpy(many + 9 + 65 * 3, "}", 2);
	set_is(many, SALLYPORT_MALFORMED);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(published_signatures_verify),
	    cmocka_unit_test(keys_of_other_kinds_are_passed_over),
	    cmocka_unit_test(broken_keys_are_refused),
	    cmocka_unit_test(rsa_below_2048_bits_is_refused),
	    cmocka_unit_test(an_even_modulus_is_refused),
	    cmocka_unit_test(sets_are_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
