/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an application does with the token that a caller shows it:
 *
 *	verify_token ISSUER AUDIENCE JWKS-FILE < token
 *
 * Outside this tree: cc verify_token.c $(pkg-config --cflags --libs sallyport)
 */
#include <sallyport/verify.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

static size_t
slurp(FILE *file, char *buf, size_t size)
{
	size_t len = fread(buf, 1, size, file);

	while (len > 0 && buf[len - 1] == '\n')
		len--;
	return len;
}

static sallyport_result
load_keys(sallyport_verifier *verifier, const char *path)
{
	static char jwks[SALLYPORT_JWKS_MAX];
	FILE *file = fopen(path, "re");
	sallyport_result r;

	if (!file)
		return SALLYPORT_UNAVAILABLE;
	r = sallyport_verifier_set_jwks(
	    verifier, jwks, slurp(file, jwks, sizeof jwks));
	fclose(file);
	return r;
}

static void
welcome(const sallyport_claims *claims)
{
	const char *name = sallyport_claims_preferred_username(claims);
	const char *group;

	printf("%s is in", name ? name : sallyport_claims_sub(claims));
	for (size_t i = 0; (group = sallyport_claims_group(claims, i)); i++)
		printf("%s%s", i ? ", " : ", with groups ", group);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	static char token[SALLYPORT_TOKEN_MAX + 1];
	sallyport_verifier *verifier = NULL;
	sallyport_claims *claims = NULL;
	sallyport_result r;

	if (argc != 4) {
		fprintf(stderr, "usage: verify_token ISSUER AUDIENCE "
				"JWKS-FILE < token\n");
		return 2;
	}
	r = sallyport_verifier_new(argv[1], argv[2], &verifier);
	if (r == SALLYPORT_OK)
		r = sallyport_verifier_set_leeway(verifier, 5);
	if (r == SALLYPORT_OK)
		r = load_keys(verifier, argv[3]);
	if (r == SALLYPORT_OK)
		r = sallyport_verify(verifier, token,
		    slurp(stdin, token, sizeof token), time(NULL), &claims);
	if (r == SALLYPORT_OK)
		welcome(claims);
	else
		fprintf(stderr, "verify_token: %s\n", sallyport_strerror(r));
	sallyport_claims_free(&claims);
	sallyport_verifier_free(&verifier);
	return r == SALLYPORT_OK ? 0 : 1;
}
