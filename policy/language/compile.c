/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/language/parse.h"
#include "policy/value/factors.h"
#include "policy/value/principal.h"

static int
resolve_words(struct parse *parse, enum set_kind kind, bool asks,
    const struct members *members, struct ids *ids_r)
{
	if (asks && members->count == 0) {
		*ids_r = (struct ids){.any = true};
		return 0;
	}
	return names_resolve(parse, kind, members, ids_r);
}

static int
compile_services(
    struct parse *parse, const struct members *members, struct scope *scope)
{
	struct ids ids;

	if (resolve_words(parse, SET_SERVICES, true, members, &ids) != 0)
		return -1;
	scope->services = ids.any ? SERVICE_ANY : 0;
	for (uint32_t i = 0; i < ids.count; i++)
		scope->services |= SERVICE_BIT(ids.list[i]);
	return 0;
}

static int
compile_scope(
    struct parse *parse, const struct scope_words *words, struct scope *scope)
{
	int result = 0;

	/* all of them, for the errors of each */
#define RESOLVE(KIND, name, from, asks) \
	result |= resolve_words(        \
	    parse, SET_##KIND, asks, &words->from, &scope->name);
	SCOPE_LISTS(RESOLVE)
#undef RESOLVE
	scope->also_count =
	    words->principals.count > 1 ? words->principals.count - 1 : 0;
	return compile_services(parse, &words->services, scope) | result;
}

const char *
compile_label(struct parse *parse, const struct ref *ref)
{
	char text[LEX_TOKEN_MAX + 16];
	int length = snprintf(
	    text, sizeof text, "%s:%u", ref->lex->file, ref->token.line);

	if (length < 0 || (size_t)length >= sizeof text)
		length = (int)sizeof text - 1;
	return arena_copy(parse->arena, text, (size_t)length);
}

/* The group among those that approvals come from; -1: there are too many. */
static int
add_approver_group(struct policy *policy, uint32_t principal)
{
	const struct intern_key *key = &policy->principals.keys[principal];
	size_t count = policy->approver_group_count;

	for (size_t i = 0; i < count; i++)
		if (policy->approver_groups[i].principal == principal)
			return 0;
	if (count == POLICY_APPROVER_GROUPS_MAX)
		return -1;
	policy->approver_groups[count].principal = principal;
	/* without its kind, and without the "," that ends it */
	policy->approver_groups[count].dn =
	    arena_copy(&policy->arena, key->data + 1, key->size - 2);
	if (policy->approver_groups[count].dn != NULL)
		policy->approver_group_count++;
	return 0;
}

/* Who can be in the group must be able to be in no other one: quorum.h. */
static int
compile_approval(
    struct parse *parse, const struct statement *statement, struct rule *rule)
{
	const struct members *of = &statement->approvers;
	struct policy *policy = parse->policy;
	struct ids ids;

	if (of->count == 0)
		return 0;
	if (names_resolve(parse, SET_PRINCIPALS, of, &ids) != 0)
		return -1;
	if (ids.count != 1 ||
	    policy->principals.keys[ids.list[0]].data[0] != PRINCIPAL_GROUP) {
		lex_error(parse->errors, of->list[0].ref.lex,
		    &of->list[0].ref.token,
		    "who approves is in one group of the directory, as in: "
		    "group managers \"cn=managers,dc=example,dc=com\"");
		return -1;
	}
	rule->approval.of = ids.list[0];
	if (add_approver_group(policy, ids.list[0]) == 0)
		return 0;
	lex_error(parse->errors, of->list[0].ref.lex, &of->list[0].ref.token,
	    "the approvals of a policy come from %d groups at most",
	    POLICY_APPROVER_GROUPS_MAX);
	return -1;
}

static int
compile_ways(
    struct parse *parse, const struct statement *statement, struct rule *rule)
{
	if (compile_approval(parse, statement, rule) != 0)
		return -1;
	if (rule->approval.count > 0)
		rule->need &= factors_need(POLICY_APPROVAL);
	rule->way_count = (uint8_t)factors_ways(rule->need, rule->ways);
	for (unsigned i = 0; i < rule->way_count; i++) {
		if (rule->obligations.grace_seconds == 0 ||
		    (rule->ways[i] & POLICY_PASSWORD) != 0)
			continue;
		lex_error(parse->errors, statement->ref.lex,
		    &statement->ref.token,
		    "\"grace\" needs a password: write password + otp, or "
		    "password + (otp | fido2)");
		return -1;
	}
	return 0;
}

/* An employment or an attribute says how somebody is, and not in which list. */
static bool
is_quality(const struct policy *policy, uint32_t id)
{
	char kind = *(const char *)policy->principals.keys[id].data;

	return kind == PRINCIPAL_EMPLOYMENT || kind == PRINCIPAL_ATTRIBUTE;
}

/* How many of what a name of people stands for are qualities: none (0), some
 * (1) or all (2). */
static int
qualities(const struct policy *policy, const struct ids *ids)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < ids->count; i++)
		count += is_quality(policy, ids->list[i]);
	return count == 0 ? 0 : count < ids->count ? 1 : 2;
}

