/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/account.h"

#include <string.h>
#include <strings.h>

#include "gatewayd/directory/account_value.h"
#include "lib/base/words.h"

#define DAY 86400
/* pwdAccountLockedTime and accountUnlockTime: until an administrator unlocks
 * it.  The first is 000001010000Z. */
#define LOCKED_FOR_EVER INT64_C(-62167219200)
#define UNLOCKED_NEVER 0
/* passwordExpirationTime: the password was reset; the first login after it was
 * made (389 Directory Server, NO_TIME and NOT_FIRST_TIME) */
#define EXPIRATION_RESET 0
#define EXPIRATION_NOT_FIRST 1
/* userAccountControl, MS-ADTS 2.2.16; the last two only as computed */
#define UAC_DISABLED 0x2
#define UAC_LOCKED 0x10
#define UAC_PASSWORD_EXPIRED 0x800000
/* 100 ns since 1601; zero and the greatest one mean never */
#define FILETIME_NEVER INT64_MAX
#define FILETIME_1970 INT64_C(11644473600)

#define OPENLDAP ACCOUNT_RULES_OPENLDAP
#define DS389 ACCOUNT_RULES_DS389
#define AD ACCOUNT_RULES_AD
#define EDIRECTORY ACCOUNT_RULES_EDIRECTORY
#define SHADOW ACCOUNT_RULES_SHADOW

/* A value beside those that other rules have taken, and the time. */
struct question {
	const struct account_seen *seen;
	int64_t value, now;
};

/* Of the rule with that attribute.  False: the entry does not have it. */
static bool find_value(
    const struct account_seen *s, const char *attribute, int64_t *value_r);

static bool
is_set(const struct question *q)
{
	return q->value != 0;
}

static bool
is_zero(const struct question *q)
{
	return q->value == 0;
}

static bool
is_there(const struct question *q)
{
	(void)q;
	return true;
}

static bool
is_past(const struct question *q)
{
	return q->value <= q->now;
}

static bool
is_future(const struct question *q)
{
	return q->value > q->now;
}

static bool
is_locked_for_ever(const struct question *q)
{
	return q->value == LOCKED_FOR_EVER;
}

/* The site says how long the directory locks; 0: it does not say. */
static bool
is_in_lockout(int64_t since, const struct question *q)
{
	int64_t for_seconds = q->seen->unlock_after_seconds;

	return for_seconds == 0 || q->now - for_seconds < since;
}

/* A lockout by wrong passwords, whose length only the policy entry knows: the
 * bind says whether it is over.  Where there is no bind, as with a public key
 * or at a renewal, it counts as locked until the site's own time is over. */
static bool
is_locked_since(const struct question *q)
{
	return q->value != LOCKED_FOR_EVER && is_in_lockout(q->value, q);
}

static bool
is_unlocked_later(const struct question *q)
{
	return q->value == UNLOCKED_NEVER || is_future(q);
}

static bool
was_reset(const struct question *q)
{
	return q->value == EXPIRATION_RESET;
}

static bool
has_expired(const struct question *q)
{
	return q->value != EXPIRATION_RESET &&
	       q->value != EXPIRATION_NOT_FIRST && is_past(q);
}

/* shadow(5): -1 is never.  It leaves 0 open, so that is expired. */
static bool
is_day_over(const struct question *q)
{
	return q->value >= 0 && q->now / DAY >= q->value;
}

static bool
is_too_old(const struct question *q)
{
	int64_t changed;

	/* no aging without both */
	return q->value >= 0 &&
	       find_value(q->seen, "shadowLastChange", &changed) &&
	       changed >= 0 && q->now / DAY - changed > q->value;
}

static bool
is_disabled(const struct question *q)
{
	return (q->value & UAC_DISABLED) != 0;
}

static bool
is_computed_locked(const struct question *q)
{
	return (q->value & UAC_LOCKED) != 0;
}

static bool
is_computed_expired(const struct question *q)
{
	int64_t set;

	/* also where it has to be changed, of which pwdLastSet tells */
	return (q->value & UAC_PASSWORD_EXPIRED) != 0 &&
	       !(find_value(q->seen, "pwdLastSet", &set) && set == 0);
}

static bool
is_filetime_past(const struct question *q)
{
	return q->value != 0 && q->value != FILETIME_NEVER &&
	       q->now + FILETIME_1970 >= q->value / 10000000;
}

/* The attribute stays when the lockout is over.  The computed one knows. */
static bool
is_filetime_locked(const struct question *q)
{
	int64_t computed;

	return q->value != 0 &&
	       !find_value(
		   q->seen, "msDS-User-Account-Control-Computed", &computed) &&
	       is_in_lockout(q->value / 10000000 - FILETIME_1970, q);
}

