/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_TLS_CLIENT_H
#define GATEWAYD_FORWARD_TLS_CLIENT_H

#include <stddef.h>
#include <sys/socket.h>

#include <openssl/types.h>

#include "lib/base/loop.h"
#include "lib/base/tls_peer.h"

/*
 * One TLS connection (1.2 or later) in a loop, as client.  The server must
 * show a certificate for the expected name that the given CA vouches for;
 * there is no way to go on without.
 */

#define TLS_CLIENT_OUT_MAX (256 * 1024) /* waiting to be written */

struct tls_client {
	struct loop *loop;
	struct loop_watch watch;
	uint32_t events; /* that the loop watches for now */
	int fd;
	SSL *ssl;
	char name[256];		     /* as the certificate must have it */
	struct tls_peer_chain chain; /* as on_open and on_close find it */
	enum {
		TLS_CLIENT_CLOSED,
		TLS_CLIENT_CONNECTING,
		TLS_CLIENT_HANDSHAKE,
		TLS_CLIENT_OPEN
	} state;
	void (*on_open)(void *arg);
	/* LEN bytes came in */
	void (*on_data)(void *arg, const char *bytes, size_t len);
	/* what was in the buffer is written: there is room again */
	void (*on_written)(void *arg);
	/* closed, and why; not called after tls_client_close() */
	void (*on_close)(void *arg, const char *why);
	void *arg;
	size_t out_len;
	char out[TLS_CLIENT_OUT_MAX];
};

/*
 * Keys and CA as PEM in memory; CERT and KEY "" for none.  NULL when one of
 * them cannot be used; the reason is in WHY_R.
 */
SSL_CTX *tls_client_context(const char *ca, const char *cert, const char *key,
    char *why_r, size_t why_size);

/* Begins to connect.  NAME is a DNS name or an address, as the certificate
 * must have it.  -1: errno; on_close is not called then. */
int tls_client_open(struct tls_client *c, struct loop *loop, SSL_CTX *ctx,
    const struct sockaddr *address, socklen_t address_len, const char *name);

/* Queues the bytes.  -1 when there is no room for all of them. */
int tls_client_write(struct tls_client *c, const char *bytes, size_t len);

/* Says goodbye as far as the socket takes it, and closes. */
void tls_client_close(struct tls_client *c);

#endif
