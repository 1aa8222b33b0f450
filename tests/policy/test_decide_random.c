/* SPDX-License-Identifier: Apache-2.0 */
/* Random policies and requests: against an evaluator that is slow and plain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define PAIRS_PER_POLICY 250

static void
agrees_with_the_slow_evaluator(void **state)
{
	uint32_t seed = 20261122;
	unsigned permits = 0, rounds = 4000;
	static char text[16384];

	for (unsigned round = 0; round < rounds; round++) {
		struct model_policy model;
		struct policy *policy;

		model_random_policy(&seed, 1 + round % MODEL_RULES, &model);
		model_print(&model, NULL, text, sizeof text);
		policy = support_rules(text);
		if (policy == NULL)
			fail_msg("%s", support_errors.text);
		for (int i = 0; i < PAIRS_PER_POLICY; i++) {
			struct model_request request;
			struct policy_decision decision;
			bool permitted, denied;

			model_random_request(&seed, &request);
			policy_decide(
			    policy, model_translate(&request), &decision);
			permitted = model_permits(&model, &request);
			denied = model_denies(&model, &request);
			permits += permitted;
			if (permitted != (decision.outcome == POLICY_PERMIT) ||
			    denied != (decision.reason ==
					  POLICY_REASON_DENIED_BY_RULE))
				fail_msg("%s\nround %u pair %d: %s by %s", text,
				    round, i,
				    policy_reason_text(decision.reason),
				    decision.rule);
		}
		policy_free(policy);
	}
	/* a test of nothing but denials would test nothing */
	assert_true(permits > rounds * PAIRS_PER_POLICY / 50);
}

static unsigned
count_bits(uint32_t bits)
{
	return (unsigned)__builtin_popcount(bits);
}

/* What is asked for is enough, and no more than is needed. */
static void
what_is_asked_lets_in(void **state)
{
	static char text[16384];
	uint32_t seed = 20261128;
	unsigned asked = 0;

	for (unsigned round = 0; round < 2000; round++) {
		struct model_policy model;
		struct policy *policy;

		model_random_policy(&seed, 1 + round % MODEL_RULES, &model);
		model_print(&model, NULL, text, sizeof text);
		policy = support_rules(text);
		assert_non_null(policy);
		for (int i = 0; i < 50; i++) {
			struct model_request m;
			struct policy_request request;
			struct policy_decision d;
			uint32_t proven, can = model_random(&seed) % 32;

			model_random_request(&seed, &m);
			request = *model_translate(&m);
			request.obtainable = can;
			policy_decide(policy, &request, &d);
			proven = m.proven;
			m.proven = proven | can;
			assert_int_equal(d.outcome != POLICY_DENY,
			    model_permits(&model, &m));
			if (d.outcome == POLICY_DENY)
				continue;
			asked += d.outcome == POLICY_ASK;
			for (size_t w = 0; w < d.way_count; w++) {
				m.proven = proven | d.ways[w].missing;
				assert_int_equal(d.ways[w].missing & ~can, 0);
				assert_true(model_permits(&model, &m));
			}
			for (uint32_t less = 0; less < 32; less++) {
				m.proven = proven | (less & can);
				if (count_bits(less & can & ~proven) <
				    count_bits(d.ways[0].missing))
					assert_false(model_permits(&model, &m));
			}
		}
		policy_free(policy);
	}
	assert_true(asked > 2000);
}

static void
order_changes_no_decision(void **state)
{
	uint32_t seed = 42;
	static char text[16384], shuffled[16384], second[16384];

	for (unsigned round = 0; round < 300; round++) {
		size_t order[MODEL_RULES];
		struct model_policy model;
		struct policy *a, *b;

		model_random_policy(&seed, MODEL_RULES, &model);
		for (size_t i = 0; i < MODEL_RULES; i++) {
			size_t j = model_random(&seed) % (i + 1);

			order[i] = order[j];
			order[j] = i;
		}
		model_print(&model, NULL, text, sizeof text);
		model_print(&model, order, shuffled, sizeof shuffled);
		a = support_rules(text);
		/* half of the rules in a second file, given first */
		{
			char *at = shuffled + strlen(shuffled);
			struct policy_source files[2];

			for (int line = 0; line < 6; line++) {
				do
					at--;
				while (at[-1] != '\n');
			}
			snprintf(second, sizeof second, "%send\n", at);
			memcpy(at, "end\n", 5);
			files[0] =
			    (struct policy_source){"z", second, strlen(second)};
			files[1] = (struct policy_source){
			    "a", shuffled, strlen(shuffled)};
			lex_errors_init(&support_errors);
			b = policy_parse(
			    files, 2, &support_zones, &support_errors);
		}
		assert_non_null(a);
		assert_non_null(b);
		for (int i = 0; i < 100; i++) {
			struct policy_decision left, right;
			struct model_request request;

			model_random_request(&seed, &request);
			policy_decide(a, model_translate(&request), &left);
			policy_decide(b, model_translate(&request), &right);
			assert_int_equal(left.outcome, right.outcome);
			assert_int_equal(left.reason, right.reason);
			assert_int_equal(left.way_count, right.way_count);
			for (size_t w = 0; w < left.way_count; w++) {
				assert_int_equal(left.ways[w].factors,
				    right.ways[w].factors);
				assert_string_equal(
				    left.ways[w].text, right.ways[w].text);
			}
		}
		policy_free(a);
		policy_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_the_slow_evaluator),
	    cmocka_unit_test(what_is_asked_lets_in),
	    cmocka_unit_test(order_changes_no_decision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
