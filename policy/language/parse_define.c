/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lib/base/dn.h"
#include "policy/language/parse.h"
#include "policy/value/attributes.h"
#include "policy/value/hostname.h"
#include "policy/value/principal.h"

static const char *const employment_words[] = {
#define EMPLOYMENT_WORD(NAME, word) word,
    EMPLOYMENTS(EMPLOYMENT_WORD)
#undef EMPLOYMENT_WORD
	NULL,
};

static int
add_principal(struct parse *parse, struct members *members, const char *key,
    size_t size, const struct lex_token *token)
{
	uint32_t atom =
	    intern_add(&parse->policy->principals, parse->arena, key, size);

	return names_add(parse, members, false, atom, token);
}

/* A word or a string, as text with a NUL. */
static int
take_text(struct parse *parse, const char *expected, struct lex_token *token_r,
    char text[LEX_TOKEN_MAX + 1])
{
	*token_r = lex_peek(parse->lex);
	if ((token_r->kind != LEX_WORD && token_r->kind != LEX_STRING) ||
	    lex_text(token_r, text, LEX_TOKEN_MAX + 1) <= 0)
		return parse_expected(parse, expected);
	lex_next(parse->lex);
	return 0;
}

/* network corp 10.20.0.0/16 2001:db8:20::/48 vpn */
int
parse_network(struct parse *parse)
{
	struct set *set = names_define(parse, SET_NETWORKS);

	if (set == NULL)
		return -1;
	do {
		struct lex_token token;

		if (parse_word(parse,
			"networks like 10.0.0.0/8 or 2001:db8::/48, or names "
			"of networks",
			&token) != 0 ||
		    parse_network_member(parse, &set->members, &token) != 0)
			return -1;
	} while (!parse_at_end(parse));
	return 0;
}

int
parse_network_member(
    struct parse *parse, struct members *members, const struct lex_token *token)
{
	char text[LEX_TOKEN_MAX + 1];
	struct prefix prefix;
	const char *problem, *hint;

	if (memchr(token->text, '.', token->length) == NULL &&
	    memchr(token->text, ':', token->length) == NULL &&
	    memchr(token->text, '/', token->length) == NULL)
		return names_add(parse, members, true, 0, token);
	lex_text(token, text, sizeof text);
	memset(&prefix, 0, sizeof prefix);
	if (address_prefix_parse(text, &prefix, &problem) != 0) {
		hint = mistake_hint(token, PLACE_NETWORK, NULL);
		lex_error(parse->errors, parse->lex, token, "%s%s%s", problem,
		    hint != NULL ? ": " : "", hint != NULL ? hint : "");
		return -1;
	}
	return names_add(parse, members, false,
	    intern_add(
		&parse->policy->networks, parse->arena, &prefix, sizeof prefix),
	    token);
}

/* hosts payments pay-*.prod.example.com ledger */
int
parse_hosts(struct parse *parse)
{
	struct set *set = names_define(parse, SET_HOSTS);

	if (set == NULL)
		return -1;
	do {
		struct lex_token token = lex_peek(parse->lex);

		if (token.kind != LEX_WORD && token.kind != LEX_STRING)
			return parse_expected(parse,
			    "host names, patterns like *.prod.example.com, "
			    "or names of host sets");
		lex_next(parse->lex);
		if (parse_host_member(parse, &set->members, &token) != 0)
			return -1;
	} while (!parse_at_end(parse));
	return 0;
}

/* A string is a host name also without a dot, as "localhost". */
int
parse_host_member(
    struct parse *parse, struct members *members, const struct lex_token *token)
{
	char text[LEX_TOKEN_MAX + 1], host[HOSTNAME_MAX + 1];
	const char *problem;
	long length;

