/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/compact.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/base64url.h"
#include "libsallyport/json_strict.h"
#include "libsallyport/jwk.h"
#include "libsallyport/keyset.h"

#define HEADER_MAX 512
#define SIGNATURE_MAX 1024

sallyport_result
compact_split(const char *text, size_t len, struct compact *compact)
{
	const char *end = text + len;
	const char *dot1;
	const char *dot2;

	if (len > SALLYPORT_TOKEN_MAX)
		return SALLYPORT_MALFORMED;
	dot1 = memchr(text, '.', len);
	if (!dot1)
		return SALLYPORT_MALFORMED;
	dot2 = memchr(dot1 + 1, '.', (size_t)(end - dot1 - 1));
	if (!dot2 || memchr(dot2 + 1, '.', (size_t)(end - dot2 - 1)))
		return SALLYPORT_MALFORMED;
	compact->text = text;
	compact->header_len = (size_t)(dot1 - text);
	compact->signed_len = (size_t)(dot2 - text);
	compact->payload = dot1 + 1;
	compact->payload_len = (size_t)(dot2 - dot1 - 1);
	compact->signature = dot2 + 1;
	compact->signature_len = (size_t)(end - dot2 - 1);
	if (!compact->header_len || !compact->payload_len ||
	    !compact->signature_len)
		return SALLYPORT_MALFORMED;
	return SALLYPORT_OK;
}

/*
 * Our issuer writes three members.  Anything else is not its token, be it a
 * key to trust (jku, jwk, x5u, x5c), a rule to follow (crit, b64) or news.
 */
static bool
has_only_ours(json_t *header)
{
	const char *name;
	json_t *value;

	json_object_foreach(header, name,
	    value) if (strcmp(name, "alg") != 0 && strcmp(name, "kid") != 0 &&
		       strcmp(name, "typ") != 0) return false;
	return true;
}

/* RFC 9068 section 4. */
static bool
is_access_token(const char *typ)
{
	return typ && (strcmp(typ, "at+jwt") == 0 ||
			  strcmp(typ, "application/at+jwt") == 0);
}

static sallyport_result
key_for(
    const json_t *header, const struct keyset *set, const struct jwk **jwk_r)
{
	const char *alg = json_strict_string(header, "alg");
	const char *kid = json_strict_string(header, "kid");
	const struct jwk *jwk;

	if (!alg)
		return SALLYPORT_ALGORITHM;
	if (!is_access_token(json_strict_string(header, "typ")))
		return SALLYPORT_TYPE;
	jwk = kid ? keyset_find(set, kid) : NULL;
	if (!jwk)
		return SALLYPORT_UNKNOWN_KEY;
	if (strcmp(alg, jwk->alg) != 0)
		return SALLYPORT_ALGORITHM;
	*jwk_r = jwk;
	return SALLYPORT_OK;
}

sallyport_result
compact_verify(const struct compact *compact, const struct keyset *set)
{
	char text[HEADER_MAX];
	uint8_t sig[SIGNATURE_MAX];
	const struct jwk *jwk;
	json_t *header;
	ssize_t len;
	sallyport_result r;

	len = base64url_decode(
	    compact->text, compact->header_len, text, sizeof text);
	if (len < 0)
		return SALLYPORT_MALFORMED;
	header = json_strict_object(text, (size_t)len);
	if (!header)
		return SALLYPORT_MALFORMED;
	r = has_only_ours(header) ? key_for(header, set, &jwk)
				  : SALLYPORT_HEADER;
	json_decref(header);
	if (r != SALLYPORT_OK)
		return r;
	len = base64url_decode(
	    compact->signature, compact->signature_len, sig, sizeof sig);
	if (len < 0)
		return SALLYPORT_MALFORMED;
	return jwk_verify(
	    jwk, compact->text, compact->signed_len, sig, (size_t)len);
}

int
compact_payload(const struct compact *compact, char *out, size_t *len_r)
{
	ssize_t len = base64url_decode(
	    compact->payload, compact->payload_len, out, compact->payload_len);

	if (len < 0)
		return -1;
	*len_r = (size_t)len;
	return 0;
}
