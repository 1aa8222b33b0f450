/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_HOSTSEARCH_H
#define POLICY_PROVE_HOSTSEARCH_H

#include "policy/prove/pattern.h"

/* A pattern to avoid, at the times of a set of bits; NULL: at all. */
struct avoided_host {
	const struct pattern *pattern;
	const uint64_t *times;
};

struct hostsearch {
	struct arena *scratch;
	struct budget *budget;
	const struct pattern *const *wanted; /* at least one */
	size_t wanted_count;
	const struct avoided_host *avoided;
	size_t avoided_count;
	const uint64_t *times; /* those that count, not all zero */
	size_t words;	       /* of each set of times */
};

/*
 * Looks for a host name that matches all patterns of wanted and, at one of the
 * times, none of avoided.  Exact: 1 with a name and a set of such times, 0 if
 * there is none, -1 if budget or memory ran out before that was known.
 */
int hostsearch(const struct hostsearch *search, char name_r[HOSTNAME_MAX + 1],
    uint64_t *times_r);

#endif
