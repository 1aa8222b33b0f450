/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of make bench, small: the proof against all requests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/shapes.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))
#define SINCE 1767225600 /* 2026-01-01 */
#define MOST 64

/* The values that one fact is given; "" is unknown. */
struct values {
	char text[MOST][64];
	size_t count;
};

static void
add(struct values *values, const char *text)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->text[i], text) == 0)
			return;
	}
	assert_true(values->count < MOST);
	snprintf(
	    values->text[values->count++], sizeof values->text[0], "%s", text);
}

/* A name that the pattern matches, with more or less where stars are. */
static void
add_host(struct values *hosts, const char *pattern, const char *star)
{
	char name[64];
	size_t used = 0;

	for (const char *c = pattern; *c != '\0'; c++) {
		if (*c == '*')
			used += (size_t)snprintf(
			    name + used, sizeof name - used, "%s", star);
		else
			name[used++] = *c;
	}
	name[used] = '\0';
	add(hosts, name);
}

/* What the words of a policy make different. */
static void
collect(const char *rules, struct values *addresses, struct values *hosts)
{
	char *copy = strdup(rules), *rest = copy;

	assert_non_null(copy);
	addresses->count = hosts->count = 0;
	for (char *word; (word = strsep(&rest, " \n")) != NULL;) {
		char *slash = strchr(word, '/');
		size_t length = strlen(word);

		if (slash != NULL && slash[1] >= '0' && slash[1] <= '9') {
			*slash = '\0';
			if (addresses->count < 8)
				add(addresses, word);
		} else if (length > 2 && word[length - 2] == '.' &&
			   hosts->count < 24 && strncmp(word, "**", 2) != 0) {
			add_host(hosts, word, "y");
			add_host(hosts, word, "bz");
		}
	}
	free(copy);
	add(addresses, "10.200.0.1");
	add(addresses, "192.0.2.1");
	add(addresses, "2001:db8::1");
	add(addresses, "");
	add(hosts, "nowhere.x");
	add(hosts, "a.b.c.d.x");
	add(hosts, "");
}

/* An assertion as two policies: what it is about, and who may. */
struct claim {
	struct policy *about, *content;
};

static struct policy *
rule(const char *definitions, const char *who, const char *conditions,
    const char *need)
{
	char *text;
	struct policy *policy;

	if (asprintf(&text, "%spermit %s %s with %s\n", definitions, who,
		conditions, need) < 0)
		abort();
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	free(text);
	return policy;
}

#define ANYTHING "password | otp | fido2 | publickey | recovery"

static struct claim
make_claim(const char *rules, const struct shape_claim *c)
{
	bool only = strcmp(c->kind, "only") == 0;
	struct claim claim = {.about = rule(rules, only ? "any" : c->who,
				  c->conditions, ANYTHING)};

	if (only)
		claim.content = rule(rules, c->who, "", ANYTHING);
	else if (c->need[0] != '\0')
		claim.content = rule(rules, "any", "", c->need);
	return claim;
}

static bool
permits(const struct policy *policy, const struct policy_request *request)
{
	struct policy_decision d;

	policy_decide(policy, request, &d);
	return d.outcome == POLICY_PERMIT;
}

/* Only the definitions: "about" is a policy with one rule. */
static char *
definitions_of(const char *rules)
{
	char *copy = strdup(rules), *out = calloc(1, strlen(rules) + 1);
	char *rest = copy;

	assert_non_null(out);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (strncmp(line, "permit", 6) != 0 &&
		    strncmp(line, "deny", 4) != 0)
			strcat(strcat(out, line), "\n");
	}
	free(copy);
	return out;
}

static bool
breaks(const struct claim *claim, const struct policy_request *request)
{
	return permits(claim->about, request) &&
	       (claim->content == NULL || !permits(claim->content, request));
}

/* How many hours have all that differs. */
static int
hours_of(enum shape shape)
{
	return shape == SHAPE_months			      ? 31 * 24
	       : shape == SHAPE_hours || shape == SHAPE_boxes ? 7 * 24
							      : 1;
}

/* Each person, address, host, hour and service. */
static bool
some_request_breaks(const struct policy *policy, const struct claim *claim,
    const struct values *addresses, const struct values *hosts,
    enum shape shape)
{
	static const uint32_t proven[] = {POLICY_PASSWORD | POLICY_OTP,
	    POLICY_PASSWORD, POLICY_PUBLICKEY,
	    POLICY_PASSWORD | POLICY_PUBLICKEY, POLICY_OTP | POLICY_PUBLICKEY};
	const int sets = shape == SHAPE_factors ? (int)COUNT(proven) : 1;
	const int hours = hours_of(shape);
	static const char *const groups[] = {
	    "cn=ops,dc=x", "cn=g0,dc=x", "cn=su,dc=x"};
	static const char *const services[] = {"sshd", "su", "s0", "s1"};
	const char *member[COUNT(groups)];
	struct policy_request r = {
	    .username = "ann", .subject = "1", .groups = member};

