/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attempts that authority had looked up and that may still bring one
 * password.  Only who shows the ticket that authority gave to login, and only
 * once, has a bind made; without a lookup there is none.
 */
#ifndef DIRECTORY_PENDING_H
#define DIRECTORY_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/directory/ldap_conn.h"
#include "lib/base/loop.h"
#include "lib/base/secret.h"
#include "lib/base/table.h"
#include "lib/ipc/messages.h"

/* held at once; a conversation waits here while its person types */
#define PENDING_MAX 16384
/* authority forgets earlier; sshd's LoginGraceTime is 120 s */
#define PENDING_LIFE_MS 180000

struct lookup;
struct pending_table;

enum pending_stage {
	PENDING_LOOKING, /* the lookup is under way */
	PENDING_WAITING, /* for the password */
	PENDING_BINDING	 /* the bind is under way */
};

struct pending {
	struct table_item item;
	struct pending_table *table;
	struct loop_timer life;
	uint8_t attempt[ATTEMPT_ID], ticket[TICKET];
	enum pending_stage stage;
	bool decoy;
	bool taken;	       /* the password came */
	bool allowed;	       /* authority has counted the try: it may bind */
	bool forgotten;	       /* its verdict is of no interest any more */
	char *dn;	       /* to bind as; NULL: nobody was found */
	struct lookup *lookup; /* while looking */
	struct secret *password; /* from taken to the bind's start */
	struct ldap_request request;
	void *owner; /* as given to pending_init() */
};

struct pending_table {
	struct table table;
	struct loop *loop;
	/* called before one is removed, to take its request back */
	void (*ending)(struct pending *);
	void *owner;
};

int pending_init(struct pending_table *t, struct loop *loop,
    void (*ending)(struct pending *), void *owner);
/* NULL: too many, no memory, or the attempt is there already. */
struct pending *pending_add(struct pending_table *t,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET],
    bool decoy);
struct pending *pending_find(
    struct pending_table *t, const uint8_t attempt[ATTEMPT_ID]);
/* With the right ticket, and for the first time; a ticket of zeros is never
 * right.  NULL otherwise. */
struct pending *pending_take(struct pending_table *t,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET]);
void pending_remove(struct pending *p);
void pending_remove_all(struct pending_table *t);

/* Keeps the password; -1: no memory. */
int pending_set_password(struct pending *p, const void *bytes, size_t size);
void pending_clear_password(struct pending *p);

#endif
