/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/ldap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

void
ldap_place_prepare(const struct ldap_place *p)
{
	int demand = LDAP_OPT_X_TLS_DEMAND, version = LDAP_VERSION3;

	if (ldap_set_option(NULL, LDAP_OPT_PROTOCOL_VERSION, &version) != 0 ||
	    ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, p->ca) != 0 ||
	    ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != 0)
		bench_fail("libldap");
}

static int
simple_bind(LDAP *l, const char *dn, const char *password)
{
	struct berval b = {
	    .bv_len = strlen(password), .bv_val = (char *)(uintptr_t)password};

	return ldap_sasl_bind_s(l, dn, LDAP_SASL_SIMPLE, &b, NULL, NULL,
		   NULL) == LDAP_SUCCESS
		   ? 0
		   : -1;
}

void
ldap_pair_open(struct ldap_pair *c, const struct ldap_place *p, unsigned number)
{
	*c = (struct ldap_pair){.place = p, .seed = number * 7919 + 1};
	if (ldap_initialize(&c->search, p->uri) != LDAP_SUCCESS ||
	    ldap_initialize(&c->bind, p->uri) != LDAP_SUCCESS ||
	    simple_bind(c->search, p->service_dn, p->service_password) < 0) {
		fprintf(stderr, "%s: no service bind\n", p->uri);
		exit(1);
	}
}

void
ldap_pair_close(struct ldap_pair *c)
{
	ldap_unbind_ext_s(c->search, NULL, NULL);
	ldap_unbind_ext_s(c->bind, NULL, NULL);
}

static char *
find_dn(struct ldap_pair *c)
{
	static char none[] = LDAP_NO_ATTRS;
	char filter[64], *attributes[] = {none, NULL}, *dn = NULL;
	LDAPMessage *result = NULL, *entry;

	snprintf(filter, sizeof filter, "(uid=user%u)",
	    (unsigned)rand_r(&c->seed) % c->place->users);
	if (ldap_search_ext_s(c->search, c->place->base, LDAP_SCOPE_SUBTREE,
		filter, attributes, 0, NULL, NULL, NULL, 2,
		&result) == LDAP_SUCCESS) {
		entry = ldap_first_entry(c->search, result);
		if (entry != NULL)
			dn = ldap_get_dn(c->search, entry);
	}
	ldap_msgfree(result);
	return dn;
}

int
ldap_pair_login(struct ldap_pair *c)
{
	char *dn = find_dn(c);
	int result;

	if (dn == NULL)
		return -1;
	result = simple_bind(c->bind, dn, c->place->password);
	ldap_memfree(dn);
	return result;
}