static const struct rule {
	const char *attribute;
	uint32_t rules; /* the words of account-state that ask for it */
	int (*form)(const void *value, size_t size, int64_t *r);
	int64_t least; /* a smaller number is malformed */
	bool many;     /* it may have several values */
	bool (*holds)(const struct question *); /* NULL: nothing of itself */
	enum account_state state;
} rules[ACCOUNT_ATTRIBUTES] = {
#define TIME account_value_time, INT64_MIN, false
#define TIMES account_value_time, INT64_MIN, true
#define FLAG account_value_boolean, 0, false
#define NUMBER(least) account_value_integer, least, false
#define BYTES account_value_bytes, 0, false
    {"pwdAccountLockedTime", OPENLDAP, TIME, is_locked_for_ever,
	ACCOUNT_LOCKED},
    {"pwdAccountLockedTime", OPENLDAP, TIME, is_locked_since,
	ACCOUNT_MAYBE_LOCKED},
    {"pwdStartTime", OPENLDAP, TIME, is_future, ACCOUNT_DISABLED},
    {"pwdEndTime", OPENLDAP, TIME, is_past, ACCOUNT_EXPIRED},
    {"pwdReset", OPENLDAP, FLAG, is_set, ACCOUNT_MUST_CHANGE},
    /* One value for each grace login since the password expired.  The server
     * drops them when it is changed. */
    {"pwdGraceUseTime", OPENLDAP, TIMES, is_there, ACCOUNT_PASSWORD_EXPIRED},
    {"nsAccountLock", DS389, FLAG, is_set, ACCOUNT_DISABLED},
    {"accountUnlockTime", DS389, TIME, is_unlocked_later, ACCOUNT_LOCKED},
    {"passwordExpirationTime", DS389, TIME, was_reset, ACCOUNT_MUST_CHANGE},
    {"passwordExpirationTime", DS389, TIME, has_expired,
	ACCOUNT_PASSWORD_EXPIRED},
    {"userAccountControl", AD, NUMBER(INT64_MIN), is_disabled,
	ACCOUNT_DISABLED},
    {"msDS-User-Account-Control-Computed", AD, NUMBER(INT64_MIN),
	is_computed_locked, ACCOUNT_LOCKED},
    {"msDS-User-Account-Control-Computed", AD, NUMBER(INT64_MIN),
	is_computed_expired, ACCOUNT_PASSWORD_EXPIRED},
    {"lockoutTime", AD, NUMBER(0), is_filetime_locked, ACCOUNT_MAYBE_LOCKED},
    {"accountExpires", AD, NUMBER(0), is_filetime_past, ACCOUNT_EXPIRED},
    {"pwdLastSet", AD, NUMBER(0), is_zero, ACCOUNT_MUST_CHANGE},
    /* named in the log and not evaluated */
    {"logonHours", AD, BYTES, NULL, ACCOUNT_ACTIVE},
    {"userWorkstations", AD, BYTES, NULL, ACCOUNT_ACTIVE},
    {"loginDisabled", EDIRECTORY, FLAG, is_set, ACCOUNT_DISABLED},
    {"shadowExpire", OPENLDAP | DS389 | EDIRECTORY | SHADOW, NUMBER(-1),
	is_day_over, ACCOUNT_EXPIRED},
    {"shadowLastChange", SHADOW, NUMBER(-1), is_zero, ACCOUNT_MUST_CHANGE},
    {"shadowMax", SHADOW, NUMBER(-1), is_too_old, ACCOUNT_PASSWORD_EXPIRED},
#undef TIME
#undef TIMES
#undef FLAG
#undef NUMBER
#undef BYTES
};

_Static_assert(ACCOUNT_ATTRIBUTES <= 32, "a bit for each in account_seen");

static bool
find_value(
    const struct account_seen *s, const char *attribute, int64_t *value_r)
{
	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++)
		if ((s->given & 1U << i) != 0 &&
		    strcmp(rules[i].attribute, attribute) == 0) {
			*value_r = s->value[i];
			return true;
		}
	return false;
}

void
account_begin(struct account_seen *s, const struct conf_directory *conf)
{
	*s = (struct account_seen){
	    .unlock_after_seconds = conf->unlock_after_seconds};
	for (uint32_t i = 0; i < conf->account_state.count; i++) {
		const char *word = conf->account_state.value[i];

		s->rules |= account_rules_find(word, strlen(word));
	}
}

const char *
account_attribute(const struct account_seen *s, size_t i)
{
	return (rules[i].rules & s->rules) != 0 ? rules[i].attribute : NULL;
}

bool
account_is_not_evaluated(size_t i)
{
	return rules[i].form == account_value_bytes;
}

int
account_take(struct account_seen *s, size_t i, const void *value, size_t size)
{
	int64_t n;

	if (rules[i].form(value, size, &n) < 0 || n < rules[i].least ||
	    ((s->given & 1U << i) != 0 && !rules[i].many))
		return -1;
	s->given |= 1U << i;
	s->value[i] = n;
	return 0;
}

enum account_state
account_judge(const struct account_seen *s, int64_t now_unix)
{
	enum account_state state = ACCOUNT_ACTIVE;

	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
		struct question q = {s, s->value[i], now_unix};

		if ((s->given & 1U << i) != 0 && rules[i].holds != NULL &&
		    rules[i].holds(&q))
			state = account_worse(state, rules[i].state);
	}
	return state;
}

enum account_state
account_worse(enum account_state a, enum account_state b)
{
	static const uint8_t rank[] = {[ACCOUNT_ACTIVE] = 0,
	    [ACCOUNT_MUST_CHANGE] = 1,
	    [ACCOUNT_PASSWORD_EXPIRED] = 2,
	    [ACCOUNT_MAYBE_LOCKED] = 3,
	    [ACCOUNT_LOCKED] = 4,
	    [ACCOUNT_EXPIRED] = 5,
	    [ACCOUNT_DISABLED] = 6};

	return rank[a] >= rank[b] ? a : b;
}

static bool
is_listed(const struct conf_values *list, const char *v, size_t size)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strlen(list->value[i]) == size &&
		    strncasecmp(list->value[i], v, size) == 0)
			return true;
	return false;
}

enum account_employment
account_employment(
    const struct conf_directory *conf, const void *value, size_t size)
{
	if (is_listed(&conf->employee, value, size))
		return ACCOUNT_EMPLOYEE;
	if (is_listed(&conf->contractor, value, size))
		return ACCOUNT_CONTRACTOR;
	if (is_listed(&conf->vendor, value, size))
		return ACCOUNT_VENDOR;
	return ACCOUNT_EMPLOYMENT_UNKNOWN;
}
