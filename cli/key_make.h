/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KEY_MAKE_H
#define CLI_KEY_MAKE_H

#include <stddef.h>

struct paths_keys;

#define KEY_MAKE_SEAL 32 /* bytes: AES-256 */

/*
 * Makes the keys of a gateway and writes them: the token key (EC P-256, PEM),
 * the seal key (KEY_MAKE_SEAL random bytes), the checkpoint key (Ed25519, PEM),
 * and the public half of the last one.  Only root can read them, but everybody
 * the public half.  If one of the files exists, nothing is written.  Missing
 * folders are made.  0; CLI_NO if a file exists; CLI_UNKNOWN.  The reason was
 * printed.
 */
int key_make(const struct paths_keys *paths);

/* Makes only the Ed25519 key and its public half, for a person. */
int key_make_person(const struct paths_keys *paths);

#endif
