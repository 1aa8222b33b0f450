/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that other verifiers have taken (RFC 8725 section 2 and after). */

#include <sallyport/verify.h>

#include "lib/base/base64url.h"
#include "tests/libsallyport/forge.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define NOW INT64_C(1790000000)
#define ISS "\"iss\":\"https://gw.example.com\""
#define SUB ",\"sub\":\"6f0c\""
#define AUD ",\"aud\":\"tickets\""
#define EXP ",\"exp\":1790000300"
#define IAT ",\"iat\":1790000000"
#define JTI ",\"jti\":\"j1\""
#define CLIENT ",\"client_id\":\"sshd\""
#define REST SUB EXP IAT JTI CLIENT
#define GOOD "{" ISS AUD REST "}"
#define HEAD "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"at+jwt\"}"
#define KID ",\"kid\":\"ec\",\"typ\":\"at+jwt\"}"
#define WITH(member) \
	"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"at+jwt\"," member "}"

static struct forge *forge;
static sallyport_verifier *verifier;
static char *jwks;
static unsigned int tried;

static int
set_up(void **state)
{
	forge = forge_new();
	jwks = forge_jwks(forge);
	if (sallyport_verifier_new(
		"https://gw.example.com", "tickets", &verifier) ||
	    sallyport_verifier_set_jwks(verifier, jwks, strlen(jwks)))
		return -1;
	return 0;
}

static int
tear_down(void **state)
{
	sallyport_verifier_free(&verifier);
	forge_free(forge);
	free(jwks);
	return 0;
}

static void
expect_len(
    const char *token, size_t len, sallyport_result expected, const char *what)
{
	sallyport_claims *claims = NULL;
	sallyport_result r =
	    sallyport_verify(verifier, token, len, NOW, &claims);

	tried++;
	if (r != expected)
		fail_msg("%s: %s", what, sallyport_strerror(r));
	if (r == SALLYPORT_OK)
		assert_non_null(claims);
	else
		assert_null(claims);
	sallyport_claims_free(&claims);
}

static void
expect(const char *token, sallyport_result expected)
{
	expect_len(token, strlen(token), expected, token);
}

struct header_case {
	const char *header;
	sallyport_result expected;
};

/* Each is signed rightly by the EC key: only the header is at fault. */
static const struct header_case headers[] = {
    {HEAD, SALLYPORT_OK},
    {"{\"typ\":\"application/at+jwt\",\"kid\":\"ec\",\"alg\":\"ES256\"}",
	SALLYPORT_OK},
    {"{\"alg\":\"none\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"None\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"nOnE\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":null" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":true" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":[\"ES256\"]" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"HS256\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"HS384\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"HS512\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"RS256\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"PS256\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES384\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES512\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES256K\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"es256\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES256 \"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\" ES256\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES2560\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"EdDSA\"" KID, SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES256\\u0000\"" KID, SALLYPORT_MALFORMED},
    {"{\"kid\":\"ec\",\"typ\":\"at+jwt\"}", SALLYPORT_ALGORITHM},
    {"{\"ALG\":\"ES256\"" KID, SALLYPORT_HEADER},
    {"{\"alg\":\"none\",\"alg\":\"ES256\"" KID, SALLYPORT_MALFORMED},
    {"{\"alg\":\"ES256\",\"alg\":\"none\"" KID, SALLYPORT_MALFORMED},
    {"{\"alg\":\"ES256\",\"\\u0061lg\":\"ES256\"" KID, SALLYPORT_MALFORMED},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"\"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":0}", SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"EC\"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec \"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"e\"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"../../dev/null\"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"' OR 1=1 --\"}",
	SALLYPORT_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec\\u0000x\"}",
	SALLYPORT_MALFORMED},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}",
	SALLYPORT_ALGORITHM},
    {"{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}",
	SALLYPORT_SIGNATURE},
    {"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"ed\"}",
	SALLYPORT_SIGNATURE},
    {"{\"alg\":\"Ed25519\",\"typ\":\"at+jwt\",\"kid\":\"ed\"}",
	SALLYPORT_ALGORITHM},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\"}", SALLYPORT_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"JWT\"}", SALLYPORT_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"jwt\"}", SALLYPORT_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"at+jwt;x\"}", SALLYPORT_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"logout+jwt\"}",
	SALLYPORT_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":null}", SALLYPORT_TYPE},
    {WITH("\"jku\":\"http://127.0.0.1:9/jwks\""), SALLYPORT_HEADER},
    {WITH("\"jwk\":{\"kty\":\"EC\"}"), SALLYPORT_HEADER},
    {WITH("\"x5u\":\"http://127.0.0.1:9/\""), SALLYPORT_HEADER},
    {WITH("\"x5c\":[\"AA\"]"), SALLYPORT_HEADER},
    {WITH("\"x5t\":\"AA\""), SALLYPORT_HEADER},
    {WITH("\"x5t#S256\":\"AA\""), SALLYPORT_HEADER},
    {WITH("\"crit\":[\"b64\"]"), SALLYPORT_HEADER},
    {WITH("\"crit\":[]"), SALLYPORT_HEADER},
    {WITH("\"b64\":false"), SALLYPORT_HEADER},
    {WITH("\"zip\":\"DEF\""), SALLYPORT_HEADER},
    {WITH("\"enc\":\"A256GCM\""), SALLYPORT_HEADER},
    {WITH("\"cty\":\"JWT\""), SALLYPORT_HEADER},
    {WITH("\"epk\":{}"), SALLYPORT_HEADER},
    {HEAD " ", SALLYPORT_OK},
    {HEAD "x", SALLYPORT_MALFORMED},
    {HEAD HEAD, SALLYPORT_MALFORMED},
    {"[" HEAD "]", SALLYPORT_MALFORMED},
    {"\""
     "ES256"
     "\"",
	SALLYPORT_MALFORMED},
    {"{", SALLYPORT_MALFORMED},
    {"{}", SALLYPORT_ALGORITHM},
    {"null", SALLYPORT_MALFORMED},
    {"\xef\xbb\xbf" HEAD, SALLYPORT_MALFORMED},
    {WITH("\"x\":\"\xff\""), SALLYPORT_MALFORMED},
    {WITH("\"x\":[[[[[[[[[[]]]]]]]]]]"), SALLYPORT_MALFORMED},
    {WITH("\"x\":1e999"), SALLYPORT_MALFORMED},
};

