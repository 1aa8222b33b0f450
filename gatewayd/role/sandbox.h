/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a role process may still do once it serves.  Everything not named is
 * killed (seccomp) or refused (Landlock, as far as the kernel has it; the ABI
 * is asked at run time).  Failure to set up is fatal to the role.
 */
#ifndef ROLE_SANDBOX_H
#define ROLE_SANDBOX_H

#include "gatewayd/role/allow.h"

/* No new privileges, not dumpable, no core; Landlock, then seccomp.
 * -1: it could not be set up, the reason was logged. */
int sandbox_enter(const struct sandbox *s);
/* Landlock's ABI in force after sandbox_enter(); 0: the kernel has none. */
int sandbox_landlock_abi(void);

#endif
