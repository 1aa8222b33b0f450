/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_PATTERN_H
#define POLICY_PROVE_PATTERN_H

#include "policy/prove/labelsearch.h"

/* A canonical pattern taken apart, with its labels from the right. */
struct pattern {
	const char *text;
	const struct glob *labels;
	uint16_t count; /* without "**" */
	bool deep;	/* "**" in front: one label more, or many */
	bool literal;	/* no star: it matches its own text only */
};

/* "**" */
extern const struct pattern pattern_anything;

/* 0, or -1 without memory.  The text is not copied. */
int pattern_parse(
    struct arena *arena, const char *text, struct pattern *pattern_r);

/* What the pattern asks of a label; anything where "**" is. */
struct glob pattern_label(const struct pattern *pattern, size_t i);

/* Names of that many labels can match. */
bool pattern_has_length(const struct pattern *pattern, size_t count);

/* Quick and on the safe side: false means that no name matches both. */
bool pattern_may_meet(const struct pattern *a, const struct pattern *b);

/* Likewise: true means that each name which matches b matches a. */
bool pattern_covers(const struct pattern *a, const struct pattern *b);

#endif
