/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that runs out at any place: a question is undecided, never answered
 * wrong. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/shapes.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define SINCE 1767225600 /* 2026-01-01 */

static int fails_at, calls;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

/* arenas, and nothing else here, take memory by it */
void *
__wrap_calloc(size_t count, size_t size)
{
	return ++calls == fails_at ? NULL : __real_calloc(count, size);
}

static void
count_access(void *context, const struct policy_access *access)
{
	(void)access;
	++*(int *)context;
}

static void
count_difference(void *context, const struct policy_difference *difference)
{
	(void)difference;
	++*(int *)context;
}

static int
prove(const struct policy *policy)
{
	return policy_prove(policy, SINCE, NULL, NULL);
}

static int
review(const struct policy *policy)
{
	static struct lex_errors errors;

	lex_errors_init(&errors);
	return policy_review(policy, SINCE, &errors);
}

static int
who(const struct policy *policy)
{
	int found = 0;

	return policy_who(policy, &(struct policy_whom){"a.x", NULL, SINCE},
	    count_access, &found);
}

static int
diff(const struct policy *policy)
{
	int found = 0;

	return policy_diff(policy, policy, SINCE, count_difference, &found);
}

typedef int question_fn(const struct policy *policy);

/* Each call fails that comes, up to this one. */
static void
ask(const struct shape_of *of, question_fn *question, int most)
{
	struct shape_text text;
	struct policy *policy;
	char *whole;

	shape_make(of, &text);
	whole = shape_policy(&text);
	policy = support_parse(whole);
	assert_non_null(policy);
	assert_true(question(policy) >= 0);
	for (int n = 1; n <= most; n++) {
		int result;

		calls = 0;
		fails_at = n;
		result = question(policy);
		fails_at = 0;
		if (calls < n)
			break;
		/* a proof that is undecided counts as broken */
		if (result != -1 && !(question == prove && result > 0))
			fail_msg("%s: call %d failed, and %d is the answer",
			    shape_names[of->shape], n, result);
	}
	policy_free(policy);
	free(whole);
	shape_free(&text);
}

static void
nothing_is_answered_without_memory(void **state)
{
	static question_fn *const questions[] = {prove, review, who, diff};

	for (enum shape shape = 0; shape < SHAPE_COUNT; shape++) {
		struct shape_of of = {
		    .shape = shape, .size = 24, .unknown = true};

		for (size_t i = 0; i < sizeof questions / sizeof *questions;
		     i++)
			ask(&of, questions[i], INT_MAX);
	}
}

/* Each list takes memory of its own here. */
static void
nor_are_questions_about_long_lists(void **state)
{
	struct shape_of of = {.shape = SHAPE_nested, .size = 5000};

	ask(&of, prove, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_answered_without_memory),
	    cmocka_unit_test(nor_are_questions_about_long_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
