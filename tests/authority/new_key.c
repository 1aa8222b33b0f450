/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/authority/new_key.h"

#include "lib/base/base64url.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *
pem_of(EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	char *text;
	long len;

	if (!pkey || !bio ||
	    PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) != 1)
		abort();
	len = BIO_get_mem_data(bio, &data);
	text = strndup(data, (size_t)len);
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	return text;
}

char *
pem_ec(const char *group)
{
	return pem_of(EVP_EC_gen(group));
}

char *
pem_ed25519(void)
{
	return pem_of(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
}

char *
pem_rsa(unsigned int bits)
{
	return pem_of(EVP_RSA_gen(bits));
}

char *
pem_rfc8037(void)
{
	static const char d[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
	uint8_t raw[32];

	if (base64url_decode(d, strlen(d), raw, sizeof raw) != 32)
		abort();
	return pem_of(EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, raw, sizeof raw));
}
