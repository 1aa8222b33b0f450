/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to an LDAP server, from connect(2) to its end.  It starts TLS.
 * A connection for searches binds as the service.  Then it carries operations,
 * their answers and their deadlines.  Only the few packets of a TLS handshake
 * block, because libldap does them in one call.  That time is bounded, and a
 * server that used all of it is left alone for a while (server.h).
 */
#ifndef DIRECTORY_LDAP_CONN_H
#define DIRECTORY_LDAP_CONN_H

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/directory/server.h"
#include "lib/base/loop.h"
#include "lib/conf/conf.h"

/* The most searches at once on one connection. */
#define LDAP_CONN_SEARCHES 32

enum ldap_conn_kind {
	LDAP_CONN_SEARCH, /* bound as the service, many searches at once */
	LDAP_CONN_BIND	  /* for people's binds only, one at a time */
};
enum ldap_conn_state {
	LDAP_CONN_DOWN,
	LDAP_CONN_CONNECTING,
	LDAP_CONN_STARTING_TLS,
	LDAP_CONN_BINDING, /* as the service */
	LDAP_CONN_READY
};

struct ldap_pool;

/* One operation.  The struct lives inside its owner's, and must be zeroed
 * before its first use. */
struct ldap_request {
	enum ldap_conn_kind kind;
	/* Starts the operation.  Returns an LDAP result code. */
	int (*send)(struct ldap_request *, LDAP *, int *msgid_r);
	/* Takes a part of the answer; last: the end of it.  With the end the
	 * request is in no list, and may be sent again or freed. */
	void (*answer)(struct ldap_request *, LDAP *, LDAPMessage *, bool last);
	/* There will be no answer.  The request is in no list any more. */
	void (*unavailable)(struct ldap_request *);
	void *owner;

	/* private to the pool and the connection */
	struct ldap_pool *pool;
	struct ldap_conn *conn;
	struct ldap_request *next, **back; /* back: NULL when in no list */
	struct loop_timer deadline;
	int msgid;
	bool repeated;
	struct ldap_conn *answering; /* while answer() has its end */
};

struct ldap_conn_env {
	struct loop *loop;
	const struct conf_directory *conf;
	uint32_t connect_ms; /* for connect(2) alone */
	LDAP *tls;	     /* NULL: no server has it */
	int64_t lists_end;   /* of revoked certificates; 0: none */
	void (*ready)(void *arg, struct ldap_conn *);
	/* The connection is down.  It still has its list of requests. */
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
	bool probe; /* the only try of a server that had failed */
	struct loop_watch watch;
	struct loop_timer timer; /* the deadline of the state */
	int msgid;		 /* of StartTLS or the service bind */
	uint64_t born;		 /* clock_mono_ms() when it became ready */
	struct ldap_request *requests;
	unsigned request_count;
	struct ldap_request *follows; /* on what was just answered */
};

void ldap_conn_init(struct ldap_conn *c, const struct ldap_conn_env *env,
    enum ldap_conn_kind kind);
/* Connects.  ready() or down() is called later, or down() at once. */
void ldap_conn_open(
    struct ldap_conn *c, struct server *server, uint32_t handshake_ms);
/* Closes without calling down(). */
void ldap_conn_close(struct ldap_conn *c);
/* True if one more request can be sent now. */
bool ldap_conn_has_room(const struct ldap_conn *c);
/* Sends a request.  -1: it was not sent, and the connection is broken. */
int ldap_conn_send(struct ldap_conn *c, struct ldap_request *r);
/* To be called by answer() with the end of it: send() is called once more, on
 * the same connection and with the same deadline, before anybody else's. */
void ldap_conn_follow(struct ldap_request *r);
/* Takes a request out, and abandons its search. */
void ldap_conn_drop(struct ldap_conn *c, struct ldap_request *r);

/* Lists of requests.  ldap_request_link() appends at *end. */
void ldap_request_link(struct ldap_request **end, struct ldap_request *r);
void ldap_request_unlink(struct ldap_request *r);

#endif
