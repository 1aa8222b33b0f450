/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/token_verify.h"

#include <errno.h>
#include <sallyport/verify.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/token_show.h"

/* Clocks that NTP keeps differ by less; a token lives for minutes. */
#define LEEWAY_SECONDS 5

struct question {
	const char *jwks;
	const char *audience;
	const char *issuer;
	const char *leeway;
	const char *token;
	bool json;
};

/* The result's word for scripts. */
static const char *
word_of(sallyport_result r)
{
	static const char *const words[] = {"ok", "malformed", "algorithm",
	    "header", "type", "unknown_key", "signature", "claim", "issuer",
	    "audience", "expired", "not_yet", "bad_key", "no_keys", "argument",
	    "unavailable"};

	return (size_t)r < sizeof words / sizeof words[0] ? words[r] : "?";
}

static void
print_claims(const sallyport_claims *c)
{
	const char *name = sallyport_claims_preferred_username(c);
	const char *employment = sallyport_claims_employment(c);
	const char *group;
	const char *amr;

	fputs("verified: ", stdout);
	cli_print(name ? name : sallyport_claims_sub(c));
	fputs(" (", stdout);
	cli_print(sallyport_claims_sub(c));
	fputs(")", stdout);
	if (employment) {
		fputs(", ", stdout);
		cli_print(employment);
	}
	for (size_t i = 0; (amr = sallyport_claims_amr(c, i)); i++) {
		fputs(i ? " " : "\nproven: ", stdout);
		cli_print(amr);
	}
	for (size_t i = 0; (group = sallyport_claims_group(c, i)); i++) {
		fputs("\ngroup: ", stdout);
		cli_print(group);
	}
	printf("\nexpires: in %lld seconds\n",
	    (long long)(sallyport_claims_exp(c) - (int64_t)time(NULL)));
}

static int
print_json(sallyport_result r, int status, const char *token, size_t len)
{
	json_t *claims =
	    r == SALLYPORT_OK ? token_show_part(token, len, 1) : NULL;
	json_t *error =
	    r != SALLYPORT_OK ? json_string(sallyport_strerror(r)) : NULL;
	json_t *number = error != NULL ? json_integer(status) : NULL;
	json_t *answer = json_pack("{s:b,s:s,s:o*,s:o*,s:o*}", "verified",
	    r == SALLYPORT_OK, "result", word_of(r), "claims", claims, "error",
	    error, "status", number);
	char *text = answer
			 ? json_dumps(answer, JSON_COMPACT | JSON_ENSURE_ASCII)
			 : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(answer);
	return text ? 0 : -1;
}

static int
load_keys(sallyport_verifier *verifier, const char *path)
{
	char *json = malloc(SALLYPORT_JWKS_MAX + 1);
	sallyport_result r;
	long len;

	if (!json)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	len = cli_read(path, json, SALLYPORT_JWKS_MAX + 1);
	if (len < 0) {
		free(json);
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	}
	r = sallyport_verifier_set_jwks(verifier, json, (size_t)len);
	free(json);
	if (r != SALLYPORT_OK)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", path, sallyport_strerror(r));
	return 0;
}

/*
 * Without --issuer any issuer will do whose key is in the set: the one that
 * the token names, which its signature then vouches for.
 */
static sallyport_verifier *
new_verifier(const struct question *q, const char *token, size_t len)
{
	sallyport_verifier *verifier = NULL;
	json_t *payload = token_show_part(token, len, 1);
	const char *issuer = q->issuer;

	if (!issuer)
		issuer = json_string_value(json_object_get(payload, "iss"));
	if (!issuer || !*issuer)
		issuer = "?";
	sallyport_verifier_new(issuer, q->audience, &verifier);
	json_decref(payload);
	return verifier;
}

static int
set_leeway(sallyport_verifier *verifier, const char *text)
{
	char *end;
	unsigned long seconds;

	if (!text) {
		sallyport_verifier_set_leeway(verifier, LEEWAY_SECONDS);
		return 0;
	}
	errno = 0;
	seconds = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno ||
	    seconds > SALLYPORT_LEEWAY_MAX)
		return cli_usage(
		    "--leeway takes 0 to %d seconds", SALLYPORT_LEEWAY_MAX);
	sallyport_verifier_set_leeway(verifier, (unsigned int)seconds);
	return 0;
}

static int
say(const struct question *q, sallyport_result r, const char *token, size_t len,
    const sallyport_claims *claims)
{
	int status = r == SALLYPORT_OK	       ? CLI_YES
		     : r >= SALLYPORT_ARGUMENT ? CLI_UNKNOWN
					       : CLI_NO;

	if (q->json)
		return print_json(r, status, token, len) == 0
			   ? status
			   : cli_fail(CLI_UNKNOWN, "out of memory");
	if (r == SALLYPORT_OK)
		print_claims(claims);
	else
		cli_fail(status, "%s", sallyport_strerror(r));
	return status;
}

static int
judge(const struct question *q, const char *token, size_t len)
{
	sallyport_verifier *verifier = new_verifier(q, token, len);
	sallyport_claims *claims = NULL;
	sallyport_result r;
	int status;

	if (!verifier)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = set_leeway(verifier, q->leeway);
	if (status == 0)
		status = load_keys(verifier, q->jwks);
	if (status == 0) {
		r = sallyport_verify(
		    verifier, token, len, (int64_t)time(NULL), &claims);
		status = say(q, r, token, len, claims);
	}
	sallyport_claims_free(&claims);
	sallyport_verifier_free(&verifier);
	return status;
}

static int
read_options(int argc, char **argv, struct question *q)
{
	static const struct option options[] = {
	    {"jwks", required_argument, NULL, 'k'},
	    {"audience", required_argument, NULL, 'a'},
	    {"issuer", required_argument, NULL, 'i'},
	    {"leeway", required_argument, NULL, 'l'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'k')
			q->jwks = optarg;
		else if (c == 'a')
			q->audience = optarg;
		else if (c == 'i')
			q->issuer = optarg;
		else if (c == 'l')
			q->leeway = optarg;
		else
			q->json = true;
	}
	if (!q->jwks)
		return cli_usage(
		    "give --jwks FILE, the public keys of the gateway");
	if (!q->audience || !*q->audience)
		return cli_usage(
		    "give --audience AUDIENCE, the application that "
		    "verifies the token");
	if (q->issuer && !*q->issuer)
		return cli_usage("--issuer needs a value");
	if (argc - optind > 1)
		return cli_usage("give one TOKEN");
	q->token = argv[optind];
	if (strcmp(q->jwks, "-") == 0 &&
	    (!q->token || strcmp(q->token, "-") == 0))
		return cli_usage("token and keys cannot both come from "
				 "standard input");
	return 0;
}

int
token_verify(int argc, char **argv)
{
	char token[SALLYPORT_TOKEN_MAX + 2];
	struct question q = {0};
	size_t len = 0;
	int status = read_options(argc, argv, &q);

	if (status == 0)
		status = token_show_read(q.token, token, &len);
	if (status == 0)
		status = judge(&q, token, len);
	explicit_bzero(token, sizeof token);
	return status;
}
