/* SPDX-License-Identifier: Apache-2.0 */
/* What OpenSSL says of a server's certificate, in the words of tls_peer.h. */
#ifndef FORWARD_TLS_SERVER_H
#define FORWARD_TLS_SERVER_H

#include <openssl/types.h>

#include "lib/base/tls_peer.h"

/* The fault that OpenSSL found: an X509_V_ERR_..., not X509_V_OK. */
enum tls_peer_fault tls_server_fault(long verify_result);
/* The certificates of the server, trusted or not; none before a handshake. */
void tls_server_chain(SSL *ssl, struct tls_peer_chain *chain_r);

#endif
