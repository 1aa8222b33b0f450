/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FORWARD_CERTS_H
#define TESTS_FORWARD_CERTS_H

#include <stddef.h>

#include <openssl/types.h>

/* Certificates made for one test, P-256. */
struct cert {
	X509 *x509;
	EVP_PKEY *key;
	char cert_pem[4096], key_pem[4096];
};

/* A CA signs itself (CA NULL).  SAN as OpenSSL writes it ("DNS:a.test"), NULL
 * for none; DAYS may be negative: expired. */
void cert_make(struct cert *c, const struct cert *ca, const char *name,
    const char *san, int days);
/* Says so by its extended key usage, and is signed anew. */
void cert_only_for_clients(struct cert *c, const struct cert *ca);
void cert_free(struct cert *c);

#endif
