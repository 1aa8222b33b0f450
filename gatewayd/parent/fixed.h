/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the configuration that cannot change while gatewayd runs: roles
 * and their files were made with them, or a log or a store is bound to them for
 * its life.  They are kept as text, one line each.  So a reload, and gatewayd
 * -t beside a running gatewayd, compare the same values.
 */
#ifndef PARENT_FIXED_H
#define PARENT_FIXED_H

#include "gatewayd/parent/check.h"

#define FIXED_TEXT 4096
#define FIXED_KEY 64

/* Writes the text.  -1: it does not fit, or a key could not be hashed. */
int fixed_text(struct checked *c, char out[FIXED_TEXT]);
/* Compares two texts.  False with the first key that differs in key_r. */
bool fixed_same(const char *old, const char *new, char key_r[FIXED_KEY]);
/* Writes the text to a file in runtime, for root.  Without that file -t cannot
 * make the comparison. */
void fixed_write(struct checked *c);
/* True if a gatewayd runs in this configuration's runtime and would refuse the
 * configuration at a reload; key_r has the key. */
bool fixed_refused(struct checked *c, char key_r[FIXED_KEY]);

#endif
