/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/language/parse.h"

#include <stdlib.h>
#include <string.h>

#include "policy/decide/index.h"

#define SECONDS_MAX (10u * 365 * CALENDAR_DAY)

static const char *const statement_words[] = {
    "network",
    "hosts",
    "group",
    "groups",
    "person",
    "services",
    "hours",
    "freeze",
    "window",
    "include",
    "permit",
    "deny",
    "assert",
    "end",
    NULL,
};

/* What a set cannot be called, so that clauses stay readable. */
const char *const parse_reserved[] = {"any", "from", "to", "service", "during",
    "outside", "with", "without", "for", "token", "audience", "lease", "grace",
    "approval", "within", "age", "above", "below", "never", "always", "only",
    "of", "employment", "attribute", "id", "except", "network", "hosts",
    "group", "groups", "person", "services", "hours", "freeze", "window",
    "include", "permit", "deny", "assert", "end", NULL};

bool
parse_is_reserved(const struct lex_token *token)
{
	for (size_t i = 0; parse_reserved[i] != NULL; i++) {
		if (token->kind == LEX_WORD && lex_is(token, parse_reserved[i]))
			return true;
	}
	return false;
}

bool
parse_is_dn(const struct lex_token *token)
{
	return token->kind == LEX_WORD &&
	       memchr(token->text, '=', token->length) != NULL;
}

/* The next token as an error shows it; at most 80 bytes of it. */
static const char *
describe(const struct lex_token *token, char out[128])
{
	int shown = token->length < 80 ? (int)token->length : 80;

	switch (token->kind) {
	case LEX_NEWLINE:
		return "the end of the line";
	case LEX_END:
		return "the end of the file";
	case LEX_STRING:
		snprintf(out, 128, "%.*s", shown, token->text);
		return out;
	default:
		snprintf(out, 128, "\"%.*s\"", shown, token->text);
		return out;
	}
}

int
parse_expected_of(
    struct parse *parse, const char *expected, const char *const *words)
{
	struct lex_token token = lex_peek(parse->lex);
	const char *meant = NULL, *hint;
	char found[128];

	if (token.kind == LEX_BAD) {
		lex_error(
		    parse->errors, parse->lex, &token, "%s", token.problem);
		return -1;
	}
	hint = mistake_hint(&token, parse->place, words);
	if (token.kind == LEX_WORD && words != NULL && hint == NULL)
		meant = names_suggest(token.text, token.length, words);
	if (hint != NULL)
		lex_error(parse->errors, parse->lex, &token,
		    "%s cannot stand here: %s", describe(&token, found), hint);
	else if (meant != NULL)
		lex_error(parse->errors, parse->lex, &token,
		    "expected %s, found %s, did you mean \"%s\"?", expected,
		    describe(&token, found), meant);
	else
		lex_error(parse->errors, parse->lex, &token,
		    "expected %s, found %s", expected, describe(&token, found));
	return -1;
}

int
parse_expected(struct parse *parse, const char *expected)
{
	return parse_expected_of(parse, expected, NULL);
}

int
parse_no_memory(struct parse *parse)
{
	/* said once, in policy_parse() */
	parse->arena->failed = 1;
	return -1;
}

int
parse_word(struct parse *parse, const char *expected, struct lex_token *token_r)
{
	if (lex_peek(parse->lex).kind != LEX_WORD)
		return parse_expected(parse, expected);
	*token_r = lex_next(parse->lex);
	return 0;
}

bool
parse_at_word(struct parse *parse, const char *word)
{
	struct lex_token token = lex_peek(parse->lex);

	return token.kind == LEX_WORD && lex_is(&token, word);
}

bool
parse_at_end(struct parse *parse)
{
	enum lex_kind kind = lex_peek(parse->lex).kind;

	return kind == LEX_NEWLINE || kind == LEX_END;
}

int
parse_duration(struct parse *parse, uint32_t *seconds_r)
{
	static const char expected[] =
	    "a duration of at most 10 years like 30s, 10m, 8h, 14d or 2w";
	static const char units[] = "smhdw";
	static const uint32_t sizes[] = {1, 60, 3600, 86400, 604800};
	struct lex_token token = lex_peek(parse->lex);
	uint64_t number = 0;
	const char *unit;

	parse->place = PLACE_DURATION;
	if (token.kind != LEX_WORD || token.length < 2 || token.length > 10)
		return parse_expected(parse, expected);
	for (size_t i = 0; i + 1 < token.length; i++) {
		if (token.text[i] < '0' || token.text[i] > '9')
			return parse_expected(parse, expected);
		number = number * 10 + (uint64_t)(token.text[i] - '0');
	}
	unit = memchr(units, token.text[token.length - 1], sizeof units - 1);
	if (unit == NULL)
		return parse_expected(parse, expected);
	number *= sizes[unit - units];
	if (number == 0 || number > SECONDS_MAX)
		return parse_expected(parse, expected);
	*seconds_r = (uint32_t)number;
	lex_next(parse->lex);
	return 0;
}

/* include "other.policy": it must be among the sources */
static int
parse_include(struct parse *parse)
{
	struct lex_token token = lex_peek(parse->lex);
	char name[LEX_TOKEN_MAX + 1];

	if (token.kind != LEX_STRING && token.kind != LEX_WORD)
		return parse_expected(parse, "the name of a policy file");
	lex_next(parse->lex);
	lex_text(&token, name, sizeof name);
	for (size_t i = 0; i < parse->source_count; i++) {
		const char *file = parse->lexes[i].file;
		const char *slash = strrchr(file, '/');

		/* whoever read the files may have named them by their paths */
		if (strcmp(file, name) == 0 ||
		    (slash != NULL && strcmp(slash + 1, name) == 0))
			return 0;
	}
	lex_error(parse->errors, parse->lex, &token,
	    "there is no policy file \"%s\"", name);
	return -1;
}

