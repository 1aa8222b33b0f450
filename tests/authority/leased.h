/* SPDX-License-Identifier: Apache-2.0 */
/* An open session of alice's under a rule with a lease, of a process that only
 * waits. */
#ifndef TESTS_AUTHORITY_LEASED_H
#define TESTS_AUTHORITY_LEASED_H

#include "gatewayd/authority/session/session.h"
#include "world.h"

#define LEASED_GROUP "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"

/* for 1h lease 1s */
extern const char leased_policy[];

struct leased {
	struct world *w;
	struct world_talk t;
	struct session *s;
	pid_t pid;
};

void leased_begin(struct leased *l, const char *policy);
void leased_end(struct leased *l);
/* Its lease is over now. */
void leased_renew(struct leased *l);
/* Ended, its process too, with that reason and rule; then as leased_end(). */
void leased_refused(struct leased *l, const char *reason, const char *rule);
struct subject *leased_alice(struct world *w);

#endif
