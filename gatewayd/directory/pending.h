/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attempts that authority had looked up and that wait for one password.
 * authority gives each attempt's ticket to login.  directory binds only for a
 * password that comes with that ticket, and only once.
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

/* The most attempts at once.  An attempt waits here while its person types. */
#define PENDING_MAX 16384
/* An attempt is dropped after this time.  sshd's LoginGraceTime is 120 s, and
 * authority normally sends FORGET earlier. */
#define PENDING_LIFE_MS 180000

struct lookup;
struct pending_table;

enum pending_stage {
	PENDING_LOOKING, /* the lookup is not complete */
	PENDING_WAITING, /* for the password */
	PENDING_BINDING	 /* the bind has begun */
};

struct pending {
	struct table_item item;
	struct pending_table *table;
	struct loop_timer life;
	uint8_t attempt[ATTEMPT_ID], ticket[TICKET];
	enum pending_stage stage;
	bool decoy;
	bool taken;		 /* the password came */
	bool allowed;		 /* authority has counted the try: bind */
	bool forgotten;		 /* authority does not want the verdict */
	char *dn;		 /* to bind as; NULL: no entry was found */
	char *name;		 /* of that entry; NULL as dn */
	struct lookup *lookup;	 /* until it is complete */
	struct secret *password; /* until the bind begins */
	struct ldap_request request;
	void *owner; /* as given to pending_init() */
};

struct pending_table {
	struct table table;
	struct loop *loop;
	/* called before an attempt is removed, to take its request back and to
	 * free its lookup */
	void (*ending)(struct pending *);
	void *owner;
};

int pending_init(struct pending_table *t, struct loop *loop,
    void (*ending)(struct pending *), void *owner);
/* Adds an attempt.  NULL: too many, no memory, or it exists already. */
struct pending *pending_add(struct pending_table *t,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET],
    bool decoy);
struct pending *pending_find(
    struct pending_table *t, const uint8_t attempt[ATTEMPT_ID]);
/* The attempt, if the ticket is right and is shown for the first time; else
 * NULL.  A ticket of zeros is never right. */
struct pending *pending_take(struct pending_table *t,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET]);
void pending_remove(struct pending *p);
void pending_remove_all(struct pending_table *t);

/* Keeps the password; -1: no memory. */
int pending_set_password(struct pending *p, const void *bytes, size_t size);
void pending_clear_password(struct pending *p);

#endif