static int
parse_statement(struct parse *parse)
{
	static const struct {
		const char *word;
		int (*parse)(struct parse *parse);
	} definitions[] = {
	    {"network", parse_network},
	    {"hosts", parse_hosts},
	    {"group", parse_group},
	    {"groups", parse_groups},
	    {"person", parse_person},
	    {"services", parse_services},
	    {"hours", parse_hours},
	    {"freeze", parse_freeze},
	    {"window", parse_window},
	    {"include", parse_include},
	};
	struct lex_token keyword = lex_peek(parse->lex);

	parse->place = 0;
	if (lex_is(&keyword, "permit") || lex_is(&keyword, "deny")) {
		lex_next(parse->lex);
		return parse_rule(parse, &keyword, lex_is(&keyword, "deny"));
	}
	if (lex_is(&keyword, "assert")) {
		lex_next(parse->lex);
		return parse_assert(parse, &keyword);
	}
	for (size_t i = 0; i < sizeof definitions / sizeof definitions[0];
	     i++) {
		if (keyword.kind == LEX_WORD &&
		    lex_is(&keyword, definitions[i].word)) {
			lex_next(parse->lex);
			return definitions[i].parse(parse);
		}
	}
	parse->place = PLACE_STATEMENT;
	return parse_expected_of(parse, "a statement", statement_words);
}

/*
 * After "end".  Its newline is asked for as well, for a word that only begins
 * with "end" must not become it by being cut short.
 */
static void
parse_after_end(struct parse *parse)
{
	if (lex_peek(parse->lex).kind != LEX_NEWLINE) {
		parse_expected(parse, "a newline after \"end\"");
		return;
	}
	while (lex_peek(parse->lex).kind == LEX_NEWLINE)
		lex_next(parse->lex);
	if (lex_peek(parse->lex).kind != LEX_END)
		parse_expected(parse, "nothing but comments after \"end\"");
}

static void
parse_source(struct parse *parse, struct lex *lex)
{
	parse->lex = lex;
	for (;;) {
		struct lex_token token = lex_peek(lex);

		if (token.kind == LEX_NEWLINE) {
			lex_next(lex);
			continue;
		}
		if (token.kind == LEX_END) {
			lex_error(parse->errors, lex, &token,
			    "expected the line \"end\", without which the "
			    "file may have been cut short");
			return;
		}
		if (token.kind == LEX_WORD && lex_is(&token, "end")) {
			lex_next(lex);
			parse_after_end(parse);
			return;
		}
		if (parse_statement(parse) != 0 ||
		    (!parse_at_end(parse) &&
			parse_expected(parse, "the end of the line") != 0))
			lex_skip_statement(lex);
	}
}

static int
compare_sources(const void *a, const void *b)
{
	const struct policy_source *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* In the order of names, so that the order given changes nothing at all. */
static int
parse_sources(
    struct parse *parse, const struct policy_source *sources, size_t count)
{
	struct policy_source *order;

	order = arena_alloc(&parse->scratch, (count + 1) * sizeof *order);
	parse->lexes =
	    arena_alloc(&parse->scratch, (count + 1) * sizeof *parse->lexes);
	if (order == NULL || parse->lexes == NULL)
		return parse_no_memory(parse);
	for (size_t i = 0; i < count; i++)
		order[i] = sources[i];
	if (count > 1)
		qsort(order, count, sizeof *order, compare_sources);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(order[i].name, order[i - 1].name) == 0)
			lex_error_file(parse->errors, order[i].name,
			    "two policy files of this name");
		lex_init(&parse->lexes[i], order[i].name, order[i].text,
		    order[i].length);
	}
	parse->source_count = count;
	for (size_t i = 0; i < count; i++)
		parse_source(parse, &parse->lexes[i]);
	return 0;
}

static bool
fits(const struct policy_source *sources, size_t count,
    struct lex_errors *errors)
{
	size_t all = 0;

	for (size_t i = 0; i < count; i++)
		all += sources[i].length;
	if (all <= POLICY_TEXT_MAX)
		return true;
	lex_error_file(errors, "policy",
	    "the policy has %zu bytes; gatewayd takes at most %zu", all,
	    POLICY_TEXT_MAX);
	return false;
}

struct policy *
policy_parse(const struct policy_source *sources, size_t count,
    const struct policy_zones *zones, struct lex_errors *errors)
{
	struct parse parse = {.errors = errors, .zones = zones};
	struct policy *policy = calloc(1, sizeof *policy);
	unsigned errors_before = errors->count;

	if (policy == NULL) {
		lex_error_file(errors, "policy", "out of memory");
		return NULL;
	}
	if (!fits(sources, count, errors)) {
		free(policy);
		return NULL;
	}
	parse.policy = policy;
	parse.arena = &policy->arena;
	/* each step goes on after errors, to find all of them */
	if (parse_services_init(&parse) == 0 &&
	    parse_sources(&parse, sources, count) == 0 &&
	    names_resolve_sets(&parse) == 0 &&
	    compile_statements(&parse) == 0 && errors->count == errors_before &&
	    index_build(policy, &parse.scratch) != 0)
		policy->arena.failed = 1;
	if (policy->arena.failed || parse.scratch.failed)
		lex_error_file(errors, "policy", "out of memory");
	arena_free(&parse.scratch);
	if (errors->count == errors_before)
		return policy;
	policy_free(policy);
	return NULL;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	arena_free(&policy->arena);
	free(policy);
}

size_t
policy_rule_count(const struct policy *policy)
{
	return policy != NULL ? policy->rule_count : 0;
}
