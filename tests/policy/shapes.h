/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_POLICY_SHAPES_H
#define TESTS_POLICY_SHAPES_H

/*
 * Policies of the shapes that people write, at any size: for the table of
 * make bench, and small for a test against an enumeration of all requests.
 */

#include <stdbool.h>
#include <stddef.h>

/* S(NAME, its size in make bench) */
#define SHAPES(S)           \
	S(nested, 5000)     \
	S(hours, 200)       \
	S(boxes, 1000)      \
	S(labels, 500)      \
	S(companies, 5000)  \
	S(months, 100)      \
	S(services, 5000)   \
	S(exceptions, 5000) \
	S(factors, 5000)

enum shape {
#define SHAPE_NUMBER(NAME, size) SHAPE_##NAME,
	SHAPES(SHAPE_NUMBER)
#undef SHAPE_NUMBER
	    SHAPE_COUNT
};

extern const char *const shape_names[SHAPE_COUNT];
extern const size_t shape_sizes[SHAPE_COUNT];

struct shape_of {
	enum shape shape;
	size_t size;
	bool unknown; /* also: who has no employment does not get in */
	bool broken;  /* a deny is left out */
};

/* "assert KIND", in the three pieces that a test takes apart. */
struct shape_claim {
	char kind[16];
	char who[24], conditions[96];
	char need[24]; /* "": none */
};

struct shape_text {
	char *rules; /* without assertions and "end" */
	struct shape_claim *claims;
	size_t claim_count;
};

void shape_make(const struct shape_of *of, struct shape_text *text_r);
/* The whole policy, to be freed. */
char *shape_policy(const struct shape_text *text);
void shape_free(struct shape_text *text);

#endif
