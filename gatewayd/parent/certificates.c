/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"

/* Counts the lines that begin a certificate, as the TLS libraries do. */
static unsigned
count_begun(const char *text)
{
	unsigned count = 0;

	for (const char *at = strstr(text, BEGIN); at != NULL;
	     at = strstr(at + 1, BEGIN))
		count += at == text || at[-1] == '\n';
	return count;
}

static unsigned
count_readable(const char *text, size_t size)
{
	BIO *bio = BIO_new_mem_buf(text, (int)size);
	unsigned count = 0;
	X509 *one;

	while (bio != NULL &&
	       (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		X509_free(one);
		count++;
	}
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
		return "is binary: PEM is wanted (openssl x509 -inform DER)";
	return NULL;
}

int
certificates_validate(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY])
{
	const char *form = other_form(text, size);
	unsigned begun, readable;

	if (form != NULL) {
		snprintf(why_r, CERTIFICATES_WHY, "%s", form);
		return -1;
	}
	begun = count_begun(text);
	readable = count_readable(text, size);
	if (begun > 0 && readable == begun)
		return 0;
	if (begun == 0)
		snprintf(why_r, CERTIFICATES_WHY,
		    "holds no PEM certificate (%s)", BEGIN);
	else
		snprintf(why_r, CERTIFICATES_WHY,
		    "its certificate %u of %u cannot be read", readable + 1,
		    begun);
	return -1;
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
