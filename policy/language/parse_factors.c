/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/language/parse.h"
#include "policy/value/factors.h"

/* all but the approval, which is a clause of its own */
static const char *const factor_words[] = {
#define FACTOR_WORD(NAME, word, ...) \
	FACTOR_##NAME == FACTOR_APPROVAL ? NULL : (word),
    FACTORS(FACTOR_WORD)
#undef FACTOR_WORD
};

static const char expected_factor[] =
    "a factor (password, otp, fido2, publickey, recovery), "
    "\"N factors\" or \"(\"";

/* 2 factors */
static int
parse_count(struct parse *parse, need *need_r)
{
	struct lex_token token = lex_peek(parse->lex);
	unsigned count;

	if (token.length != 1 || token.text[0] < '1' ||
	    token.text[0] > '0' + (int)FACTORS_COUNT_MAX)
		return parse_expected(parse, "1 to 4 factors");
	lex_next(parse->lex);
	count = (unsigned)(token.text[0] - '0');
	if (!parse_at_word(parse, count == 1 ? "factor" : "factors") &&
	    !parse_at_word(parse, "factors"))
		return parse_expected(parse, "\"factors\"");
	lex_next(parse->lex);
	*need_r = factors_need_count(count);
	return 0;
}

static int
parse_atom(struct parse *parse, need *need_r)
{
	struct lex_token token = lex_peek(parse->lex);

	if (lex_is(&token, "(")) {
		lex_next(parse->lex);
		if (parse_factors(parse, need_r) != 0)
			return -1;
		token = lex_peek(parse->lex);
		if (!lex_is(&token, ")"))
			return parse_expected(parse, "\"+\", \"|\" or \")\"");
		lex_next(parse->lex);
		return 0;
	}
	if (token.kind == LEX_WORD && token.text[0] >= '0' &&
	    token.text[0] <= '9')
		return parse_count(parse, need_r);
	if (token.kind != LEX_WORD ||
	    factors_find(token.text, token.length) == 0)
		return parse_expected_of(parse, expected_factor, factor_words);
	lex_next(parse->lex);
	parse->named |= factors_find(token.text, token.length);
	*need_r = factors_need(factors_find(token.text, token.length));
	return 0;
}

/*
 * One kind of operator per pair of parentheses: nobody should have to know
 * which of them binds tighter to see how many factors a rule asks for.
 */
int
parse_factors(struct parse *parse, need *need_r)
{
	char operator= '\0';

	parse->place = PLACE_FACTOR;
	if (parse_atom(parse, need_r) != 0)
		return -1;
	for (;;) {
		struct lex_token token = lex_peek(parse->lex);
		need right = 0;

		if (!lex_is(&token, "+") && !lex_is(&token, "|"))
			return 0;
		if (operator!= '\0' && operator!= token.text[0]) {
			lex_error(parse->errors, parse->lex, &token,
			    "\"+\" and \"|\" together need parentheses, as "
			    "in: password + (otp | fido2)");
			return -1;
		}
		operator= token.text[0];
		lex_next(parse->lex);
		if (parse_atom(parse, &right) != 0)
			return -1;
		*need_r = operator== '+' ? *need_r & right : * need_r | right;
	}
}
