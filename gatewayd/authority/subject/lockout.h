/* SPDX-License-Identifier: Apache-2.0 */
/* Failed tries in a row, and the lockout. */
#ifndef AUTHORITY_LOCKOUT_H
#define AUTHORITY_LOCKOUT_H

#include "gatewayd/authority/authority.h"

/*
 * The end of the person's lockout, in ms since 1970; 0: not locked out.  No
 * lockout ends later than `lockout` from now.  A longer one was made while the
 * clock was ahead or the configuration was another one, and is shortened.
 */
int64_t lockout_until(struct authority *all, struct subject *s);
/* Counts a failed try.  Returns the new number. */
uint32_t lockout_count(struct authority *all, struct subject *s);
/* Clears tries and lockout. */
void lockout_clear(struct authority *all, struct subject *s);
/* The same for a stable id.  Loads the person if need be. */
void lockout_clear_of(struct authority *all, const char *subject);

#endif
