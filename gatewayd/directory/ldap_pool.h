/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kept connections: a few bound as the service for searches, a few for
 * the binds of people, on the first server of the list that is well.  Requests
 * wait here in order until one is free; each has one deadline from the moment
 * it was submitted.
 */
#ifndef DIRECTORY_LDAP_POOL_H
#define DIRECTORY_LDAP_POOL_H

#include "gatewayd/directory/ldap_conn.h"

#define LDAP_POOL_CONNECTIONS 64 /* of each kind, at most */

struct ldap_pool;

/* Connects in the background.  conf stays the caller's and unchanged; servers
 * (server_count of them, parsed and resolved) are copied.  NULL: no memory. */
struct ldap_pool *ldap_pool_new(struct loop *loop,
    const struct conf_directory *conf, const struct server *servers, LDAP *tls);
void ldap_pool_free(struct ldap_pool *p);

/* Queues it; nothing is called back before ldap_pool_round(). */
void ldap_pool_submit(struct ldap_pool *p, struct ldap_request *r);
/* Takes it back, wherever it is; neither answer() nor unavailable() follows. */
void ldap_pool_cancel(struct ldap_pool *p, struct ldap_request *r);
/* At the end of each round of the loop: sends what waits. */
void ldap_pool_round(struct ldap_pool *p);

/* Tells the parent of servers that can be used now, or cannot any more. */
void ldap_pool_tell(struct ldap_pool *p);
/* NULL, or why nobody can be looked up now; room for it is text. */
const char *ldap_pool_trouble(
    const struct ldap_pool *p, char *text, size_t size);

/* For tests and the log. */
unsigned ldap_pool_ready(const struct ldap_pool *p, enum ldap_conn_kind kind);

#endif
