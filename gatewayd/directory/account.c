/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/account.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY 86400
/* userAccountControl, MS-ADTS 2.2.16 */
#define UAC_DISABLED 0x2
/* accountExpires: 100 ns since 1601; both mean never */
#define FILETIME_NEVER INT64_MAX
#define FILETIME_1970 INT64_C(11644473600)

struct bytes {
	const char *at;
	size_t size;
};

typedef int (*judge_fn)(struct bytes, int64_t now, enum account_state *);

static bool
is_text(struct bytes v, const char *s)
{
	return v.size == strlen(s) && strncasecmp(v.at, s, v.size) == 0;
}

static int
boolean(struct bytes v, bool *r)
{
	*r = is_text(v, "TRUE");
	return *r || is_text(v, "FALSE") ? 0 : -1;
}

static int
integer(struct bytes v, int64_t *r)
{
	bool negative = v.size > 0 && v.at[0] == '-';
	size_t i = negative ? 1 : 0;

	*r = 0;
	if (i == v.size)
		return -1;
	for (; i < v.size; i++) {
		if (v.at[i] < '0' || v.at[i] > '9' ||
		    __builtin_mul_overflow(*r, 10, r) ||
		    __builtin_add_overflow(*r, v.at[i] - '0', r))
			return -1;
	}
	if (negative)
		*r = -*r;
	return 0;
}

/* digits of a fixed width; -1 when there are others */
static int
field(struct bytes *v, size_t width)
{
	int n = 0;

	if (v->size < width)
		return -1;
	for (size_t i = 0; i < width; i++) {
		if (v->at[i] < '0' || v->at[i] > '9')
			return -1;
		n = n * 10 + (v->at[i] - '0');
	}
	v->at += width;
	v->size -= width;
	return n;
}

