/* SPDX-License-Identifier: Apache-2.0 */
/* What servers show at a TLS handshake is told to the parent, which warns of
 * the end of a certificate ahead. */
#ifndef ROLE_SERVER_CHAIN_H
#define ROLE_SERVER_CHAIN_H

struct tls_peer_chain;

/* server: an LDAP URI, the name of a sink */
void server_chain_seen(const char *server, const struct tls_peer_chain *chain);

#endif