	if (token->kind == LEX_WORD &&
	    memchr(token->text, '.', token->length) == NULL &&
	    memchr(token->text, '*', token->length) == NULL)
		return names_add(parse, members, true, 0, token);
	length = lex_text(token, text, sizeof text);
	length = hostname_pattern(
	    text, length < 0 ? 0 : (size_t)length, host, &problem);
	if (length < 0) {
		lex_error(parse->errors, parse->lex, token,
		    "%s in a host name or pattern", problem);
		return -1;
	}
	return names_add(parse, members, false,
	    intern_add(
		&parse->policy->hosts, parse->arena, host, (size_t)length),
	    token);
}

/* A DN, or the name of a group that parse_group_name() will make one. */
static int
parse_dn(
    struct parse *parse, struct members *members, const struct lex_token *token)
{
	char text[LEX_TOKEN_MAX + 1], key[PRINCIPAL_KEY_MAX];
	long size;

	if (lex_text(token, text, sizeof text) > 0 && strchr(text, '=') == NULL)
		return names_add(parse, members, true, 0, token);
	size = principal_key_group(text, key);
	if (size < 0) {
		lex_error(parse->errors, parse->lex, token,
		    "not a distinguished name of RFC 4514, like "
		    "\"cn=sre,ou=groups,dc=example,dc=com\"; the name of a "
		    "group that is defined here stands without quotes");
		return -1;
	}
	return add_principal(parse, members, key, (size_t)size, token);
}

int
parse_group_name(struct parse *parse, const struct ref *name, uint32_t *atom_r)
{
	char text[LEX_TOKEN_MAX + 1], dn[DN_MAX], key[PRINCIPAL_KEY_MAX];
	long size;

	lex_text(&name->token, text, sizeof text);
	if (parse->groups == NULL) {
		lex_error(parse->errors, name->lex, &name->token,
		    "a group's name alone needs a line that says where the "
		    "directory has its groups, as in: groups "
		    "\"cn=*,ou=groups,dc=example,dc=com\"; a group that is "
		    "defined here stands without quotes");
		return -1;
	}
	size = dn_of_name(parse->groups, text, dn, sizeof dn);
	if (size >= 0)
		size = principal_key_group(dn, key);
	if (size < 0) {
		lex_error(parse->errors, name->lex, &name->token,
		    "the group's distinguished name is too long");
		return -1;
	}
	*atom_r = intern_add(
	    &parse->policy->principals, parse->arena, key, (size_t)size);
	return *atom_r != INTERN_NONE ? 0 : parse_no_memory(parse);
}

/* groups "cn=*,ou=groups,dc=example,dc=com" */
int
parse_groups(struct parse *parse)
{
	struct lex_token token = lex_peek(parse->lex);
	char text[LEX_TOKEN_MAX + 1], dn[DN_MAX];

	if (token.kind != LEX_STRING ||
	    lex_text(&token, text, sizeof text) <= 0 ||
	    dn_of_name(text, "x", dn, sizeof dn) < 0)
		return parse_expected(parse,
		    "the distinguished names of the directory's groups, with "
		    "\"*\" for the name, as in "
		    "\"cn=*,ou=groups,dc=example,dc=com\"; \"group\" defines "
		    "one group");
	if (parse->groups != NULL) {
		lex_error(parse->errors, parse->lex, &token,
		    "\"groups\" stands once in a policy, and does at %s:%u",
		    parse->groups_ref.lex->file, parse->groups_ref.token.line);
		return -1;
	}
	lex_next(parse->lex);
	parse->groups_ref = (struct ref){parse->lex, token};
	parse->groups = arena_copy(&parse->scratch, text, strlen(text));
	return parse->groups != NULL ? 0 : parse_no_memory(parse);
}

/* employment contractor vendor */
static int
parse_employment(struct parse *parse, struct members *members)
{
	static const char expected[] = "employee, contractor or vendor";
	bool any = false;

	for (;;) {
		struct lex_token token = lex_peek(parse->lex);
		enum policy_employment employment;
		char key[2];

		employment = principal_employment(&token);
		if (employment == POLICY_EMPLOYMENT_UNKNOWN)
			return any ? 0
				   : parse_expected_of(
					 parse, expected, employment_words);
		lex_next(parse->lex);
		principal_key_employment(employment, key);
		if (add_principal(parse, members, key, 2, &token) != 0)
			return -1;
		any = true;
	}
}

