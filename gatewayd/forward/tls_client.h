/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_TLS_CLIENT_H
#define FORWARD_TLS_CLIENT_H

#include <netdb.h>
#include <openssl/types.h>
#include <stddef.h>

#include "lib/base/loop.h"
#include "lib/base/tls_peer.h"

/*
 * One TLS connection (1.2 or later) of a client, in a loop.  The server must
 * show a certificate for the expected name, signed by the given CA.  Without
 * one the connection always fails.
 */

#define TLS_CLIENT_OUT_MAX (256 * 1024) /* waiting to be written */

struct tls_client {
	struct loop *loop;
	struct loop_watch watch;
	uint32_t events; /* that the loop watches now */
	int fd;
	SSL *ssl;
	char name[256];		     /* that the certificate must have */
	struct tls_peer_chain chain; /* set before on_open and on_close */
	enum {
		TLS_CLIENT_CLOSED,
		TLS_CLIENT_CONNECTING,
		TLS_CLIENT_HANDSHAKE,
		TLS_CLIENT_OPEN
	} state;
	void (*on_open)(void *arg);
	/* LEN bytes came in. */
	void (*on_data)(void *arg, const char *bytes, size_t len);
	/* The buffer was written: there is room again. */
	void (*on_written)(void *arg);
	/* The connection is closed.  Not called by tls_client_close(). */
	void (*on_close)(void *arg, const char *why);
	void *arg;
	size_t out_len;
	char out[TLS_CLIENT_OUT_MAX];
};

/*
 * Makes a context.  CA, CERT and KEY are PEM texts; CERT and KEY may be "".
 * NULL when one of them cannot be used; the reason is in WHY_R.
 */
SSL_CTX *tls_client_context(const char *ca, const char *cert, const char *key,
    char *why_r, size_t why_size);

/* Begins to connect.  The certificate must have NAME, a DNS name or an address.
 * -1 with errno; on_close is not called then. */
int tls_client_open(struct tls_client *c, struct loop *loop, SSL_CTX *ctx,
    const struct addrinfo *at, const char *name);

/* Queues the bytes.  -1 if there is no room for all of them. */
int tls_client_write(struct tls_client *c, const char *bytes, size_t len);

/* Sends the TLS close if the socket takes it, and closes. */
void tls_client_close(struct tls_client *c);

#endif
