/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/jws.h"

#include <stdint.h>

#include "gatewayd/authority/token/keyring.h"
#include "gatewayd/authority/token/token_claims.h"
#include "lib/base/base64url.h"
#include "lib/base/json_write.h"

#define HEADER_MAX 128

static int
write_header(
    const struct keyring *keyring, const char *kid, char *out, size_t *len_r)
{
	struct json_write w;

	json_write_init(&w, out, HEADER_MAX);
	json_write_object(&w, NULL);
	json_write_string(&w, "alg", keyring_alg(keyring, kid));
	json_write_string(&w, "kid", kid);
	json_write_string(&w, "typ", "at+jwt");
	json_write_object_end(&w);
	return json_write_finish(&w, len_r);
}

/* Appends base64url; keeps one byte free for a dot or the NUL. */
static int
append(char *out, size_t size, size_t *used, const void *data, size_t len)
{
	ssize_t n = base64url_encode(data, len, out + *used, size - *used - 1);

	if (n < 0)
		return -1;
	*used += (size_t)n;
	return 0;
}

static int
sign(struct keyring *keyring, const struct token_claims *claims, char *out,
    size_t size, size_t *used)
{
	const char *kid = keyring_active(keyring);
	uint8_t signature[KEYRING_SIGNATURE];
	char header[HEADER_MAX];
	char payload[TOKEN_CLAIMS_MAX];
	size_t len;

	if (!kid || write_header(keyring, kid, header, &len) < 0 ||
	    append(out, size, used, header, len) < 0)
		return -1;
	out[(*used)++] = '.';
	if (*used >= size ||
	    token_claims_write(claims, payload, sizeof payload, &len) < 0 ||
	    append(out, size, used, payload, len) < 0)
		return -1;
	if (keyring_sign(keyring, kid, (struct bytes){out, *used}, signature,
		&len) != KEYRING_OK)
		return -1;
	out[(*used)++] = '.';
	if (*used >= size || append(out, size, used, signature, len) < 0)
		return -1;
	out[*used] = '\0';
	return 0;
}

int
jws_sign(struct keyring *keyring, const struct token_claims *claims, char *out,
    size_t size, size_t *len_r)
{
	size_t used = 0;

	*len_r = 0;
	if (size == 0)
		return -1;
	if (sign(keyring, claims, out, size, &used) < 0) {
		out[0] = '\0';
		return -1;
	}
	*len_r = used;
	return 0;
}