/* attribute shift night */
static int
parse_attribute(struct parse *parse, struct members *members)
{
	char name[LEX_TOKEN_MAX + 1], value[LEX_TOKEN_MAX + 1];
	struct policy *policy = parse->policy;
	char key[PRINCIPAL_KEY_MAX];
	struct lex_token token, ignored;
	const char *problem;
	uint32_t atom;
	long size;

	if (take_text(parse, "the name of an attribute", &token, name) != 0 ||
	    take_text(parse, "the attribute's value", &ignored, value) != 0)
		return -1;
	problem = attributes_problem(name, value);
	if (problem != NULL) {
		lex_error(parse->errors, parse->lex, &token, "%s", problem);
		return -1;
	}
	size = principal_key_attribute(name, value, key);
	if (size < 0)
		return parse_no_memory(parse);
	atom = intern_add(&policy->principals, parse->arena, key, (size_t)size);
	if (atom == INTERN_NONE)
		return parse_no_memory(parse);
	if (attributes_add(policy, policy->principals.keys[atom].data + 1) !=
	    0) {
		lex_error(parse->errors, parse->lex, &token,
		    "the policy names more than %d attributes",
		    POLICY_ATTRIBUTES_MAX);
		return -1;
	}
	return names_add(parse, members, false, atom, &token);
}

static int
parse_group_member(struct parse *parse, struct members *members)
{
	struct lex_token token = lex_peek(parse->lex);

	parse->place = PLACE_PEOPLE;
	if ((token.kind != LEX_STRING && token.kind != LEX_WORD) ||
	    parse_is_dn(&token))
		return parse_expected(parse,
		    "a DN or a group's name in quotes, \"employment\", "
		    "\"attribute\", or the name of a group or person");
	lex_next(parse->lex);
	if (token.kind == LEX_STRING)
		return parse_dn(parse, members, &token);
	if (lex_is(&token, "employment"))
		return parse_employment(parse, members);
	if (lex_is(&token, "attribute"))
		return parse_attribute(parse, members);
	return names_add(parse, members, true, 0, &token);
}

/* group sre "cn=sre,ou=groups,dc=example,dc=com" */
int
parse_group(struct parse *parse)
{
	struct set *set = names_define(parse, SET_PRINCIPALS);

	if (set == NULL)
		return -1;
	do {
		if (parse_group_member(parse, &set->members) != 0)
			return -1;
	} while (!parse_at_end(parse));
	return 0;
}

/* person svc-backup "svc-backup"   person leavers id "6f1c..." "70aa..." */
int
parse_person(struct parse *parse)
{
	struct set *set = names_define(parse, SET_PRINCIPALS);
	enum principal_kind kind = PRINCIPAL_USERNAME;

	if (set == NULL)
		return -1;
	do {
		char text[LEX_TOKEN_MAX + 1], key[PRINCIPAL_KEY_MAX];
		struct lex_token token;
		long size;

		/* for all that follow */
		if (parse_at_word(parse, "id")) {
			lex_next(parse->lex);
			kind = PRINCIPAL_SUBJECT;
		}
		token = lex_peek(parse->lex);
		if (token.kind != LEX_STRING || token.length <= 2)
			return parse_expected(
			    parse, kind == PRINCIPAL_SUBJECT
				       ? "the directory's stable id in quotes"
				       : "a user name in quotes, or \"id\"");
		lex_next(parse->lex);
		lex_text(&token, text, sizeof text);
		size = principal_key_name(kind, text, key);
		if (size < 0 || add_principal(parse, &set->members, key,
				    (size_t)size, &token) != 0)
			return parse_no_memory(parse);
	} while (!parse_at_end(parse));
	return 0;
}
