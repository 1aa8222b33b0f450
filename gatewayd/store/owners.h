/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OWNERS_H
#define STORE_OWNERS_H

#include <stdbool.h>

#include "lib/ipc/roles.h"

/* True if this peer owns the key, and so may read and change it.  A prefix of a
 * list must begin with an owned prefix too. */
bool owners_allow(enum role peer, const char *key);

#endif
