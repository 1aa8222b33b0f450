/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What a file may hold. */
struct form {
	const char *begin, *word;
	/* reads the next one; false: there is none that can be read */
	bool (*read)(BIO *);
};

static bool
read_certificate(BIO *bio)
{
	X509 *one = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	X509_free(one);
	return one != NULL;
}

static bool
read_list(BIO *bio)
{
	X509_CRL *one = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);

	X509_CRL_free(one);
	return one != NULL;
}

static const struct form certificate = {"-----BEGIN CERTIFICATE-----",
			     "certificate", read_certificate},
			 list = {"-----BEGIN X509 CRL-----",
			     "list of revoked certificates", read_list};

/* Counts the lines that begin a certificate, as the TLS libraries do. */
static unsigned
count_begun(const struct form *f, const char *text)
{
	unsigned count = 0;

	for (const char *at = strstr(text, f->begin); at != NULL;
	     at = strstr(at + 1, f->begin))
		count += at == text || at[-1] == '\n';
	return count;
}

static unsigned
count_readable(const struct form *f, const char *text, size_t size)
{
	BIO *bio = BIO_new_mem_buf(text, (int)size);
	unsigned count = 0;

	while (bio != NULL && f->read(bio))
		count++;
	BIO_free(bio);
	ERR_clear_error();
	return count;
}

/* The form of a file that is not PEM.  NULL: it may be PEM. */
static const char *
other_form(const char *text, size_t size)
{
	if (size == 0)
		return "is empty";
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return "begins with a byte order mark, which TLS libraries "
		       "stumble over: save it as UTF-8 without one";
	if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			     memcmp(text, "\xfe\xff", 2) == 0))
		return "is UTF-16: save it as plain ASCII";
	if (memchr(text, '\0', size) != NULL)
		return "is binary: PEM is wanted (openssl x509, openssl crl: -inform DER)";
	return NULL;
}

static int
validate(const struct form *f, const char *text, size_t size,
    char why_r[CERTIFICATES_WHY])
{
	const char *other = other_form(text, size);
	unsigned begun, readable;

	if (other != NULL) {
		snprintf(why_r, CERTIFICATES_WHY, "%s", other);
		return -1;
	}
	begun = count_begun(f, text);
	readable = count_readable(f, text, size);
	if (begun > 0 && readable == begun)
		return 0;
	if (begun == 0)
		snprintf(why_r, CERTIFICATES_WHY, "holds no PEM %s (%s)",
		    f->word, f->begin);
	else
		snprintf(why_r, CERTIFICATES_WHY,
		    "its %s %u of %u cannot be read", f->word, readable + 1,
		    begun);
	return -1;
}

int
certificates_validate(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY])
{
	return validate(&certificate, text, size, why_r);
}

int
certificates_validate_lists(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY])
{
	return validate(&list, text, size, why_r);
}

static void
name_subject(X509 *one, char subject_r[CERTIFICATES_WHY])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int size = -1;

	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(one),
			       0, XN_FLAG_RFC2253) > 0)
		size = BIO_read(bio, subject_r, CERTIFICATES_WHY - 1);
	BIO_free(bio);
	subject_r[size > 0 ? size : 0] = '\0';
}

int
certificates_first_end(const char *text, size_t size,
    char subject_r[CERTIFICATES_WHY], int64_t *ends_r)
{
	BIO *bio = BIO_new_mem_buf(text, (int)size);
	int64_t ends;
	int count = 0;
	struct tm tm;
	X509 *one;

	while (bio != NULL &&
	       (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (ASN1_TIME_to_tm(X509_get0_notAfter(one), &tm) == 1) {
			ends = timegm(&tm);
			if (count++ == 0 || ends < *ends_r) {
				*ends_r = ends;
				name_subject(one, subject_r);
			}
		}
		X509_free(one);
	}
	BIO_free(bio);
	ERR_clear_error();
	return count > 0 ? count : -1;
}
