/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections that directory keeps, to the first server of the list that
 * works.  Some are bound as the service for searches.  Others are for people's
 * binds.  Requests wait here, in order, until a connection is free.  Each has
 * one deadline, which begins when it is submitted.
 */
#ifndef DIRECTORY_LDAP_POOL_H
#define DIRECTORY_LDAP_POOL_H

#include "gatewayd/directory/ldap_conn.h"

#define LDAP_POOL_CONNECTIONS 64 /* of each kind, at most */

struct ldap_pool;

/* Makes a pool, which connects in the background.  conf must not change while
 * the pool lives.  servers are parsed and resolved; they are copied.  NULL: no
 * memory. */
struct ldap_pool *ldap_pool_new(struct loop *loop,
    const struct conf_directory *conf, const struct server *servers, LDAP *tls,
    int64_t lists_end);
void ldap_pool_free(struct ldap_pool *p);

/* Queues a request.  No function of it is called before ldap_pool_round(). */
void ldap_pool_submit(struct ldap_pool *p, struct ldap_request *r);
/* Takes a request back.  Neither answer() nor unavailable() will be called. */
void ldap_pool_cancel(struct ldap_pool *p, struct ldap_request *r);
/* Sends the waiting requests.  To be called at the end of each round. */
void ldap_pool_round(struct ldap_pool *p);

/* Tells the parent of servers that can be used now, or cannot any more. */
void ldap_pool_tell(struct ldap_pool *p);
/* NULL while lookups are possible; "" before the first connection; else the
 * reason, written to text. */
const char *ldap_pool_trouble(
    const struct ldap_pool *p, char *text, size_t size);

/* For tests and the log. */
unsigned ldap_pool_ready(const struct ldap_pool *p, enum ldap_conn_kind kind);

#endif
