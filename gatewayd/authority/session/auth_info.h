/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_SESSION_AUTH_INFO_H
#define AUTHORITY_SESSION_AUTH_INFO_H

#include <stddef.h>
#include <stdint.h>

/*
 * What sshd has verified before it asked PAM: SSH_AUTH_INFO_0, a line for each
 * method, such as "publickey ssh-ed25519 AAAA...".  *factors_r gets
 * POLICY_PUBLICKEY for a well-formed key line; fingerprint the key's SHA-256
 * as ssh-keygen -l writes it, of a certificate that of the key in it.  Anything
 * else proves nothing; so does a key that was cut ("..." at its end), but for a
 * certificate whose own key is whole.
 */
void auth_info_parse(
    const char *auth_info, uint32_t *factors_r, char *fingerprint, size_t size);

/* SHA-256 of it, for the redeem step to compare.  -1: libcrypto failed. */
int auth_info_hash(const char *auth_info, uint8_t hash[32]);

#endif
