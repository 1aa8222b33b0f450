/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/who_am_i.h"

#include <string.h>
#include <strings.h>

#include "lib/base/log.h"
#include "lib/base/utf8.h"

#define ID_MAX 1024

static bool
is_dn(const char *id, const char *dn)
{
	char *one = NULL, *other = NULL;
	bool same;

	same = ldap_dn_normalize(id, LDAP_DN_FORMAT_LDAPV3, &one,
		   LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	       ldap_dn_normalize(dn, LDAP_DN_FORMAT_LDAPV3, &other,
		   LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	       one != NULL && other != NULL && *one != '\0' &&
	       strcasecmp(one, other) == 0;
	ldap_memfree(one);
	ldap_memfree(other);
	return same;
}

static bool
is_name(const char *id, const char *name)
{
	const char *behind = strrchr(id, '\\');

	if (behind != NULL)
		id = behind + 1;
	return *id != '\0' && strcasecmp(id, name) == 0;
}

bool
who_am_i_names(const char *id, size_t size, const char *dn, const char *name)
{
	char text[ID_MAX + 1];

	if (size == 0 || size > ID_MAX || !utf8_is_text(id, size))
		return false;
	memcpy(text, id, size);
	text[size] = '\0';
	if (strncasecmp(text, "dn:", 3) == 0)
		return is_dn(text + 3, dn);
	return strncasecmp(text, "u:", 2) == 0 && is_name(text + 2, name);
}

int
who_am_i_send(LDAP *ld, int *msgid_r)
{
	return ldap_whoami(ld, NULL, NULL, msgid_r);
}

bool
who_am_i_answer(LDAP *ld, LDAPMessage *m, const char *dn, const char *name)
{
	struct berval *id = NULL;
	char *oid = NULL;
	int code = LDAP_PROTOCOL_ERROR;
	bool names = false;

	if (ldap_msgtype(m) == LDAP_RES_EXTENDED &&
	    ldap_parse_result(ld, m, &code, NULL, NULL, NULL, NULL, 0) ==
		LDAP_SUCCESS &&
	    code == LDAP_SUCCESS &&
	    ldap_parse_extended_result(ld, m, &oid, &id, 0) == LDAP_SUCCESS)
		names = id != NULL &&
			who_am_i_names(id->bv_val, id->bv_len, dn, name);
	if (code != LDAP_SUCCESS)
		log_warnx("Who am I: %s: a server without it needs "
			  "\"who-am-i no\"",
		    ldap_err2string(code));
	else if (!names)
		log_warnx("Who am I: the server took the password of %s for "
			  "somebody else's",
		    dn);
	ldap_memfree(oid);
	ber_bvfree(id);
	return names;
}