/* "Z", "+HH", "-HHMM" */
static int
zone(struct bytes v, int64_t *offset_r)
{
	bool west;
	int hours, minutes = 0;

	*offset_r = 0;
	if (v.size == 1 && v.at[0] == 'Z')
		return 0;
	if (v.size < 1 || (v.at[0] != '+' && v.at[0] != '-'))
		return -1;
	west = v.at[0] == '-';
	v.at++;
	v.size--;
	hours = field(&v, 2);
	if (v.size > 0)
		minutes = field(&v, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
	    v.size > 0)
		return -1;
	*offset_r = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

static void
skip_fraction(struct bytes *v)
{
	if (v->size < 2 || (v->at[0] != '.' && v->at[0] != ',') ||
	    v->at[1] < '0' || v->at[1] > '9')
		return;
	do {
		v->at++;
		v->size--;
	} while (v->size > 0 && v->at[0] >= '0' && v->at[0] <= '9');
}

int
account_time(const void *value, size_t size, int64_t *unix_r)
{
	struct bytes v = {value, size};
	struct tm tm = {0};
	int64_t offset;
	time_t t;
	int year = field(&v, 4), month = field(&v, 2), day = field(&v, 2);
	int hour = field(&v, 2), minute, second = 0;

	minute = field(&v, 2);
	if (v.size > 0 && v.at[0] >= '0' && v.at[0] <= '9')
		second = field(&v, 2);
	skip_fraction(&v);
	if (year < 0 || month < 1 || month > 12 || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60 ||
	    zone(v, &offset) < 0)
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	t = timegm(&tm);
	if (tm.tm_mday != day)
		return -1; /* a day that this month does not have */
	*unix_r = (int64_t)t - offset;
	return 0;
}

/* OpenLDAP ppolicy.  All zeros is locked until an administrator unlocks it.
 * Any other time is a lockout by wrong passwords, whose length only the policy
 * entry knows: the bind says whether it is over.  Where there is no bind, as
 * with a public key or at a renewal, it counts as locked. */
static int
locked_time(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t t;

	(void)now;
	if (is_text(v, "000001010000Z")) {
		*r = ACCOUNT_LOCKED;
		return 0;
	}
	*r = ACCOUNT_MAYBE_LOCKED;
	return account_time(v.at, v.size, &t);
}

/* One value for each grace login since the password expired.  The server drops
 * them when it is changed. */
static int
grace_use(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t t;

	(void)now;
	*r = ACCOUNT_PASSWORD_EXPIRED;
	return account_time(v.at, v.size, &t);
}

static int
start_time(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t t;

	if (account_time(v.at, v.size, &t) < 0)
		return -1;
	if (now < t)
		*r = ACCOUNT_DISABLED;
	return 0;
}

static int
end_time(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t t;

	if (account_time(v.at, v.size, &t) < 0)
		return -1;
	if (now >= t)
		*r = ACCOUNT_EXPIRED;
	return 0;
}

static int
must_change(struct bytes v, int64_t now, enum account_state *r)
{
	bool set;

	(void)now;
	if (boolean(v, &set) < 0)
		return -1;
	if (set)
		*r = ACCOUNT_MUST_CHANGE;
	return 0;
}

/* days since 1970; -1 is never.  shadow(5) leaves 0 open, so it is expired. */
static int
shadow_expire(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t days;

	if (integer(v, &days) < 0 || days < -1)
		return -1;
	if (days >= 0 && now / DAY >= days)
		*r = ACCOUNT_EXPIRED;
	return 0;
}

static int
account_control(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t bits;

	(void)now;
	if (integer(v, &bits) < 0)
		return -1;
	if ((bits & UAC_DISABLED) != 0)
		*r = ACCOUNT_DISABLED;
	return 0;
}

static int
account_expires(struct bytes v, int64_t now, enum account_state *r)
{
	int64_t t;

	if (integer(v, &t) < 0 || t < 0)
		return -1;
	if (t != 0 && t != FILETIME_NEVER &&
	    now + FILETIME_1970 >= t / 10000000)
		*r = ACCOUNT_EXPIRED;
	return 0;
}

static int
disabled_flag(struct bytes v, int64_t now, enum account_state *r)
{
	bool set;

	(void)now;
	if (boolean(v, &set) < 0)
		return -1;
	if (set)
		*r = ACCOUNT_DISABLED;
	return 0;
}

static const struct {
	const char *attribute;
	judge_fn judge;
} table[ACCOUNT_ATTRIBUTES] = {
    {"pwdAccountLockedTime", locked_time}, /* OpenLDAP ppolicy */
    {"pwdStartTime", start_time}, {"pwdEndTime", end_time},
    {"pwdReset", must_change}, {"pwdGraceUseTime", grace_use},
    {"shadowExpire", shadow_expire},	     /* RFC 2307 */
    {"userAccountControl", account_control}, /* Active Directory */
    {"accountExpires", account_expires},
    {"nsAccountLock", disabled_flag}, /* 389 Directory Server, FreeIPA */
    {"loginDisabled", disabled_flag}, /* eDirectory */
};

const char *
account_attribute(size_t i)
{
	return i < ACCOUNT_ATTRIBUTES ? table[i].attribute : NULL;
}

int
account_judge(size_t i, const void *value, size_t value_size, int64_t now_unix,
    enum account_state *state_r)
{
	enum account_state state = ACCOUNT_ACTIVE;

	if (i >= ACCOUNT_ATTRIBUTES ||
	    table[i].judge(
		(struct bytes){value, value_size}, now_unix, &state) < 0)
		return -1;
	*state_r = state;
	return 0;
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
is_listed(const struct conf_values *list, struct bytes v)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (is_text(v, list->value[i]))
			return true;
	return false;
}

enum account_employment
account_employment(
    const struct conf_directory *conf, const void *value, size_t size)
{
	struct bytes v = {value, size};

	if (is_listed(&conf->employee, v))
		return ACCOUNT_EMPLOYEE;
	if (is_listed(&conf->contractor, v))
		return ACCOUNT_CONTRACTOR;
	if (is_listed(&conf->vendor, v))
		return ACCOUNT_VENDOR;
	return ACCOUNT_EMPLOYMENT_UNKNOWN;
}
