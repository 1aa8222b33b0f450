/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/nearest.h"
#include "policy/language/parse.h"

#define NAME_MAX_LENGTH 64
#define NESTING_MAX 100
#define RESOLVED_MAX ((size_t)1 << 22)

static const char *const kind_names[SET_KINDS] = {
    [SET_PRINCIPALS] = "group or person",
    [SET_NETWORKS] = "network",
    [SET_HOSTS] = "host set",
    [SET_PERIODS] = "hours, freeze or window",
    [SET_SERVICES] = "service",
};

enum place
names_place(enum set_kind kind)
{
	static const enum place places[SET_KINDS] = {
	    [SET_PRINCIPALS] = PLACE_PEOPLE,
	    [SET_NETWORKS] = PLACE_NETWORK,
	    [SET_HOSTS] = PLACE_HOST,
	    [SET_PERIODS] = PLACE_PERIOD,
	    [SET_SERVICES] = PLACE_SERVICE,
	};

	return places[kind];
}

/* What helps with a name that is not defined, when no other is near. */
static const char *
define_first(enum set_kind kind)
{
	static const char *const hints[SET_KINDS] = {
	    [SET_PRINCIPALS] = "define it by \"group\" or \"person\"",
	    [SET_NETWORKS] = "define it by \"network\", or write the address",
	    [SET_HOSTS] = ("define it by \"hosts\", or put a host name "
			   "without a dot in quotes"),
	    [SET_PERIODS] = "define it by \"hours\", \"freeze\" or \"window\"",
	    [SET_SERVICES] = "define it by \"services\", if PAM has it",
	};

	return hints[kind];
}

bool
names_is_name(const struct lex_token *token)
{
	if (token->length > NAME_MAX_LENGTH)
		return false;
	for (size_t i = 0; i < token->length; i++) {
		char c = token->text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool inner = (c >= '0' && c <= '9') || c == '-' || c == '_';

		if (!letter && !(i > 0 && inner))
			return false;
	}
	return true;
}

struct set *
names_set(
    struct parse *parse, enum set_kind kind, const char *text, size_t length)
{
	struct sets *sets = &parse->sets[kind];
	uint32_t number = intern_find(&sets->names, text, length);
	struct set *list;

	if (number != INTERN_NONE)
		return &sets->list[number];
	list =
	    arena_grow(&parse->scratch, sets->list, sets->count, sizeof *list);
	number = intern_add(&sets->names, &parse->scratch, text, length);
	if (list == NULL || number == INTERN_NONE) {
		parse_no_memory(parse);
		return NULL;
	}
	sets->list = list;
	list[sets->count] = (struct set){.name = sets->names.keys[number].data};
	return &list[sets->count++];
}

struct set *
names_define(struct parse *parse, enum set_kind kind)
{
	struct lex_token token = lex_peek(parse->lex);
	struct set *set;

	if (token.kind != LEX_WORD || !names_is_name(&token)) {
		parse_expected(parse,
		    "a name: a letter, then letters, digits, \"-\" or \"_\"");
		return NULL;
	}
	if (parse_is_reserved(&token)) {
		parse_expected(parse, "a name that is no word of the language");
		return NULL;
	}
	set = names_set(parse, kind, token.text, token.length);
	if (set == NULL)
		return NULL;
	if (set->ref.lex != NULL) {
		lex_error(parse->errors, parse->lex, &token,
		    "%s \"%.*s\" is defined already, at %s:%u",
		    kind_names[kind], (int)token.length, token.text,
		    set->ref.lex->file, set->ref.token.line);
		return NULL;
	}
	lex_next(parse->lex);
	set->ref = (struct ref){parse->lex, token};
	return set;
}

int
names_add(struct parse *parse, struct members *members, bool is_set_name,
    uint32_t atom, const struct lex_token *token)
{
	struct member *list = arena_grow(
	    &parse->scratch, members->list, members->count, sizeof *list);

	if (list == NULL ||
	    (!is_set_name && atom == INTERN_NONE && !lex_is(token, "any")))
		return parse_no_memory(parse);
	members->list = list;
	list[members->count++] = (struct member){
	    .is_name = is_set_name,
	    .atom = atom,
	    .ref = {parse->lex, *token},
	};
	return 0;
}

const char *
names_suggest(const char *word, size_t length, const char *const *words)
{
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	return nearest(word, length, words, count);
}

static int
unknown_name(struct parse *parse, enum set_kind kind, const struct ref *ref)
{
	struct nearest best = {NULL, 0};
	const struct lex_token *token = &ref->token;
	int shown = token->length < 80 ? (int)token->length : 80;
	const char *hint;

	/* an error that is not shown needs no help; to look for it is what
	 * would cost, with thousands of them */
	for (size_t i = 0; i < parse->sets[kind].count &&
			   parse->errors->count < LEX_ERRORS_MAX;
	     i++)
		nearest_try(&best, token->text, token->length,
		    parse->sets[kind].list[i].name);
	hint = mistake_hint(token, names_place(kind), parse_reserved);
	if (hint == NULL && best.name == NULL)
		hint = define_first(kind);
	if (hint == NULL)
		lex_error(parse->errors, ref->lex, token,
		    "unknown %s \"%.*s\", did you mean \"%s\"?",
		    kind_names[kind], shown, token->text, best.name);
	else
		lex_error(parse->errors, ref->lex, token,
		    "unknown %s \"%.*s\": %s", kind_names[kind], shown,
		    token->text, hint);
	return -1;
}

