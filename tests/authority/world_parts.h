/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_AUTHORITY_WORLD_PARTS_H
#define TESTS_AUTHORITY_WORLD_PARTS_H

/* What the parts of a world, world_*.c, have of each other. */
#include "world.h"

void world_pair(int fds[2]);
void world_nothing(void *arg); /* a channel's end that is no news */
void world_new_parent(struct world *w);
void world_new_store(struct world *w);
/* authority's end of it */
int world_new_audit(struct world *w);
/* a row, written as the store would */
enum store_status world_put(struct world *w, const char *key, uint64_t version,
    const uint8_t *value, size_t size);

#endif
