/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/forward/certs.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/support/unit.h"

static void
to_text(BIO *bio, char *text_r, size_t size)
{
	int len = BIO_read(bio, text_r, (int)size - 1);

	assert_true(len > 0);
	text_r[len] = '\0';
	BIO_free(bio);
}

static void
add(X509 *x509, const struct cert *ca, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, ca != NULL ? ca->x509 : x509, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(x509, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void
sign(struct cert *c, const struct cert *ca)
{
	BIO *bio;

	assert_true(X509_sign(c->x509, ca != NULL ? ca->key : c->key,
			EVP_sha256()) > 0);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(bio, c->x509);
	to_text(bio, c->cert_pem, sizeof c->cert_pem);
}

void
cert_only_for_clients(struct cert *c, const struct cert *ca)
{
	add(c->x509, ca, NID_ext_key_usage, "clientAuth");
	sign(c, ca);
}

void
cert_make(struct cert *c, const struct cert *ca, const char *name,
    const char *san, int days)
{
	static long serial = 1;
	X509_NAME *subject;
	BIO *bio;

	c->key = EVP_EC_gen("P-256");
	c->x509 = X509_new();
	assert_non_null(c->key);
	assert_non_null(c->x509);
	X509_set_version(c->x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c->x509), serial++);
	X509_gmtime_adj(X509_getm_notBefore(c->x509), -864000);
	X509_gmtime_adj(X509_getm_notAfter(c->x509), days * 86400L);
	X509_set_pubkey(c->x509, c->key);
	subject = X509_get_subject_name(c->x509);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
	X509_set_issuer_name(
	    c->x509, ca != NULL ? X509_get_subject_name(ca->x509) : subject);
	add(c->x509, ca, NID_basic_constraints,
	    ca != NULL ? "critical,CA:FALSE" : "critical,CA:TRUE");
	if (san != NULL)
		add(c->x509, ca, NID_subject_alt_name, san);
	sign(c, ca);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey(bio, c->key, NULL, NULL, 0, NULL, NULL);
	to_text(bio, c->key_pem, sizeof c->key_pem);
}

void
cert_free(struct cert *c)
{
	X509_free(c->x509);
	EVP_PKEY_free(c->key);
}
