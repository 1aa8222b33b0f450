/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) of a short input.  Our own, because the module may not
 * bring libcrypto into sshd: it would be initialised and unloaded there.
 */
#ifndef PAM_MODULE_SHA256_H
#define PAM_MODULE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

/* Leaves nothing of the input on the stack. */
void sha256(const void *data, size_t size, uint8_t out[SHA256_SIZE]);

#endif
