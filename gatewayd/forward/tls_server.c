/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/tls_server.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <time.h>

static const struct {
	long verify_result;
	enum tls_peer_fault fault;
} faults[] = {
    {X509_V_ERR_CERT_REVOKED, TLS_PEER_REVOKED},
    {X509_V_ERR_CERT_HAS_EXPIRED, TLS_PEER_EXPIRED},
    {X509_V_ERR_CERT_NOT_YET_VALID, TLS_PEER_NOT_YET},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TLS_PEER_ISSUER},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TLS_PEER_ISSUER},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TLS_PEER_ISSUER},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TLS_PEER_ISSUER},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TLS_PEER_ISSUER},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, TLS_PEER_ISSUER},
    {X509_V_ERR_INVALID_CA, TLS_PEER_NO_CA},
    {X509_V_ERR_CA_MD_TOO_WEAK, TLS_PEER_WEAK},
    {X509_V_ERR_CA_KEY_TOO_SMALL, TLS_PEER_WEAK},
    {X509_V_ERR_EE_KEY_TOO_SMALL, TLS_PEER_WEAK},
    {X509_V_ERR_INVALID_PURPOSE, TLS_PEER_PURPOSE},
    {X509_V_ERR_HOSTNAME_MISMATCH, TLS_PEER_NAME},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, TLS_PEER_NAME},
    {X509_V_ERR_PERMITTED_VIOLATION, TLS_PEER_CONSTRAINT},
    {X509_V_ERR_EXCLUDED_VIOLATION, TLS_PEER_CONSTRAINT},
};

enum tls_peer_fault
tls_server_fault(long verify_result)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if (faults[i].verify_result == verify_result)
			return faults[i].fault;
	return TLS_PEER_OTHER;
}

static void
keep_certificate(const X509 *one, struct tls_peer_chain *chain)
{
	char *subject = chain->certificate[chain->count].subject;
	BIO *bio = BIO_new(BIO_s_mem());
	struct tm tm;
	int size = -1;

	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(one),
			       0, XN_FLAG_RFC2253) > 0)
		size = BIO_read(bio, subject, TLS_PEER_SUBJECT - 1);
	BIO_free(bio);
	snprintf(subject + (size > 0 ? size : 0), 2, "%s", size > 0 ? "" : "?");
	if (ASN1_TIME_to_tm(X509_get0_notAfter(one), &tm) == 1)
		chain->certificate[chain->count++].ends = timegm(&tm);
}

void
tls_server_chain(SSL *ssl, struct tls_peer_chain *chain_r)
{
	const STACK_OF(X509) *list = SSL_get_peer_cert_chain(ssl);

	chain_r->count = 0;
	for (int i = 0;
	     i < sk_X509_num(list) && chain_r->count < TLS_PEER_CHAIN; i++)
		keep_certificate(sk_X509_value(list, i), chain_r);
}
