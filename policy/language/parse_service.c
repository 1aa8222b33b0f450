/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/language/parse.h"

/* Each service is a set, which begins with the service itself. */
static struct set *
service_set(struct parse *parse, const struct lex_token *token)
{
	struct set *set =
	    names_set(parse, SET_SERVICES, token->text, token->length);
	uint32_t number;

	if (set == NULL || set->members.count > 0)
		return set;
	number = intern_add(
	    &parse->policy->services, parse->arena, token->text, token->length);
	if (number == SERVICES_MAX)
		lex_error(parse->errors, parse->lex, token,
		    "this policy knows more than %d services", SERVICES_MAX);
	if (number >= SERVICES_MAX ||
	    names_add(parse, &set->members, false, number, token) != 0)
		return NULL;
	return set;
}

/*
 * A family is added before those that belong to it, and sets are resolved in
 * this order.  So when the site makes a family part of itself, the error is at
 * one of the site's own words, for these have no place in a file.
 */
int
parse_services_init(struct parse *parse)
{
	if (services_init(parse->policy) != 0)
		return parse_no_memory(parse);
	for (unsigned i = 0; i < SERVICE_COUNT; i++) {
		const char *word = service_name(parse->policy, i);
		const char *family = service_name(
		    parse->policy, service_family((enum service)i));
		struct lex_token token = {
		    .kind = LEX_WORD, .text = word, .length = strlen(word)};
		struct set *set;

		if (service_set(parse, &token) == NULL)
			return -1;
		set = names_set(parse, SET_SERVICES, family, strlen(family));
		if (set == NULL ||
		    (family != word &&
			names_add(parse, &set->members, true, 0, &token) != 0))
			return -1;
	}
	return 0;
}

/* PAM makes upper case lower, so that no service has any. */
static bool
is_service(const struct lex_token *token)
{
	for (size_t i = 0; i < token->length; i++) {
		if (token->text[i] >= 'A' && token->text[i] <= 'Z')
			return false;
	}
	return token->kind == LEX_WORD && names_is_name(token) &&
	       !parse_is_reserved(token);
}

/* services sudo sudo-db   services login */
int
parse_services(struct parse *parse)
{
	static const char expected[] =
	    "the name of a PAM service, in lower case";
	struct lex_token family = lex_peek(parse->lex);
	struct set *set;

	if (!is_service(&family))
		return parse_expected(parse, expected);
	if (names_define(parse, SET_SERVICES) == NULL ||
	    service_set(parse, &family) == NULL)
		return -1;
	while (!parse_at_end(parse)) {
		struct lex_token token = lex_peek(parse->lex);

		if (!is_service(&token))
			return parse_expected(parse, expected);
		lex_next(parse->lex);
		if (service_set(parse, &token) == NULL)
			return -1;
		set =
		    names_set(parse, SET_SERVICES, family.text, family.length);
		if (set == NULL ||
		    names_add(parse, &set->members, true, 0, &token) != 0)
			return -1;
	}
	return 0;
}
