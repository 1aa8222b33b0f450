/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/tls_reason.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* One handshake at a time: libldap does it in one call, and the role has one
 * loop. */
static const char *host;
static int64_t lists_end;
static char reason[512];
static struct tls_peer_chain chain;

/* The first that applies: what is wrong before what follows from it. */
static const struct {
	unsigned status;
	enum tls_peer_fault fault;
} faults[] = {
    {GNUTLS_CERT_REVOKED, TLS_PEER_REVOKED},
    {GNUTLS_CERT_EXPIRED, TLS_PEER_EXPIRED},
    {GNUTLS_CERT_NOT_ACTIVATED, TLS_PEER_NOT_YET},
    {GNUTLS_CERT_SIGNER_NOT_FOUND, TLS_PEER_ISSUER},
    {GNUTLS_CERT_SIGNER_NOT_CA, TLS_PEER_NO_CA},
    {GNUTLS_CERT_INSECURE_ALGORITHM, TLS_PEER_WEAK},
    {GNUTLS_CERT_PURPOSE_MISMATCH, TLS_PEER_PURPOSE},
    {GNUTLS_CERT_UNEXPECTED_OWNER, TLS_PEER_NAME},
    {GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, TLS_PEER_CONSTRAINT},
};

static const char *
sentence_of(unsigned status)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if ((status & faults[i].status) != 0)
			return tls_peer_sentence(faults[i].fault);
	return tls_peer_sentence(TLS_PEER_OTHER);
}

static void
keep_certificate(const gnutls_datum_t *der)
{
	size_t room = sizeof chain.certificate[0].subject;
	gnutls_x509_crt_t one;

	if (gnutls_x509_crt_init(&one) < 0)
		return;
	if (gnutls_x509_crt_import(one, der, GNUTLS_X509_FMT_DER) == 0) {
		if (gnutls_x509_crt_get_dn(
			one, chain.certificate[chain.count].subject, &room) < 0)
			snprintf(chain.certificate[chain.count].subject,
			    sizeof chain.certificate[0].subject, "?");
		chain.certificate[chain.count++].ends =
		    gnutls_x509_crt_get_expiration_time(one);
	}
	gnutls_x509_crt_deinit(one);
}

static void
keep_chain(gnutls_session_t session)
{
	unsigned count = 0;
	const gnutls_datum_t *list =
	    gnutls_certificate_get_peers(session, &count);

	for (unsigned i = 0;
	     list != NULL && i < count && chain.count < TLS_PEER_CHAIN; i++)
		keep_certificate(&list[i]);
}

/* Not 0 ends the handshake. */
static int
verify(gnutls_session_t session)
{
	char name[256], server[] = GNUTLS_KP_TLS_WWW_SERVER;
	gnutls_typed_vdata_st about[] = {
	    {.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)name},
	    {.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)server},
	};
	unsigned status = 0;

	snprintf(name, sizeof name, "%s", host != NULL ? host : "");
	keep_chain(session);
	if (gnutls_certificate_verify_peers(
		session, about, sizeof about / sizeof about[0], &status) < 0) {
		snprintf(reason, sizeof reason,
		    "the server's certificate could not be read");
		return -1;
	}
	/* GnuTLS goes on with a list that is over */
	if (status == 0 && (lists_end == 0 || time(NULL) < lists_end))
		return 0;
	snprintf(reason, sizeof reason, "the certificate of %s: %s", name,
	    status == 0 ? tls_peer_sentence(TLS_PEER_OLD_LIST)
			: sentence_of(status));
	return -1;
}

int
tls_reason_lists_end(const void *pem, size_t size, int64_t *end_r)
{
	gnutls_datum_t text = {
	    .data = (unsigned char *)(uintptr_t)pem, .size = (unsigned)size};
	gnutls_x509_crl_t *lists = NULL;
	unsigned count = 0;
	int result = 0;

	*end_r = INT64_MAX;
	if (gnutls_x509_crl_list_import2(
		&lists, &count, &text, GNUTLS_X509_FMT_PEM, 0) < 0)
		return -1;
	for (unsigned i = 0; i < count; i++) {
		time_t end = gnutls_x509_crl_get_next_update(lists[i]);

		if (end == (time_t)-1)
			result = -1; /* one without an end is for ever */
		else if (end < *end_r)
			*end_r = end;
		gnutls_x509_crl_deinit(lists[i]);
	}
	gnutls_free(lists);
	return count > 0 ? result : -1;
}

int
tls_reason_watch(LDAP *ld)
{
	gnutls_certificate_credentials_t *ctx = NULL;
	char *package = NULL;
	int result = -1;

	/* tlsg_ctx of libldap begins with its credentials, from 2.4 on; the
	 * tests fail where that is not so */
	if (ldap_get_option(ld, LDAP_OPT_X_TLS_PACKAGE, &package) ==
		LDAP_OPT_SUCCESS &&
	    package != NULL && strcmp(package, "GnuTLS") == 0 &&
	    ldap_get_option(ld, LDAP_OPT_X_TLS_CTX, (void *)&ctx) ==
		LDAP_OPT_SUCCESS &&
	    ctx != NULL) {
		gnutls_certificate_set_verify_function(*ctx, verify);
		result = 0;
	}
	ldap_memfree(package);
	return result;
}

void
tls_reason_begin(const char *of, int64_t lists_end_unix)
{
	host = of;
	lists_end = lists_end_unix;
	reason[0] = '\0';
	chain.count = 0;
}

const char *
tls_reason_end(void)
{
	host = NULL;
	return reason;
}

const struct tls_peer_chain *
tls_reason_chain(void)
{
	return &chain;
}
