/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_MODEL_H
#define POLICY_MODEL_H

/* The policy in memory, for the files of policy/ only. */

#include "policy/policy.h"
#include "policy/value/address.h"
#include "policy/value/arena.h"
#include "policy/value/calendar.h"
#include "policy/value/intern.h"
#include "policy/value/zone.h"

/*
 * The kinds of people that a rule can name.  A key of policy.principals begins
 * with this byte.  Then comes the user name, the subject, the normalised DN, or
 * an attribute's name, a NUL and its value.  All of it is in lower case, and
 * insignificant spaces of a value are removed.
 */
enum principal_kind {
	PRINCIPAL_USERNAME = 'u',
	PRINCIPAL_SUBJECT = 's',
	PRINCIPAL_GROUP = 'g',
	PRINCIPAL_ATTRIBUTE = 'a',
	PRINCIPAL_EMPLOYMENT =
	    'e', /* then the byte of enum policy_employment */
};

#define PRINCIPAL_KEY_MAX ((size_t)4096)

/* Of a person's facts, those that may be unknown: bits of a set. */
#define FACT_SUBJECT UINT64_C(1)
#define FACT_EMPLOYMENT UINT64_C(2)
#define FACT_ATTRIBUTE(i) (UINT64_C(4) << (i)) /* policy.attributes[i] */
#define FACT_COUNT (2 + POLICY_ATTRIBUTES_MAX)

/* Numbers of atoms, ascending, none twice.  any: the list is no condition. */
struct ids {
	bool any;
	uint32_t count;
	uint32_t *list;
};