	for (unsigned p = 0; p < 4u << COUNT(groups); p++) {
		r.group_count = 0;
		for (size_t g = 0; g < COUNT(groups); g++) {
			if (p >> (g + 2) & 1)
				member[r.group_count++] = groups[g];
		}
		r.employment = (enum policy_employment)(p & 3);
		for (size_t i = 0;
		     i < addresses->count * hosts->count * COUNT(services);
		     i++) {
			size_t n = i / COUNT(services);
			const char *host = hosts->text[n % hosts->count];
			const char *from = addresses->text[n / hosts->count];

			r.service = services[i % COUNT(services)];
			r.host = host[0] != '\0' ? host : NULL;
			if (from[0] == '\0')
				r.client.known = false;
			else
				policy_address_parse(from, &r.client);
			for (int t = 0; t < hours * sets; t++) {
				r.time_unix = SINCE + t / sets * 3600;
				r.proven = proven[t % sets];
				if (breaks(claim, &r) && permits(policy, &r))
					return true;
			}
		}
	}
	return false;
}

static const char *reported[MOST];
static size_t reported_count;
static unsigned wrong;

static void
note(void *context, const struct policy_breach *breach)
{
	assert_false(breach->undecided);
	assert_true(reported_count < MOST);
	reported[reported_count++] = breach->text;
	wrong += !permits(context, &breach->witness->request);
}

static bool
was_reported(const char *text)
{
	for (size_t i = 0; i < reported_count; i++) {
		if (strstr(reported[i], text) != NULL)
			return true;
	}
	return false;
}

static void
compare(const struct shape_of *of)
{
	struct values addresses, hosts;
	struct shape_text text;
	struct policy *policy;
	char *whole, *definitions;

	shape_make(of, &text);
	whole = shape_policy(&text);
	definitions = definitions_of(text.rules);
	policy = support_parse(whole);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	collect(whole, &addresses, &hosts);
	reported_count = wrong = 0;
	policy_prove(policy, SINCE, note, policy);
	assert_int_equal(wrong, 0);
	if ((reported_count > 0) != of->broken)
		fail_msg("%s%s: %s\n%s", of->broken ? "no breach" : "breach",
		    of->unknown ? ", unknown" : "",
		    reported_count > 0 ? reported[0] : "", whole);
	for (size_t i = 0; i < text.claim_count; i++) {
		const struct shape_claim *c = &text.claims[i];
		struct claim claim = make_claim(definitions, c);
		char line[192];

		if (strcmp(c->kind, "always") == 0)
			snprintf(line, sizeof line, "assert always %s of %s",
			    c->need, c->who);
		else
			snprintf(line, sizeof line, "assert %s %s%s%s", c->kind,
			    c->who, c->conditions[0] ? " " : "", c->conditions);
		if (some_request_breaks(policy, &claim, &addresses, &hosts,
			of->shape) != was_reported(line))
			fail_msg("%s of %zu%s%s: %s\n%s",
			    shape_names[of->shape], of->size,
			    of->unknown ? ", unknown" : "",
			    of->broken ? ", broken" : "", line, whole);
		policy_free(claim.about);
		policy_free(claim.content);
	}
	policy_free(policy);
	free(definitions);
	free(whole);
	shape_free(&text);
}

static void
small_ones_are_as_all_requests_say(void **state)
{
	static const size_t sizes[SHAPE_COUNT] = {
	    [SHAPE_nested] = 3,
	    [SHAPE_hours] = 3,
	    [SHAPE_boxes] = 8,
	    [SHAPE_labels] = 3,
	    [SHAPE_companies] = 4,
	    [SHAPE_months] = 4,
	    [SHAPE_services] = 5,
	    [SHAPE_exceptions] = 4,
	    [SHAPE_factors] = 4,
	};

	for (unsigned i = 0; i < 4 * SHAPE_COUNT; i++) {
		struct shape_of of = {.shape = (enum shape)(i / 4),
		    .size = sizes[i / 4],
		    .unknown = i % 2 != 0,
		    .broken = i % 4 >= 2};

		compare(&of);
	}
}

/* As in make bench, where the time is measured as well. */
static void
large_ones_are_decided(void **state)
{
	for (unsigned i = 0; i < 2 * SHAPE_COUNT; i++) {
		struct shape_of of = {.shape = (enum shape)(i / 2),
		    .size = shape_sizes[i / 2] / 4,
		    .unknown = true,
		    .broken = i % 2 != 0};
		struct shape_text text;
		struct policy *policy;
		char *whole;

		shape_make(&of, &text);
		whole = shape_policy(&text);
		policy = support_parse(whole);
		assert_non_null(policy);
		reported_count = 0;
		policy_prove(policy, SINCE, note, policy);
		if ((reported_count > 0) != of.broken)
			fail_msg("%s of %zu: %s", shape_names[of.shape],
			    of.size, reported_count > 0 ? reported[0] : "");
		policy_free(policy);
		free(whole);
		shape_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_ones_are_as_all_requests_say),
	    cmocka_unit_test(large_ones_are_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
