/* SPDX-License-Identifier: Apache-2.0 */
/* Reports the certificates of a TLS handshake to the parent.  The parent warns
 * before one of them ends. */
#ifndef ROLE_SERVER_CHAIN_H
#define ROLE_SERVER_CHAIN_H

struct tls_peer_chain;

/* server: an LDAP URI or the name of a sink. */
void server_chain_seen(const char *server, const struct tls_peer_chain *chain);

#endif
