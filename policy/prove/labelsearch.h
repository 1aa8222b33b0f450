/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_LABELSEARCH_H
#define POLICY_PROVE_LABELSEARCH_H

#include <stddef.h>

#include "policy/prove/budget.h"
#include "policy/value/arena.h"
#include "policy/value/hostname.h"

/* A label of a pattern: before "*" after, or a literal without star. */
struct glob {
	const char *text;
	unsigned char length;
	unsigned char before, after; /* bytes around the star */
	unsigned char star;
};

struct glob labelsearch_glob(const char *text, size_t length);

struct label {
	char text[HOSTNAME_LABEL_MAX + 1];
	unsigned char length;
};

struct labels {
	struct label *list;
	size_t count;
};

/*
 * Labels that match both of wanted, such that for every label that does there
 * is one in the list that matches no avoided glob that the other does not
 * match as well.  0, or -1 if budget or memory ran out.
 */
int labelsearch(struct arena *scratch, struct budget *budget,
    const struct glob wanted[2], const struct glob *avoided,
    size_t avoided_count, struct labels *labels_r);

#endif
