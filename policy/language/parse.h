/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_LANGUAGE_PARSE_H
#define POLICY_LANGUAGE_PARSE_H

/* What the files that read a policy share. */

#include "policy/language/mistakes.h"
#include "policy/model.h"

/* A token and its source, for an error that is found later. */
struct ref {
	const struct lex *lex;
	struct lex_token token;
};

/* An entry of a list: an atom, a name, or "any".  A name is that of a set, or,
 * in quotes, that of a directory's group. */
struct member {
	bool is_name;
	uint32_t atom; /* INTERN_NONE: "any" */
	struct ref ref;
};

struct members {
	struct member *list;
	size_t count;
};

/* A definition: network, hosts, group, person, services, hours, freeze or
 * window. */
struct set {
	const char *name;
	struct ref ref; /* lex NULL: a service that has no definition */
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

/* A list as rules have it: one of each of all, and none of except. */
struct list {
	struct members all[SCOPE_PARTS_MAX];
	uint32_t count;
	bool is_open; /* several names without parentheses around them */
	struct members except;
};

/* The lists of a rule or an assertion, before names_resolve(). */
struct scope_words {
	struct list principals, networks, hosts;
	struct members services, during, outside;
};

struct statement {
	bool is_assertion;
	struct ref ref;
	struct scope_words words;
	struct members approvers; /* "approval N of" */
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
	const char *groups; /* of "groups", or NULL */
	struct ref groups_ref;
	struct statement *statements;
	size_t statement_count;
	struct zone **zone_list;
	size_t zone_count;
	enum place place; /* what is being read, for hints; 0: a definition */
	uint32_t named;	  /* factors that the statement's words name */
	size_t resolved;  /* entries of all lists, one for each use */
};

/*
 * In this header "next" is the token that the lexer will give next.  Each int
 * is 0, or -1 after an error.
 */

/* parse.c */

/* Adds the error "expected X, found Y" at the next token.  Returns -1. */
int parse_expected(struct parse *parse, const char *expected);

/* The same, with "did you mean", where a word of a list was expected. */
int parse_expected_of(
    struct parse *parse, const char *expected, const char *const *words);

int parse_word(
    struct parse *parse, const char *expected, struct lex_token *token_r);
bool parse_at_word(struct parse *parse, const char *word);
bool parse_at_end(struct parse *parse);
bool parse_is_reserved(const struct lex_token *token);
/* A distinguished name without its quotes. */
bool parse_is_dn(const struct lex_token *token);
/* The words that parse_is_reserved() knows, ended by NULL. */
extern const char *const parse_reserved[];

/* Adds the error that memory ran out.  Returns -1. */
int parse_no_memory(struct parse *parse);

/* Reads 30s, 10m, 8h, 14d or 2w: 1 second to 10 years. */
int parse_duration(struct parse *parse, uint32_t *seconds_r);

/* parse_define.c: each reads a definition, after its keyword */
int parse_network(struct parse *parse);
int parse_hosts(struct parse *parse);
int parse_group(struct parse *parse);
int parse_person(struct parse *parse);
int parse_groups(struct parse *parse);

/* The atom of a group that is given by its name in quotes, when all files were
 * read: "groups" may stand after it. */
int parse_group_name(
    struct parse *parse, const struct ref *name, uint32_t *atom_r);

/* Adds one word of a list: a literal or the name of a set. */
int parse_network_member(struct parse *parse, struct members *members,
    const struct lex_token *token);
int parse_host_member(struct parse *parse, struct members *members,
    const struct lex_token *token);

/* parse_service.c */

/* The services of every policy and their families, before all definitions. */
int parse_services_init(struct parse *parse);
int parse_services(struct parse *parse);

/* parse_period.c */
int parse_hours(struct parse *parse);
int parse_freeze(struct parse *parse);
int parse_window(struct parse *parse);

/* parse_rule.c */
int parse_rule(struct parse *parse, const struct lex_token *keyword, bool deny);
int parse_assert(struct parse *parse, const struct lex_token *keyword);

/* parse_factors.c */
int parse_factors(struct parse *parse, need *need_r);

/* names.c */

/* Where names of this kind are read. */
enum place names_place(enum set_kind kind);

/* A letter, then letters, digits, "-" and "_". */
bool names_is_name(const struct lex_token *token);

/* The set of this name, which is new if there was none.  NULL: no memory. */
struct set *names_set(
    struct parse *parse, enum set_kind kind, const char *text, size_t length);

/* Makes an empty set with the next token as its name.  NULL after an error. */
struct set *names_define(struct parse *parse, enum set_kind kind);

int names_add(struct parse *parse, struct members *members, bool is_name,
    uint32_t atom, const struct lex_token *token);

/* Finds the atoms of a list.  Unknown names and cycles are errors. */
int names_resolve(struct parse *parse, enum set_kind kind,
    const struct members *members, struct ids *ids_r);

/* Resolves all sets, even those that no rule uses. */
int names_resolve_sets(struct parse *parse);

/* The word of a list that looks most like this one, or NULL.  NULL ends it. */
const char *names_suggest(
    const char *word, size_t length, const char *const *words);

/* compile.c */

/* file:line of a statement. */
const char *compile_label(struct parse *parse, const struct ref *ref);

/* Makes the policy's rules and assertions from the statements. */
int compile_statements(struct parse *parse);

#endif
