/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/language/parse.h"
#include "policy/value/factors.h"

enum clause {
	CLAUSE_FROM,
	CLAUSE_TO,
	CLAUSE_SERVICE,
	CLAUSE_DURING,
	CLAUSE_OUTSIDE,
	CLAUSE_AGE,
	CLAUSE_OF,	/* assertions */
	CLAUSE_WITHOUT, /* and denies */
	CLAUSE_WITH,	/* permits, from here on */
	CLAUSE_FOR,
	CLAUSE_TOKEN,
	CLAUSE_AUDIENCE,
	CLAUSE_LEASE,
	CLAUSE_GRACE,
	CLAUSE_APPROVAL,
	CLAUSE_COUNT,
};

static const char *const clause_words[CLAUSE_COUNT + 1] = {
    [CLAUSE_FROM] = "from",
    [CLAUSE_TO] = "to",
    [CLAUSE_SERVICE] = "service",
    [CLAUSE_DURING] = "during",
    [CLAUSE_OUTSIDE] = "outside",
    [CLAUSE_AGE] = "age",
    [CLAUSE_OF] = "of",
    [CLAUSE_WITHOUT] = "without",
    [CLAUSE_WITH] = "with",
    [CLAUSE_FOR] = "for",
    [CLAUSE_TOKEN] = "token",
    [CLAUSE_AUDIENCE] = "audience",
    [CLAUSE_LEASE] = "lease",
    [CLAUSE_GRACE] = "grace",
    [CLAUSE_APPROVAL] = "approval",
};

#define CLAUSES_OF_SCOPE                                              \
	(1u << CLAUSE_FROM | 1u << CLAUSE_TO | 1u << CLAUSE_SERVICE | \
	    1u << CLAUSE_DURING | 1u << CLAUSE_OUTSIDE | 1u << CLAUSE_AGE)
#define CLAUSES_OF_DENY (CLAUSES_OF_SCOPE | 1u << CLAUSE_WITHOUT)
#define CLAUSES_OF_PERMIT                                                     \
	(CLAUSES_OF_SCOPE | 1u << CLAUSE_WITH | 1u << CLAUSE_FOR |            \
	    1u << CLAUSE_TOKEN | 1u << CLAUSE_AUDIENCE | 1u << CLAUSE_LEASE | \
	    1u << CLAUSE_GRACE | 1u << CLAUSE_APPROVAL)

/* ---- lists ---- */

static const char *const expected_of[SET_KINDS] = {
    [SET_PRINCIPALS] = "a group, a person or \"any\"",
    [SET_NETWORKS] = "a network or \"any\"",
    [SET_HOSTS] = "a host set, a host name or \"any\"",
    [SET_PERIODS] = "hours, a freeze or a window",
    [SET_SERVICES] = "a service such as sshd, sudo or su",
};

