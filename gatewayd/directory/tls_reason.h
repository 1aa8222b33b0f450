/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a server's certificate is not believed.  libldap verifies it inside one
 * call and says "(unknown error code)", so its TLS library asks here first.
 * This can only refuse: libldap verifies once more.
 */
#ifndef DIRECTORY_TLS_REASON_H
#define DIRECTORY_TLS_REASON_H

#include <stddef.h>

#include <ldap.h>

#include "lib/base/tls_peer.h"

/* For the TLS context of this handle, once.  -1: it has none of GnuTLS, and no
 * reason will be known. */
int tls_reason_watch(LDAP *ld);
/* Before a handshake with that host; it stays the caller's until the end. */
void tls_reason_begin(const char *host);
/* After it: a sentence, or "" where the certificate was not the reason. */
const char *tls_reason_end(void);
/* What the server of the last handshake showed, believed or not. */
const struct tls_peer_chain *tls_reason_chain(void);

#endif
