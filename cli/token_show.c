/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/token_show.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "lib/base/base64url.h"

int
token_show_read(
    const char *operand, char token_r[SALLYPORT_TOKEN_MAX + 2], size_t *len_r)
{
	bool here = operand && strcmp(operand, "-") != 0;
	size_t len = here ? strlen(operand) : 0;

	if (here && len > SALLYPORT_TOKEN_MAX)
		return cli_fail(CLI_NO, "the input is too long for a token");
	if (here) {
		memcpy(token_r, operand, len + 1);
	} else {
		long n = cli_read("-", token_r, SALLYPORT_TOKEN_MAX + 2);

		if (n < 0 && errno == EFBIG)
			return cli_fail(
			    CLI_NO, "the input is too long for a token");
		if (n < 0)
			return cli_fail(
			    CLI_UNKNOWN, "standard input: %s", strerror(errno));
		len = (size_t)n;
	}
	while (
	    len > 0 && (token_r[len - 1] == '\n' || token_r[len - 1] == '\r'))
		len--;
	*len_r = len;
	return 0;
}

json_t *
token_show_part(const char *token, size_t len, int part)
{
	const char *end = token + len;
	const char *from = token;
	const char *dot = memchr(from, '.', len);
	char *text;
	json_t *json = NULL;
	ssize_t n;

	for (; part > 0 && dot; part--) {
		from = dot + 1;
		dot = memchr(from, '.', (size_t)(end - from));
	}
	if (!dot)
		return NULL;
	text = malloc(SALLYPORT_TOKEN_MAX);
	if (!text)
		return NULL;
	n = base64url_decode(
	    from, (size_t)(dot - from), text, SALLYPORT_TOKEN_MAX);
	if (n >= 0)
		json =
		    json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	return json;
}

static void
print_times(const json_t *payload)
{
	static const char *const names[] = {"iat", "nbf", "auth_time", "exp"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const json_t *value = json_object_get(payload, names[i]);
		json_int_t seconds = json_integer_value(value);
		char text[PRINT_TIME];

		if (!json_is_integer(value) || seconds < 0 ||
		    seconds > INT64_MAX / 1000)
			continue;
		print_time(seconds * 1000, text);
		printf("%s: %s\n", names[i], text);
	}
}

static int
print_part(const char *name, const json_t *json)
{
	char *text =
	    json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII |
				 JSON_ENCODE_ANY | JSON_PRESERVE_ORDER);

	if (!text)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	printf("%s: %s\n", name, text);
	free(text);
	return 0;
}

static int
print_json(json_t *header, json_t *payload)
{
	json_t *both = json_pack("{s:b,s:O,s:O}", "verified", 0, "header",
	    header, "payload", payload);
	char *text =
	    both ? json_dumps(both, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(both);
	return text ? 0 : cli_fail(CLI_UNKNOWN, "out of memory");
}

static int
print_token(const char *token, size_t len, bool as_json)
{
	json_t *header = token_show_part(token, len, 0);
	json_t *payload = token_show_part(token, len, 1);
	int status;

	if (!header || !payload) {
		status = cli_fail(CLI_NO, "the input is not a token");
	} else if (as_json) {
		status = print_json(header, payload);
	} else {
		status = print_part("header", header);
		if (status == 0)
			status = print_part("payload", payload);
		print_times(payload);
		cli_fail(0, "nothing in this token was verified");
	}
	json_decref(header);
	json_decref(payload);
	return status;
}

int
token_show(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	char token[SALLYPORT_TOKEN_MAX + 2];
	bool as_json = false;
	size_t len = 0;
	int status;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		as_json = true;
	}
	if (argc - optind > 1)
		return cli_usage("give one TOKEN");
	status = token_show_read(argv[optind], token, &len);
	if (status == 0)
		status = print_token(token, len, as_json);
	explicit_bzero(token, sizeof token);
	return status;
}