static int
compare_ids(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* A group of groups of groups, or one long list that each rule names, is
 * short to write: what comes of it is what has to be bounded. */
static int
spend_entry(struct parse *parse)
{
	if (parse->resolved > RESOLVED_MAX)
		return -1; /* said already */
	if (++parse->resolved <= RESOLVED_MAX)
		return 0;
	lex_error_file(parse->errors, "policy",
	    "the lists of all rules and definitions together hold more than "
	    "%zu entries, each counted wherever its list is named: write "
	    "fewer names, networks and hosts, or wider ones",
	    RESOLVED_MAX);
	return -1;
}

static int
add_id(struct parse *parse, struct ids *ids, uint32_t id)
{
	uint32_t *list;

	if (spend_entry(parse) != 0)
		return -1;
	list = arena_grow(&parse->scratch, ids->list, ids->count, sizeof *list);
	if (list == NULL)
		return parse_no_memory(parse);
	ids->list = list;
	list[ids->count++] = id;
	return 0;
}

/* Sorts, drops what is there twice, moves to the policy's own memory. */
static int
settle_ids(struct parse *parse, struct ids *ids)
{
	uint32_t count = 0;
	uint32_t *list;

	if (ids->any || ids->count == 0) {
		ids->count = 0;
		ids->list = NULL;
		return 0;
	}
	qsort(ids->list, ids->count, sizeof *ids->list, compare_ids);
	for (uint32_t i = 0; i < ids->count; i++) {
		if (count == 0 || ids->list[count - 1] != ids->list[i])
			ids->list[count++] = ids->list[i];
	}
	list = arena_alloc(parse->arena, count * sizeof *list);
	if (list == NULL)
		return -1;
	memcpy(list, ids->list, count * sizeof *list);
	ids->list = list;
	ids->count = count;
	return 0;
}

static int resolve(struct parse *parse, enum set_kind kind,
    const struct members *members, struct ids *ids, unsigned depth);

static int
resolve_set(struct parse *parse, enum set_kind kind, struct set *set,
    const struct ref *user, unsigned depth)
{
	int result = 0;

	if (set->state == SET_OPEN || depth > NESTING_MAX) {
		lex_error(parse->errors, user->lex, &user->token,
		    set->state == SET_OPEN ? "%s \"%s\" is made of itself"
					   : "%s \"%s\" is nested too deeply",
		    kind_names[kind], set->name);
		return -1;
	}
	if (set->state == SET_DONE)
		return 0;
	set->state = SET_OPEN;
	result = resolve(parse, kind, &set->members, &set->ids, depth + 1);
	set->state = SET_DONE;
	return result;
}

static int
resolve_name(struct parse *parse, enum set_kind kind,
    const struct member *member, struct ids *ids, unsigned depth)
{
	struct sets *sets = &parse->sets[kind];
	uint32_t number = intern_find(
	    &sets->names, member->ref.token.text, member->ref.token.length);
	struct set *set;
	uint32_t atom = 0;

	if (member->ref.token.kind == LEX_STRING)
		return parse_group_name(parse, &member->ref, &atom) == 0
			   ? add_id(parse, ids, atom)
			   : -1;

	if (number == INTERN_NONE)
		return unknown_name(parse, kind, &member->ref);
	set = &sets->list[number];
	if (resolve_set(parse, kind, set, &member->ref, depth) != 0)
		return -1;
	set->used = true;
	for (uint32_t i = 0; i < set->ids.count; i++) {
		if (add_id(parse, ids, set->ids.list[i]) != 0)
			return -1;
	}
	return 0;
}

/* "during freeze" means any freeze there is */
static int
resolve_all_freezes(struct parse *parse, const struct ref *ref, struct ids *ids)
{
	const struct policy *policy = parse->policy;
	bool found = false;

	for (uint32_t i = 0; i < policy->period_count; i++) {
		if (!policy->periods[i].is_freeze)
			continue;
		found = true;
		if (add_id(parse, ids, i) != 0)
			return -1;
	}
	if (!found)
		lex_error(parse->errors, ref->lex, &ref->token,
		    "no freeze is defined; write for example: freeze "
		    "year-end 2026-12-20 2027-01-04 Europe/Paris");
	return found ? 0 : -1;
}

static int
resolve(struct parse *parse, enum set_kind kind, const struct members *members,
    struct ids *ids, unsigned depth)
{
	int result = 0;

	for (size_t i = 0; i < members->count; i++) {
		const struct member *member = &members->list[i];
		int one = 0;

		if (member->is_name && kind == SET_PERIODS &&
		    lex_is(&member->ref.token, "freeze"))
			one = resolve_all_freezes(parse, &member->ref, ids);
		else if (member->is_name)
			one = resolve_name(parse, kind, member, ids, depth);
		else if (member->atom == INTERN_NONE)
			ids->any = true;
		else
			one = add_id(parse, ids, member->atom);
		if (one != 0)
			result = -1;
	}
	if (settle_ids(parse, ids) != 0)
		return -1;
	return result;
}

int
names_resolve(struct parse *parse, enum set_kind kind,
    const struct members *members, struct ids *ids_r)
{
	*ids_r = (struct ids){0};
	return resolve(parse, kind, members, ids_r, 0);
}

int
names_resolve_sets(struct parse *parse)
{
	for (int kind = 0; kind < SET_KINDS; kind++) {
		struct sets *sets = &parse->sets[kind];

		for (size_t i = 0; i < sets->count; i++)
			resolve_set(parse, (enum set_kind)kind, &sets->list[i],
			    &sets->list[i].ref, 0);
	}
	return parse->arena->failed || parse->scratch.failed ? -1 : 0;
}
