/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/bind_control.h"

#include <ldap.h>
#include <stdint.h>
#include <string.h>

#define TAG_SEQUENCE 0x30
#define TAG_WARNING 0xa0   /* [0] constructed: a CHOICE is always explicit */
#define TAG_ERROR 0x81	   /* [1] ENUMERATED */
#define TAG_EXPIRES 0x80   /* [0] timeBeforeExpiration */
#define TAG_GRACE 0x81	   /* [1] graceAuthNsRemaining */
#define POLICY_ERROR_MAX 8 /* passwordInHistory */
/* account usability */
#define TAG_AVAILABLE 0x80     /* [0] seconds until the password expires */
#define TAG_NOT_AVAILABLE 0xa1 /* [1] SEQUENCE, of these, in order */
#define TAG_INACTIVE 0x80
#define TAG_RESET 0x81
#define TAG_EXPIRED 0x82
#define TAG_GRACES 0x83
#define TAG_UNLOCK 0x84 /* [4] seconds before unlock */

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

/* --- the others --- */

/* a BOOLEAN that may be missing, which is false */
static int
take_flag(struct ber *sequence, uint8_t tag, bool *r)
{
	struct ber value;

	*r = false;
	if (!next_is(sequence, tag))
		return 0;
	if (take(sequence, tag, &value) < 0 || value.left != 1)
		return -1;
	*r = value.at[0] != 0;
	return 0;
}

static int
take_number(struct ber *sequence, uint8_t tag, bool *present_r)
{
	struct ber value;
	int n;

	*present_r = next_is(sequence, tag);
	return !*present_r || (take(sequence, tag, &value) == 0 &&
				  number(&value, &n) == 0)
		   ? 0
		   : -1;
}

static int
take_unusable(struct ber *sequence, enum account_state *r)
{
	bool inactive, reset, expired, graces, unlocks;

	if (take_flag(sequence, TAG_INACTIVE, &inactive) < 0 ||
	    take_flag(sequence, TAG_RESET, &reset) < 0 ||
	    take_flag(sequence, TAG_EXPIRED, &expired) < 0 ||
	    take_number(sequence, TAG_GRACES, &graces) < 0 ||
	    take_number(sequence, TAG_UNLOCK, &unlocks) < 0 ||
	    sequence->left > 0)
		return -1;
	/* not usable, whatever else it says or leaves out */
	*r = unlocks	? ACCOUNT_LOCKED
	     : inactive ? ACCOUNT_DISABLED
	     : expired	? ACCOUNT_PASSWORD_EXPIRED
	     : reset	? ACCOUNT_MUST_CHANGE
			: ACCOUNT_LOCKED;
	return 0;
}

static int
usable(struct ber value, enum account_state *r)
{
	struct ber content;

	/* any number: below zero where it never expires */
	if (next_is(&value, TAG_AVAILABLE))
		return take(&value, TAG_AVAILABLE, &content) < 0 ||
			       content.left < 1 || content.left > 4 ||
			       value.left > 0
			   ? -1
			   : 0;
	return take(&value, TAG_NOT_AVAILABLE, &content) < 0 || value.left > 0
		   ? -1
		   : take_unusable(&content, r);
}

static int
expired(struct ber value, enum account_state *r)
{
	(void)value;
	*r = ACCOUNT_PASSWORD_EXPIRED;
	return 0;
}

static int
expiring(struct ber value, enum account_state *r)
{
	(void)r;
	for (size_t i = 0; i < value.left; i++)
		if (value.at[i] < '0' || value.at[i] > '9')
			return -1;
	return value.left > 0 ? 0 : -1;
}

static const struct {
	const char *oid;
	/* changes *r if the account is in a bad state.  -1: malformed */
	int (*read)(struct ber value, enum account_state *r);
} others[] = {{BIND_CONTROL_EXPIRED, expired},
    {BIND_CONTROL_EXPIRING, expiring}, {BIND_CONTROL_USABLE, usable}};

void
bind_control_take(struct bind_controls *c, const char *oid, const void *value,
    size_t value_size)
{
	enum account_state state = 0;

	if (strcmp(oid, LDAP_CONTROL_PASSWORDPOLICYRESPONSE) == 0) {
		bool again = c->policy.present;

		bind_policy_parse(&c->policy, value, value_size);
		c->policy.malformed = c->policy.malformed || again;
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (strcmp(oid, others[i].oid) != 0)
			continue;
		if ((c->seen & 1U << i) != 0 ||
		    others[i].read((struct ber){value, value_size}, &state) < 0)
			c->malformed = true;
		c->seen |= 1U << i;
	}
	/* Of two that speak the more telling one: usability knows the state,
	 * "expired" also comes with a password that must be changed. */
	if (state != 0 &&
	    (c->state == 0 || c->state == ACCOUNT_PASSWORD_EXPIRED))
		c->state = state;
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

enum account_state
bind_control_state(const struct bind_controls *c)
{
	enum account_state state =
	    c->policy.present ? policy_state(&c->policy) : ACCOUNT_ACTIVE;

	return state == ACCOUNT_ACTIVE && c->state != 0 ? c->state : state;
}