/*
 * "permit eng contractors" lets in every contractor, and reads as if it were
 * for the contractors of eng.  Parentheses say that either is meant.
 */
static int
find_unlike(struct parse *parse, const struct list *people, struct rule *rule)
{
	const struct members *members = &people->all[0];
	const struct member *found[2] = {NULL, NULL};

	for (size_t i = 0; people->is_open && i < members->count; i++) {
		const struct member *member = &members->list[i];
		struct ids ids;
		int kind;

		if (names_resolve(parse, SET_PRINCIPALS,
			&(struct members){
			    .list = &members->list[i], .count = 1},
			&ids) != 0)
			return -1;
		kind = qualities(parse->policy, &ids);
		if (kind != 1 && found[kind / 2] == NULL)
			found[kind / 2] = member;
	}
	for (int i = 0; i < 2 && found[0] != NULL && found[1] != NULL; i++) {
		const struct lex_token *token = &found[i]->ref.token;

		rule->unlike[i] =
		    arena_copy(parse->arena, token->text, token->length);
		if (rule->unlike[i] == NULL)
			return parse_no_memory(parse);
	}
	return 0;
}

static int
compile_rule(struct parse *parse, const struct statement *statement)
{
	struct policy *policy = parse->policy;
	struct rule *list = arena_grow(
	    parse->arena, policy->rules, policy->rule_count, sizeof *list);
	struct rule *rule;

	if (list == NULL)
		return parse_no_memory(parse);
	policy->rules = list;
	rule = &list[policy->rule_count++];
	*rule = statement->rule;
	rule->label = compile_label(parse, &statement->ref);
	policy->deny_count += rule->deny;
	rule->scope.unknown_matches = rule->deny;
	if (compile_scope(parse, &statement->words, &rule->scope) != 0)
		return -1;
	if (!rule->deny &&
	    find_unlike(parse, &statement->words.principals, rule) != 0)
		return -1;
	return compile_ways(parse, statement, rule);
}

static int
compile_assertion(struct parse *parse, const struct statement *statement)
{
	struct policy *policy = parse->policy;
	struct assertion *list = arena_grow(parse->arena, policy->assertions,
	    policy->assertion_count, sizeof *list);
	struct assertion *assertion;

	if (list == NULL)
		return parse_no_memory(parse);
	policy->assertions = list;
	assertion = &list[policy->assertion_count++];
	*assertion = statement->assertion;
	assertion->scope = statement->rule.scope;
	assertion->scope.unknown_is_outside = true;
	assertion->need = statement->rule.need;
	assertion->source = statement->rule.source;
	assertion->line = statement->rule.line;
	assertion->column = statement->rule.column;
	assertion->label = compile_label(parse, &statement->ref);
	return compile_scope(parse, &statement->words, &assertion->scope);
}

/* Deny first: a decision can stop there.  Then as they stand in the files. */
static int
compare_rules(const void *a, const void *b)
{
	const struct rule *left = a, *right = b;

	if (left->deny != right->deny)
		return left->deny ? -1 : 1;
	if (left->source != right->source)
		return left->source < right->source ? -1 : 1;
	return left->line < right->line ? -1 : left->line > right->line;
}

int
compile_statements(struct parse *parse)
{
	struct policy *policy = parse->policy;

	for (size_t i = 0; i < parse->statement_count; i++) {
		const struct statement *statement = &parse->statements[i];

		if (statement->is_assertion)
			compile_assertion(parse, statement);
		else
			compile_rule(parse, statement);
	}
	if (policy->arena.failed || parse->scratch.failed)
		return -1;
	if (policy->rule_count > 1)
		qsort(policy->rules, policy->rule_count, sizeof *policy->rules,
		    compare_rules);
	return 0;
}
