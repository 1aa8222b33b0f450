/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/lex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tokens come in order, inside the source, and end. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lex_errors errors;
	const char *at = (const char *)data;
	struct lex lex;
	size_t count = 0;

	lex_errors_init(&errors);
	lex_init(&lex, "fuzz", (const char *)data, size);
	for (;;) {
		struct lex_token ahead = lex_peek(&lex);
		struct lex_token token = lex_next(&lex);
		char text[LEX_TOKEN_MAX + 1];

		if (ahead.text != token.text || ahead.kind != token.kind)
			abort();
		if (token.kind == LEX_END)
			break;
		if (token.text < at || token.length > size ||
		    token.text + token.length > (const char *)data + size ||
		    token.length == 0 || token.line == 0 || token.column == 0 ||
		    ++count > size)
			abort();
		if ((token.kind == LEX_BAD) != (token.problem != NULL))
			abort();
		if ((token.kind == LEX_WORD || token.kind == LEX_STRING) &&
		    lex_text(&token, text, sizeof text) < 0)
			abort();
		lex_error(&errors, &lex, &token, "seen");
		at = token.text + (token.kind == LEX_BAD ? 0 : token.length);
	}
	if (strlen(errors.text) != errors.used)
		abort();
	return 0;
}
