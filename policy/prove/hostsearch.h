/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_HOSTSEARCH_H
#define POLICY_PROVE_HOSTSEARCH_H

#include <stddef.h>

#include "policy/prove/budget.h"
#include "policy/value/arena.h"
#include "policy/value/hostname.h"

/*
 * Looks for a host name that matches both patterns of wanted and no pattern of
 * avoided.  All patterns must be canonical.  The answer is exact: 1 with a
 * name, 0 if there is none.  -1: budget or memory ran out first.
 */
int hostsearch(struct arena *scratch, struct budget *budget,
    const char *const wanted[2], const char *const *avoided,
    size_t avoided_count, char name_r[HOSTNAME_MAX + 1]);

#endif
