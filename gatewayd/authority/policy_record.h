/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_POLICY_RECORD_H
#define AUTHORITY_POLICY_RECORD_H

#include "gatewayd/authority/authority.h"

/*
 * Writes down which policy is in force from here on, and by whose signatures:
 * whatever way it came there, and also that it needs none any more.  The log
 * keeps its order, so whom it lets in comes after it.  -1: no memory.
 */
int policy_record_loaded(struct authority *all, const struct conf_policy *p);

#endif
