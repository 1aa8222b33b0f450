/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens and keys made by PyJWT, which has no line in common with us. */

#include <sallyport/verify.h>

#include <jansson.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define NO_PYJWT 77

/* {"jwks": {...}, "good": [...], "bad": [[why, token], ...]} */
static char script[] =
    "import base64, json, sys\n"
    "try:\n"
    "    import jwt\n"
    "    from jwt.algorithms import RSAAlgorithm, OKPAlgorithm\n"
    "    from cryptography.hazmat.primitives.asymmetric import (\n"
    "        ec, ed25519, rsa)\n"
    "except ImportError:\n"
    "    sys.exit(77)\n"
    "def b64(n):\n"
    "    raw = n.to_bytes(32, 'big')\n"
    "    return base64.urlsafe_b64encode(raw).rstrip(b'=').decode()\n"
    "es = ec.generate_private_key(ec.SECP256R1())\n"
    "rs = rsa.generate_private_key(65537, 2048)\n"
    "ed = ed25519.Ed25519PrivateKey.generate()\n"
    "point = es.public_key().public_numbers()\n"
    "jwks = [{'kty': 'EC', 'crv': 'P-256', 'kid': 'es',\n"
    "         'x': b64(point.x), 'y': b64(point.y)},\n"
    "        dict(json.loads(RSAAlgorithm.to_jwk(rs.public_key())),\n"
    "             kid='rs'),\n"
    "        dict(json.loads(OKPAlgorithm.to_jwk(ed.public_key())),\n"
    "             kid='ed')]\n"
    "claims = {'iss': 'https://gw.example.com', 'sub': '6f0c',\n"
    "          'aud': ['wiki', 'tickets'], 'exp': 1790000300,\n"
    "          'iat': 1790000000, 'jti': 'j', 'client_id': 'c',\n"
    "          'preferred_username': 'zo\\u00eb', 'groups': ['sre']}\n"
    "def make(key, alg, kid, **changed):\n"
    "    return jwt.encode(claims | changed, key, algorithm=alg,\n"
    "                      headers={'kid': kid, 'typ': 'at+jwt'})\n"
    "keys = [(es, 'ES256', 'es'), (rs, 'RS256', 'rs'), (ed, 'EdDSA', 'ed')]\n"
    "good = [make(*key, jti=str(n)) for n in range(50) for key in keys]\n"
    "bad = [['PS256', make(rs, 'PS256', 'rs')],\n"
    "       ['RS512', make(rs, 'RS512', 'rs')],\n"
    "       ['HS256', make('rs', 'HS256', 'rs')],\n"
    "       ['none', make(None, 'none', 'es')],\n"
    "       ['es under rs', make(es, 'ES256', 'rs')],\n"
    "       ['other key', make(ec.generate_private_key(ec.SECP256R1()),\n"
    "                          'ES256', 'es')],\n"
    "       ['late', make(es, 'ES256', 'es', exp=1790000000)],\n"
    "       ['wrong aud', make(es, 'ES256', 'es', aud='mail')]]\n"
    "print(json.dumps({'jwks': {'keys': jwks}, 'good': good, 'bad': bad}))\n";

/* What PyJWT made, or NULL when there is none here. */
static json_t *
made(void)
{
	/* by its path: Python looks for its modules where argv[0] is found */
	char *argv[] = {"/usr/bin/python3", "-c", script, NULL};
	posix_spawn_file_actions_t actions;
	int out = memfd_create("tokens", 0);
	json_t *answer = NULL;
	int status = -1;
	pid_t pid;

	assert_true(out >= 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) == 0)
		assert_int_equal(waitpid(pid, &status, 0), pid);
	posix_spawn_file_actions_destroy(&actions);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		lseek(out, 0, SEEK_SET);
		answer = json_loadfd(out, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(answer);
	} else if (status >= 0) {
		assert_int_equal(WEXITSTATUS(status), NO_PYJWT);
	}
	close(out);
	return answer;
}

static sallyport_verifier *
verifier_of(const json_t *answer)
{
	char *jwks = json_dumps(json_object_get(answer, "jwks"), 0);
	sallyport_verifier *v = NULL;

	assert_int_equal(
	    sallyport_verifier_new("https://gw.example.com", "tickets", &v),
	    SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verifier_set_jwks(v, jwks, strlen(jwks)), SALLYPORT_OK);
	assert_int_equal(sallyport_verifier_keys(v), 3);
	free(jwks);
	return v;
}

static sallyport_result
verify(const sallyport_verifier *v, const json_t *token)
{
	const char *text = json_string_value(token);
	sallyport_claims *claims = NULL;
	sallyport_result r = sallyport_verify(
	    v, text, strlen(text), INT64_C(1790000001), &claims);

	if (r == SALLYPORT_OK)
		assert_string_equal(
		    sallyport_claims_preferred_username(claims), "zo\xc3\xab");
	sallyport_claims_free(&claims);
	return r;
}

static void
we_agree_with_pyjwt(void **state)
{
	json_t *answer = made();
	sallyport_verifier *v;
	json_t *item;
	size_t i;

	if (!answer)
		skip();
	v = verifier_of(answer);
	assert_int_equal(json_array_size(json_object_get(answer, "good")), 150);
	json_array_foreach(json_object_get(answer, "good"), i, item)
	    assert_int_equal(verify(v, item), SALLYPORT_OK);
	json_array_foreach(json_object_get(answer, "bad"), i,
	    item) if (verify(v, json_array_get(item, 1)) == SALLYPORT_OK)
	    fail_msg(
		"verified: %s", json_string_value(json_array_get(item, 0)));
	assert_int_equal(i, 8);
	sallyport_verifier_free(&v);
	json_decref(answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(we_agree_with_pyjwt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
