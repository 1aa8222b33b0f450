/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of an account and the employment of a person, from the attributes
 * of an entry.  A value that cannot be parsed is malformed, never "active".
 */
#ifndef DIRECTORY_ACCOUNT_H
#define DIRECTORY_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/conf/conf.h"
#include "lib/ipc/messages.h"

/* The same numbers as enum policy_employment, which authority gets. */
enum account_employment {
	ACCOUNT_EMPLOYMENT_UNKNOWN,
#define ACCOUNT_EMPLOYMENT(NAME, word) ACCOUNT_##NAME,
	EMPLOYMENTS(ACCOUNT_EMPLOYMENT)
#undef ACCOUNT_EMPLOYMENT
};

/* The rules of account.c.  Two rules may be about one attribute. */
#define ACCOUNT_ATTRIBUTES 22

/* What an entry says of the account.  A value is judged when all of them are
 * known, because some mean nothing alone. */
struct account_seen {
	uint32_t rules; /* the bits of account_rules_find() */
	uint32_t given; /* a bit for each rule */
	int64_t unlock_after_seconds;
	int64_t value[ACCOUNT_ATTRIBUTES];
};

/* Nothing seen yet, and the rules that the configuration has. */
void account_begin(struct account_seen *s, const struct conf_directory *conf);
/* The attribute of rule i; NULL: the configuration does not have the rule. */
const char *account_attribute(const struct account_seen *s, size_t i);
/* True if rule i stands for an attribute that this release does not judge. */
bool account_is_not_evaluated(size_t i);
/* Takes a value of the attribute of rule i.  It needs no NUL.  -1: malformed.
 */
int account_take(
    struct account_seen *s, size_t i, const void *value, size_t size);
/* The worst state of all that was taken, at that time in seconds since 1970. */
enum account_state account_judge(
    const struct account_seen *s, int64_t now_unix);

/* The worse of two states.  The order, from the worst: disabled, expired,
 * locked, maybe locked, password expired, must change, active. */
enum account_state account_worse(enum account_state a, enum account_state b);

/* The employment that the configuration lists the value for.  Any other value
 * is unknown. */
enum account_employment account_employment(
    const struct conf_directory *conf, const void *value, size_t size);

#endif
