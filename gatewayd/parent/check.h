/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and checks a whole configuration: gatewayd.conf, its files and users,
 * and the policy.  A configuration that passes can be put in force.
 */
#ifndef PARENT_CHECK_H
#define PARENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/parent/files.h"
#include "gatewayd/parent/policies.h"
#include "lib/conf/conf.h"
#include "lib/conf/lex.h"

struct checked {
	struct conf conf;
	struct policies policies;
	struct files files;
};

/* Checks a configuration, for a parent that is root or is not, and proves the
 * policy if asked.  NULL with every fault in errors. */
struct checked *check_configuration(
    const char *file, bool root, bool prove, struct lex_errors *errors);
/* The same, with every fault on standard error. */
struct checked *check_whole(const char *file);
/* The same without the proof of the policy: call check_prove() for that.
 * where_r is the place of the first fault, FILE:LINE, maybe in the policy. */
#define CHECK_WHERE 200
struct checked *check_unproved(const char *file, char where_r[CHECK_WHERE]);
/* Proves the policy.  False with every fault on standard error. */
bool check_prove(const struct checked *c);
void checked_free(struct checked *c);

#endif
