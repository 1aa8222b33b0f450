/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One configuration made ready: servers, TLS context, connections.  A reload
 * makes a new one beside the old one, which ends when its requests have.
 */
#ifndef DIRECTORY_SETUP_H
#define DIRECTORY_SETUP_H

#include <stddef.h>

#include <ldap.h>

#include "gatewayd/directory/ldap_pool.h"

struct setup {
	struct conf_directory conf;
	struct server server[CONF_URIS];
	LDAP *tls;		/* NULL: no server has TLS */
	struct ldap_pool *pool; /* NULL before setup_start() */
};

/* Checks conf, reads the CA certificates, resolves names.  NULL: text says
 * why.  Connects to nothing. */
struct setup *setup_new(const struct conf_directory *, char *text, size_t size);
/* Begins to connect.  -1: no memory. */
int setup_start(struct setup *, struct loop *);
/* Requests still under way become unavailable first. */
void setup_free(struct setup *);

#endif
