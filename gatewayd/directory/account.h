/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the attributes of an entry say about the account and the person.  A
 * value that cannot be understood is malformed, never "active".
 */
#ifndef DIRECTORY_ACCOUNT_H
#define DIRECTORY_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/ipc/messages.h"

/* The numbers of enum policy_employment, which is what goes to authority. */
enum account_employment {
	ACCOUNT_EMPLOYMENT_UNKNOWN,
#define ACCOUNT_EMPLOYMENT(NAME, word) ACCOUNT_##NAME,
	EMPLOYMENTS(ACCOUNT_EMPLOYMENT)
#undef ACCOUNT_EMPLOYMENT
};

#define ACCOUNT_ATTRIBUTES 10

/* the state attributes to ask for; account_attribute(ACCOUNT_ATTRIBUTES) is
 * NULL */
const char *account_attribute(size_t i);

/*
 * What value i's attribute says at that time (seconds since 1970).  The bytes
 * need not end with a NUL.  -1: malformed, *state_r is then untouched.
 */
int account_judge(size_t i, const void *value, size_t value_size,
    int64_t now_unix, enum account_state *state_r);

/* Of two states the one that counts: disabled before expired before locked
 * before maybe locked before password expired before must change before active.
 */
enum account_state account_worse(enum account_state a, enum account_state b);

/* The spellings of account.c, in any case; all others are unknown. */
enum account_employment account_employment(const void *value, size_t size);

/* Generalized time (RFC 4517 section 3.3.13) to seconds since 1970; -1: it is
 * not one, or without a zone.  Fractions are cut off. */
int account_time(const void *value, size_t size, int64_t *unix_r);

#endif
