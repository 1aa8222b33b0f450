/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failed tries in a row, and the lockout.  After the free ones each failed try
 * has a wait, twice as long as the one before, and after each wait there is one
 * try.  After so many in a row only an administrator helps: NIST SP 800-63B-4,
 * section 3.2.2.  doc/guessing has the odds.
 */
#ifndef AUTHORITY_SUBJECT_LOCKOUT_H
#define AUTHORITY_SUBJECT_LOCKOUT_H

#include "gatewayd/authority/authority.h"

/* The end of a lockout that only an administrator ends: the last second of the
 * year 9999. */
#define LOCKOUT_FOREVER INT64_C(253402300799000)

/* The end of the lockout after so many tries, of which the last one was then;
 * 0: there is none. */
int64_t lockout_from(
    const struct conf_authority *conf, uint32_t tries, int64_t since_ms);
/*
 * The end of the person's lockout, in ms since 1970; 0: not locked out.  No
 * lockout ends later than one that begins now.  A longer one was made while the
 * clock was ahead or the configuration was another one, and is shortened.
 */
int64_t lockout_until(struct authority *all, struct subject *s);
/* With inflight tries under way, is there one more? */
bool lockout_has_try(
    struct authority *all, struct subject *s, uint32_t inflight);
/* Counts a failed try.  Returns the new number. */
uint32_t lockout_count(struct authority *all, struct subject *s);
/* Clears tries and lockout. */
void lockout_clear(struct authority *all, struct subject *s);
/* The same for a stable id.  Loads the person if need be. */
void lockout_clear_of(struct authority *all, const char *subject);

#endif