static void
headers_are_held_to_the_letter(void **state)
{
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		char *token =
		    forge_token(forge, FORGE_EC, headers[i].header, GOOD);

		expect_len(token, strlen(token), headers[i].expected,
		    headers[i].header);
		free(token);
	}
}

struct payload_case {
	const char *payload;
	sallyport_result expected;
};

static const struct payload_case payloads[] = {
    {GOOD, SALLYPORT_OK},
    {"{" ISS ",\"aud\":[\"x\",\"tickets\"]" REST "}", SALLYPORT_OK},
    {"{" ISS AUD REST ",\"whatever\":{\"a\":[1]}}", SALLYPORT_OK},
    {"{\"x\":1" AUD REST "}", SALLYPORT_CLAIM},
    {"{" ISS REST "}", SALLYPORT_CLAIM},
    {"{" ISS AUD EXP IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB EXP JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB EXP IAT CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB EXP IAT JTI "}", SALLYPORT_CLAIM},
    {"{\"iss\":\"https://gw.example.com/\"" AUD REST "}", SALLYPORT_ISSUER},
    {"{\"iss\":\"HTTPS://gw.example.com\"" AUD REST "}", SALLYPORT_ISSUER},
    {"{\"iss\":\"https://gw.example.com.evil\"" AUD REST "}", SALLYPORT_ISSUER},
    {"{\"iss\":[\"https://gw.example.com\"]" AUD REST "}", SALLYPORT_CLAIM},
    {"{\"iss\":\"\"" AUD REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":\"Tickets\"" REST "}", SALLYPORT_AUDIENCE},
    {"{" ISS ",\"aud\":\"tickets \"" REST "}", SALLYPORT_AUDIENCE},
    {"{" ISS ",\"aud\":\"tickets,wiki\"" REST "}", SALLYPORT_AUDIENCE},
    {"{" ISS ",\"aud\":\"tick\"" REST "}", SALLYPORT_AUDIENCE},
    {"{" ISS ",\"aud\":[\"a\",\"b\"]" REST "}", SALLYPORT_AUDIENCE},
    {"{" ISS ",\"aud\":[]" REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":\"\"" REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":null" REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":{\"tickets\":1}" REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":[\"tickets\",1]" REST "}", SALLYPORT_CLAIM},
    {"{" ISS ",\"aud\":[[\"tickets\"]]" REST "}", SALLYPORT_CLAIM},
    {"{" ISS AUD ",\"sub\":7" EXP IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD ",\"sub\":\"\"" EXP IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":1789999999" IAT JTI CLIENT "}",
	SALLYPORT_EXPIRED},
    {"{" ISS AUD SUB ",\"exp\":1790000000" IAT JTI CLIENT "}",
	SALLYPORT_EXPIRED},
    {"{" ISS AUD SUB ",\"exp\":0" IAT JTI CLIENT "}", SALLYPORT_EXPIRED},
    {"{" ISS AUD SUB ",\"exp\":-1" IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":\"1790000300\"" IAT JTI CLIENT "}",
	SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":1790000300.5" IAT JTI CLIENT "}",
	SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":1e300" IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":9223372036854775807" IAT JTI CLIENT "}",
	SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":9223372036854775808" IAT JTI CLIENT "}",
	SALLYPORT_MALFORMED},
    {"{" ISS AUD SUB ",\"exp\":null" IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB ",\"exp\":true" IAT JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD SUB EXP EXP IAT JTI CLIENT "}", SALLYPORT_MALFORMED},
    {"{" ISS AUD AUD SUB EXP IAT JTI CLIENT "}", SALLYPORT_MALFORMED},
    {"{" ISS AUD SUB SUB EXP IAT JTI CLIENT "}", SALLYPORT_MALFORMED},
    {"{" ISS AUD SUB ",\"s\\u0075b\":\"root\"" EXP IAT JTI CLIENT "}",
	SALLYPORT_MALFORMED},
    {"{" ISS AUD REST ",\"x\":{\"a\":1,\"a\":2}}", SALLYPORT_MALFORMED},
    {"{" ISS AUD SUB EXP ",\"iat\":1790000001" JTI CLIENT "}",
	SALLYPORT_NOT_YET},
    {"{" ISS AUD SUB EXP ",\"iat\":\"1\"" JTI CLIENT "}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"nbf\":1790000001}", SALLYPORT_NOT_YET},
    {"{" ISS AUD REST ",\"nbf\":\"0\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"nbf\":-5}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"auth_time\":\"x\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"amr\":\"mfa\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"amr\":[\"mfa\",1]}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"groups\":\"sre\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"groups\":{\"sre\":true}}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"groups\":[null]}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"groups\":[[\"sre\"]]}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"sid\":5}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"employment\":\"\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"acr\":\"\"}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"acr\":1}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"sid\":1}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"preferred_username\":1}", SALLYPORT_CLAIM},
    {"{" ISS AUD REST ",\"preferred_username\":\"a\\u0000b\"}",
	SALLYPORT_MALFORMED},
    {"{" ISS AUD REST ",\"preferred_username\":\"\xc0\x80\"}",
	SALLYPORT_MALFORMED},
    {"{" ISS AUD REST ",\"preferred_username\":\"\\ud800\"}",
	SALLYPORT_MALFORMED},
    {"{" ISS AUD REST ",\"x\":[[[[[[[[[]]]]]]]]]}", SALLYPORT_MALFORMED},
    {GOOD "}", SALLYPORT_MALFORMED},
    {GOOD GOOD, SALLYPORT_MALFORMED},
    {"[" GOOD "]", SALLYPORT_MALFORMED},
    {"1790000300", SALLYPORT_MALFORMED},
};

