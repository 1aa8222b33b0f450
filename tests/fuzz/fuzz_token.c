/* SPDX-License-Identifier: Apache-2.0 */
/* A token as it comes from anywhere, and claims as if they were signed. */
#include <sallyport/verify.h>

#include "libsallyport/claims.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RFC 7515 A.3, RFC 8037 A.2 */
static const char jwks[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"ec\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},"
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\","
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct claims_expected expected = {"i", "a", 5};
	static sallyport_verifier *verifier;
	sallyport_claims *claims = NULL;

	if (!verifier &&
	    (sallyport_verifier_new("i", "a", &verifier) != SALLYPORT_OK ||
		sallyport_verifier_set_jwks(verifier, jwks, strlen(jwks)) !=
		    SALLYPORT_OK))
		abort();
	/* Nobody has these keys' private halves here: no input is a yes. */
	if (sallyport_verify(verifier, (const char *)data, size, 1790000000,
		&claims) == SALLYPORT_OK ||
	    claims)
		abort();
	if (claims_parse((const char *)data, size, &claims) == SALLYPORT_OK) {
		if (!sallyport_claims_sub(claims) ||
		    !sallyport_claims_aud(claims, 0))
			abort();
		claims_accept(claims, &expected, 1790000000);
	} else if (claims) {
		abort();
	}
	sallyport_claims_free(&claims);
	return 0;
}
