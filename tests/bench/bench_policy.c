/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a decision takes over 10 to 10,000 rules, beside a SHA-256 of
 * 1 KiB in the same run, and how long proving takes.  Prints lines of name
 * and value; a name that comes again is one of its rounds.
 *
 * What is set in relation is measured by turns, a few dozen microseconds each:
 * whatever else the machine does meets both.  A round's figure is the median
 * over its turns, and of a ratio the median of the turns' own ratios.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/policy.h"

#define ROUNDS 15
#define TURNS 201 /* of a round */
#define CALLS 50  /* of a turn */
#define SIZES 4

static const size_t sizes[SIZES] = {10, 100, 1000, 10000};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * A company: a team per ten rules with its own group, network and hosts, some
 * rules for everybody, a deny in ten.  With slack, every assertion has to look
 * at every rule.
 */
static struct policy *
make_policy(size_t rules, size_t assertions)
{
	size_t size = 4096 + rules * 600 + assertions * 200, used = 0;
	char *text = malloc(size);
	struct lex_errors *errors = malloc(sizeof *errors);
	struct policy_source source = {"bench.policy", text, 0};
	struct policy *policy;

	if (text == NULL || errors == NULL)
		abort();
	used += (size_t)snprintf(text + used, size - used,
	    "group contractors employment contractor\n"
	    "hours office mon-fri 08:00-18:00 UTC\n"
	    "freeze year-end 2026-12-20 2027-01-04 UTC\n");
	for (size_t i = 0; i < rules; i++) {
		size_t team = i / 10;

		if (i % 10 == 0)
			used += (size_t)snprintf(text + used, size - used,
			    "group g%zu \"cn=team%zu,ou=groups,dc=example,"
			    "dc=com\"\nnetwork n%zu 10.%zu.%zu.0/24\n"
			    "hosts h%zu app%zu-*.prod.example.com "
			    "db.team%zu.example.com\n",
			    team, team, team, team / 250, team % 250, team,
			    team, team);
		if (i % 10 == 9)
			used += (size_t)snprintf(text + used, size - used,
			    "deny contractors from n%zu to h%zu during "
			    "freeze\n",
			    team, team);
		else if (i % 10 == 8)
			used += (size_t)snprintf(text + used, size - used,
			    "permit any from n%zu to h%zu service web during "
			    "office with password + otp\n",
			    team, team);
		else
			used += (size_t)snprintf(text + used, size - used,
			    "permit g%zu from n%zu to h%zu with password + "
			    "(otp | fido2) for %zuh\n",
			    team, team, team, i % 10 + 1);
	}
	for (size_t i = 0; i < assertions; i++)
		used += (size_t)snprintf(text + used, size - used,
		    i % 2 ? "assert never contractors to h%zu during freeze "
			    "without fido2\n"
			  : "assert always 3 factors from 192.168.%zu.0/24\n",
		    i % (rules / 10));
	used += (size_t)snprintf(text + used, size - used, "end\n");
	source.length = used;
	lex_errors_init(errors);
	policy = policy_parse(&source, 1, NULL, errors);
	if (policy == NULL) {
		fputs(errors->text, stderr);
		exit(1);
	}
	free(text);
	free(errors);
	return policy;
}

struct work {
	const struct policy *policy; /* NULL: SHA-256 */
	struct policy_request request;
	EVP_MD *sha256;
	EVP_MD_CTX *context;
};

static double
time_decide(const struct work *w)
{
	struct policy_decision decision;
	double start = now();

	for (int i = 0; i < CALLS; i++) {
		policy_decide(w->policy, &w->request, &decision);
		if (decision.outcome != POLICY_PERMIT)
			exit(1);
	}
	return (now() - start) / CALLS;
}

static double
time_sha256(const struct work *w)
{
	static unsigned char data[1024], digest[32];
	double start = now();

	for (int i = 0; i < CALLS; i++) {
		if (EVP_DigestInit_ex2(w->context, w->sha256, NULL) != 1 ||
		    EVP_DigestUpdate(w->context, data, sizeof data) != 1 ||
		    EVP_DigestFinal_ex(w->context, digest, NULL) != 1)
			exit(1);
	}
	return (now() - start) / CALLS;
}

static double
time_one(const struct work *w)
{
	return w->policy != NULL ? time_decide(w) : time_sha256(w);
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double
median(double *list)
{
	qsort(list, TURNS, sizeof *list, compare);
	return list[TURNS / 2];
}

/* By turns: the medians of both, and of above by below. */
static double
compare_work(const struct work *above, const struct work *below,
    double *above_r, double *below_r)
{
	static double one[TURNS], other[TURNS], ratio[TURNS];

	time_one(above);
	time_one(below);
	for (int i = 0; i < TURNS; i++) {
		one[i] = time_one(above);
		other[i] = time_one(below);
		ratio[i] = one[i] / other[i];
	}
	*above_r = median(one);
	*below_r = median(other);
	return median(ratio);
}

static void
round_of(const struct work *decide, const struct work *sha256)
{
	double ns[SIZES], sha, by_sha, by_ten, ignored;

	compare_work(&decide[1], sha256, &ns[1], &ignored);
	by_sha = compare_work(&decide[2], sha256, &ns[2], &sha);
	by_ten = compare_work(&decide[3], &decide[0], &ns[3], &ns[0]);
	printf("sha256_1k_ns %.1f\n", sha * 1e9);
	for (int s = 0; s < SIZES; s++)
		printf(
		    "policy_decide_%zu_per_second %.0f\n", sizes[s], 1 / ns[s]);
	printf("policy_decide_1000_vs_sha256_1k %.3f\n", by_sha);
	printf("policy_decide_10000_vs_10 %.3f\n", by_ten);
}

static void
prove(size_t rules)
{
	struct policy *policy = make_policy(rules, 50);
	double start = now();
	int broken = policy_prove(policy, 1767225600, NULL, NULL);

	printf("policy_prove_seconds_%zu %.4f\n", rules, now() - start);
	if (broken != 0)
		fprintf(stderr, "%d assertions do not hold\n", broken);
	policy_free(policy);
}

int
main(void)
{
	static const char *const groups[] = {
	    "cn=all,ou=groups,dc=example,dc=com",
	    "cn=team0,ou=groups,dc=example,dc=com",
	    "cn=vpn,ou=groups,dc=example,dc=com"};
	struct work sha256 = {.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
	    .context = EVP_MD_CTX_new(),
	    .request = {.username = "alice",
		.subject = "6f1c0d2e",
		.groups = groups,
		.group_count = 3,
		.employment = POLICY_EMPLOYEE,
		.host = "app0-7.prod.example.com",
		.service = "sshd",
		.time_unix = 1782900000,
		.proven = POLICY_PASSWORD | POLICY_OTP}};
	struct policy *policies[SIZES];
	struct work decide[SIZES];

	if (policy_address_parse("10.0.0.7", &sha256.request.client) != 0)
		return 1;
	for (int s = 0; s < SIZES; s++) {
		double start = now();

		policies[s] = make_policy(sizes[s], 0);
		decide[s] = sha256;
		decide[s].policy = policies[s];
		printf(
		    "policy_parse_seconds_%zu %.4f\n", sizes[s], now() - start);
	}
	for (int round = 0; round < ROUNDS; round++)
		round_of(decide, &sha256);
	for (int s = 0; s < SIZES; s++)
		policy_free(policies[s]);
	EVP_MD_free(sha256.sha256);
	EVP_MD_CTX_free(sha256.context);
	prove(100);
	prove(1000);
	return 0;
}