static inline bool
ids_have(const struct ids *ids, uint32_t id)
{
	uint32_t low = 0, high = ids->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ids->list[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ids->count && ids->list[low] == id;
}

struct interval {
	int64_t from, until; /* from <= time < until */
};

/* "first mon 22:00-02:00", by the local clock. */
struct nth_day {
	uint8_t nth;  /* a bit of CALENDAR_FIRST to CALENDAR_LAST */
	uint8_t days; /* bits; 0 is Monday */
	uint16_t from,
	    until; /* minutes of that day; until may be of the next */
};

/* A local time of each year. */
struct year_time {
	uint8_t month, day;
	int32_t seconds; /* after that day has begun */
};

struct yearly {
	struct year_time from, until; /* from <= time < until */
};

/*
 * "hours" (the minutes of a week), or times by date: a "freeze" or "window", or
 * those "hours" that are not of each week.  A definition makes a period for
 * each of its zones, and for each of these two kinds.
 */
struct period {
	const char *name;
	const char *label; /* file:line */
	bool by_date;	   /* the lists, not the week */
	bool is_freeze;	   /* of these, one that "during freeze" means */
	const struct zone *zone;
	uint64_t week[(CALENDAR_WEEK_MINUTES + 63) / 64];
	size_t interval_count;
	struct interval *intervals;
	size_t yearly_count;
	struct yearly *yearly;
	size_t nth_count;
	struct nth_day *nth;
};

/*
 * The services of every policy; policy.services has those of the site as well.
 * S(NAME, word, MEANT, asked).  A rule for MEANT is for this service as well.
 * asked: this release asks the policy about the service.
 */
#define SERVICES(S)                     \
	S(SSHD, "sshd", SSHD, true)     \
	S(SUDO, "sudo", SUDO, true)     \
	S(SU, "su", SU, true)           \
	S(WEB, "web", WEB, false)       \
	S(AGENT, "agent", AGENT, false) \
	S(SUDO_I, "sudo-i", SUDO, true) \
	S(SU_L, "su-l", SU, true)

enum service {
#define SERVICE_NUMBER(NAME, ...) SERVICE_##NAME,
	SERVICES(SERVICE_NUMBER)
#undef SERVICE_NUMBER
	    SERVICE_COUNT
};

/* Services as bits, and a condition that none was named for. */
#define SERVICES_MAX 64
#define SERVICE_BIT(service) (UINT64_C(1) << (service))
#define SERVICE_ANY UINT64_MAX
/* The services that this release does not ask the policy about. */
#define SERVICE_LATER(NAME, word, MEANT, asked) \
	| ((asked) ? 0 : SERVICE_BIT(SERVICE_##NAME))
#define SERVICES_LATER (UINT64_C(0) SERVICES(SERVICE_LATER))

/* The lists that "&" may join. */
#define SCOPE_PARTS_MAX 4

/* What a list of the policy is a list of. */
enum set_kind {
	SET_PRINCIPALS,
	SET_NETWORKS,
	SET_HOSTS,
	SET_PERIODS,
	SET_SERVICES,
	SET_KINDS,
};

/*
 * The lists of a scope: a new one is named here, and what passes over all of
 * them has it.  L(KIND, list, words, asks).  words: where the parser keeps what
 * is written.  asks: if nothing is written there is no condition, so any is
 * set; the others leave out or add to one that asks.
 */
#define SCOPE_PEOPLE(L)                                    \
	L(PRINCIPALS, principals, principals.all[0], true) \
	L(PRINCIPALS, also[0], principals.all[1], false)   \
	L(PRINCIPALS, also[1], principals.all[2], false)   \
	L(PRINCIPALS, also[2], principals.all[3], false)   \
	L(PRINCIPALS, not_principals, principals.except, false)
#define SCOPE_PLACES(L)                                   \
	L(NETWORKS, networks, networks.all[0], true)      \
	L(NETWORKS, not_networks, networks.except, false) \
	L(HOSTS, hosts, hosts.all[0], true)               \
	L(HOSTS, not_hosts, hosts.except, false)
#define SCOPE_TIMES(L)                   \
	L(PERIODS, during, during, true) \
	L(PERIODS, outside, outside, false)
#define SCOPE_LISTS(L) SCOPE_PEOPLE(L) SCOPE_PLACES(L) SCOPE_TIMES(L)

/* What must hold for a rule to match, or for an assertion to apply. */
struct scope {
	struct ids principals;
	struct ids
	    also[SCOPE_PARTS_MAX - 1]; /* "&": one of each of these too */
	uint32_t also_count;
	struct ids networks;
	struct ids hosts;
	/* "except": none of these; any is never set here */
	struct ids not_principals, not_networks, not_hosts;
	uint64_t services;  /* bits: numbers of policy.services */
	struct ids during;  /* the time is in one of these periods */
	struct ids outside; /* and in none of these; any is never set here */
	/* session age in seconds: least <= age < limit */
	uint32_t age_least;
	uint32_t age_limit; /* UINT32_MAX: none */
	/* of a deny: matches also where it asks for what is unknown */
	bool unknown_matches;
	/* of an assertion: what is unknown is in no list, and so among what
	 * "except" leaves */
	bool unknown_is_outside;
};

/* The lists of people of which a person must be in each. */
static inline uint32_t
scope_parts(const struct scope *scope)
{
	return 1 + scope->also_count;
}

static inline const struct ids *
scope_part(const struct scope *scope, uint32_t i)
{
	return i == 0 ? &scope->principals : &scope->also[i - 1];
}

/*
 * The factors that a rule needs, as the truth table of a monotone function.
 * Bit m is set if the set of factors m suffices.  Six factors make 64 sets.
 */
typedef uint64_t need;

/* "approval 2 of managers within 1h" */
struct quorum {
	uint32_t count; /* of different people; 0: none is asked for */
	uint32_t of;	/* a group of policy.principals; INTERN_NONE: anybody */
	uint32_t within; /* seconds since it was given; 0: while it lasts */
};

struct rule {
	struct scope scope;
	bool deny;
	struct quorum approval;
	need need;	/* of a deny, those that it lets pass; 0: none */
	uint32_t named; /* factors that its words name */
	uint8_t way_count;
	uint8_t ways[32]; /* the smallest sets that suffice */
	struct policy_obligations obligations;
	const char *label; /* file:line */
	const char *text;
	/* two names of one list of a permit that may be meant as "&"; or NULL
	 */
	const char *unlike[2];
	uint32_t source, line, column;
};

enum assertion_kind { ASSERT_NEVER, ASSERT_ALWAYS, ASSERT_ONLY };

struct assertion {
	enum assertion_kind kind;
	struct scope scope; /* of "only": principals are those that may */
	need need;	    /* 0 for a "never" that has no "without" */
	const char *label;
	const char *text;
	uint32_t source, line, column;
};

struct policy {
	struct arena arena;

	struct intern principals;
	struct intern hosts;	/* canonical patterns */
	struct intern networks; /* keys are struct prefix */
	struct intern services; /* names: enum service, then the site's */
	struct period *periods;
	size_t period_count;

	struct rule *rules; /* deny first, then by file and line */
	size_t rule_count;
	size_t deny_count;
	struct assertion *assertions;
	size_t assertion_count;
	const struct index *index; /* index.h */
	/* The attributes that rules name: lower case, in order of appearance.
	 */
	size_t attribute_count;
	const char *attributes[2 * POLICY_ATTRIBUTES_MAX]; /* of a diff: both */
	/* The groups that an approval may have to come from. */
	size_t approver_group_count;
	struct {
		uint32_t principal;
		const char *dn;
	} approver_groups[POLICY_APPROVER_GROUPS_MAX];
};

/* service.c */

/* Adds those of every policy, in the order of the enum.  0, or -1. */
int services_init(struct policy *policy);
/* The one whose rules are for this service too; itself if there is none. */
enum service service_family(enum service service);
/* The number of a service that the policy knows, or -1. */
int service_find(const struct policy *policy, const char *name);
const char *service_name(const struct policy *policy, unsigned service);
/* All that the policy knows. */
uint64_t services_all(const struct policy *policy);

#endif
