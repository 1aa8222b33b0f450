/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search for a request that gets past an assertion that was proved, and for
 * one on which two policies differ that were found alike, in the whole
 * language: attributes, employment, hours around the change of clocks,
 * freezes, addresses at the ends of networks, patterns that overlap, numbers
 * of factors, approvals, grace.  What an assertion speaks of is told by the
 * evaluator itself, of a policy that permits just that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/policy/random_policy.h"
#include "tests/policy/random_request.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define PROVEN_MIN 60 /* or this tests nothing */
#define ALIKE_MIN 20

static bool
permits(const struct policy *policy, const struct policy_request *request)
{
	struct policy_decision d;

	policy_decide(policy, request, &d);
	return d.outcome == POLICY_PERMIT;
}

/* What a session is given; "" if there is none. */
static const char *
given(const struct policy *policy, const struct policy_request *request,
    char out[128])
{
	const struct policy_obligations *o;
	struct policy_decision d;

	policy_decide(policy, request, &d);
	out[0] = '\0';
	if (d.outcome != POLICY_PERMIT || d.ways[0].grace)
		return out;
	o = d.ways[0].obligations;
	snprintf(out, 128, "for %u token %u lease %u audiences %zu %.32s",
	    o->session_seconds, o->token_seconds, o->lease_seconds,
	    o->audience_count, o->audience_count > 0 ? o->audiences[0] : "");
	return out;
}

/* Whatever is proven: that is about who, where and when. */
static bool
is_about(const struct policy *policy, const struct policy_request *request)
{
	struct policy_request all = *request;

	all.proven = POLICY_FACTORS;
	return permits(policy, &all);
}

static bool
breaks(const struct random_claim *claim, const struct policy_request *request)
{
	bool only = strncmp(claim->text.text, "assert only", 11) == 0;

	if (!is_about(claim->about, request))
		return false;
	if (claim->content == NULL)
		return true;
	return only ? !is_about(claim->content, request)
		    : !permits(claim->content, request);
}

static unsigned undecided;

static void
note(void *context, const struct policy_breach *breach)
{
	(void)context;
	undecided += breach->undecided;
}

/* True if the assertion was proved. */
static bool
search(unsigned requests)
{
	struct random_text out = {.used = 0};
	struct policy *policy;
	struct random_claim claim;
	uint32_t count;
	bool proven;

	random_theme =
	    random_below(8) == 0 ? ALL : (enum theme)random_below(THEMES);
	count = 1 + random_below(random_theme == ALL ? 7 : 3);
	random_claim(&claim);
	random_names(&out);
	while (count-- > 0)
		random_rule(&out);
	random_put(&out, "%s", claim.text.text);
	policy = support_rules(out.text);
	if (policy == NULL)
		fail_msg("%s\n%s", out.text, support_errors.text);
	undecided = 0;
	proven = policy_prove(policy, RANDOM_SINCE, note, NULL) == 0;
	if (undecided != 0)
		fail_msg("undecided: %s", out.text);
	while (proven && requests-- > 0) {
		struct random_asked a;

		random_request(&a);
		if (permits(policy, &a.request) && breaks(&claim, &a.request)) {
			random_show(out.text, &a);
			fail_msg("proved, and not so");
		}
	}
	policy_free(policy);
	policy_free(claim.about);
	policy_free(claim.content);
	return proven;
}

static void
note_difference(void *context, const struct policy_difference *difference)
{
	(void)context;
	(void)difference;
}

static struct policy *
parse(const struct random_text *out)
{
	struct policy *policy = support_rules(out->text);

	if (policy == NULL)
		fail_msg("%s\n%s", out->text, support_errors.text);
	return policy;
}

/* Two policies of which one has a rule more, or another one.  True if they
 * were found alike. */
static bool
compare(unsigned requests)
{
	struct random_text old = {.used = 0}, new;
	struct policy *sides[2];
	uint32_t count;
	int found;

	random_theme = (enum theme)random_below(THEMES);
	count = 1 + random_below(4);
	random_names(&old);
	while (count-- > 0)
		random_rule(&old);
	new = old;
	if (random_theme == SESSIONS)
		random_permit(&old, &new);
	else
		random_rule(&new);
	if (random_theme != SESSIONS && random_below(2) == 0)
		random_rule(&old);
	sides[0] = parse(&old);
	sides[1] = parse(&new);
	found = policy_diff(
	    sides[0], sides[1], RANDOM_SINCE, note_difference, NULL);
	if (found < 0)
		fail_msg("undecided: %s\n%s", old.text, new.text);
	while (found == 0 && requests-- > 0) {
		char what[2][128];
		struct random_asked a;

		random_request(&a);
		if (permits(sides[0], &a.request) !=
			permits(sides[1], &a.request) ||
		    strcmp(given(sides[0], &a.request, what[0]),
			given(sides[1], &a.request, what[1])) != 0) {
			random_show(old.text, &a);
			fail_msg("alike, and not so: %s", new.text);
		}
	}
	policy_free(sides[0]);
	policy_free(sides[1]);
	return found == 0;
}

/* Fewer for a test, more for a night. */
static unsigned
policies(unsigned usual)
{
	const char *more = getenv("SEARCH_POLICIES");

	random_start(more != NULL ? (uint32_t)time(NULL) : 20260701);
	return more != NULL ? (unsigned)atoi(more) : usual;
}

static void
nothing_gets_past_what_was_proved(void **state)
{
	unsigned left = policies(250), proven = 0;

	while (left-- > 0)
		proven += search(5000);
	assert_true(proven > PROVEN_MIN);
}

static void
what_was_found_alike_decides_alike(void **state)
{
	unsigned left = policies(200), alike = 0;

	while (left-- > 0)
		alike += compare(5000);
	assert_true(alike > ALIKE_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_gets_past_what_was_proved),
	    cmocka_unit_test(what_was_found_alike_decides_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
