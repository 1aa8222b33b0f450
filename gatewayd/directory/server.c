/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ldap.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

#define RETRY_FIRST_MS 250
/* with the try itself, a server that is back is noticed within 10 s */
#define RETRY_MAX_MS 8000
#define RETRY_WAITING_MS 1000 /* while no server is well */
#define RECOVERING_MS 60000
#define SPREAD_MS 1000
#define REFUSED_FIRST_MS 60000
#define REFUSED_MAX_MS (15 * 60 * 1000)
/* a firewall that forgets idle connections is noticed before a login is */
#define KEEPALIVE_SECONDS 30

static bool
is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* scheme, host and port, and nothing else */
static int
take_url(struct server *s, const LDAPURLDesc *u, char *text, size_t size)
{
	const char *host = u->lud_host != NULL ? u->lud_host : "";
	size_t length = strlen(host);

	s->ldaps = strcmp(u->lud_scheme, "ldaps") == 0;
	if (!s->ldaps && strcmp(u->lud_scheme, "ldap") != 0) {
		snprintf(text, size, "%s: only ldaps:// and ldap://", s->uri);
		return -1;
	}
	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	}
	if (length == 0 || length >= sizeof s->host || u->lud_port < 1 ||
	    u->lud_port > 65535 ||
	    (u->lud_dn != NULL && u->lud_dn[0] != '\0') ||
	    u->lud_attrs != NULL || u->lud_filter != NULL ||
	    u->lud_exts != NULL) {
		snprintf(
		    text, size, "%s: write it as ldaps://HOST[:PORT]", s->uri);
		return -1;
	}
	snprintf(s->host, sizeof s->host, "%.*s", (int)length, host);
	snprintf(s->port, sizeof s->port, "%d", u->lud_port);
	return 0;
}

static int
validate(const struct server *s, char *text, size_t size)
{
	if (s->ldaps && s->start_tls) {
		snprintf(text, size,
		    "%s: start-tls is for ldap://, ldaps:// has TLS already",
		    s->uri);
		return -1;
	}
	if (!s->ldaps && !s->start_tls && !is_loopback(s->host)) {
		snprintf(text, size,
		    "%s: passwords would cross the network in plaintext; use "
		    "ldaps:// or start-tls",
		    s->uri);
		return -1;
	}
	/* libldap would look for the machine's own name in the certificate */
	if (strcasecmp(s->host, "localhost") == 0) {
		snprintf(text, size,
		    "%s: write 127.0.0.1 or the name in the certificate",
		    s->uri);
		return -1;
	}
	return 0;
}

int
server_parse(
    struct server *s, const char *uri, bool start_tls, char *text, size_t size)
{
	LDAPURLDesc *u = NULL;
	int result;

	memset(s, 0, sizeof *s);
	s->start_tls = start_tls;
	snprintf(s->uri, sizeof s->uri, "%s", uri);
	if (ldap_url_parse(uri, &u) != LDAP_URL_SUCCESS ||
	    u->lud_next != NULL) {
		snprintf(text, size, "%s: not an LDAP URI", uri);
		ldap_free_urldesc(u);
		return -1;
	}
	result = take_url(s, u, text, size);
	ldap_free_urldesc(u);
	return result < 0 ? -1 : validate(s, text, size);
}

int
server_resolve(struct server *s)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	int error;

	/* one try of one second per name server: the loop waits for this */
	if (res_init() == 0) {
		_res.retrans = 1;
		_res.retry = 1;
	}
	s->resolved = clock_mono_ms();
	error = getaddrinfo(s->host, s->port, &hints, &list);
	if (error != 0) {
		log_warnx("%s: %s", s->host, gai_strerror(error));
		return -1;
	}
	s->address_count = 0;
	for (struct addrinfo *a = list;
	     a != NULL && s->address_count < SERVER_ADDRESSES; a = a->ai_next) {
		if (a->ai_family != AF_INET && a->ai_family != AF_INET6)
			continue;
		memcpy(
		    &s->address[s->address_count], a->ai_addr, a->ai_addrlen);
		s->address_size[s->address_count++] = a->ai_addrlen;
	}
	freeaddrinfo(list);
	s->address_at = 0;
	return s->address_count > 0 ? 0 : -1;
}

static int
set_number(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

int
server_connect(struct server *s)
{
	const struct sockaddr *a;
	int fd, saved;
	size_t at;

	if (s->address_count == 0) {
		errno = EHOSTUNREACH;
		return -1;
	}
	at = s->address_at % s->address_count;
	a = (const void *)&s->address[at];
	fd =
	    socket(a->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1) < 0 ||
	    set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ||
	    set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS) < 0 ||
	    set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5) < 0 ||
	    set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, 3) < 0)
		goto fail;
	if (connect(fd, a, s->address_size[at]) < 0 && errno != EINPROGRESS)
		goto fail;
	return fd;
fail:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

void
server_failed(struct server *s, uint64_t now)
{
	unsigned doublings = s->failures < 8 ? s->failures : 8;
	uint64_t pause = (uint64_t)RETRY_FIRST_MS << doublings;

	/* connections that fail together are one failure */
	if (s->failures > 0 && !s->probing && now < s->retry_at)
		return;
	s->probing = false;
	s->refused = false;
	s->failures++;
	s->address_at++;
	s->failed_at = now;
	s->retry_at = now + (pause < RETRY_MAX_MS ? pause : RETRY_MAX_MS);
}

uint64_t
server_refused(struct server *s, uint64_t now)
{
	unsigned doublings = s->refusals < 4 ? s->refusals : 4;
	uint64_t pause = (uint64_t)REFUSED_FIRST_MS << doublings;

	if (pause > REFUSED_MAX_MS)
		pause = REFUSED_MAX_MS;
	s->probing = false;
	s->refused = true;
	s->refusals++;
	s->failures++;
	s->failed_at = now;
	s->retry_at = now + pause;
	return pause;
}

void
server_is_well(struct server *s, bool bound)
{
	s->probing = false;
	/* a connection for people's binds says nothing of the service's */
	if (s->refused && !bound)
		return;
	s->failures = 0;
	s->refused = false;
	if (bound)
		s->refusals = 0;
}

bool
server_is_recovering(const struct server *s, uint64_t now)
{
	return s->failed_at > 0 && now - s->failed_at < RECOVERING_MS;
}

bool
server_may_open(const struct server *s, uint64_t now)
{
	return !server_is_recovering(s, now) || now - s->opened_at >= SPREAD_MS;
}

static bool
is_due(const struct server *s, uint64_t now, bool waiting)
{
	return !s->probing && (now >= s->retry_at ||
				  (waiting && !s->refused &&
				      now >= s->failed_at + RETRY_WAITING_MS));
}

struct server *
server_choose(struct server *s, size_t count, uint64_t now, bool waiting)
{
	for (size_t i = 0; i < count; i++)
		if (s[i].failures == 0)
			return &s[i];
	for (size_t i = 0; i < count; i++)
		if (is_due(&s[i], now, waiting))
			return &s[i];
	return NULL;
}
