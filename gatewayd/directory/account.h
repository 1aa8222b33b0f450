/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of an account and the employment of a person, from the attributes
 * of an entry.  A value that cannot be parsed is malformed, never "active".
 */
#ifndef DIRECTORY_ACCOUNT_H
#define DIRECTORY_ACCOUNT_H

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

#define ACCOUNT_ATTRIBUTES 10

/* The name of state attribute i; NULL for ACCOUNT_ATTRIBUTES. */
const char *account_attribute(size_t i);

/*
 * The state that a value of state attribute i means at that time, in seconds
 * since 1970.  The value needs no NUL.  -1: malformed; *state_r is unchanged.
 */
int account_judge(size_t i, const void *value, size_t value_size,
    int64_t now_unix, enum account_state *state_r);

/* The worse of two states.  The order, from the worst: disabled, expired,
 * locked, maybe locked, password expired, must change, active. */
enum account_state account_worse(enum account_state a, enum account_state b);

/* The employment that the configuration lists the value for.  Any other value
 * is unknown. */
enum account_employment account_employment(
    const struct conf_directory *conf, const void *value, size_t size);

/* Converts Generalized Time (RFC 4517 section 3.3.13) to seconds since 1970,
 * and drops fractions.  -1: malformed, or without a zone. */
int account_time(const void *value, size_t size, int64_t *unix_r);

#endif
