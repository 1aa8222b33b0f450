/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_LANGUAGE_PARSE_H
#define POLICY_LANGUAGE_PARSE_H

/* Between the files that read a policy. */

#include "policy/model.h"

/* A token and the source it is from: where to put an error later. */
struct ref {
	const struct lex *lex;
	struct lex_token token;
};

enum set_kind {
	SET_PRINCIPALS,
	SET_NETWORKS,
	SET_HOSTS,
	SET_PERIODS,
	SET_KINDS,
};

/* Of a list: an atom, the name of a set, or "any" (the number INTERN_NONE). */
struct member {
	bool is_name;
	uint32_t atom;
	struct ref ref;
};

struct members {
	struct member *list;
	size_t count;
};

/* network, hosts, group, person, hours, freeze */
struct set {
	const char *name;
	struct ref ref;
	struct members members;
	enum { SET_NEW, SET_OPEN, SET_DONE } state;
	bool used;
	struct ids ids;
};

struct sets {
	struct intern names;
	struct set *list;
	size_t count;
};

/* The lists of a rule or an assertion as written. */
struct scope_words {
	struct members principals, networks, hosts, during, outside;
};

struct statement {
	bool is_assertion;
	struct ref ref;
	struct scope_words words;
	struct rule rule;
	struct assertion assertion;
};

struct parse {
	struct policy *policy;
	struct arena *arena;  /* of the policy */
	struct arena scratch; /* freed after parsing */
	struct lex_errors *errors;
	const struct policy_zones *zones;

	struct lex *lexes; /* one per source */
	size_t source_count;
	struct lex *lex; /* of the source being read */

	struct sets sets[SET_KINDS];
	struct statement *statements;
	size_t statement_count;
	struct zone **zone_list;
	size_t zone_count;
	uint32_t named;	 /* factors that the statement's words name */
	size_t resolved; /* entries of all lists, wherever they are used */
};

/* parse.c */

/* An error at the token that comes next: "expected X, found Y". */
int parse_expected(struct parse *parse, const char *expected);

/* Likewise for a word of a list, with "did you mean". */
int parse_expected_of(
    struct parse *parse, const char *expected, const char *const *words);

int parse_word(
    struct parse *parse, const char *expected, struct lex_token *token_r);
bool parse_at_word(struct parse *parse, const char *word);
bool parse_at_end(struct parse *parse);
bool parse_is_reserved(const struct lex_token *token);

/* Memory ran out. */
int parse_no_memory(struct parse *parse);

/* 30s 10m 8h 14d 2w; seconds, at least 1 and at most 10 years */
int parse_duration(struct parse *parse, uint32_t *seconds_r);

/* parse_define.c: after the keyword */
int parse_network(struct parse *parse);
int parse_hosts(struct parse *parse);
int parse_group(struct parse *parse);
int parse_person(struct parse *parse);

/* One word of a list, a literal or a name of a set. */
int parse_network_member(struct parse *parse, struct members *members,
    const struct lex_token *token);
int parse_host_member(struct parse *parse, struct members *members,
    const struct lex_token *token);

/* parse_period.c */
int parse_hours(struct parse *parse);
int parse_freeze(struct parse *parse);

/* parse_rule.c */
int parse_rule(struct parse *parse, const struct lex_token *keyword, bool deny);
int parse_assert(struct parse *parse, const struct lex_token *keyword);

/* parse_factors.c */
int parse_factors(struct parse *parse, need *need_r);

/* names.c */

/* A new, empty set under the name that comes next.  NULL after an error. */
struct set *names_define(struct parse *parse, enum set_kind kind);

int names_add(struct parse *parse, struct members *members, bool is_name,
    uint32_t atom, const struct lex_token *token);

/* The atoms of a list; errors for unknown names and cycles. */
int names_resolve(struct parse *parse, enum set_kind kind,
    const struct members *members, struct ids *ids_r);

/* Resolves all sets, also those that no rule uses. */
int names_resolve_sets(struct parse *parse);

/* The word of the list (ended by NULL) that was meant, or NULL. */
const char *names_suggest(
    const char *word, size_t length, const char *const *words);

/* compile.c */

/* Makes rules and assertions of the statements. */
int compile_statements(struct parse *parse);

#endif
