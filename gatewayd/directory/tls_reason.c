/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/tls_reason.h"

#include <stdio.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* One handshake at a time: libldap does it in one call, and the role has one
 * loop. */
static const char *host;
static char reason[512];

/* The first that applies: what is wrong before what follows from it. */
static const struct {
	unsigned status;
	const char *sentence;
} sentences[] = {
    {GNUTLS_CERT_REVOKED, "it has been revoked"},
    {GNUTLS_CERT_EXPIRED,
	"it has expired, or one above it has: renew it, or look at the clock"},
    {GNUTLS_CERT_NOT_ACTIVATED, "it is not valid yet: look at both clocks"},
    {GNUTLS_CERT_SIGNER_NOT_FOUND,
	"its issuer is not known: ca is of another CA, or the server does not "
	"send the certificates between"},
    {GNUTLS_CERT_SIGNER_NOT_CA, "its issuer is no CA"},
    {GNUTLS_CERT_INSECURE_ALGORITHM, "its algorithm is too weak"},
    {GNUTLS_CERT_PURPOSE_MISMATCH,
	"it is not for servers (extended key usage)"},
    {GNUTLS_CERT_UNEXPECTED_OWNER, "it is for another name"},
    {GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
	"its issuer may not issue for this name"},
};

static const char *
sentence_of(unsigned status)
{
	for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if ((status & sentences[i].status) != 0)
			return sentences[i].sentence;
	return "it is not trusted";
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
	if (gnutls_certificate_verify_peers(
		session, about, sizeof about / sizeof about[0], &status) < 0) {
		snprintf(reason, sizeof reason,
		    "the server's certificate could not be read");
		return -1;
	}
	if (status == 0)
		return 0;
	snprintf(reason, sizeof reason, "the certificate of %s: %s", name,
	    sentence_of(status));
	return -1;
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
tls_reason_begin(const char *of)
{
	host = of;
	reason[0] = '\0';
}

const char *
tls_reason_end(void)
{
	host = NULL;
	return reason;
}