static void
payloads_are_held_to_the_letter(void **state)
{
	for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
		char *token =
		    forge_token(forge, FORGE_EC, HEAD, payloads[i].payload);

		expect_len(token, strlen(token), payloads[i].expected,
		    payloads[i].payload);
		free(token);
	}
}

/* HMAC with what is public: the JWKS, a JWK, nothing. */
static void
public_keys_are_no_shared_secret(void **state)
{
	static const char *const heads[] = {
	    "{\"alg\":\"HS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\"}",
	    "{\"alg\":\"HS256\",\"kid\":\"ec\",\"typ\":\"at+jwt\"}",
	    "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\"}",
	};
	char *jwk = forge_jwk(forge, FORGE_RSA);
	const char *const keys[] = {jwks, jwk, "", "rsa"};

	for (size_t i = 0; i < 3 * 4; i++) {
		const char *key = keys[i % 4];
		char *h = forge_base64url(heads[i / 4], strlen(heads[i / 4]));
		char *p = forge_base64url(GOOD, strlen(GOOD));
		char *input = forge_text("%s.%s", h, p);
		uint8_t mac[32];
		unsigned int len = sizeof mac;
		char *s;
		char *token;

		assert_non_null(HMAC(EVP_sha256(), key, (int)strlen(key),
		    (const uint8_t *)input, strlen(input), mac, &len));
		s = forge_base64url(mac, len);
		token = forge_text("%s.%s", input, s);
		expect(token,
		    i / 4 == 2 ? SALLYPORT_SIGNATURE : SALLYPORT_ALGORITHM);
		free(h);
		free(p);
		free(input);
		free(s);
		free(token);
	}
	free(jwk);
}

