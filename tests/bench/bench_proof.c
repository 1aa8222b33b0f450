/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the proof and the warnings of a policy take, for policies of each
 * ordinary shape at four sizes, each also with a claim about what is unknown;
 * and at which size of a shape the proof is given up.  With -f only figures:
 * lines of name and value, for make bench.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/policy.h"
#include "tests/policy/shapes.h"

#define SINCE 1767225600 /* 2026-01-01 */
#define STEPS 4
#define GIVE_UP_SECONDS 8
#define LIMIT_STEPS 3
/* What a proof may take, whether it is decided or given up. */
#define PROOF_SECONDS 2

static bool figures;
static double worst;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct timed {
	double prove, review;
	unsigned broken, undecided;
	bool unread; /* larger than a file may be */
};

static void
note(void *context, const struct policy_breach *breach)
{
	struct timed *timed = context;

	if (breach->undecided)
		timed->undecided++;
	else
		timed->broken++;
}

static int
find_zone(
    void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	static char data[65536];
	char path[256];
	FILE *in;

	(void)context;
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	in = fopen(path, "rb");
	if (in == NULL)
		return -1;
	*length_r = fread(data, 1, sizeof data, in);
	*tzif_r = data;
	fclose(in);
	return 0;
}

static struct policy *
parse(const struct shape_of *of, struct lex_errors *errors)
{
	static const struct policy_zones zones = {.find = find_zone};
	struct policy_source source = {.name = "shape.policy"};
	struct shape_text text;
	struct policy *policy;
	char *whole;

	shape_make(of, &text);
	whole = shape_policy(&text);
	source.text = whole;
	source.length = strlen(whole);
	lex_errors_init(errors);
	policy = policy_parse(&source, 1, &zones, errors);
	free(whole);
	shape_free(&text);
	return policy;
}

static struct timed
time_one(const struct shape_of *of, bool review)
{
	struct lex_errors *errors = malloc(sizeof *errors);
	struct timed timed = {0};
	struct policy *policy;
	double start;

	if (errors == NULL)
		abort();
	policy = parse(of, errors);
	timed.unread = policy == NULL;
	start = now();
	policy_prove(policy, SINCE, note, &timed);
	timed.prove = now() - start;
	start = now();
	if (review && policy != NULL &&
	    policy_review(policy, SINCE, errors) < 0)
		timed.undecided++;
	timed.review = now() - start;
	policy_free(policy);
	free(errors);
	return timed;
}

static const char *
outcome(const struct timed *timed)
{
	return timed->unread	      ? "too long to be read"
	       : timed->undecided > 0 ? "undecided"
	       : timed->broken > 0    ? "broken"
				      : "holds";
}

/* True if it was decided, and as it should be. */
static bool
measure(const struct shape_of *of)
{
	struct timed timed = time_one(of, true);
	const char *name = shape_names[of->shape];

	if (timed.prove > worst)
		worst = timed.prove;
	if (timed.review > worst)
		worst = timed.review;
	if (figures)
		printf("policy_prove_%s%s_%zu_seconds %.4f\n", name,
		    of->unknown ? "_unknown" : "", of->size, timed.prove);
	else
		printf("%-10s %-8s %-8s %6zu %9.3f %9.3f  %s\n", name,
		    of->unknown ? "unknown" : "", of->broken ? "broken" : "",
		    of->size, timed.prove, timed.review, outcome(&timed));
	return strcmp(outcome(&timed), of->broken ? "broken" : "holds") == 0;
}

/*
 * Where the proof of a shape is given up: twice as many until it is, and then
 * about where that begins.  True if giving up took no longer than it may.
 */
static bool
find_limit(enum shape shape)
{
	struct shape_of of = {.shape = shape, .size = shape_sizes[shape]};
	size_t decided;
	struct timed timed;
	double longest = 0;

	do {
		decided = of.size;
		of.size *= 2;
		timed = time_one(&of, false);
	} while (timed.undecided == 0 && !timed.unread &&
		 timed.prove < GIVE_UP_SECONDS);
	for (int step = 0; timed.undecided > 0 && step < LIMIT_STEPS; step++) {
		struct shape_of half = {
		    .shape = shape, .size = (decided + of.size) / 2};
		struct timed t = time_one(&half, false);

		if (t.prove > longest)
			longest = t.prove;
		if (t.undecided > 0) {
			of = half;
			timed = t;
		} else {
			decided = half.size;
		}
	}
	if (timed.prove > longest)
		longest = timed.prove;
	printf("%-10s %6zu %9.3f  %s\n", shape_names[shape], of.size, longest,
	    outcome(&timed));
	return longest <= PROOF_SECONDS;
}

int
main(int argc, char **argv)
{
	bool right = true;

	figures = argc > 1 && strcmp(argv[1], "-f") == 0;
	if (!figures)
		puts("shape                           size   proof s warnings "
		     "s");
	for (enum shape shape = 0; shape < SHAPE_COUNT; shape++) {
		for (size_t step = 0; step < STEPS; step++) {
			struct shape_of of = {.shape = shape,
			    .size = shape_sizes[shape] >> (STEPS - 1 - step)};

			right &= measure(&of);
			of.unknown = true;
			right &= measure(&of);
			of.broken = true;
			right &= figures || measure(&of);
		}
	}
	printf(figures ? "policy_prove_worst_seconds %.4f\n" : "worst %.3f s\n",
	    worst);
	if (!figures)
		puts("\nfrom how many on it is given up:");
	for (enum shape shape = 0; !figures && shape < SHAPE_COUNT; shape++)
		right &= find_limit(shape);
	if (!right)
		fputs("a row is not what it should be\n", stderr);
	return right ? 0 : 1;
}
