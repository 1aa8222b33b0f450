/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One LDAP server: its URI, its addresses, and whether it worked lately.
 */
#ifndef DIRECTORY_SERVER_H
#define DIRECTORY_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lib/conf/conf.h"

#define SERVER_ADDRESSES 8

struct server {
	char uri[CONF_TEXT];
	char host[CONF_TEXT]; /* as in the URI, without brackets */
	char port[8];
	bool ldaps, start_tls;
	struct sockaddr_storage address[SERVER_ADDRESSES];
	socklen_t address_size[SERVER_ADDRESSES];
	size_t address_count, address_at; /* the next one to try */
	uint64_t resolved;		  /* clock_mono_ms(), 0: never */
	/* 0: healthy.  Else it is tried again at retry_at, once at a time. */
	unsigned failures;
	uint64_t failed_at, retry_at;
	uint64_t opened_at; /* the newest connection was begun; 0: none */
	bool probing;
	int64_t worked_ms; /* clock_wall_ms() of its last answer; 0: none */
	char why[192];	   /* of the last failure */
	/* the server refused the password of the service */
	bool refused;
	unsigned refusals; /* in a row */
};

/*
 * Parses "ldaps://HOST[:PORT]" or "ldap://HOST[:PORT]".  The latter needs
 * start_tls, unless HOST is a numeric loopback address: no password leaves the
 * machine without TLS.  -1 with the reason in text.
 */
int server_parse(
    struct server *s, const char *uri, bool start_tls, char *text, size_t size);

/* Resolves the host if it is a name.  This may take some seconds if the name
 * server does not answer.  -1: no address; the reason was logged. */
int server_resolve(struct server *s);

/* Begins a connect(2) to the next address.  Returns the socket, or -1 with
 * errno. */
int server_connect(struct server *s);

/* The server could not be reached.  The time until the next try doubles, from
 * 0.25 s to 8 s. */
void server_failed(struct server *s, uint64_t now);
/*
 * The server refused the password of the service.  Another try soon would fail
 * too, and could lock the service out.  The time until the next try doubles,
 * from one minute to a quarter of an hour.  Returns it in milliseconds.
 */
uint64_t server_refused(struct server *s, uint64_t now);
/*
 * A new connection is ready: the server works.  bound: it is bound as the
 * service; else it is for people's binds.  Answers on old connections do not
 * count, because a server may serve those and accept no new ones.
 */
void server_is_well(struct server *s, bool bound);

/* Its last failure was a moment ago: gateways that all lost it come back to it
 * one connection a second each. */
bool server_is_recovering(const struct server *s, uint64_t now);
/* May another connection to it be begun? */
bool server_may_open(const struct server *s, uint64_t now);

/*
 * The server to connect to now: the first healthy one, else the first one that
 * is due for another try.  NULL: none is due.  With waiting, while a request
 * waits and no server is healthy, one that could not be reached is due after a
 * second.
 */
struct server *server_choose(
    struct server *s, size_t count, uint64_t now, bool waiting);

#endif
