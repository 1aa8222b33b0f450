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
#include <stdint.h>

#include "gatewayd/directory/ldap_pool.h"
#include "gatewayd/directory/named_groups.h"

/* What a file of the configuration held. */
struct setup_content {
	char *bytes; /* NULL: there is none */
	size_t size;
};

/* What the parent hands over beside conf; -1: none. */
struct setup_files {
	int ca, crl, groups;
};

struct setup {
	struct conf_directory conf;
	struct server server[CONF_URIS];
	LDAP *tls; /* NULL: no server has TLS */
	struct setup_content ca, crl;
	int64_t lists_end; /* of crl; 0: there is none */
	struct named_groups named;
	struct ldap_pool *pool; /* NULL before setup_start() */
};

/* Checks conf, reads the files and resolves names.  Does not connect.  NULL
 * with the reason in text. */
struct setup *setup_new(const struct conf_directory *conf,
    const struct setup_files *files, char *text, size_t size);
/* True if the two are equal.  Files are compared by their content. */
bool setup_same(const struct setup *a, const struct setup *b);
/* Begins to connect.  -1: no memory. */
int setup_start(struct setup *s, struct loop *loop);
/* Ends its requests as unavailable, then frees it. */
void setup_free(struct setup *s);

#endif
