/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/bind.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/log.h"

/* Active Directory has no control; it says why in the text, as hexadecimal
 * Windows error: "... AcceptSecurityContext error, data 533, v4563". */
static enum account_state
text_state(const char *text)
{
	static const struct {
		const char *text;
		enum account_state state;
	} known[] = {
	    {", data 532,", ACCOUNT_PASSWORD_EXPIRED},
	    {", data 533,", ACCOUNT_DISABLED},
	    {", data 701,", ACCOUNT_EXPIRED},
	    {", data 773,", ACCOUNT_MUST_CHANGE},
	    {", data 775,", ACCOUNT_LOCKED},
	};

	for (size_t i = 0; text != NULL && i < sizeof known / sizeof known[0];
	     i++)
		if (strstr(text, known[i].text) != NULL)
			return known[i].state;
	return ACCOUNT_ACTIVE;
}

enum verdict
bind_verdict(const struct bind_result *r, enum account_state *state_r)
{
	*state_r = ACCOUNT_ACTIVE;
	if (r->undecodable || r->referral || r->controls.policy.malformed ||
	    r->controls.malformed)
		return VERDICT_UNAVAILABLE;
	*state_r = bind_control_state(&r->controls);
	if (r->code == LDAP_INVALID_CREDENTIALS) {
		if (*state_r == ACCOUNT_ACTIVE)
			*state_r = text_state(r->text);
		return VERDICT_MISMATCH;
	}
	if (r->code != LDAP_SUCCESS)
		return VERDICT_UNAVAILABLE;
	if (*state_r != ACCOUNT_ACTIVE)
		return VERDICT_MISMATCH; /* right, and no way in */
	/* an error about changing passwords does not belong to a bind */
	if (r->controls.policy.present &&
	    r->controls.policy.error != BIND_POLICY_NONE)
		return VERDICT_UNAVAILABLE;
	return VERDICT_MATCH;
}

int
bind_send(LDAP *ld, const char *dn, const void *password, size_t password_size,
    int *msgid_r)
{
	struct berval credential = {
	    .bv_val = (char *)(uintptr_t)password, .bv_len = password_size};
	char oid[] = LDAP_CONTROL_PASSWORDPOLICYREQUEST;
	LDAPControl policy = {.ldctl_oid = oid};
	LDAPControl *controls[] = {&policy, NULL};

	/* RFC 4513 5.1.2: a bind without a password succeeds as nobody */
	if (dn[0] == '\0' || password_size == 0)
		return LDAP_PARAM_ERROR;
	return ldap_sasl_bind(
	    ld, dn, LDAP_SASL_SIMPLE, &credential, controls, NULL, msgid_r);
}

enum verdict
bind_answer(LDAP *ld, LDAPMessage *m, enum account_state *state_r)
{
	struct bind_result r = {.code = LDAP_OTHER};
	LDAPControl **controls = NULL;
	char **referrals = NULL, *text = NULL;
	enum verdict verdict;

	if (ldap_msgtype(m) != LDAP_RES_BIND ||
	    ldap_parse_result(ld, m, &r.code, NULL, &text, &referrals,
		&controls, 0) != LDAP_SUCCESS)
		r.undecodable = true;
	r.referral = referrals != NULL;
	r.text = text;
	for (size_t i = 0; controls != NULL && controls[i] != NULL; i++)
		bind_control_take(&r.controls, controls[i]->ldctl_oid,
		    controls[i]->ldctl_value.bv_val,
		    controls[i]->ldctl_value.bv_len);
	verdict = bind_verdict(&r, state_r);
	if (verdict == VERDICT_UNAVAILABLE)
		log_warnx("bind: %s%s",
		    r.undecodable ? "no bind response"
				  : ldap_err2string(r.code),
		    r.controls.malformed || r.controls.policy.malformed
			? ", malformed control"
			: "");
	ldap_controls_free(controls);
	ldap_memvfree((void **)referrals);
	ldap_memfree(text);
	return verdict;
}
