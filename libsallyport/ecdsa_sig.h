/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_ECDSA_SIG_H
#define LIBSALLYPORT_ECDSA_SIG_H

#include <stddef.h>
#include <stdint.h>

#define ECDSA_SIG_RAW_LEN 64
#define ECDSA_SIG_DER_MAX 72

/*
 * JWS writes a P-256 signature as r and s, 32 bytes each (RFC 7518 section
 * 3.4).  EVP takes DER (RFC 3279 section 2.2.3), which this function writes.
 * Returns the number of bytes, or 0 if r or s is zero.  EVP itself refuses an r
 * or s that is not below n.
 */
size_t ecdsa_sig_der(
    const uint8_t raw[ECDSA_SIG_RAW_LEN], uint8_t der[ECDSA_SIG_DER_MAX]);

#endif
