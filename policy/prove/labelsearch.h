/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_LABELSEARCH_H
#define POLICY_PROVE_LABELSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/prove/budget.h"
#include "policy/value/arena.h"
#include "policy/value/hostname.h"

/* A label of a pattern: one star with text around it, or a literal. */
struct glob {
	const char *text;
	unsigned char length;
	unsigned char before, after; /* bytes before and after the star */
	unsigned char star;	     /* 0: a literal, all of it is before */
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

struct labelsearch {
	struct arena *scratch;
	struct budget *budget;
	struct glob *globs;   /* the wanted ones first */
	size_t wanted, count; /* at least one is wanted */
};

/*
 * Lists the labels that a search has to try.  Each matches all wanted
 * globs.  For any other label that does, the list has one that is no worse: of
 * the other globs it matches only those that the other label matches too.
 * 0, or -1 if budget or memory ran out.
 */
int labelsearch(const struct labelsearch *in, struct labels *labels_r);

#endif
