/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/libsallyport/forge.h"

#include "lib/base/base64url.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct forge {
	EVP_PKEY *keys[FORGE_KEYS];
};

#define must(expression)                                                   \
	do {                                                               \
		if (!(expression)) {                                       \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #expression);                                  \
			abort();                                           \
		}                                                          \
	} while (0)

struct forge *
forge_new(void)
{
	struct forge *forge = calloc(1, sizeof *forge);

	must(forge);
	forge->keys[FORGE_EC] = EVP_EC_gen("P-256");
	forge->keys[FORGE_RSA] = EVP_RSA_gen(2048);
	forge->keys[FORGE_ED] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	for (int i = 0; i < FORGE_KEYS; i++)
		must(forge->keys[i]);
	return forge;
}

void
forge_free(struct forge *forge)
{
	for (int i = 0; forge && i < FORGE_KEYS; i++)
		EVP_PKEY_free(forge->keys[i]);
	free(forge);
}

const char *
forge_kid(enum forge_key key)
{
	static const char *const kids[] = {"ec", "rsa", "ed"};

	return kids[key];
}

const char *
forge_alg(enum forge_key key)
{
	static const char *const algs[] = {"ES256", "RS256", "EdDSA"};

	return algs[key];
}

char *
forge_text(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	must(n >= 0);
	return text;
}

char *
forge_base64url(const void *data, size_t len)
{
	char *out = calloc(1, BASE64URL_LEN(len) + 1);

	must(out);
	must(base64url_encode(data, len, out, BASE64URL_LEN(len)) >= 0);
	return out;
}

static char *
jwk_text(const char *kty, enum forge_key key, const char *first, const void *a,
    size_t a_len, const char *second, const void *b, size_t b_len)
{
	char *a64 = forge_base64url(a, a_len);
	char *b64 = forge_base64url(b, b_len);
	char *text = forge_text("{%s,\"kid\":\"%s\",\"alg\":\"%s\","
				"\"%s\":\"%s\"%s%s%s%s%s}",
	    kty, forge_kid(key), forge_alg(key), first, a64,
	    second ? ",\"" : "", second ? second : "", second ? "\":\"" : "",
	    second ? b64 : "", second ? "\"" : "");

	free(a64);
	free(b64);
	return text;
}

static char *
rsa_jwk(EVP_PKEY *pkey)
{
	uint8_t n[512];
	uint8_t e[16];
	BIGNUM *bn = NULL;
	int n_len;
	int e_len;

	must(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &bn) == 1);
	n_len = BN_bn2bin(bn, n);
	BN_free(bn);
	bn = NULL;
	must(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &bn) == 1);
	e_len = BN_bn2bin(bn, e);
	BN_free(bn);
	return jwk_text("\"kty\":\"RSA\"", FORGE_RSA, "n", n, (size_t)n_len,
	    "e", e, (size_t)e_len);
}

char *
forge_jwk(const struct forge *forge, enum forge_key key)
{
	EVP_PKEY *pkey = forge->keys[key];
	uint8_t raw[128];
	size_t len = sizeof raw;

	if (key == FORGE_RSA)
		return rsa_jwk(pkey);
	if (key == FORGE_ED) {
		must(EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1);
		return jwk_text("\"kty\":\"OKP\",\"crv\":\"Ed25519\"", key, "x",
		    raw, len, NULL, NULL, 0);
	}
	must(EVP_PKEY_get_octet_string_param(
		 pkey, OSSL_PKEY_PARAM_PUB_KEY, raw, sizeof raw, &len) == 1 &&
	     len == 65);
	return jwk_text("\"kty\":\"EC\",\"crv\":\"P-256\"", key, "x", raw + 1,
	    32, "y", raw + 33, 32);
}

char *
forge_jwks(const struct forge *forge)
{
	char *ec = forge_jwk(forge, FORGE_EC);
	char *rsa = forge_jwk(forge, FORGE_RSA);
	char *ed = forge_jwk(forge, FORGE_ED);
	char *set = forge_text("{\"keys\":[%s,%s,%s]}", ec, rsa, ed);

	free(ec);
	free(rsa);
	free(ed);
	return set;
}

static uint8_t *
sign_evp(
    EVP_PKEY *pkey, const char *md, const char *data, size_t len, size_t *len_r)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *sig = calloc(1, 1024);

	must(ctx && sig);
	*len_r = 1024;
	must(EVP_DigestSignInit_ex(ctx, NULL, md, NULL, NULL, pkey, NULL) == 1);
	must(EVP_DigestSign(ctx, sig, len_r, (const uint8_t *)data, len) == 1);
	EVP_MD_CTX_free(ctx);
	return sig;
}

uint8_t *
forge_sign_der(
    const struct forge *forge, const char *data, size_t len, size_t *len_r)
{
	return sign_evp(forge->keys[FORGE_EC], "SHA256", data, len, len_r);
}

/* libcrypto's own reading of DER, as a check on ours of r and s. */
static uint8_t *
raw_of(uint8_t *der, size_t *len)
{
	const uint8_t *p = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)*len);
	uint8_t *raw = calloc(1, 64);

	must(sig && raw);
	must(BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32) == 32);
	must(BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32) == 32);
	ECDSA_SIG_free(sig);
	free(der);
	*len = 64;
	return raw;
}

uint8_t *
forge_sign(const struct forge *forge, enum forge_key key, const char *data,
    size_t len, size_t *len_r)
{
	EVP_PKEY *pkey = forge->keys[key];

	switch (key) {
	case FORGE_EC:
		return raw_of(
		    sign_evp(pkey, "SHA256", data, len, len_r), len_r);
	case FORGE_RSA:
		return sign_evp(pkey, "SHA256", data, len, len_r);
	default:
		return sign_evp(pkey, NULL, data, len, len_r);
	}
}

char *
forge_bytes(const struct forge *forge, enum forge_key key, const char *header,
    const void *payload, size_t len)
{
	char *h64 = forge_base64url(header, strlen(header));
	char *p64 = forge_base64url(payload, len);
	char *input = forge_text("%s.%s", h64, p64);
	size_t sig_len;
	uint8_t *sig = forge_sign(forge, key, input, strlen(input), &sig_len);
	char *s64 = forge_base64url(sig, sig_len);
	char *token = forge_text("%s.%s", input, s64);

	free(h64);
	free(p64);
	free(input);
	free(sig);
	free(s64);
	return token;
}

char *
forge_token(const struct forge *forge, enum forge_key key, const char *header,
    const char *payload)
{
	return forge_bytes(forge, key, header, payload, strlen(payload));
}

char *
forge_good(const struct forge *forge, enum forge_key key, const char *payload)
{
	char *header =
	    forge_text("{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}",
		forge_alg(key), forge_kid(key));
	char *token = forge_token(forge, key, header, payload);

	free(header);
	return token;
}
