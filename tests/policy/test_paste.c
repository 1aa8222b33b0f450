/* SPDX-License-Identifier: Apache-2.0 */
/* Each example that is shown can be pasted after "policy decide". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/policy/policy_request.h"
#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

static unsigned pasted;

/* The next word as a shell reads it; false at the end. */
static bool
next_word(const char **at, char *word, size_t room)
{
	size_t used = 0;
	bool quoted = false;

	while (**at == ' ')
		++*at;
	if (**at == '\0')
		return false;
	for (; **at != '\0' && (quoted || **at != ' '); ++*at) {
		assert_true(used + 1 < room);
		if (**at == '\'')
			quoted = !quoted;
		else if (!quoted && **at == '\\')
			word[used++] = *++*at;
		else
			word[used++] = **at;
	}
	assert_false(quoted);
	word[used] = '\0';
	return true;
}

/* As the command reads its options. */
static struct policy_decision
decide_pasted(const struct policy *policy, const struct policy_witness *witness)
{
	static char text[POLICY_WITNESS_TEXT], word[POLICY_WITNESS_TEXT],
	    value[POLICY_WITNESS_TEXT];
	static struct request request;
	const char *at = policy_witness_text(witness, text);
	struct policy_decision decision;

	request_init(&request);
	while (next_word(&at, word, sizeof word)) {
		char *equals = strchr(word, '=');

		assert_memory_equal(word, "--", 2);
		if (equals != NULL) {
			*equals = '\0';
			snprintf(value, sizeof value, "%s", equals + 1);
		} else {
			assert_true(next_word(&at, value, sizeof value));
		}
		if (request_set(&request, word + 2, value) != NULL)
			fail_msg("%s %s: %s", word, value, text);
	}
	request_finish(&request);
	policy_decide(policy, &request.request, &decision);
	pasted++;
	return decision;
}

static void
is_let_in(const struct policy *policy, const struct policy_witness *witness)
{
	char text[POLICY_WITNESS_TEXT];

	if (decide_pasted(policy, witness).outcome != POLICY_PERMIT)
		fail_msg("not let in: %s", policy_witness_text(witness, text));
}

static void
paste_breach(void *context, const struct policy_breach *breach)
{
	assert_false(breach->undecided);
	is_let_in(context, breach->witness);
}

static void
paste_access(void *context, const struct policy_access *access)
{
	is_let_in(context, access->witness);
}

struct pair {
	struct policy *old, *new;
};

static void
paste_difference(void *context, const struct policy_difference *d)
{
	const struct pair *pair = context;
	bool by_old =
		 decide_pasted(pair->old, d->witness).outcome == POLICY_PERMIT,
	     by_new =
		 decide_pasted(pair->new, d->witness).outcome == POLICY_PERMIT;

	assert_int_equal(by_new, d->permitted);
	assert_int_equal(by_old, !d->permitted || d->obligations);
}

static struct policy *
parse(const struct model_policy *model, const char *more)
{
	static char text[16384];
	struct policy *policy;
	size_t used;

	model_print(model, NULL, text, sizeof text);
	used = strlen(text);
	snprintf(text + used, sizeof text - used, "%s", more);
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	return policy;
}

/* POLICIES=5000 for a longer run. */
static void
every_example_can_be_pasted(void **state)
{
	const char *more = getenv("POLICIES");
	unsigned rounds = more != NULL ? (unsigned)atoi(more) : 400;
	uint32_t seed = 41;

	for (unsigned round = 0; round < rounds; round++) {
		struct model_policy old, new;
		struct pair pair;

		model_random_policy(&seed, 1 + round % 6, &old);
		new = old;
		model_random_scope(&seed, &new.rules[0].scope);
		pair.old = parse(&old, "");
		pair.new = parse(&new, "assert never any\nassert only p5 p7\n"
				       "assert always fido2 to h1\n");
		policy_prove(pair.new, 1, paste_breach, pair.new);
		policy_who(pair.new,
		    &(struct policy_whom){"ab.example", NULL, 1}, paste_access,
		    pair.new);
		policy_diff(pair.old, pair.new, 1, paste_difference, &pair);
		policy_free(pair.old);
		policy_free(pair.new);
	}
	print_message("%u policies, %u examples pasted\n", rounds, pasted);
	assert_true(pasted > rounds);
}

/* Quotes, spaces and what is empty come through a shell. */
static void
quotes_come_through(void **state)
{
	static const char rules[] =
	    "group it \"cn=o'brien & co,dc=x\"\n"
	    "group away attribute status \"on leave\"\n"
	    "person bad id \"it's\"\n"
	    "permit it with password\ndeny away bad\nassert never it\n";
	struct policy *policy = support_rules(rules);

	assert_non_null(policy);
	pasted = 0;
	assert_int_equal(policy_prove(policy, 1, paste_breach, policy), 1);
	assert_int_equal(pasted, 1);
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_example_can_be_pasted),
	    cmocka_unit_test(quotes_come_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
