/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups that the policy and the configuration name.  All others are
 * nobody's business: they are not asked for where the server can leave them
 * out, and go no further where it cannot.
 */
#ifndef DIRECTORY_NAMED_GROUPS_H
#define DIRECTORY_NAMED_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct named_groups {
	char *text; /* canonical DNs (dn.h), each with its NUL */
	size_t size;
	uint64_t number; /* group_list.h */
	const char **dn; /* sorted */
	size_t count;
};

/* Reads them from the parent's file.  -1: it cannot be read, or no memory. Free
 * them in both cases. */
int named_groups_read(struct named_groups *g, int fd);
bool named_groups_have(const struct named_groups *g, const char *canonical);
void named_groups_free(struct named_groups *g);

#endif
