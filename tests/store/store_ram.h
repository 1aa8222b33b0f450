/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_STORE_RAM_H
#define TESTS_STORE_STORE_RAM_H

#include <stdbool.h>

struct store;

/* Keeps everything in memory: the test double.  NULL: no memory. */
struct store *store_ram_open(void);
/* Breaks or repairs its simulated disk. */
void store_ram_break(struct store *s, bool broken);

#endif
