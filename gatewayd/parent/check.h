/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and checks a whole configuration: gatewayd.conf, the files it names,
 * the users it names, the policy.  What passes here can be put in force.
 */
#ifndef PARENT_CHECK_H
#define PARENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/common/conf.h"
#include "gatewayd/common/lex.h"

#define CHECK_FILES 64

struct checked {
	struct conf conf;
	/* policy files, and zones that they name, by path */
	size_t policy_count, zone_count;
	char policy[CHECK_FILES][512];
	char zone[CHECK_FILES][256]; /* Europe/Paris */
	size_t rules;
};

/* NULL: every fault is in errors. */
struct checked *check_configuration(
    const char *file, bool root, struct lex_errors *errors);
void checked_free(struct checked *);

#endif
