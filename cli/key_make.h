/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KEY_MAKE_H
#define CLI_KEY_MAKE_H

#include <stddef.h>

struct paths_keys;

#define KEY_MAKE_SEAL 32 /* bytes: AES-256 */

/*
 * Makes new keys and writes them: the token key (EC P-256, PEM), the seal
 * key (KEY_MAKE_SEAL random bytes), the checkpoint key (Ed25519, PEM) for
 * root alone, and its public half for everyone.  Files that are there are
 * never touched: then nothing is written at all.  Folders that are missing are
 * made, the keys' own for root alone.  0, or CLI_UNKNOWN (CLI_NO: a file is
 * there) after having said why.
 */
/* The checkpoint key alone, for a person: PEM, public half, name. */
int key_make_person(const struct paths_keys *paths);

int key_make(const struct paths_keys *paths);

#endif
