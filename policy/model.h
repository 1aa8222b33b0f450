/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SALLYPORT_POLICY_MODEL_H
#define SALLYPORT_POLICY_MODEL_H

/* What a policy is once it is read; for the files of this folder only. */

#include "policy/policy.h"
#include "policy/value/address.h"
#include "policy/value/arena.h"
#include "policy/value/calendar.h"
#include "policy/value/intern.h"
#include "policy/value/zone.h"

/*
 * Whom a rule can name.  As a key of policy.principals: this byte, then the
 * user name, subject, normalised DN, or attribute name, NUL, value; all in
 * lower case, and a value without spaces that do not count.
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

/* Numbers of atoms, ascending, none twice; any means no condition. */
struct ids {
	bool any;
	uint32_t count;
	uint32_t *list;
};

struct interval {
	int64_t from, until; /* until is not part of it */
};

/* hours (a week of minutes in a zone) or freeze (intervals) */
struct period {
	const char *name;
	bool is_freeze;
	const struct zone *zone;
	uint64_t week[(CALENDAR_WEEK_MINUTES + 63) / 64];
	size_t interval_count;
	struct interval *intervals;
};

/*
 * S(NAME, word, MEANT, asked).  A rule for MEANT is for this service as well.
 * asked: something in the product asks a policy about it.
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

#define SERVICE_ALL ((1u << SERVICE_COUNT) - 1)
/* Nobody asks a policy about these yet. */
#define SERVICE_LATER(NAME, word, MEANT, asked) \
	| ((asked) ? 0u : 1u << SERVICE_##NAME)
#define SERVICES_LATER (0u SERVICES(SERVICE_LATER))

/* What must hold for a rule to match, or for an assertion to apply. */
struct scope {
	struct ids principals;
	struct ids networks;
	struct ids hosts;
	uint32_t services;  /* bits of enum service */
	struct ids during;  /* in one of these periods */
	struct ids outside; /* in none of these; any is never set here */
	/* session age in seconds: least <= age < limit */
	uint32_t age_least;
	uint32_t age_limit; /* UINT32_MAX: none */
};

/*
 * Factors needed, as the table of a monotone function: bit m is set if the
 * factors m suffice.  Six bits of factors make 64 rows.
 */
typedef uint64_t need;

struct rule {
	struct scope scope;
	bool deny;
	bool approval;
	need need;	   /* permit only */
	uint32_t named;	   /* factors that its words name */
	uint8_t way_count; /* of the smallest sets that suffice */
	uint8_t ways[32];
	struct policy_obligations obligations;
	const char *label; /* file:line */
	const char *text;
	uint32_t source, line, column;
};

enum assertion_kind { ASSERT_NEVER, ASSERT_ALWAYS, ASSERT_ONLY };

struct assertion {
	enum assertion_kind kind;
	struct scope scope; /* for "only": the principals that may */
	need need;	    /* "never" without "without": 0 */
	const char *label;
	const char *text;
	uint32_t source, line, column;
};

struct policy {
	struct arena arena;

	struct intern principals;
	struct intern hosts;	/* canonical patterns */
	struct intern networks; /* keys are struct prefix */
	struct period *periods;
	size_t period_count;

	struct rule *rules; /* deny first, then by file and line */
	size_t rule_count;
	size_t deny_count;
	struct assertion *assertions;
	size_t assertion_count;
	const struct index *index; /* index.h */
	/* that principals name, in lower case, in the order they came */
	size_t attribute_count;
	const char *attributes[POLICY_ATTRIBUTES_MAX];
};

/* service.c */
extern const char *const service_names[SERVICE_COUNT];
int service_find(const char *name, size_t length);
/* What the word means in a policy: sudo is sudo -i too, and su is su - too, so
 * that who denies one has denied both. */
uint32_t service_meant(int service);

#endif
