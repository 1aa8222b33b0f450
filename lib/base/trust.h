/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user who can write to a file that decides about logins can let anybody in.
 * Such files are the configuration, the policy, CA files, keys, signers and
 * programs.  They, and each folder and link on the way to them, must belong to
 * root or to the user that gatewayd runs as, and nobody else may be able to
 * write to them.  sshd has the same rule for authorized_keys.  There is one
 * difference: a sticky folder such as /tmp may be on the way.  Nobody can
 * remove, rename or replace another user's file there, and the file itself is
 * checked.
 */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include <stddef.h>

#define TRUST_WHY 1024

/* 0, or -1 with errno.  With EPERM, why names the part of the path, its owner
 * and mode, and the command that corrects it.  Call this after the file was
 * opened: in a sticky folder a missing file could be made in between. */
int trust_path(const char *path, char why[TRUST_WHY]);

#endif
