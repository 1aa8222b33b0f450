/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of libldap.  The system's ldap.conf, ldaprc files and the
 * environment cannot change them.  TLS always verifies the server.
 */
#ifndef DIRECTORY_LDAP_OPTIONS_H
#define DIRECTORY_LDAP_OPTIONS_H

#include <ldap.h>
#include <stdint.h>

/* Empties the environment.  Call this before any function of libldap. */
void ldap_options_isolate(void);

/*
 * A handle that only carries a TLS context with the CA certificates of a PEM
 * file, and the lists of revoked certificates of another (crl_fd -1: none). The
 * files are open already, so no path is read.  The names are for errors.  NULL:
 * the reason was logged.
 */
LDAP *ldap_options_tls(
    int ca_fd, const char *name, int crl_fd, const char *crl_name);

/* Sets the options of a handle from ldap_init_fd().  tls may be NULL.
 * handshake_ms bounds ldap_install_tls().  -1: libldap refused an option. */
int ldap_options_apply(LDAP *ld, LDAP *tls, uint32_t handshake_ms);

/* 0 if the connection has TLS 1.2 or 1.3, else -1. */
int ldap_options_verify_tls(LDAP *ld);

#endif
