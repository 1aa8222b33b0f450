/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OWNERS_H
#define STORE_OWNERS_H

#include <stdbool.h>

#include "lib/ipc/roles.h"

/* Which keys are whose: may this peer read and change what begins so?  A
 * prefix asked for in a list must itself begin with an owned one. */
bool owners_allow(enum role peer, const char *key);

#endif