static char *
with_signature(const char *token, const void *sig, size_t len)
{
	int cut = (int)(strrchr(token, '.') - token);
	char *s = forge_base64url(sig, len);
	char *out = forge_text("%.*s.%s", cut, token, s);

	free(s);
	return out;
}

static void
expect_signature(const char *token, const void *sig, size_t len)
{
	char *forged = with_signature(token, sig, len);

	expect(forged, SALLYPORT_SIGNATURE);
	free(forged);
}

static const uint8_t p256_order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00,
    0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25,
    0x51};

static void
ecdsa_numbers_must_lie_in_range(void **state)
{
	char *token = forge_good(forge, FORGE_EC, GOOD);
	size_t cut = (size_t)(strrchr(token, '.') - token);
	size_t len;
	uint8_t *good = forge_sign(forge, FORGE_EC, token, cut, &len);
	uint8_t *der = forge_sign_der(forge, token, cut, &len);
	uint8_t raw[66] = {0};

	expect_signature(token, der, len);
	expect_signature(token, raw, 64); /* CVE-2022-21449: r = s = 0 */
	memcpy(raw, good, 32);
	expect_signature(token, raw, 64);
	memcpy(raw + 32, p256_order, 32);
	expect_signature(token, raw, 64);
	memcpy(raw, p256_order, 32);
	memcpy(raw + 32, good + 32, 32);
	expect_signature(token, raw, 64);
	memset(raw, 0, 32);
	expect_signature(token, raw, 64);
	memset(raw, 0xff, 64);
	expect_signature(token, raw, 64);
	memcpy(raw, good + 32, 32);
	memcpy(raw + 32, good, 32);
	expect_signature(token, raw, 64);
	memcpy(raw, good, 64);
	raw[64] = raw[65] = 0;
	expect_signature(token, raw, 63);
	expect_signature(token, raw, 65);
	expect_signature(token, raw, 66);
	expect_signature(token, raw, 32);
	free(der);
	free(good);
	free(token);
}

static void
signatures_are_for_one_token(void **state)
{
	char *token = forge_good(forge, FORGE_EC, GOOD);
	char *other = forge_good(forge, FORGE_EC,
	    "{" ISS AUD ",\"sub\":\"root\"" EXP IAT JTI CLIENT "}");
	char *spliced = forge_text("%.*s%s", (int)(strrchr(other, '.') - other),
	    other, strrchr(token, '.'));

	expect(token, SALLYPORT_OK);
	expect(other, SALLYPORT_OK);
	expect(spliced, SALLYPORT_SIGNATURE);
	free(token);
	free(other);
	free(spliced);
}

static void
other_shapes_are_no_tokens(void **state)
{
	char *good = forge_good(forge, FORGE_EC, GOOD);
	char *dot = strrchr(good, '.');
	int cut = (int)(dot - good);
	char *shapes[] = {
	    forge_text("%.*s", cut, good),    /* no signature part */
	    forge_text("%.*s.", cut, good),   /* empty signature */
	    forge_text("%s.", good),	      /* four parts */
	    forge_text("%s.AAAA.AAAA", good), /* five: a JWE */
	    forge_text(".%s", good),
	    forge_text("..%s", dot + 1),
	    forge_text(
		"%.*s..%s", (int)(strchr(good, '.') - good), good, dot + 1),
	    forge_text("%s=", good),
	    forge_text("%s==", good),
	    forge_text("%s\n", good),
	    forge_text(" %s", good),
	    forge_text("Bearer %s", good),
	    forge_text("\"%s\"", good),
	    forge_text("{\"payload\":\"%.*s\"}", cut, good),
	    forge_text("%sAAA", good),
	    forge_text("%s%%41", good),
	    forge_text("."),
	    forge_text(".."),
	    forge_text("..."),
	    forge_text("a.b.c"),
	    forge_text("%s", ""),
	};

	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		expect(shapes[i], SALLYPORT_MALFORMED);
		free(shapes[i]);
	}
	expect_len(good, strlen(good) + 1, SALLYPORT_MALFORMED, "NUL at end");
	free(good);
}

/* 64 bytes leave four unused bits in the last character. */
static void
a_signature_has_one_spelling(void **state)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_";
	char *token = forge_good(forge, FORGE_EC, GOOD);
	char *last = token + strlen(token) - 1;
	size_t value = (size_t)(strchr(set, *last) - set);

	expect(token, SALLYPORT_OK);
	for (size_t bits = 1; bits < 16; bits++) {
		*last = set[value | bits];
		expect(token, SALLYPORT_MALFORMED);
	}
	free(token);
}

