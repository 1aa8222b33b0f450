/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox of a role that serves.  seccomp kills the process at a system
 * call that is not allowed.  Landlock refuses an access that is not allowed, as
 * far as the running kernel supports it.  A role that cannot set up its sandbox
 * ends.
 */
#ifndef ROLE_SANDBOX_H
#define ROLE_SANDBOX_H

#include "gatewayd/role/allow.h"

/* Sets no_new_privs, forbids core dumps, then loads Landlock and seccomp.
 * -1: the reason was logged. */
int sandbox_enter(const struct sandbox *s);

#endif
