/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ECDSA_SIG_H
#define ECDSA_SIG_H

#include <stddef.h>
#include <stdint.h>

#define ECDSA_SIG_RAW_LEN 64
#define ECDSA_SIG_DER_MAX 72

/*
 * A P-256 signature of JWS (r and s, 32 bytes each, RFC 7518 section 3.4) as
 * the DER that EVP takes (RFC 3279 section 2.2.3).  Returns the bytes
 * written, or 0 when r or s is zero; EVP refuses what is not below n.
 */
size_t ecdsa_sig_der(
    const uint8_t raw[ECDSA_SIG_RAW_LEN], uint8_t der[ECDSA_SIG_DER_MAX]);

#endif
