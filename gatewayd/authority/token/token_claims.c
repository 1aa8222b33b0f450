/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/token_claims.h"

#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/base64url.h"
#include "lib/base/json_write.h"
#include "lib/base/utf8.h"

#define JTI_BYTES 16

int
token_claims_jti(char jti_r[TOKEN_CLAIMS_JTI + 1])
{
	uint8_t random[JTI_BYTES];

	jti_r[0] = '\0';
	if (RAND_bytes(random, sizeof random) != 1)
		return -1;
	if (base64url_encode(random, sizeof random, jti_r, TOKEN_CLAIMS_JTI) <
	    0)
		return -1;
	jti_r[TOKEN_CLAIMS_JTI] = '\0';
	return 0;
}

static bool
is_text(const char *text)
{
	return text && *text && utf8_is_text(text, strlen(text));
}

static bool
is_text_or_null(const char *text)
{
	return !text || is_text(text);
}

static bool
is_complete(const struct token_claims *c)
{
	if (!is_text(c->iss) || !is_text(c->sub) || !is_text(c->aud) ||
	    !is_text(c->client_id) || !is_text(c->jti) ||
	    !is_text_or_null(c->sid) ||
	    !is_text_or_null(c->preferred_username) ||
	    !is_text_or_null(c->acr) || !is_text_or_null(c->employment))
		return false;
	for (size_t i = 0; i < c->group_count; i++)
		if (!is_text(c->groups[i]))
			return false;
	return c->iat > 0 && c->exp > c->iat;
}

static void
write_optional(struct json_write *w, const char *name, const char *value)
{
	if (value)
		json_write_string(w, name, value);
}

static void
write_amr(struct json_write *w, unsigned int amr)
{
	if (!amr)
		return;
	json_write_array(w, "amr");
	if (amr & TOKEN_CLAIMS_PWD)
		json_write_string(w, NULL, "pwd");
	if (amr & TOKEN_CLAIMS_OTP)
		json_write_string(w, NULL, "otp");
	if (amr & TOKEN_CLAIMS_POP)
		json_write_string(w, NULL, "pop");
	if (amr & (amr - 1)) /* more than one bit */
		json_write_string(w, NULL, "mfa");
	json_write_array_end(w);
}

static void
write_groups(struct json_write *w, const struct token_claims *c)
{
	if (!c->group_count)
		return;
	json_write_array(w, "groups");
	for (size_t i = 0; i < c->group_count; i++)
		json_write_string(w, NULL, c->groups[i]);
	json_write_array_end(w);
}

int
token_claims_write(
    const struct token_claims *claims, char *out, size_t size, size_t *len_r)
{
	struct json_write w;

	*len_r = 0;
	if (!is_complete(claims))
		return -1;
	json_write_init(&w, out, size);
	json_write_object(&w, NULL);
	json_write_string(&w, "iss", claims->iss);
	json_write_string(&w, "sub", claims->sub);
	json_write_string(&w, "aud", claims->aud);
	json_write_int(&w, "exp", claims->exp);
	json_write_int(&w, "iat", claims->iat);
	json_write_string(&w, "jti", claims->jti);
	json_write_string(&w, "client_id", claims->client_id);
	if (claims->auth_time > 0)
		json_write_int(&w, "auth_time", claims->auth_time);
	write_amr(&w, claims->amr);
	write_optional(&w, "acr", claims->acr);
	write_optional(&w, "sid", claims->sid);
	write_optional(&w, "preferred_username", claims->preferred_username);
	write_optional(&w, "employment", claims->employment);
	write_groups(&w, claims);
	json_write_object_end(&w);
	return json_write_finish(&w, len_r);
}
