/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One configuration made ready: servers, TLS context, connections.  A reload
 * makes a new one beside the old one, which ends when its requests have.
 */
#ifndef DIRECTORY_SETUP_H
#define DIRECTORY_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include <ldap.h>

#include "gatewayd/directory/ldap_pool.h"

struct setup {
	struct conf_directory conf;
	struct server server[CONF_URIS];
	LDAP *tls; /* NULL: no server has TLS */
	char *ca;  /* what the file of conf.ca held */
	size_t ca_size;
	struct ldap_pool *pool; /* NULL before setup_start() */
};

/* Checks conf, reads the CA certificates of ca_fd (-1: there are none),
 * resolves names.  NULL: text says why.  Connects to nothing. */
struct setup *setup_new(
    const struct conf_directory *conf, int ca_fd, char *text, size_t size);
/* Would a new one differ in nothing?  By content: a file keeps its name. */
bool setup_same(const struct setup *a, const struct setup *b);
/* Begins to connect.  -1: no memory. */
int setup_start(struct setup *s, struct loop *loop);
/* Requests still under way become unavailable first. */
void setup_free(struct setup *s);

#endif
