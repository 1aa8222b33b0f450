/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_table.h"

#include <stdlib.h>
#include <string.h>

#include "cli/policy/policy_request.h"
#include "cli/policy/policy_words.h"

#define PERSONS_MAX 64
#define USUAL_TIME 1782900000 /* Wednesday 2026-07-01 10:00 UTC */

struct person {
	char name[65];
	struct request *request;
};

struct table {
	const struct policy *policy;
	struct lex lex;
	struct lex_errors *errors;
	struct person person[PERSONS_MAX];
	size_t person_count;
	struct request *request;
	char because[64];
	unsigned passed;
	struct policy_table_calls calls;
};

static int
fail(struct table *t, const struct lex_token *at, const char *problem)
{
	lex_error(t->errors, &t->lex, at, "%s",
	    at->kind == LEX_BAD ? at->problem : problem);
	return -1;
}

static bool
at_end(struct table *t)
{
	enum lex_kind kind = lex_peek(&t->lex).kind;

	return kind == LEX_NEWLINE || kind == LEX_END;
}

/* One value; factors may have "+" between them. */
static int
take_value(struct table *t, char *out, size_t size)
{
	struct lex_token token = lex_peek(&t->lex), plus;
	long length = lex_text(&token, out, size);
	size_t used;

	if (length < 0)
		return fail(t, &token, "expected a value");
	used = (size_t)length;
	lex_next(&t->lex);
	for (;;) {
		plus = lex_peek(&t->lex);
		if (!lex_is(&plus, "+"))
			return 0;
		lex_next(&t->lex);
		token = lex_next(&t->lex);
		if (used + 2 > size)
			return fail(t, &token, "too long");
		out[used++] = '+';
		length = lex_text(&token, out + used, size - used);
		if (length < 0)
			return fail(t, &token, "expected a factor after +");
		used += (size_t)length;
	}
}

/* The words of the policy for those of a request. */
static const char *
word_of(const char *word)
{
	if (strcmp(word, "at") == 0)
		return "time";
	if (strcmp(word, "with") == 0)
		return "proven";
	return word;
}

/* shift night, as in a policy; shift=night, as on a command line */
static int
take_attribute(struct table *t, char *value, size_t size)
{
	size_t used;

	if (take_value(t, value, size) != 0)
		return -1;
	used = strlen(value);
	if (strchr(value, '=') != NULL || used + 2 > size)
		return 0;
	value[used++] = '=';
	return take_value(t, value + used, size - used);
}

static int
take_words(struct table *t, struct request *request)
{
	while (!at_end(t)) {
		char word[LEX_TOKEN_MAX + 1], value[2 * LEX_TOKEN_MAX + 2];
		struct lex_token token = lex_next(&t->lex);
		const char *problem;

		if (token.kind != LEX_WORD ||
		    lex_text(&token, word, sizeof word) < 0)
			return fail(t, &token,
			    "expected a word like from, "
			    "to, at, with or because");
		if (strcmp(word, "grace") == 0)
			value[0] = '\0';
		else if (strcmp(word, "attribute") == 0
			     ? take_attribute(t, value, sizeof value) != 0
			     : take_value(t, value, sizeof value) != 0)
			return -1;
		if (strcmp(word, "because") == 0) {
			snprintf(t->because, sizeof t->because, "%.63s", value);
			continue;
		}
		problem = request_set(request, word_of(word), value);
		if (problem != NULL)
			return fail(t, &token, problem);
	}
	return 0;
}

static struct person *
find_person(struct table *t, const char *name)
{
	for (size_t i = 0; i < t->person_count; i++) {
		if (strcmp(t->person[i].name, name) == 0)
			return &t->person[i];
	}
	return NULL;
}

