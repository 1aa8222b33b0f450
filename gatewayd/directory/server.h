/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One directory server: what its URI says, its addresses, and how it has been
 * lately.
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
	/* 0 is healthy; others are tried again at retry_at, one at a time */
	unsigned failures;
	uint64_t failed_at, retry_at;
	bool probing;
	char why[192]; /* of the last failure */
	/* it answered, and does not take the service's password */
	bool refused;
	unsigned refusals; /* in a row */
};

/*
 * Takes "ldaps://HOST[:PORT]" and "ldap://HOST[:PORT]".  The latter needs
 * start_tls, unless HOST is a numeric loopback address: a password never
 * leaves the machine in clear.  -1: text says why.
 */
int server_parse(
    struct server *s, const char *uri, bool start_tls, char *text, size_t size);

/* Looks the host up if it is a name; may take some seconds when the name
 * server is silent.  -1: no address, the reason was logged. */
int server_resolve(struct server *s);

/* A connect(2) to its next address, under way.  -1: errno. */
int server_connect(struct server *s);

/* It could not be reached.  The times between tries double from 0.25 s to
 * 60 s. */
void server_failed(struct server *s, uint64_t now);
/* It was reached and refused the service: to ask again soon helps nobody, and
 * its lockout counts each time.  The times between tries double from one minute
 * to a quarter of an hour.  Returns this one, in milliseconds. */
uint64_t server_refused(struct server *s, uint64_t now);
/* A new connection got ready; bound as the service, or for the binds of people.
 * Answers on old ones do not count: a server may go on with those and take no
 * new ones. */
void server_is_well(struct server *s, bool bound);

/*
 * The server to connect to now: the first healthy one, else the first one
 * that is due for another try.  NULL: none yet.  When none is healthy, one that
 * could not be reached is due after some seconds at the latest; with waiting
 * (somebody's request could be sent) after one.
 */
struct server *server_choose(
    struct server *s, size_t count, uint64_t now, bool waiting);

#endif
