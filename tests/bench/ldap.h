/* SPDX-License-Identifier: Apache-2.0 */
/* Search and bind over two kept connections: what every login costs a
 * directory, with nothing around it. */
#ifndef TESTS_BENCH_LDAP_H
#define TESTS_BENCH_LDAP_H

#include <ldap.h>

struct ldap_place {
	const char *uri, *ca, *base, *service_dn, *service_password;
	const char *password; /* everybody's */
	unsigned users;	      /* user0 and so on */
};

struct ldap_pair {
	const struct ldap_place *place;
	LDAP *search, *bind;
	unsigned seed;
};

/* Once, before any thread. */
void ldap_place_prepare(const struct ldap_place *p);
void ldap_pair_open(
    struct ldap_pair *c, const struct ldap_place *p, unsigned number);
void ldap_pair_close(struct ldap_pair *c);
/* Looks a random user up and binds as the entry found; 0 or -1. */
int ldap_pair_login(struct ldap_pair *c);

#endif
