/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a verifier, and what a good token says. */

#include <sallyport/verify.h>

#include "tests/libsallyport/forge.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define NOW INT64_C(1790000000)
#define ISS "https://gw.example.com"
#define CORE                                                   \
	"\"iss\":\"" ISS "\",\"sub\":\"6f0c\",\"jti\":\"j1\"," \
	"\"client_id\":\"sshd\",\"iat\":1790000000,\"exp\":1790000300"
#define GOOD "{" CORE ",\"aud\":\"tickets\"}"

struct world {
	struct forge *forge;
	char *jwks;
	sallyport_verifier *verifier;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->forge = forge_new();
	w->jwks = forge_jwks(w->forge);
	assert_int_equal(
	    sallyport_verifier_new(ISS, "tickets", &w->verifier), SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verifier_set_jwks(w->verifier, w->jwks, strlen(w->jwks)),
	    SALLYPORT_OK);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	sallyport_verifier_free(&w->verifier);
	assert_null(w->verifier);
	forge_free(w->forge);
	free(w->jwks);
	free(w);
	return 0;
}

static sallyport_result
verify_at(struct world *w, const char *payload, int64_t now)
{
	sallyport_claims *claims = (sallyport_claims *)&now;
	char *token = forge_good(w->forge, FORGE_EC, payload);
	sallyport_result r =
	    sallyport_verify(w->verifier, token, strlen(token), now, &claims);

	if (r == SALLYPORT_OK)
		assert_non_null(claims);
	else
		assert_null(claims);
	sallyport_claims_free(&claims);
	free(token);
	return r;
}

static void
every_algorithm_verifies(void **state)
{
	struct world *w = *state;

	for (int key = 0; key < FORGE_KEYS; key++) {
		char *token = forge_good(w->forge, (enum forge_key)key, GOOD);
		sallyport_claims *claims = NULL;

		assert_int_equal(sallyport_verify(w->verifier, token,
				     strlen(token), NOW, &claims),
		    SALLYPORT_OK);
		assert_string_equal(sallyport_claims_sub(claims), "6f0c");
		sallyport_claims_free(&claims);
		assert_null(claims);
		free(token);
	}
}

static void
all_claims_can_be_read(void **state)
{
	static const char payload[] =
	    "{" CORE ",\"aud\":[\"wiki\",\"tickets\"],\"sid\":\"s9\","
	    "\"auth_time\":1789999990,\"acr\":\"mfa\","
	    "\"amr\":[\"pwd\",\"otp\",\"mfa\"],"
	    "\"preferred_username\":\"z\\u00f6e\","
	    "\"employment\":\"contractor\",\"groups\":[\"sre\",\"dba\"]}";
	struct world *w = *state;
	char *token = forge_good(w->forge, FORGE_ED, payload);
	sallyport_claims *c = NULL;

	assert_int_equal(
	    sallyport_verify(w->verifier, token, strlen(token), NOW + 299, &c),
	    SALLYPORT_OK);
	assert_string_equal(sallyport_claims_iss(c), ISS);
	assert_string_equal(sallyport_claims_jti(c), "j1");
	assert_string_equal(sallyport_claims_client_id(c), "sshd");
	assert_string_equal(sallyport_claims_aud(c, 0), "wiki");
	assert_string_equal(sallyport_claims_aud(c, 1), "tickets");
	assert_null(sallyport_claims_aud(c, 2));
	assert_string_equal(sallyport_claims_sid(c), "s9");
	assert_string_equal(sallyport_claims_acr(c), "mfa");
	assert_string_equal(sallyport_claims_preferred_username(c), "z\xc3\xb6"
								    "e");
	assert_string_equal(sallyport_claims_employment(c), "contractor");
	assert_string_equal(sallyport_claims_amr(c, 2), "mfa");
	assert_null(sallyport_claims_amr(c, 3));
	assert_string_equal(sallyport_claims_group(c, 1), "dba");
	assert_null(sallyport_claims_group(c, SIZE_MAX));
	assert_int_equal(sallyport_claims_iat(c), NOW);
	assert_int_equal(sallyport_claims_exp(c), NOW + 300);
	assert_int_equal(sallyport_claims_auth_time(c), NOW - 10);
	sallyport_claims_free(&c);
	free(token);
}

static void
absent_claims_are_null(void **state)
{
	struct world *w = *state;
	char *token = forge_good(w->forge, FORGE_EC, GOOD);
	sallyport_claims *c = NULL;

	assert_int_equal(
	    sallyport_verify(w->verifier, token, strlen(token), NOW, &c),
	    SALLYPORT_OK);
	assert_null(sallyport_claims_sid(c));
	assert_null(sallyport_claims_acr(c));
	assert_null(sallyport_claims_preferred_username(c));
	assert_null(sallyport_claims_employment(c));
	assert_null(sallyport_claims_amr(c, 0));
	assert_null(sallyport_claims_group(c, 0));
	assert_int_equal(sallyport_claims_auth_time(c), -1);
	sallyport_claims_free(&c);
	free(token);
}

