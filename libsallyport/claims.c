/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/claims.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libsallyport/json_strict.h"

#define TIME_MAX INT64_C(253402300799) /* the end of the year 9999 */

struct sallyport_claims {
	json_t *root;
	json_t *aud; /* an array, also when the token has one string */
	const json_t *amr, *groups;
	const char *iss, *sub, *jti, *client_id;
	const char *sid, *acr, *preferred_username, *employment;
	int64_t exp, iat, nbf, auth_time; /* -1: absent */
};

/* What is there must be a string with something in it. */
static int
get_string(
    const json_t *root, const char *name, bool required, const char **value_r)
{
	const json_t *value = json_object_get(root, name);

	if (!value)
		return required ? -1 : 0;
	*value_r = json_strict_string(root, name);
	return *value_r ? 0 : -1;
}

/* NumericDate, whole seconds (our issuer's tokens have no others). */
static int
get_time(const json_t *root, const char *name, bool required, int64_t *value_r)
{
	const json_t *value = json_object_get(root, name);

	*value_r = -1;
	if (!value)
		return required ? -1 : 0;
	if (!json_is_integer(value))
		return -1;
	*value_r = json_integer_value(value);
	return *value_r >= 0 && *value_r <= TIME_MAX ? 0 : -1;
}

static bool
is_string_list(const json_t *list)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(
	    list, i, item) if (json_string_length(item) == 0) return false;
	return true;
}

static int
get_list(const json_t *root, const char *name, const json_t **list_r)
{
	*list_r = json_object_get(root, name);
	return !*list_r || is_string_list(*list_r) ? 0 : -1;
}

/* RFC 7519 section 4.1.3: one string, or an array of them. */
static sallyport_result
get_aud(sallyport_claims *claims)
{
	json_t *aud = json_object_get(claims->root, "aud");

	if (json_is_string(aud)) {
		claims->aud = json_array();
		if (!claims->aud || json_array_append(claims->aud, aud))
			return SALLYPORT_UNAVAILABLE;
	} else {
		claims->aud = json_incref(aud);
	}
	if (!is_string_list(claims->aud) || json_array_size(claims->aud) == 0)
		return SALLYPORT_CLAIM;
	return SALLYPORT_OK;
}

static sallyport_result
get_all(sallyport_claims *c)
{
	const json_t *root = c->root;

	if (get_string(root, "iss", true, &c->iss) ||
	    get_string(root, "sub", true, &c->sub) ||
	    get_string(root, "jti", true, &c->jti) ||
	    get_string(root, "client_id", true, &c->client_id) ||
	    get_string(root, "sid", false, &c->sid) ||
	    get_string(root, "acr", false, &c->acr) ||
	    get_string(
		root, "preferred_username", false, &c->preferred_username) ||
	    get_string(root, "employment", false, &c->employment) ||
	    get_time(root, "exp", true, &c->exp) ||
	    get_time(root, "iat", true, &c->iat) ||
	    get_time(root, "nbf", false, &c->nbf) ||
	    get_time(root, "auth_time", false, &c->auth_time) ||
	    get_list(root, "amr", &c->amr) ||
	    get_list(root, "groups", &c->groups))
		return SALLYPORT_CLAIM;
	return get_aud(c);
}

sallyport_result
claims_parse(const char *json, size_t len, sallyport_claims **claims_r)
{
	sallyport_claims *claims = calloc(1, sizeof *claims);
	sallyport_result r = SALLYPORT_MALFORMED;

	*claims_r = NULL;
	if (!claims)
		return SALLYPORT_UNAVAILABLE;
	claims->root = json_strict_object(json, len);
	if (claims->root)
		r = get_all(claims);
	if (r != SALLYPORT_OK)
		sallyport_claims_free(&claims);
	*claims_r = claims;
	return r;
}

static bool
list_has(const json_t *list, const char *wanted)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i,
	    item) if (strcmp(json_string_value(item), wanted) == 0) return true;
	return false;
}

sallyport_result
claims_accept(const sallyport_claims *claims,
    const struct claims_expected *expected, int64_t now)
{
	int64_t leeway = (int64_t)expected->leeway;

	if (strcmp(claims->iss, expected->issuer) != 0)
		return SALLYPORT_ISSUER;
	if (!list_has(claims->aud, expected->audience))
		return SALLYPORT_AUDIENCE;
	/* RFC 7519 section 4.1.4: from exp on it is no good. */
	if (now >= claims->exp + leeway)
		return SALLYPORT_EXPIRED;
	if (claims->nbf > now + leeway || claims->iat > now + leeway)
		return SALLYPORT_NOT_YET;
	return SALLYPORT_OK;
}

void
sallyport_claims_free(sallyport_claims **claims)
{
	if (!claims || !*claims)
		return;
	json_decref((*claims)->aud);
	json_decref((*claims)->root);
	free(*claims);
	*claims = NULL;
}

const char *
sallyport_claims_iss(const sallyport_claims *claims)
{
	return claims->iss;
}

const char *
sallyport_claims_sub(const sallyport_claims *claims)
{
	return claims->sub;
}

const char *
sallyport_claims_jti(const sallyport_claims *claims)
{
	return claims->jti;
}

const char *
sallyport_claims_client_id(const sallyport_claims *claims)
{
	return claims->client_id;
}

const char *
sallyport_claims_aud(const sallyport_claims *claims, size_t index)
{
	return json_string_value(json_array_get(claims->aud, index));
}

const char *
sallyport_claims_sid(const sallyport_claims *claims)
{
	return claims->sid;
}

const char *
sallyport_claims_acr(const sallyport_claims *claims)
{
	return claims->acr;
}

const char *
sallyport_claims_preferred_username(const sallyport_claims *claims)
{
	return claims->preferred_username;
}

const char *
sallyport_claims_employment(const sallyport_claims *claims)
{
	return claims->employment;
}

const char *
sallyport_claims_amr(const sallyport_claims *claims, size_t index)
{
	return json_string_value(json_array_get(claims->amr, index));
}

const char *
sallyport_claims_group(const sallyport_claims *claims, size_t index)
{
	return json_string_value(json_array_get(claims->groups, index));
}

int64_t
sallyport_claims_exp(const sallyport_claims *claims)
{
	return claims->exp;
}

int64_t
sallyport_claims_iat(const sallyport_claims *claims)
{
	return claims->iat;
}

int64_t
sallyport_claims_auth_time(const sallyport_claims *claims)
{
	return claims->auth_time;
}
