/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Approvals: what policies with every kind of them let in is counted out, for
 * all that three people can have approved, and compared with what diff and
 * review say.
 */
#include <stdio.h>
#include <string.h>

#include "lib/conf/lex.h"
#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define KINDS 28 /* none; 1 to 3, of nobody, g or h, within none, 10m or 1h */
#define CHOICES                                                      \
	10 /* none; in no group, g or h, now, half an hour, long ago \
	    */
#define CASES (CHOICES * CHOICES * CHOICES)
#define WORDS ((CASES + 63) / 64)

static const char groups[] = "group g \"cn=g\"\ngroup h \"cn=h\"\n";

/* Which of the cases are enough for each kind, by the words of the manual. */
static uint64_t enough[KINDS][WORDS];

static void
put_kind(char *out, size_t size, unsigned kind)
{
	static const char *const of[] = {"", " of g", " of h"};
	static const char *const within[] = {"", " within 10m", " within 1h"};

	out[0] = '\0';
	if (kind > 0)
		snprintf(out, size, " approval %u%s%s", (kind - 1) / 9 + 1,
		    of[(kind - 1) / 3 % 3], within[(kind - 1) % 3]);
}

static bool
counts(unsigned kind, unsigned choice)
{
	static const unsigned age[] = {0, 30, 1000}, most[] = {9999, 10, 60};
	unsigned of = (kind - 1) / 3 % 3;

	return choice > 0 && (of == 0 || of == (choice - 1) / 3) &&
	       age[(choice - 1) % 3] < most[(kind - 1) % 3];
}

static void
count_out(void)
{
	for (unsigned kind = 0; kind < KINDS; kind++) {
		for (unsigned n = 0; n < CASES; n++) {
			unsigned have = 0;

			for (unsigned who = n; who > 0; who /= CHOICES)
				have += counts(kind, who % CHOICES);
			if (kind == 0 || have >= (kind - 1) / 9 + 1)
				enough[kind][n / 64] |= UINT64_C(1) << n % 64;
		}
	}
}

/* Is one of the sets, less the others, not empty? */
static bool
is_left(const unsigned *in, const unsigned *out, size_t count)
{
	for (size_t w = 0; w < WORDS; w++) {
		uint64_t some = 0, others = 0;

		for (size_t i = 0; i < count; i++) {
			some |= enough[in[i]][w];
			others |= out != NULL ? enough[out[i]][w] : 0;
		}
		if (some & ~others)
			return true;
	}
	return false;
}

static struct policy *
policy_of(const unsigned *kinds, size_t count, unsigned hours)
{
	char text[512];
	size_t used = (size_t)snprintf(text, sizeof text, "%s", groups);

	for (size_t i = 0; i < count; i++) {
		char words[64];

		put_kind(words, sizeof words, kinds[i]);
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "permit any with password%s for %uh\n", words, hours);
	}
	return support_rules(text);
}

struct found {
	bool old, new, obligations;
	const struct policy *sides[2];
};

static void
note(void *context, const struct policy_difference *d)
{
	struct found *f = context;
	struct policy_decision old, new;

	policy_decide(f->sides[0], &d->witness->request, &old);
	policy_decide(f->sides[1], &d->witness->request, &new);
	if (d->obligations)
		f->obligations = old.outcome == POLICY_PERMIT &&
				 new.outcome == POLICY_PERMIT;
	else if (d->permitted)
		f->new =
		    old.outcome == POLICY_DENY &&new.outcome == POLICY_PERMIT;
	else
		f->old =
		    new.outcome == POLICY_DENY &&old.outcome == POLICY_PERMIT;
}

static struct found
differ(const unsigned *old, const unsigned *new, size_t count, unsigned hours)
{
	struct found f = {
	    .sides = {policy_of(old, count, 1), policy_of(new, count, hours)}};

	assert_true(policy_diff(f.sides[0], f.sides[1], 1, note, &f) >= 0);
	policy_free((struct policy *)(uintptr_t)f.sides[0]);
	policy_free((struct policy *)(uintptr_t)f.sides[1]);
	return f;
}

static void
diff_tells_all_kinds_apart(void **state)
{
	for (unsigned old = 0; old < KINDS; old++) {
		for (unsigned new = 0; new < KINDS; new ++) {
			struct found f = differ(&old, &new, 1, 2);

			assert_int_equal(f.old, is_left(&old, &new, 1));
			assert_int_equal(f.new, is_left(&new, &old, 1));
			/* the same people can always meet both */
			assert_true(f.obligations);
		}
	}
}

static void
diff_knows_what_several_rules_let_in(void **state)
{
	uint32_t seed = 20261128;

	for (int round = 0; round < 800; round++) {
		unsigned old[3], new[3];
		struct found f;

		for (int i = 0; i < 3; i++) {
			old[i] = 1 + model_random(&seed) % (KINDS - 1);
			new[i] = model_random(&seed) % 2
				     ? old[i]
				     : 1 + model_random(&seed) % (KINDS - 1);
		}
		f = differ(old, new, 3, 1);
		assert_int_equal(f.old, is_left(old, new, 3));
		assert_int_equal(f.new, is_left(new, old, 3));
	}
}

/* The session is that of the rule whose text comes first; one that lets in
 * nobody more and is never that rule changes nothing. */
static bool
changes_nothing(unsigned a, unsigned b)
{
	char text[64], other[64];

	put_kind(text, sizeof text, a);
	put_kind(other, sizeof other, b);
	strcat(text, " for");
	strcat(other, " for");
	return !is_left(&a, &b, 1) && strcmp(other, text) <= 0;
}

/* Of two rules the one that changes nothing is warned of. */
static void
review_finds_the_rule_that_changes_nothing(void **state)
{
	for (unsigned a = 0; a < KINDS; a++) {
		for (unsigned b = 0; b < KINDS; b++) {
			unsigned kinds[] = {a, b};
			struct policy *policy = policy_of(kinds, 2, 1);

			lex_errors_init(&support_errors);
			assert_true(
			    policy_review(policy, 1, &support_errors) >= 0);
			assert_int_equal(strstr(support_errors.text,
					     "changes nothing") != NULL,
			    changes_nothing(a, b) || changes_nothing(b, a));
			policy_free(policy);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(diff_tells_all_kinds_apart),
	    cmocka_unit_test(diff_knows_what_several_rules_let_in),
	    cmocka_unit_test(review_finds_the_rule_that_changes_nothing),
	};

	count_out();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