static void
times_hold_to_the_second(void **state)
{
	static const char later[] =
	    "{" CORE ",\"aud\":\"tickets\",\"nbf\":1790000010}";
	struct world *w = *state;

	assert_int_equal(verify_at(w, GOOD, NOW - 1), SALLYPORT_NOT_YET);
	assert_int_equal(verify_at(w, GOOD, NOW), SALLYPORT_OK);
	assert_int_equal(verify_at(w, GOOD, NOW + 299), SALLYPORT_OK);
	assert_int_equal(verify_at(w, GOOD, NOW + 300), SALLYPORT_EXPIRED);
	assert_int_equal(verify_at(w, later, NOW + 9), SALLYPORT_NOT_YET);
	assert_int_equal(verify_at(w, later, NOW + 10), SALLYPORT_OK);

	assert_int_equal(
	    sallyport_verifier_set_leeway(w->verifier, 5), SALLYPORT_OK);
	assert_int_equal(verify_at(w, GOOD, NOW - 6), SALLYPORT_NOT_YET);
	assert_int_equal(verify_at(w, GOOD, NOW - 5), SALLYPORT_OK);
	assert_int_equal(verify_at(w, GOOD, NOW + 304), SALLYPORT_OK);
	assert_int_equal(verify_at(w, GOOD, NOW + 305), SALLYPORT_EXPIRED);
	assert_int_equal(verify_at(w, later, NOW + 4), SALLYPORT_NOT_YET);
	assert_int_equal(verify_at(w, later, NOW + 5), SALLYPORT_OK);
}

static void
a_refused_set_leaves_the_old_keys(void **state)
{
	struct world *w = *state;
	static const char empty[] = "{\"keys\":[]}";

	assert_int_equal(sallyport_verifier_keys(w->verifier), 3);
	assert_int_equal(
	    sallyport_verifier_set_jwks(w->verifier, empty, strlen(empty)),
	    SALLYPORT_NO_KEYS);
	assert_int_equal(sallyport_verifier_set_jwks(w->verifier, "{", 1),
	    SALLYPORT_MALFORMED);
	assert_int_equal(sallyport_verifier_keys(w->verifier), 3);
	assert_int_equal(verify_at(w, GOOD, NOW), SALLYPORT_OK);
}

static void
a_new_set_forgets_the_old_keys(void **state)
{
	struct world *w = *state;
	char *jwk = forge_jwk(w->forge, FORGE_ED);
	char *set = forge_text("{\"keys\":[%s]}", jwk);

	assert_int_equal(
	    sallyport_verifier_set_jwks(w->verifier, set, strlen(set)),
	    SALLYPORT_OK);
	assert_int_equal(sallyport_verifier_keys(w->verifier), 1);
	assert_int_equal(verify_at(w, GOOD, NOW), SALLYPORT_UNKNOWN_KEY);
	free(jwk);
	free(set);
}

static void
a_verifier_without_keys_says_no(void **state)
{
	struct world *w = *state;
	sallyport_claims *claims = NULL;
	sallyport_verifier *bare = NULL;
	char *token = forge_good(w->forge, FORGE_EC, GOOD);

	assert_int_equal(
	    sallyport_verifier_new(ISS, "tickets", &bare), SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verify(bare, token, strlen(token), NOW, &claims),
	    SALLYPORT_UNKNOWN_KEY);
	sallyport_verifier_free(&bare);
	free(token);
}

static void
missing_arguments_are_refused(void **state)
{
	struct world *w = *state;
	sallyport_verifier *v = NULL;
	sallyport_claims *c = NULL;

	assert_int_equal(
	    sallyport_verifier_new(NULL, "a", &v), SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_new("", "a", &v), SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_new("i", "", &v), SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_new("i", NULL, &v), SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_new("i", "a", NULL), SALLYPORT_ARGUMENT);
	assert_null(v);
	assert_int_equal(sallyport_verifier_set_leeway(w->verifier, 301),
	    SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_set_leeway(NULL, 1), SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verifier_set_jwks(NULL, "{}", 2), SALLYPORT_ARGUMENT);
	assert_int_equal(sallyport_verifier_set_jwks(w->verifier, NULL, 0),
	    SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verify(NULL, "a", 1, NOW, &c), SALLYPORT_ARGUMENT);
	assert_int_equal(sallyport_verify(w->verifier, NULL, 1, NOW, &c),
	    SALLYPORT_ARGUMENT);
	assert_int_equal(
	    sallyport_verify(w->verifier, "a", 1, -1, &c), SALLYPORT_ARGUMENT);
	assert_int_equal(sallyport_verify(w->verifier, "a", 1, INT64_MAX, &c),
	    SALLYPORT_ARGUMENT);
	assert_int_equal(sallyport_verify(w->verifier, "a", 1, NOW, NULL),
	    SALLYPORT_ARGUMENT);
	sallyport_verifier_free(NULL);
	sallyport_verifier_free(&v);
	sallyport_claims_free(NULL);
	sallyport_claims_free(&c);
	assert_int_equal(sallyport_verifier_keys(NULL), 0);
}

static void
every_result_has_its_text(void **state)
{
	for (int r = SALLYPORT_OK; r <= SALLYPORT_UNAVAILABLE; r++) {
		const char *text = sallyport_strerror((sallyport_result)r);

		assert_non_null(text);
		assert_string_not_equal(text, "unknown result");
		for (int other = SALLYPORT_OK; other < r; other++)
			assert_string_not_equal(
			    text, sallyport_strerror((sallyport_result)other));
	}
	assert_string_equal(
	    sallyport_strerror((sallyport_result)999), "unknown result");
}

#define with_world(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    with_world(every_algorithm_verifies),
	    with_world(all_claims_can_be_read),
	    with_world(absent_claims_are_null),
	    with_world(times_hold_to_the_second),
	    with_world(a_refused_set_leaves_the_old_keys),
	    with_world(a_new_set_forgets_the_old_keys),
	    with_world(a_verifier_without_keys_says_no),
	    with_world(missing_arguments_are_refused),
	    cmocka_unit_test(every_result_has_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
