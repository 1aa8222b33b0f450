/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_AUTHORITY_NEW_KEY_H
#define TESTS_AUTHORITY_NEW_KEY_H

#include <openssl/types.h>

/* The key as PEM text, which the caller frees; takes the key. */
char *pem_of(EVP_PKEY *pkey);

/* New keys of each kind. */
char *pem_ec(const char *group);
char *pem_ed25519(void);
char *pem_rsa(unsigned int bits);

/* The key of RFC 8037 appendix A.1. */
char *pem_rfc8037(void);

#endif
