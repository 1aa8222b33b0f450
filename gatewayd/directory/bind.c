/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/bind.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/log.h"

#define TAG_SEQUENCE 0x30
#define TAG_WARNING 0xa0   /* [0] constructed: a CHOICE is always explicit */
#define TAG_ERROR 0x81	   /* [1] ENUMERATED */
#define TAG_EXPIRES 0x80   /* [0] timeBeforeExpiration */
#define TAG_GRACE 0x81	   /* [1] graceAuthNsRemaining */
#define POLICY_ERROR_MAX 8 /* passwordInHistory */

struct ber {
	const uint8_t *at;
	size_t left;
};

/* Takes tag, length (short form: everything here is small) and content. */
static int
take(struct ber *b, uint8_t tag, struct ber *content)
{
	size_t size;

	if (b->left < 2 || b->at[0] != tag || b->at[1] > 127)
		return -1;
	size = b->at[1];
	if (size > b->left - 2)
		return -1;
	*content = (struct ber){b->at + 2, size};
	b->at += 2 + size;
	b->left -= 2 + size;
	return 0;
}

static bool
next_is(const struct ber *b, uint8_t tag)
{
	return b->left > 0 && b->at[0] == tag;
}

/* a number from 0 to 2^31 - 1 in its shortest form */
static int
number(const struct ber *b, int *r)
{
	uint32_t n = 0;

	if (b->left < 1 || b->left > 4 || b->at[0] > 127 ||
	    (b->left > 1 && b->at[0] == 0 && b->at[1] < 128))
		return -1;
	for (size_t i = 0; i < b->left; i++)
		n = n << 8 | b->at[i];
	*r = (int)n;
	return 0;
}

static int
take_warning(struct ber *sequence, struct bind_policy *p)
{
	struct ber warning, value;
	int n;

	if (take(sequence, TAG_WARNING, &warning) < 0)
		return -1;
	if (next_is(&warning, TAG_GRACE))
		p->grace = true;
	else if (!next_is(&warning, TAG_EXPIRES))
		return -1;
	return take(&warning, warning.at[0], &value) < 0 ||
		       number(&value, &n) < 0 || warning.left > 0
		   ? -1
		   : 0;
}

static int
take_error(struct ber *sequence, struct bind_policy *p)
{
	struct ber value;

	return take(sequence, TAG_ERROR, &value) < 0 ||
		       number(&value, &p->error) < 0 ||
		       p->error > POLICY_ERROR_MAX
		   ? -1
		   : 0;
}

void
bind_policy_parse(struct bind_policy *p, const void *value, size_t value_size)
{
	struct ber all = {value, value_size}, sequence;

	*p = (struct bind_policy){.present = true, .error = BIND_POLICY_NONE};
	if (take(&all, TAG_SEQUENCE, &sequence) < 0 || all.left > 0)
		goto malformed;
	if (next_is(&sequence, TAG_WARNING) && take_warning(&sequence, p) < 0)
		goto malformed;
	if (next_is(&sequence, TAG_ERROR) && take_error(&sequence, p) < 0)
		goto malformed;
	if (sequence.left > 0)
		goto malformed;
	return;
malformed:
	*p = (struct bind_policy){
	    .present = true, .malformed = true, .error = BIND_POLICY_NONE};
}

static enum account_state
policy_state(const struct bind_policy *p)
{
	switch (p->error) {
	case BIND_PASSWORD_EXPIRED:
		return ACCOUNT_PASSWORD_EXPIRED;
	case BIND_ACCOUNT_LOCKED:
		return ACCOUNT_LOCKED;
	case BIND_CHANGE_AFTER_RESET:
		return ACCOUNT_MUST_CHANGE;
	default:
		return p->grace ? ACCOUNT_PASSWORD_EXPIRED : ACCOUNT_ACTIVE;
	}
}

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
	if (r->undecodable || r->referral || r->policy.malformed)
		return VERDICT_UNAVAILABLE;
	if (r->policy.present)
		*state_r = policy_state(&r->policy);
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
	if (r->policy.present && r->policy.error != BIND_POLICY_NONE)
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

static void
find_policy(LDAPControl **controls, struct bind_result *r)
{
	for (; controls != NULL && *controls != NULL; controls++) {
		const LDAPControl *c = *controls;

		if (strcmp(c->ldctl_oid, LDAP_CONTROL_PASSWORDPOLICYRESPONSE) !=
		    0)
			continue;
		if (r->policy.present) {
			r->policy.malformed = true; /* two of them */
			return;
		}
		bind_policy_parse(
		    &r->policy, c->ldctl_value.bv_val, c->ldctl_value.bv_len);
	}
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
	find_policy(controls, &r);
	verdict = bind_verdict(&r, state_r);
	if (verdict == VERDICT_UNAVAILABLE)
		log_warnx("bind: %s%s",
		    r.undecodable ? "no bind response"
				  : ldap_err2string(r.code),
		    r.policy.malformed ? ", malformed policy control" : "");
	ldap_controls_free(controls);
	ldap_memvfree((void **)referrals);
	ldap_memfree(text);
	return verdict;
}
