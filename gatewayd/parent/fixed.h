/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cannot change while gatewayd runs: what roles and their files were made
 * with, and what a log or a store is bound to for its life.  As text, a line
 * each, so that a reload and gatewayd -t beside a gatewayd that runs find the
 * same.
 */
#ifndef PARENT_FIXED_H
#define PARENT_FIXED_H

#include "gatewayd/parent/check.h"

#define FIXED_TEXT 4096
#define FIXED_KEY 64

/* 0, or -1: it does not fit, or a key could not be hashed. */
int fixed_text(struct checked *c, char out[FIXED_TEXT]);
/* False: they differ, and key_r says where first. */
bool fixed_same(const char *old, const char *new, char key_r[FIXED_KEY]);
/* Leaves the text in runtime, for root.  Failing that, -t says less. */
void fixed_write(struct checked *c);
/* Is there a gatewayd in the runtime of this configuration to which a reload
 * could not give it?  key_r says why not. */
bool fixed_refused(struct checked *c, char key_r[FIXED_KEY]);

#endif