/* person alice group "cn=sre,dc=example" */
static int
add_person(struct table *t)
{
	struct person *person = &t->person[t->person_count];
	struct lex_token token = lex_next(&t->lex);

	if (t->person_count == PERSONS_MAX || token.kind != LEX_WORD ||
	    lex_text(&token, person->name, sizeof person->name) < 0)
		return fail(
		    t, &token, "expected a name, for at most 64 people");
	if (find_person(t, person->name) != NULL)
		return fail(t, &token, "this person is defined already");
	person->request = malloc(sizeof *person->request);
	if (person->request == NULL)
		return fail(t, &token, "out of memory");
	t->person_count++;
	request_init(person->request);
	person->request->request.time_unix = USUAL_TIME;
	request_set(person->request, "user", person->name);
	request_set(person->request, "id", person->name);
	return take_words(t, person->request);
}

static void
judge(struct table *t, const struct lex_token *keyword, const char *expected,
    const struct policy_decision *decision)
{
	const char *reason = policy_words_reason(decision);
	const char *got = policy_words_outcome(decision);
	struct policy_table_row row = {.file = t->lex.file,
	    .line = keyword->line,
	    .expected = expected,
	    .because = t->because,
	    .got = got,
	    .reason = reason,
	    .rule = decision->rule,
	    .text = decision->text,
	    .passed =
		strcmp(got, expected) == 0 &&
		(t->because[0] == '\0' || strcmp(t->because, reason) == 0)};

	t->passed += row.passed;
	if (t->calls.told != NULL)
		t->calls.told(t->calls.told_context, &row);
	else if (!row.passed)
		lex_error(t->errors, &t->lex, keyword,
		    "expected %s%s%s, found %s because %s %s %s", row.expected,
		    t->because[0] != '\0' ? " because " : "", t->because,
		    row.got, reason, row.rule, row.text);
}

static int
try_line(struct table *t, const struct lex_token *keyword, const char *expected)
{
	struct lex_token token = lex_next(&t->lex);
	struct policy_decision decision;
	char name[65];
	struct person *person;

	person =
	    token.kind == LEX_WORD && lex_text(&token, name, sizeof name) >= 0
		? find_person(t, name)
		: NULL;
	if (person == NULL)
		return fail(t, &token,
		    "expected a person that is defined above, with: "
		    "person NAME group ...");
	*t->request = *person->request;
	request_moved(t->request, person->request);
	t->because[0] = '\0';
	if (take_words(t, t->request) != 0)
		return -1;
	request_finish(t->request);
	if (t->calls.tried != NULL)
		t->calls.tried(t->calls.tried_context, &t->request->request);
	policy_decide(t->policy, &t->request->request, &decision);
	judge(t, keyword, expected, &decision);
	return 0;
}

static int
take_line(struct table *t)
{
	static const char *const outcomes[] = {
	    "permit", "ask", "enrol", "deny"};
	struct lex_token token = lex_next(&t->lex);

	if (lex_is(&token, "person"))
		return add_person(t);
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
		if (lex_is(&token, outcomes[i]))
			return try_line(t, &token, outcomes[i]);
	return fail(t, &token, "expected person, permit, ask, enrol or deny");
}

unsigned
policy_table_run(const struct policy *policy, const char *file,
    const char *text, size_t length, struct lex_errors *errors)
{
	const struct policy_source table = {file, text, length};
	const struct policy_table_calls none = {0};

	return policy_table_tell(policy, &table, errors, &none);
}

unsigned
policy_table_tell(const struct policy *policy,
    const struct policy_source *table, struct lex_errors *errors,
    const struct policy_table_calls *calls)
{
	struct table *t = calloc(1, sizeof *t);
	unsigned passed = 0;

	if (t != NULL)
		t->request = malloc(sizeof *t->request);
	if (t == NULL || t->request == NULL) {
		lex_error_file(errors, table->name, "out of memory");
		free(t);
		return 0;
	}
	t->policy = policy;
	t->errors = errors;
	t->calls = *calls;
	lex_init(&t->lex, table->name, table->text, table->length);
	while (lex_peek(&t->lex).kind != LEX_END) {
		if (lex_peek(&t->lex).kind == LEX_NEWLINE)
			lex_next(&t->lex);
		else if (take_line(t) != 0 && !at_end(t))
			lex_skip_statement(&t->lex);
	}
	passed = t->passed;
	for (size_t i = 0; i < t->person_count; i++)
		free(t->person[i].request);
	free(t->request);
	free(t);
	return passed;
}