static int
parse_names(struct parse *parse, enum set_kind kind, struct members *members)
{
	parse->place = names_place(kind);
	while (members->count == 0 || lex_peek(parse->lex).kind == LEX_WORD) {
		struct lex_token token = lex_peek(parse->lex);
		bool any = lex_is(&token, "any") && kind != SET_PERIODS &&
			   kind != SET_SERVICES;
		bool freeze = lex_is(&token, "freeze") && kind == SET_PERIODS;
		int result;

		if (token.kind != LEX_WORD ||
		    (kind == SET_PRINCIPALS && parse_is_dn(&token)) ||
		    (parse_is_reserved(&token) && !any && !freeze) ||
		    (lex_is(&token, "&") && kind == SET_PRINCIPALS)) {
			if (members->count > 0)
				return 0;
			return parse_expected(parse, expected_of[kind]);
		}
		if (any && members->count > 0)
			return parse_expected(
			    parse, "no \"any\" beside other names");
		lex_next(parse->lex);
		if (any)
			return names_add(
			    parse, members, false, INTERN_NONE, &token);
		if (kind == SET_NETWORKS)
			result = parse_network_member(parse, members, &token);
		else if (kind == SET_HOSTS)
			result = parse_host_member(parse, members, &token);
		else
			result = names_add(parse, members, true, 0, &token);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* "&" and "except", where they mean something. */
static bool
is_sign(const struct lex_token *token, enum set_kind kind)
{
	return (lex_is(token, "&") && kind == SET_PRINCIPALS) ||
	       (lex_is(token, "except") && kind != SET_PERIODS &&
		   kind != SET_SERVICES);
}

/* A union is open if it has several names without parentheses around them. */
static int
parse_union(struct parse *parse, enum set_kind kind, struct members *members,
    bool *is_open_r)
{
	struct lex_token token = lex_peek(parse->lex);
	bool closes = lex_is(&token, "(");

	*is_open_r = false;
	if (!closes) {
		if (parse_names(parse, kind, members) != 0)
			return -1;
		*is_open_r = members->count > 1;
		return 0;
	}
	lex_next(parse->lex);
	if (parse_names(parse, kind, members) != 0)
		return -1;
	token = lex_peek(parse->lex);
	if (!lex_is(&token, ")"))
		return parse_expected(parse, "a name or \")\"");
	lex_next(parse->lex);
	return 0;
}

static bool
is_any(const struct members *members)
{
	return !members->list[0].is_name &&
	       members->list[0].atom == INTERN_NONE;
}

/*
 * Nobody should have to know what binds tighter to see whom a rule lets in: a
 * sign stands between two single names, or lists in parentheses.
 */
static int
check_operand(struct parse *parse, const struct lex_token *sign,
    const struct members *members, bool is_open)
{
	if (is_open)
		lex_error(parse->errors, parse->lex, sign,
		    "several names beside \"%.*s\" need parentheses, as in: "
		    "(sre dba) %.*s oncall",
		    (int)sign->length, sign->text, (int)sign->length,
		    sign->text);
	else if (lex_is(sign, "&") && is_any(members))
		lex_error(parse->errors, parse->lex, sign,
		    "\"any\" beside \"&\" says nothing: name the others alone");
	else
		return 0;
	return -1;
}

static int
parse_except(struct parse *parse, enum set_kind kind, struct list *list,
    const struct lex_token *sign)
{
	struct lex_token token;
	bool is_open;

	lex_next(parse->lex);
	if (parse_union(parse, kind, &list->except, &is_open) != 0 ||
	    check_operand(parse, sign, &list->except, is_open) != 0)
		return -1;
	if (is_any(&list->except)) {
		lex_error(parse->errors, parse->lex, sign,
		    "\"except any\" leaves nothing");
		return -1;
	}
	token = lex_peek(parse->lex);
	if (!is_sign(&token, kind))
		return 0;
	lex_error(parse->errors, parse->lex, &token,
	    "\"except\" comes last and once, as in: sre & oncall except "
	    "(interns guests)");
	return -1;
}

static int
parse_list(struct parse *parse, enum set_kind kind, struct list *list)
{
	struct lex_token sign = {.kind = LEX_END};

	for (;;) {
		struct members *part = &list->all[list->count];
		struct lex_token before = sign;
		bool is_open;

		if (parse_union(parse, kind, part, &is_open) != 0 ||
		    (list->count > 0 &&
			check_operand(parse, &before, part, is_open) != 0))
			return -1;
		list->count++;
		list->is_open = is_open;
		sign = lex_peek(parse->lex);
		if (!is_sign(&sign, kind))
			return 0;
		if (check_operand(parse, &sign, part, is_open) != 0)
			return -1;
		if (lex_is(&sign, "except"))
			return parse_except(parse, kind, list, &sign);
		if (list->count == SCOPE_PARTS_MAX) {
			lex_error(parse->errors, parse->lex, &sign,
			    "\"&\" joins %d lists at most", SCOPE_PARTS_MAX);
			return -1;
		}
		lex_next(parse->lex);
	}
}

/* ---- clauses ---- */

/* age above 30m, age below 8h, or both */
static int
parse_age(struct parse *parse, struct scope *scope)
{
	bool any = false;

	for (;;) {
		bool above = parse_at_word(parse, "above");

		if (!above && !parse_at_word(parse, "below"))
			return any ? 0
				   : parse_expected(
					 parse, "\"above\" or \"below\"");
		lex_next(parse->lex);
		if (parse_duration(parse,
			above ? &scope->age_least : &scope->age_limit) != 0)
			return -1;
		any = true;
	}
}

/* audience tickets wiki */
static int
parse_audiences(struct parse *parse, struct policy_obligations *obligations)
{
	const char **list = NULL;
	size_t count = 0;

	for (;;) {
		struct lex_token token = lex_peek(parse->lex);
		char text[LEX_TOKEN_MAX + 1];
		bool known = false;

		if ((token.kind != LEX_WORD && token.kind != LEX_STRING) ||
		    parse_is_reserved(&token) ||
		    lex_text(&token, text, sizeof text) <= 0)
			break;
		lex_next(parse->lex);
		for (size_t i = 0; i < count; i++)
			known |= strcmp(list[i], text) == 0;
		if (known)
			continue;
		list = arena_grow(parse->arena, list, count, sizeof *list);
		if (list == NULL)
			return parse_no_memory(parse);
		list[count] = arena_copy(parse->arena, text, strlen(text));
		if (list[count] == NULL)
			return parse_no_memory(parse);
		count++;
	}
	if (count == 0)
		return parse_expected(parse, "the audience of a token");
	obligations->audiences = list;
	obligations->audience_count = count;
	return 0;
}

/* 1 to 3, or nothing */
static int
parse_approval_count(struct parse *parse, struct quorum *quorum)
{
	struct lex_token token = lex_peek(parse->lex);

	quorum->count = 1;
	if (token.kind != LEX_WORD || token.text[0] < '0' ||
	    token.text[0] > '9')
		return 0;
	if (token.length != 1 || token.text[0] < '1' ||
	    token.text[0] > '0' + POLICY_QUORUM_MAX)
		return parse_expected(parse, "1 to 3 approvals");
	quorum->count = (uint32_t)(token.text[0] - '0');
	lex_next(parse->lex);
	return 0;
}

/* approval   approval 2 of managers within 1h */
static int
parse_approval(struct parse *parse, struct statement *statement)
{
	struct quorum *quorum = &statement->rule.approval;
	struct lex_token token;

	*quorum = (struct quorum){.of = INTERN_NONE};
	parse->place = PLACE_APPROVAL;
	if (parse_approval_count(parse, quorum) != 0)
		return -1;
	if (parse_at_word(parse, "of")) {
		lex_next(parse->lex);
		token = lex_peek(parse->lex);
		parse->place = PLACE_PEOPLE;
		if (token.kind != LEX_WORD || parse_is_reserved(&token) ||
		    parse_is_dn(&token))
			return parse_expected(parse, "the name of a group");
		lex_next(parse->lex);
		if (names_add(parse, &statement->approvers, true, 0, &token) !=
		    0)
			return -1;
	}
	if (parse_at_word(parse, "within")) {
		lex_next(parse->lex);
		token = lex_peek(parse->lex);
		if (parse_duration(parse, &quorum->within) != 0)
			return -1;
		if (quorum->within > POLICY_APPROVAL_SECONDS_MAX) {
			lex_error(parse->errors, parse->lex, &token,
			    "no approval lasts longer than 30 days");
			return -1;
		}
	}
	parse->place = PLACE_APPROVAL;
	return 0;
}

static int
parse_clause(
    struct parse *parse, enum clause clause, struct statement *statement)
{
	struct rule *rule = &statement->rule;
	struct policy_obligations *obligations = &rule->obligations;
	struct scope *scope = &rule->scope;
	struct scope_words *words = &statement->words;

	switch (clause) {
	case CLAUSE_FROM:
		return parse_list(parse, SET_NETWORKS, &words->networks);
	case CLAUSE_TO:
		return parse_list(parse, SET_HOSTS, &words->hosts);
	case CLAUSE_SERVICE:
		return parse_names(parse, SET_SERVICES, &words->services);
	case CLAUSE_DURING:
		return parse_names(parse, SET_PERIODS, &words->during);
	case CLAUSE_OUTSIDE:
		return parse_names(parse, SET_PERIODS, &words->outside);
	case CLAUSE_AGE:
		return parse_age(parse, scope);
	case CLAUSE_OF:
		return parse_list(parse, SET_PRINCIPALS, &words->principals);
	case CLAUSE_WITH:
	case CLAUSE_WITHOUT:
		return parse_factors(parse, &rule->need);
	case CLAUSE_FOR:
		return parse_duration(parse, &obligations->session_seconds);
	case CLAUSE_TOKEN:
		return parse_duration(parse, &obligations->token_seconds);
	case CLAUSE_AUDIENCE:
		return parse_audiences(parse, obligations);
	case CLAUSE_LEASE:
		return parse_duration(parse, &obligations->lease_seconds);
	case CLAUSE_GRACE:
		return parse_duration(parse, &obligations->grace_seconds);
	case CLAUSE_APPROVAL:
		return parse_approval(parse, statement);
	case CLAUSE_COUNT:
		break;
	}
	return -1;
}

/* The allowed ones, as "expected ..." lists them. */
static int
expected_clause(struct parse *parse, unsigned allowed)
{
	const char *words[CLAUSE_COUNT + 1] = {NULL};
	char expected[256] = "";
	size_t count = 0, used = 0;

	for (int i = 0; i < CLAUSE_COUNT; i++) {
		int n;

		if (!(allowed & 1u << i))
			continue;
		words[count++] = clause_words[i];
		n = snprintf(expected + used, sizeof expected - used,
		    "\"%s\", ", clause_words[i]);
		used += n > 0 ? (size_t)n : 0;
	}
	snprintf(
	    expected + used, sizeof expected - used, "or the end of the line");
	return parse_expected_of(parse, expected, words);
}

/* Clauses in any order, each at most once. */
static int
parse_clauses(struct parse *parse, struct statement *statement,
    unsigned allowed, unsigned *seen_r)
{
	unsigned seen = 0;

	while (!parse_at_end(parse)) {
		struct lex_token token = lex_peek(parse->lex);
		int clause = 0;

		parse->place |= PLACE_CLAUSE;
		while (clause < CLAUSE_COUNT &&
		       !(token.kind == LEX_WORD &&
			   lex_is(&token, clause_words[clause])))
			clause++;
		if (clause == CLAUSE_COUNT || !(allowed & 1u << clause))
			return expected_clause(parse, allowed & ~seen);
		if (seen & 1u << clause) {
			lex_error(parse->errors, parse->lex, &token,
			    "\"%s\" a second time; one \"%s\" takes all names",
			    clause_words[clause], clause_words[clause]);
			return -1;
		}
		seen |= 1u << clause;
		lex_next(parse->lex);
		if (parse_clause(parse, (enum clause)clause, statement) != 0)
			return -1;
	}
	*seen_r = seen;
	return 0;
}

static struct statement *
add_statement(struct parse *parse, const struct lex_token *keyword)
{
	struct statement *list = arena_grow(&parse->scratch, parse->statements,
	    parse->statement_count, sizeof *list);
	struct statement *statement;

	if (list == NULL)
		return NULL;
	parse->statements = list;
	statement = &list[parse->statement_count++];
	*statement = (struct statement){.ref = {parse->lex, *keyword}};
	statement->rule.scope.age_limit = UINT32_MAX;
	statement->rule.source = (uint32_t)(parse->lex - parse->lexes);
	statement->rule.line = keyword->line;
	statement->rule.column = keyword->column;
	return statement;
}

/*
 * From its keyword to here, on one line, blanks as one and comments left out.
 * The lexer is run again: only it knows what is a comment.
 */
static const char *
statement_text(struct parse *parse, const struct lex_token *keyword)
{
	struct lex lex = *parse->lex;
	const char *end = lex_peek(parse->lex).text;
	char *text =
	    arena_alloc(parse->arena, 2 * (size_t)(end - keyword->text) + 1);
	size_t used = 0;

	if (text == NULL)
		return NULL;
	lex.peeked = false;
	lex.depth = 0;
	lex.offset = (size_t)(keyword->text - lex.source);
	for (;;) {
		struct lex_token token = lex_next(&lex);

		if (token.kind == LEX_NEWLINE || token.kind == LEX_END)
			break;
		if (used > 0 && !lex_is(&token, ")") && !lex_is(&token, ",") &&
		    text[used - 1] != '(')
			text[used++] = ' ';
		memcpy(text + used, token.text, token.length);
		used += token.length;
	}
	return text;
}

int
parse_rule(struct parse *parse, const struct lex_token *keyword, bool deny)
{
	struct statement *statement = add_statement(parse, keyword);
	unsigned seen = 0;
	struct rule *rule;

	if (statement == NULL)
		return parse_no_memory(parse);
	rule = &statement->rule;
	rule->deny = deny;
	parse->named = 0;
	if (parse_list(parse, SET_PRINCIPALS, &statement->words.principals) !=
		0 ||
	    parse_clauses(parse, statement,
		deny ? CLAUSES_OF_DENY : CLAUSES_OF_PERMIT, &seen) != 0)
		return -1;
	if (!deny && !(seen & 1u << CLAUSE_WITH))
		return parse_expected(
		    parse, "\"with\" and the factors that the permit asks for");
	rule->named = parse->named;
	rule->text = statement_text(parse, keyword);
	return rule->text != NULL ? 0 : parse_no_memory(parse);
}

static int
parse_assertion_kind(struct parse *parse, enum assertion_kind *kind_r)
{
	static const char *const words[] = {"never", "always", "only", NULL};

	for (int i = 0; words[i] != NULL; i++) {
		if (parse_at_word(parse, words[i])) {
			*kind_r = (enum assertion_kind)i;
			lex_next(parse->lex);
			return 0;
		}
	}
	return parse_expected_of(
	    parse, "\"never\", \"always\" or \"only\"", words);
}

/*
 * assert never  WHOM  [clauses] [without FACTORS]
 * assert always FACTORS [of WHOM] [clauses]
 * assert only   WHOM  [clauses]
 */
int
parse_assert(struct parse *parse, const struct lex_token *keyword)
{
	struct statement *statement = add_statement(parse, keyword);
	struct assertion *assertion;
	unsigned allowed = CLAUSES_OF_SCOPE, seen = 0;
	struct list *whom;
	int result;

	if (statement == NULL)
		return parse_no_memory(parse);
	statement->is_assertion = true;
	assertion = &statement->assertion;
	whom = &statement->words.principals;
	if (parse_assertion_kind(parse, &assertion->kind) != 0)
		return -1;
	if (assertion->kind == ASSERT_ALWAYS) {
		allowed |= 1u << CLAUSE_OF;
		result = parse_factors(parse, &statement->rule.need);
	} else {
		if (assertion->kind == ASSERT_NEVER)
			allowed |= 1u << CLAUSE_WITHOUT;
		result = parse_list(parse, SET_PRINCIPALS, whom);
	}
	if (result != 0 || parse_clauses(parse, statement, allowed, &seen) != 0)
		return -1;
	assertion->text = statement_text(parse, keyword);
	return assertion->text != NULL ? 0 : parse_no_memory(parse);
}