/* Our issuer's own, with a bit of the last character set that is no part of
 * the claims. */
static void
a_payload_has_one_spelling(void **state)
{
	char *header = forge_base64url(HEAD, strlen(HEAD));
	const char *good = GOOD;
	size_t at = strlen(good) % 3 == 0 ? 1 : 0;
	char *claims = forge_text("%s%*s", good, (int)at, "");
	char *payload = forge_base64url(claims, strlen(claims));

	for (int bit = 0; bit < 2; bit++) {
		char *text, *token, *signature;
		size_t len;
		uint8_t *raw;

		payload[strlen(payload) - 1] += (char)bit;
		text = forge_text("%s.%s", header, payload);
		raw = forge_sign(forge, FORGE_EC, text, strlen(text), &len);
		signature = forge_base64url(raw, len);
		token = forge_text("%s.%s", text, signature);
		expect(token, bit == 0 ? SALLYPORT_OK : SALLYPORT_MALFORMED);
		free(text);
		free(raw);
		free(signature);
		free(token);
	}
	free(header);
	free(claims);
	free(payload);
}

static void
size_is_bounded(void **state)
{
	char *filler = calloc(1, (size_t)1 << 20);
	char *payload;
	char *token;

	memset(filler, 'a', 9000);
	payload = forge_text("{" ISS AUD REST ",\"groups\":[\"%s\"]}", filler);
	token = forge_good(forge, FORGE_EC, payload);
	expect(token, SALLYPORT_OK);
	free(token);
	free(payload);
	memset(filler, 'a', 13000);
	payload = forge_text("{" ISS AUD REST ",\"groups\":[\"%s\"]}", filler);
	token = forge_good(forge, FORGE_EC, payload);
	expect(token, SALLYPORT_MALFORMED);
	free(token);
	free(payload);
	memset(filler, 'a', 600); /* a header past its bound */
	filler[600] = '\0';
	payload = forge_text("{\"alg\":\"ES256\",\"typ\":\"at+jwt\","
			     "\"kid\":\"%s\"}",
	    filler);
	token = forge_token(forge, FORGE_EC, payload, GOOD);
	expect(token, SALLYPORT_MALFORMED);
	free(token);
	free(payload);
	memset(filler, '[', ((size_t)1 << 20) - 1);
	expect(filler, SALLYPORT_MALFORMED);
	memset(filler, '.', ((size_t)1 << 20) - 1);
	expect(filler, SALLYPORT_MALFORMED);
	free(filler);
}

/* Every single byte of a good token, changed, is a no. */
static void
every_byte_counts(void **state)
{
	char *token = forge_good(forge, FORGE_ED, GOOD);
	size_t len = strlen(token);

	for (size_t i = 0; i < len; i++) {
		sallyport_claims *claims = NULL;
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(
		    sallyport_verify(verifier, token, len, NOW, &claims),
		    SALLYPORT_OK);
		assert_null(claims);
		token[i] = was;
		assert_int_not_equal(
		    sallyport_verify(verifier, token, i, NOW, &claims),
		    SALLYPORT_OK);
	}
	tried += (unsigned int)len * 2;
	expect(token, SALLYPORT_OK);
	free(token);
}

static void
binary_payloads_are_refused(void **state)
{
	static const char nul[] = GOOD "\0";
	char *token = forge_bytes(forge, FORGE_EC, HEAD, nul, sizeof nul - 1);

	expect(token, SALLYPORT_MALFORMED);
	free(token);
	token = forge_bytes(forge, FORGE_EC, HEAD, "\x78\x9c\x03", 3);
	expect(token, SALLYPORT_MALFORMED);
	free(token);
}

/* Guards the list above against shrinking unseen. */
static void
enough_was_tried(void **state)
{
	assert_true(tried >= 180);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_are_held_to_the_letter),
	    cmocka_unit_test(payloads_are_held_to_the_letter),
	    cmocka_unit_test(public_keys_are_no_shared_secret),
	    cmocka_unit_test(ecdsa_numbers_must_lie_in_range),
	    cmocka_unit_test(signatures_are_for_one_token),
	    cmocka_unit_test(other_shapes_are_no_tokens),
	    cmocka_unit_test(a_signature_has_one_spelling),
	    cmocka_unit_test(a_payload_has_one_spelling),
	    cmocka_unit_test(size_is_bounded),
	    cmocka_unit_test(binary_payloads_are_refused),
	    cmocka_unit_test(enough_was_tried),
	    cmocka_unit_test(every_byte_counts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
