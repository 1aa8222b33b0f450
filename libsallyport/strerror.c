/* SPDX-License-Identifier: Apache-2.0 */
#include <sallyport/verify.h>

const char *
sallyport_strerror(sallyport_result result)
{
	switch (result) {
	case SALLYPORT_OK:
		return "verified";
	case SALLYPORT_MALFORMED:
		return "malformed token or key set";
	case SALLYPORT_ALGORITHM:
		return "algorithm is not the one this key is for";
	case SALLYPORT_HEADER:
		return "token header has a member other than alg, kid and typ";
	case SALLYPORT_TYPE:
		return "not an access token (typ is not at+jwt)";
	case SALLYPORT_UNKNOWN_KEY:
		return "signed with a key that is not in the key set";
	case SALLYPORT_SIGNATURE:
		return "signature does not match";
	case SALLYPORT_CLAIM:
		return "a required claim is missing or misshapen";
	case SALLYPORT_ISSUER:
		return "from another issuer";
	case SALLYPORT_AUDIENCE:
		return "for another audience";
	case SALLYPORT_EXPIRED:
		return "expired";
	case SALLYPORT_NOT_YET:
		return "not valid yet";
	case SALLYPORT_BAD_KEY:
		return "key set has a broken, weak or private key "
		       "or one kid twice";
	case SALLYPORT_NO_KEYS:
		return "key set has no key to verify with";
	case SALLYPORT_ARGUMENT:
		return "argument missing or out of range";
	case SALLYPORT_UNAVAILABLE:
		return "out of memory or libcrypto failed";
	}
	return "unknown result";
}
