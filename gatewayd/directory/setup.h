/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration in use: servers, TLS context, connections.  A reload makes a
 * new one beside the old one.  The old one ends after its last request.
 */
#ifndef DIRECTORY_SETUP_H
#define DIRECTORY_SETUP_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/directory/ldap_pool.h"

struct setup {
	struct conf_directory conf;
	struct server server[CONF_URIS];
	LDAP *tls; /* NULL: no server has TLS */
	char *ca;  /* the content of the file conf.ca */
	size_t ca_size;
	struct ldap_pool *pool; /* NULL before setup_start() */
};

/* Checks conf, reads the CA certificates of ca_fd (-1: none) and resolves
 * names. Does not connect.  NULL with the reason in text. */
struct setup *setup_new(
    const struct conf_directory *conf, int ca_fd, char *text, size_t size);
/* True if the two are equal.  Files are compared by their content. */
bool setup_same(const struct setup *a, const struct setup *b);
/* Begins to connect.  -1: no memory. */
int setup_start(struct setup *s, struct loop *loop);
/* Ends its requests as unavailable, then frees it. */
void setup_free(struct setup *s);

#endif
