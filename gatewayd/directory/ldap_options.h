/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libldap, kept away from everything that could change what it does: the
 * system's ldap.conf, ldaprc files and the environment; and TLS that verifies.
 */
#ifndef DIRECTORY_LDAP_OPTIONS_H
#define DIRECTORY_LDAP_OPTIONS_H

#include <stdint.h>

#include <ldap.h>

/* Empties the environment.  Before the first call of libldap. */
void ldap_options_isolate(void);

/*
 * A handle that only carries a TLS context with the CA certificates of that
 * PEM file, which was handed over open, so that no path is read.  NAME is what
 * errors call it.  NULL: reason was logged.
 */
LDAP *ldap_options_tls(int ca_fd, const char *name);

/* Sets what every connection needs on a handle from ldap_init_fd().  tls may
 * be NULL.  handshake_ms bounds ldap_install_tls().  -1: a broken library. */
int ldap_options_apply(LDAP *ld, LDAP *tls, uint32_t handshake_ms);

/* Is TLS of version 1.2 or 1.3 on?  -1: no */
int ldap_options_verify_tls(LDAP *ld);

#endif
