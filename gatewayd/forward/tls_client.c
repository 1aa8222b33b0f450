/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/tls_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/forward/tls_server.h"
#include "lib/base/pem.h"

static int
add_ca(SSL_CTX *ctx, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert;
	int count = 0;

	while (bio != NULL && (cert = PEM_read_bio_X509(
				   bio, NULL, pem_no_password, NULL)) != NULL) {
		if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) == 1)
			count++;
		X509_free(cert);
	}
	BIO_free(bio);
	ERR_clear_error(); /* the end of the file is an error there */
	return count > 0 ? 0 : -1;
}

/* The first certificate is ours, what follows is its chain. */
static int
use_cert(SSL_CTX *ctx, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert = NULL;
	int ok = 0;

	if (bio != NULL)
		cert = PEM_read_bio_X509(bio, NULL, pem_no_password, NULL);
	if (cert != NULL)
		ok = SSL_CTX_use_certificate(ctx, cert) == 1;
	X509_free(cert);
	while (ok && (cert = PEM_read_bio_X509(
			  bio, NULL, pem_no_password, NULL)) != NULL)
		if (SSL_CTX_add_extra_chain_cert(ctx, cert) != 1) {
			X509_free(cert);
			ok = 0;
		}
	BIO_free(bio);
	ERR_clear_error();
	return ok ? 0 : -1;
}

static int
use_key(SSL_CTX *ctx, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = NULL;
	int ok;

	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, pem_no_password, NULL);
	ok = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
	     SSL_CTX_check_private_key(ctx) == 1;
	EVP_PKEY_free(key);
	BIO_free(bio);
	ERR_clear_error();
	return ok ? 0 : -1;
}

SSL_CTX *
tls_client_context(const char *ca, const char *cert, const char *key,
    char *why_r, size_t why_size)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	const char *why = "TLS could not be set up";

	if (ctx == NULL ||
	    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1)
		goto failed;
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	why = "the CA file has no certificate (PEM)";
	if (add_ca(ctx, ca) < 0)
		goto failed;
	why = "the file of the certificate has none (PEM)";
	if (cert[0] != '\0' && use_cert(ctx, cert) < 0)
		goto failed;
	why =
	    "the file of the key has none (PEM), or not that of the certificate";
	if (key[0] != '\0' && use_key(ctx, key) < 0)
		goto failed;
	return ctx;
failed:
	snprintf(why_r, why_size, "%s", why);
	SSL_CTX_free(ctx);
	return NULL;
}

static void
release(struct tls_client *c)
{
	if (c->watch.active)
		loop_unwatch(c->loop, &c->watch);
	SSL_free(c->ssl);
	c->ssl = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->state = TLS_CLIENT_CLOSED;
	c->out_len = 0;
	ERR_clear_error();
}

static void
fail(struct tls_client *c, const char *why)
{
	char text[512];

	/* "why" may point into what is released */
	snprintf(text, sizeof text, "%s", why);
	release(c);
	c->on_close(c->arg, text);
}

static void
fail_tls(struct tls_client *c, int error)
{
	long verify = SSL_get_verify_result(c->ssl);
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	char text[512];

	if (c->state == TLS_CLIENT_HANDSHAKE)
		tls_server_chain(c->ssl, &c->chain);
	if (c->state == TLS_CLIENT_HANDSHAKE && verify != X509_V_OK)
		snprintf(text, sizeof text, "TLS: the certificate of %s: %s",
		    c->name, tls_peer_sentence(tls_server_fault(verify)));
	else if (error == SSL_ERROR_ZERO_RETURN)
		snprintf(text, sizeof text, "closed by the server");
	else if (reason != NULL)
		snprintf(text, sizeof text, "TLS: %s", reason);
	else
		snprintf(text, sizeof text, "%s",
		    errno != 0 ? strerror(errno) : "connection lost");
	fail(c, text);
}

static void
want(struct tls_client *c, uint32_t events)
{
	if (events != c->events)
		loop_change(c->loop, &c->watch, events);
	c->events = events;
}

/* 1 go on, 0 wait for the socket, -1 closed */
static int
judge(struct tls_client *c, int result)
{
	int error = SSL_get_error(c->ssl, result);

	switch (error) {
	case SSL_ERROR_NONE:
		return 1;
	case SSL_ERROR_WANT_READ:
		want(c, EPOLLIN);
		return 0;
	case SSL_ERROR_WANT_WRITE:
		want(c, EPOLLIN | EPOLLOUT);
		return 0;
	default:
		fail_tls(c, error);
		return -1;
	}
}

