/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_SWEEP_H
#define POLICY_PROVE_SWEEP_H

#include "policy/prove/target.h"
#include "policy/prove/witness.h"

/* Memory for any number of sweeps over one target. */
struct sweep;
struct sweep *sweep_new(const struct target *target, struct arena *scratch,
    struct arena *hosts, const struct obstacle *obstacles, size_t count);

/*
 * Looks for an address, a host and a time outside of these obstacles, which
 * hold for every other dimension.  1 with all three in place_r, 0 if there is
 * none, -1 if budget or memory ran out.
 */
int sweep_run(struct sweep *sweep, const struct obstacle *const *list,
    size_t count, struct place *place_r);

#endif
