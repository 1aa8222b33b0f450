/* SPDX-License-Identifier: Apache-2.0 */
#include <sallyport/verify.h>
#include <stdlib.h>
#include <string.h>

#include "libsallyport/claims.h"
#include "libsallyport/compact.h"
#include "libsallyport/keyset.h"

#define NOW_MAX (INT64_MAX / 2) /* room for a leeway on either side */

struct sallyport_verifier {
	char *issuer;
	char *audience;
	unsigned int leeway;
	struct keyset *set;
};

sallyport_result
sallyport_verifier_new(
    const char *issuer, const char *audience, sallyport_verifier **verifier_r)
{
	sallyport_verifier *v;

	if (!verifier_r)
		return SALLYPORT_ARGUMENT;
	*verifier_r = NULL;
	if (!issuer || !*issuer || !audience || !*audience)
		return SALLYPORT_ARGUMENT;
	v = calloc(1, sizeof *v);
	if (!v)
		return SALLYPORT_UNAVAILABLE;
	v->issuer = strdup(issuer);
	v->audience = strdup(audience);
	if (!v->issuer || !v->audience) {
		sallyport_verifier_free(&v);
		return SALLYPORT_UNAVAILABLE;
	}
	*verifier_r = v;
	return SALLYPORT_OK;
}

void
sallyport_verifier_free(sallyport_verifier **verifier)
{
	if (!verifier || !*verifier)
		return;
	keyset_free(&(*verifier)->set);
	free((*verifier)->issuer);
	free((*verifier)->audience);
	free(*verifier);
	*verifier = NULL;
}

sallyport_result
sallyport_verifier_set_jwks(
    sallyport_verifier *verifier, const char *json, size_t len)
{
	struct keyset *set;
	sallyport_result r;

	if (!verifier || !json)
		return SALLYPORT_ARGUMENT;
	r = keyset_parse(json, len, &set);
	if (r != SALLYPORT_OK)
		return r;
	keyset_free(&verifier->set);
	verifier->set = set;
	return SALLYPORT_OK;
}

size_t
sallyport_verifier_keys(const sallyport_verifier *verifier)
{
	return verifier && verifier->set ? verifier->set->count : 0;
}

sallyport_result
sallyport_verifier_set_leeway(
    sallyport_verifier *verifier, unsigned int seconds)
{
	if (!verifier || seconds > SALLYPORT_LEEWAY_MAX)
		return SALLYPORT_ARGUMENT;
	verifier->leeway = seconds;
	return SALLYPORT_OK;
}

/* The payload is parsed only once its signature has been verified. */
static sallyport_result
read_claims(const sallyport_verifier *verifier, const struct compact *compact,
    int64_t now, sallyport_claims **claims_r)
{
	struct claims_expected expected = {
	    verifier->issuer, verifier->audience, verifier->leeway};
	char *json = malloc(compact->payload_len);
	sallyport_result r = SALLYPORT_MALFORMED;
	size_t len;

	if (!json)
		return SALLYPORT_UNAVAILABLE;
	if (compact_payload(compact, json, &len) == 0)
		r = claims_parse(json, len, claims_r);
	free(json);
	if (r == SALLYPORT_OK)
		r = claims_accept(*claims_r, &expected, now);
	if (r != SALLYPORT_OK)
		sallyport_claims_free(claims_r);
	return r;
}

sallyport_result
sallyport_verify(const sallyport_verifier *verifier, const char *token,
    size_t len, int64_t now, sallyport_claims **claims_r)
{
	struct compact compact;
	sallyport_result r;

	if (!claims_r)
		return SALLYPORT_ARGUMENT;
	*claims_r = NULL;
	if (!verifier || !token || now < 0 || now > NOW_MAX)
		return SALLYPORT_ARGUMENT;
	r = compact_split(token, len, &compact);
	if (r == SALLYPORT_OK)
		r = compact_verify(&compact, verifier->set);
	if (r == SALLYPORT_OK)
		r = read_claims(verifier, &compact, now, claims_r);
	return r;
}