static void
handshake(struct tls_client *c)
{
	ERR_clear_error();
	errno = 0;
	if (judge(c, SSL_connect(c->ssl)) != 1)
		return;
	c->state = TLS_CLIENT_OPEN;
	tls_server_chain(c->ssl, &c->chain);
	want(c, EPOLLIN);
	c->on_open(c->arg);
}

static void
connected(struct tls_client *c)
{
	int error = 0;
	socklen_t len = sizeof error;

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		fail(c, strerror(error));
		return;
	}
	c->state = TLS_CLIENT_HANDSHAKE;
	handshake(c);
}

/* -1 when the connection is closed. */
static int
flush_out(struct tls_client *c)
{
	size_t done = 0;
	int result = 1;

	while (result == 1 && done < c->out_len) {
		size_t put = 0;

		ERR_clear_error();
		errno = 0;
		result = judge(c, SSL_write_ex(c->ssl, c->out + done,
				      c->out_len - done, &put));
		done += put;
	}
	if (result < 0)
		return -1;
	memmove(c->out, c->out + done, c->out_len - done);
	c->out_len -= done;
	if (c->out_len == 0)
		want(c, EPOLLIN);
	return 0;
}

static void
read_in(struct tls_client *c)
{
	char bytes[16384];
	size_t got;

	while (c->state == TLS_CLIENT_OPEN) {
		ERR_clear_error();
		errno = 0;
		got = 0;
		if (SSL_read_ex(c->ssl, bytes, sizeof bytes, &got) == 1) {
			c->on_data(c->arg, bytes, got);
			continue;
		}
		if (judge(c, 0) == 0 && c->out_len > 0)
			want(c, EPOLLIN | EPOLLOUT);
		return;
	}
}

static void
on_event(void *arg, uint32_t events)
{
	struct tls_client *c = arg;

	(void)events;
	switch (c->state) {
	case TLS_CLIENT_CONNECTING:
		connected(c);
		return;
	case TLS_CLIENT_HANDSHAKE:
		handshake(c);
		return;
	case TLS_CLIENT_OPEN:
		if (c->out_len > 0 && flush_out(c) < 0)
			return;
		if (c->out_len == 0 && (events & EPOLLOUT) != 0)
			c->on_written(c->arg);
		read_in(c);
		return;
	case TLS_CLIENT_CLOSED:
		return;
	}
}

static int
set_name(SSL *ssl, const char *name)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	uint8_t bytes[16];

	if (inet_pton(AF_INET, name, bytes) == 1 ||
	    inet_pton(AF_INET6, name, bytes) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, name);
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, name) == 1 &&
	       SSL_set_tlsext_host_name(ssl, name) == 1;
}

int
tls_client_open(struct tls_client *c, struct loop *loop, SSL_CTX *ctx,
    const struct addrinfo *at, const char *name)
{
	int one = 1, error;

	c->loop = loop;
	c->ssl = NULL;
	c->out_len = 0;
	c->chain.count = 0;
	snprintf(c->name, sizeof c->name, "%s", name);
	c->fd = socket(
	    at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return -1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	c->ssl = SSL_new(ctx);
	if (c->ssl == NULL || name[0] == '\0' || set_name(c->ssl, name) != 1 ||
	    SSL_set_fd(c->ssl, c->fd) != 1) {
		release(c);
		errno = EINVAL;
		return -1;
	}
	if ((connect(c->fd, at->ai_addr, at->ai_addrlen) < 0 &&
		errno != EINPROGRESS) ||
	    loop_watch(loop, &c->watch, c->fd, on_event, c) < 0 ||
	    loop_change(loop, &c->watch, EPOLLIN | EPOLLOUT) < 0) {
		error = errno;
		release(c);
		errno = error;
		return -1;
	}
	c->events = EPOLLIN | EPOLLOUT;
	c->state = TLS_CLIENT_CONNECTING;
	return 0;
}

int
tls_client_write(struct tls_client *c, const char *bytes, size_t len)
{
	if (c->state != TLS_CLIENT_OPEN || len > sizeof c->out - c->out_len)
		return -1;
	memcpy(c->out + c->out_len, bytes, len);
	c->out_len += len;
	want(c, EPOLLIN | EPOLLOUT);
	return 0;
}

void
tls_client_close(struct tls_client *c)
{
	if (c->state == TLS_CLIENT_OPEN) {
		size_t put;

		ERR_clear_error();
		if (c->out_len > 0)
			SSL_write_ex(c->ssl, c->out, c->out_len, &put);
		SSL_shutdown(c->ssl);
	}
	release(c);
}
