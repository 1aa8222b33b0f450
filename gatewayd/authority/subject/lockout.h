/* SPDX-License-Identifier: Apache-2.0 */
/* Failed tries in a row, and what follows from them. */
#ifndef AUTHORITY_LOCKOUT_H
#define AUTHORITY_LOCKOUT_H

#include "gatewayd/authority/authority.h"

/*
 * Until when that person is locked out, in ms since 1970; 0: is not.  One that
 * is over is gone.  No lockout ends later than `lockout` from now: one that
 * would was made while the clock was ahead, or while the configuration was
 * another, and is cut to that.
 */
int64_t lockout_until(struct authority *all, struct subject *s);
/* One try more has failed; returns how many that makes. */
uint32_t lockout_count(struct authority *all, struct subject *s);
/* Nothing of that counts any more. */
void lockout_clear(struct authority *all, struct subject *s);
/* The same of a person by stable id, who may have to be loaded first. */
void lockout_clear_of(struct authority *all, const char *subject);

#endif
