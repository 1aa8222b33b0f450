/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to a directory server, from connect(2) to its end: TLS on
 * it, the service bind on one for searches, then operations, their answers
 * and their deadlines.  Nothing here blocks but the few packets of a TLS
 * handshake, which libldap does in one call; that is bounded, and a server
 * that used its time up is left alone for a while (server.h).
 */
#ifndef DIRECTORY_LDAP_CONN_H
#define DIRECTORY_LDAP_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include <ldap.h>

#include "gatewayd/directory/server.h"
#include "lib/base/loop.h"
#include "lib/conf/conf.h"

/* searches under way at once on one connection */
#define LDAP_CONN_SEARCHES 32

enum ldap_conn_kind {
	LDAP_CONN_SEARCH, /* bound as the service, many searches at once */
	LDAP_CONN_BIND	  /* bound as whoever came last, one bind at a time;
			   * nothing else is ever asked on it */
};
enum ldap_conn_state {
	LDAP_CONN_DOWN,
	LDAP_CONN_CONNECTING,
	LDAP_CONN_STARTING_TLS,
	LDAP_CONN_BINDING, /* as the service */
	LDAP_CONN_READY
};

struct ldap_pool;

/* One operation.  Lives inside its owner's struct; zeroed before first use. */
struct ldap_request {
	enum ldap_conn_kind kind;
	/* starts it: an LDAP result code; and the message id */
	int (*send)(struct ldap_request *, LDAP *, int *msgid_r);
	/* A part of the answer, or with last the end of it; at the end the
	 * request is nowhere any more, and may be sent again or freed. */
	void (*answer)(struct ldap_request *, LDAP *, LDAPMessage *, bool last);
	/* there will be no answer; likewise nowhere any more */
	void (*unavailable)(struct ldap_request *);
	void *owner;

	/* of the pool and the connection */
	struct ldap_pool *pool;
	struct ldap_conn *conn;
	struct ldap_request *next, **back; /* back: NULL when in no list */
	struct loop_timer deadline;
	int msgid;
	bool repeated;
};

struct ldap_conn_env {
	struct loop *loop;
	const struct conf_directory *conf;
	LDAP *tls; /* NULL: no server has it */
	void (*ready)(void *arg, struct ldap_conn *);
	/* It is down; its requests are still listed in it. */
	void (*down)(void *arg, struct ldap_conn *);
	void *arg;
};

struct ldap_conn {
	const struct ldap_conn_env *env;
	enum ldap_conn_kind kind;
	enum ldap_conn_state state;
	struct server *server;
	LDAP *ld;
	int fd;
	uint32_t handshake_ms;
	bool probe; /* the one try of a server that had failed */
	struct loop_watch watch;
	struct loop_timer timer; /* of the state */
	int msgid;		 /* of StartTLS or the service bind */
	uint64_t born;		 /* clock_mono_ms() when it got ready */
	struct ldap_request *requests;
	unsigned request_count;
};

void ldap_conn_init(struct ldap_conn *c, const struct ldap_conn_env *env,
    enum ldap_conn_kind kind);
/* ready() or down() follows, down() possibly at once. */
void ldap_conn_open(
    struct ldap_conn *c, struct server *server, uint32_t handshake_ms);
/* Without a word to the pool. */
void ldap_conn_close(struct ldap_conn *c);
/* One more request taken now? */
bool ldap_conn_has_room(const struct ldap_conn *c);
/* -1: it could not be sent and was not; the connection is broken. */
int ldap_conn_send(struct ldap_conn *c, struct ldap_request *r);
/* The request is nowhere any more; a search is abandoned. */
void ldap_conn_drop(struct ldap_conn *c, struct ldap_request *r);

/* lists of requests; append at *end */
void ldap_request_link(struct ldap_request **end, struct ldap_request *r);
void ldap_request_unlink(struct ldap_request *r);

#endif
