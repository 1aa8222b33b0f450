/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/forward/relp_server.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "tests/support/unit.h"

#define NAME "siem.test"

struct connection {
	SSL *ssl;
	struct relp_seen *seen;
	enum behaviour behaviour;
	char in[65536];
	size_t len;
	unsigned records;
	unsigned held; /* txnr whose answer waits for the next one */
};

static SSL_CTX *
context(const struct cert *ca, const struct cert *client_ca,
    enum behaviour behaviour)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	struct cert other, server;

	cert_make(&other, NULL, "Another CA", NULL, 10);
	cert_make(&server, behaviour == RELP_HAS_ANOTHER_CA ? &other : ca, NAME,
	    behaviour == RELP_HAS_ANOTHER_NAME ? "DNS:other.test" : "DNS:" NAME,
	    behaviour == RELP_HAS_EXPIRED ? -1 : 10);
	if (behaviour == RELP_IS_FOR_CLIENTS)
		cert_only_for_clients(&server, ca);
	SSL_CTX_use_certificate(ctx, server.x509);
	SSL_CTX_use_PrivateKey(ctx, server.key);
	if (behaviour == RELP_SPEAKS_TLS_1_1) {
		SSL_CTX_set_security_level(ctx, 0);
		SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
	}
	if (client_ca != NULL) {
		X509_STORE_add_cert(
		    SSL_CTX_get_cert_store(ctx), client_ca->x509);
		SSL_CTX_set_verify(ctx,
		    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	cert_free(&other);
	cert_free(&server);
	return ctx;
}

static void
say(struct connection *c, const char *text)
{
	size_t step = c->behaviour == RELP_ANSWERS_IN_CRUMBS ? 1 : strlen(text);

	for (size_t at = 0; text[at] != '\0'; at += step)
		SSL_write(c->ssl, text + at, (int)step);
}

static void
answer(struct connection *c, unsigned txnr)
{
	char text[64];

	snprintf(text, sizeof text, "%u rsp 6 200 OK\n", txnr);
	say(c, text);
}

/* The text behind "open"; 0 ends the connection. */
static int
on_open(struct connection *c, unsigned txnr)
{
	static const char offers[] =
	    "200 OK\nrelp_version=0\nrelp_software=test\ncommands=foo,syslog";
	char text[256];

	switch (c->behaviour) {
	case RELP_REFUSES_OPEN:
		say(c, "1 rsp 6 500 no\n");
		return 1;
	case RELP_TAKES_NO_SYSLOG:
		say(c, "1 rsp 30 200 OK\ncommands=syslogs,asyslog\n");
		return 1;
	case RELP_TALKS_SOMETHING_ELSE:
		say(c, "220 mail.test ESMTP\r\n");
		return 1;
	case RELP_ANNOUNCES_A_HUGE_FRAME:
		say(c, "1 rsp 999999999 200 OK");
		return 1;
	case RELP_LEAVES_INSIDE_A_FRAME:
		say(c, "1 rsp 92 200 O");
		return 0;
	case RELP_CLOSES_POLITELY:
		say(c, "0 serverclose 0\n");
		return 1;
	case RELP_GIVES_ORDERS:
		say(c, "1 syslog 2 hi\n");
		return 1;
	default:
		break;
	}
	snprintf(text, sizeof text, "%u rsp %zu %s\n", txnr, sizeof offers - 1,
	    offers);
	say(c, text);
	return 1;
}

static void
take_record(struct connection *c, const char *data)
{
	const char *at = strstr(data, "\"sequence\":");
	unsigned count = c->seen->acknowledged;

	if (at == NULL || strncmp(data, "<86>1 20", 8) != 0 ||
	    strstr(data, " sallyport - auth - {") == NULL)
		c->seen->malformed++;
	else if (count < RELP_RECORDS_MAX) {
		c->seen->sequence[count] =
		    (uint32_t)strtoul(at + strlen("\"sequence\":"), NULL, 10);
		c->seen->acknowledged = count + 1;
	}
}

static int
on_record(struct connection *c, unsigned txnr, const char *data)
{
	char text[64];

	c->records++;
	switch (c->behaviour) {
	case RELP_REFUSES_A_RECORD:
		snprintf(text, sizeof text, "%u rsp 6 500 no\n", txnr);
		say(c, text);
		return 1;
	case RELP_ANSWERS_NOTHING_WE_SENT:
		answer(c, 77777);
		return 1;
	case RELP_ANSWERS_TWICE:
		answer(c, txnr);
		answer(c, txnr);
		take_record(c, data);
		return 1;
	case RELP_LEAVES_AFTER_TEN:
		if (c->records > 10)
			return 0;
		take_record(c, data);
		answer(c, txnr);
		return 1;
	case RELP_ANSWERS_OUT_OF_ORDER:
		take_record(c, data);
		if (c->held == 0) {
			c->held = txnr;
			return 1;
		}
		answer(c, txnr);
		answer(c, c->held);
		c->held = 0;
		return 1;
	case RELP_ANSWERS_IN_CRUMBS:
	case RELP_IS_GOOD:
		take_record(c, data);
		answer(c, txnr);
		return 1;
	default:
		c->seen->strangers++;
		return 1;
	}
}

/* One frame off the front; 0 when the connection is over. */
static int
take_frame(struct connection *c, int *more_r)
{
	unsigned txnr, len;
	char command[33];
	int head = 0;
	char *data;

	*more_r = 0;
	c->in[c->len] = '\0';
	if (memchr(c->in, '\n', c->len) == NULL)
		return 1;
	if (sscanf(c->in, "%u %32[a-z] %u%n", &txnr, command, &len, &head) !=
		3 ||
	    len > sizeof c->in - 200) {
		c->seen->malformed++;
		return 0;
	}
	data = c->in + head + (len > 0);
	if ((size_t)(data - c->in) + len + 1 > c->len)
		return 1;
	if (data[len] != '\n') {
		c->seen->malformed++;
		return 0;
	}
	data[len] = '\0';
	*more_r = 1;
	if (strcmp(command, "open") == 0) {
		if (!on_open(c, txnr))
			return 0;
	} else if (strcmp(command, "syslog") == 0) {
		if (!on_record(c, txnr, data))
			return 0;
	} else {
		return 0; /* close */
	}
	c->len -= (size_t)(data + len + 1 - c->in);
	memmove(c->in, data + len + 1, c->len);
	return 1;
}

static void
serve(struct connection *c)
{
	int got, more;

	while ((got = SSL_read(c->ssl, c->in + c->len,
		    (int)(sizeof c->in - 1 - c->len))) > 0) {
		c->len += (size_t)got;
		do
			if (!take_frame(c, &more))
				return;
		while (more);
	}
}

static void
serve_socket(
    int fd, SSL_CTX *ctx, enum behaviour behaviour, struct relp_seen *seen)
{
	struct connection c = {.seen = seen, .behaviour = behaviour};

	if (behaviour == RELP_IS_NOT_TLS) {
		if (write(fd, "1 rsp 6 200 OK\n", 15) != 15)
			return;
		if (read(fd, c.in, sizeof c.in) > 0)
			seen->strangers += strstr(c.in, " syslog ") != NULL;
		return;
	}
	c.ssl = SSL_new(ctx);
	SSL_set_fd(c.ssl, fd);
	if (SSL_accept(c.ssl) == 1)
		serve(&c);
	SSL_shutdown(c.ssl);
	SSL_free(c.ssl);
}

static void
run(int listener, const struct cert *ca, const struct cert *client_ca,
    enum behaviour first, struct relp_seen *seen)
{
	SSL_CTX *bad = context(ca, client_ca, first);
	SSL_CTX *good = context(ca, client_ca, RELP_IS_GOOD);

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		int is_first = seen->connections++ == 0;

		serve_socket(fd, is_first ? bad : good,
		    is_first ? first : RELP_IS_GOOD, seen);
		close(fd);
	}
}

void
relp_server_start(struct relp_server *s, const struct cert *ca,
    const struct cert *client_ca, enum behaviour first)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->seen != MAP_FAILED);
	assert_int_equal(
	    bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 8), 0);
	getsockname(listener, (struct sockaddr *)&address, &len);
	s->port = ntohs(address.sin_port);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		run(listener, ca, client_ca, first, s->seen);
	}
	close(listener);
}

void
relp_server_stop(struct relp_server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->seen, sizeof *s->seen);
}
