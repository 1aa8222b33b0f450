/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever can write what decides decides who gets in.  So configuration,
 * policy, CA, keys, signers and programs, each folder and each link on the way
 * to them, belong to root (or to the user that gatewayd runs as) and are
 * writable by nobody else, as sshd has it of authorized_keys.  One difference:
 * a sticky folder such as /tmp may be on the way.  There nobody can remove,
 * rename or replace what belongs to another, and what lies in it is looked at
 * itself.
 */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include <stddef.h>

#define TRUST_WHY 1024

/* 0, or -1 with errno: why says which part of the path, whose it is, its mode,
 * and what mends that (EPERM), or that it is not there.  Asked after a file was
 * opened: in a sticky folder somebody could make what was missing before. */
int trust_path(const char *path, char why[TRUST_WHY]);

#endif
