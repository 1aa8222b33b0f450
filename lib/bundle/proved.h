/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process proves a policy and another one decides by it.  The hash of the
 * texts that were proved says that both have the same ones: the parent tells
 * it, and authority compares it with what it was given.
 */
#ifndef BUNDLE_PROVED_H
#define BUNDLE_PROVED_H

#include <stddef.h>

#define PROVED_HASH 65 /* of SHA-256, as text */

struct proved_text {
	const char *name; /* policy/one.policy, zone/Europe/Paris */
	const void *bytes;
	size_t size;
};

/* Of all texts and their names, in this order.  -1 with "" in hash_r. */
int proved_hash(
    const struct proved_text *list, size_t count, char hash_r[PROVED_HASH]);

#endif
