/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reason why a server's certificate is not trusted.  libldap verifies the
 * certificate inside one call and reports only "(unknown error code)".  So this
 * is called by its TLS library first.  It can only refuse, because libldap
 * verifies the certificate once more.
 */
#ifndef DIRECTORY_TLS_REASON_H
#define DIRECTORY_TLS_REASON_H

#include <ldap.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/tls_peer.h"

/* Installs this for the TLS context of the handle, once.  -1: the context is
 * not one of GnuTLS, and no reason will be known. */
int tls_reason_watch(LDAP *ld);
/* To be called before a handshake with that host, which must live until
 * tls_reason_end().  lists_end: when the lists of revoked certificates are
 * over, in seconds since 1970, and nobody is trusted any more; 0: there are
 * none. */
void tls_reason_begin(const char *host, int64_t lists_end);
/* To be called after the handshake: a sentence, or "" if the certificate was
 * not the reason. */
const char *tls_reason_end(void);
/* The end of the list that is over first, of a text with PEM lists.  -1: none,
 * or one that cannot be read or has no end. */
int tls_reason_lists_end(const void *pem, size_t size, int64_t *end_r);
/* The certificates of the last handshake, trusted or not. */
const struct tls_peer_chain *tls_reason_chain(void);

#endif
