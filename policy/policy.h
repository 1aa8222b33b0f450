/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SALLYPORT_POLICY_H
#define SALLYPORT_POLICY_H

/*
 * The access policy: a pure library.  No I/O, no clock, no global state, and
 * no allocation after policy_parse(); a struct policy never changes, so any
 * number of decisions may read it.  The language is in sallyport-policy(5).
 *
 *   Default deny.  Any matching deny wins.  The order of files and of rules
 *   never changes a decision.  Each matching permit is one more way in.
 *   If a rule asks for a fact that the request does not have (no address, no
 *   host, employment unknown), a permit does not match and a deny does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/conf/lex.h"

struct policy;

/* One file of policy.d; its name is what rules and errors are named after. */
struct policy_source {
	const char *name; /* unique, for example "prod.policy" */
	const char *text;
	size_t length;
};

/*
 * Where policy_parse() finds the rules of a time zone, the TZif data of
 * RFC 8536 (/usr/share/zoneinfo/NAME).  The name holds only letters, digits,
 * "_", "-", "+" and single "/" between them.  The data must live until
 * policy_parse() returns.  0, or -1 if there is no such zone.
 * Without this only UTC is known.
 */
struct policy_zones {
	int (*find)(void *context, const char *name, const void **tzif_r,
	    size_t *length_r);
	void *context;
};

/*
 * Reads a whole policy.  The sources are copied, not kept.
 * Returns NULL when anything is wrong, with every error in errors; a caller
 * without a policy denies everybody (policy_decide() does so for NULL).
 * Every source must end with the line "end", so that a file cut short is an
 * error.  No sources, or sources without rules, are a policy that denies all.
 * Warnings may be added to errors also when a policy is returned.
 */
#define POLICY_TEXT_MAX ((size_t)8 << 20) /* of all sources */
struct policy *policy_parse(const struct policy_source *sources, size_t count,
    const struct policy_zones *zones, struct lex_errors *errors);

void policy_free(struct policy *policy);

/* How many rules (permit and deny) there are; 0 also for NULL. */
size_t policy_rule_count(const struct policy *policy);

/*
 * Does any statement of the policy name this group?  Claims tokens leave all
 * other groups out, because no application needs to know them.
 */
bool policy_names_group(const struct policy *policy, const char *dn);

/* What may be named of an entry's attributes: so many, of so many bytes, with
 * values of so many bytes.  policy_parse() refuses more. */
#define POLICY_ATTRIBUTES_MAX 16
#define POLICY_ATTRIBUTE_NAME_MAX 64
#define POLICY_ATTRIBUTE_VALUE_MAX 255

/*
 * The attributes of an entry that any statement names, in lower case, none
 * twice; they live as long as the policy.  None for NULL.  A request must have
 * all values of each of them: one left out matches no deny.
 */
const char *const *policy_attribute_names(
    const struct policy *policy, size_t *count_r);

enum policy_employment {
	POLICY_EMPLOYMENT_UNKNOWN,
#define POLICY_EMPLOYMENT(NAME, word) POLICY_##NAME,
	EMPLOYMENTS(POLICY_EMPLOYMENT)
#undef POLICY_EMPLOYMENT
};

/* Factors, and the approval, which is required like one but counts as none. */
#define POLICY_PASSWORD (1u << FACTOR_PASSWORD)
#define POLICY_OTP (1u << FACTOR_OTP)
#define POLICY_FIDO2 (1u << FACTOR_FIDO2)
#define POLICY_PUBLICKEY (1u << FACTOR_PUBLICKEY)
#define POLICY_RECOVERY (1u << FACTOR_RECOVERY) /* counts as the OTP */
#define POLICY_APPROVAL (1u << FACTOR_APPROVAL) /* a verified reference */
#define POLICY_FACTORS (POLICY_APPROVAL - 1)

/* A client address; zeroed it is unknown. */
struct policy_address {
	uint8_t bytes[16]; /* network order; v4 as ::ffff:a.b.c.d */
	bool known;
};

/*
 * Numeric addresses only, never a name, no zone id; v4-mapped v6 becomes v4.
 * 0, or -1 with *address_r unknown.
 */
int policy_address_parse(const char *text, struct policy_address *address_r);

struct policy_attribute {
	const char *name;
	const char *value;
};

/*
 * A request: the person, the client, the target, and the factors.  No rule
 * permits a zeroed request.  No pointer in it is kept.
 */
struct policy_request {
	const char *username;	   /* canonical */
	const char *subject;	   /* the directory's stable id */
	const char *const *groups; /* DNs, in any spelling of RFC 4514 */
	size_t group_count;
	const struct policy_attribute *attributes; /* of the entry */
	size_t attribute_count;
	enum policy_employment employment;
	struct policy_address client;
	const char *host;    /* target's name; case and one last dot ignored */
	const char *service; /* sshd, sudo, sudo-i, su, su-l, web, agent */
	int64_t time_unix;
	uint32_t session_age_seconds; /* 0 for a new session */

	uint32_t proven;     /* factors verified already */
	uint32_t obtainable; /* factors that this conversation could collect */
	/*
	 * For a person without any second factor: when the time to enrol one
	 * began.  0, as for everybody else: no rule's "grace" applies.
	 */
	int64_t grace_start_unix;
};

/* What comes with a permit; lives as long as its policy. */
struct policy_obligations {
	uint32_t session_seconds; /* "for"; 0: the rule sets no limit */
	uint32_t token_seconds;	  /* "token"; 0: the rule sets none */
	uint32_t lease_seconds;	  /* "lease"; 0: none */
	uint32_t grace_seconds;	  /* "grace"; 0: none */
	const char *const *audiences;
	size_t audience_count; /* 0: no token for anybody */
};

/* One way in: a set of factors and the rule that is content with it. */
struct policy_way {
	uint32_t factors; /* bits that must all be proven */
	uint32_t missing; /* those not proven yet */
	bool grace;	  /* second factor left out: let them enrol, no more */
	const char *rule; /* "prod.policy:12" */
	const char *text; /* the rule as written, on one line */
	const struct policy_obligations *obligations;
};

enum policy_outcome {
	POLICY_DENY,
	POLICY_ASK,    /* a way is open once its missing factors are proven */
	POLICY_PERMIT, /* ways[0] is proven; its obligations apply */
};

enum policy_reason {
	POLICY_REASON_NO_POLICY,	 /* policy is NULL */
	POLICY_REASON_MALFORMED_REQUEST, /* could not be understood */
	POLICY_REASON_NO_RULE,		 /* no permit matches */
	POLICY_REASON_DENIED_BY_RULE,	 /* rule and text say which */
	POLICY_REASON_FACTORS, /* a permit matches, its factors can't be had */
	POLICY_REASON_ASK,     /* outcome POLICY_ASK */
	POLICY_REASON_PERMIT,  /* outcome POLICY_PERMIT */
};

#define POLICY_WAYS_MAX 64

struct policy_decision {
	enum policy_outcome outcome;
	enum policy_reason reason;
	const char *rule; /* that decided: of ways[0], or the deny; or "" */
	const char *text; /* likewise */
	/*
	 * The ways that are open (missing within obtainable), at most one per
	 * set of factors, the one to take first: fewest missing, then most
	 * factors, then strictest (shortest session, shortest token, fewest
	 * audiences, shortest lease, then the rule's text).
	 */
	size_t way_count;
	struct policy_way ways[POLICY_WAYS_MAX];
};

/*
 * Decides.  Before the factors are collected: obtainable is what can be
 * asked for, the answer is DENY or ASK (or PERMIT).  After: obtainable is 0,
 * proven is what was verified, the answer is DENY or PERMIT.
 * Any doubt is a DENY.
 */
void policy_decide(const struct policy *policy,
    const struct policy_request *request, struct policy_decision *decision_r);

/* A request that can be shown and decided; it points into itself. */
struct policy_witness {
	struct policy_request request;
	const char *groups[2];
	struct policy_attribute attributes[2];
	char username[1100];
	char subject[1100];
	char host[256];
	char names[2][4096]; /* of groups and attributes */
};

/* An assertion that does not hold, or that could not be decided. */
struct policy_breach {
	const char *assertion; /* file:line */
	const char *text;      /* of the assertion */
	bool undecided;	       /* too complex; counts as broken */
	/*
	 * All assertions together cost more than one policy may: this is the
	 * dearest, with so much of the whole, and others were not tried.
	 */
	bool too_much_work;
	unsigned percent;
	const char *rule; /* that lets the witness in, or "" */
	const char *rule_text;
	const struct policy_witness *witness; /* NULL if undecided */
};

/*
 * Decides every assertion for all requests from since_unix on (at least 1),
 * exactly.  report is called for each one that does not hold.  Allocates.
 * The work is bounded, by the same count for whoever asks.
 * Returns how many did not hold, or -1 without memory: nothing is proved.
 */
int policy_prove(const struct policy *policy, int64_t since_unix,
    void (*report)(void *context, const struct policy_breach *breach),
    void *context);

/*
 * The language has words that this release does not carry out, such as fido2
 * or the service web.  Adds a warning for each rule with such a word.
 */
void policy_carried_warn(
    const struct policy *policy, struct lex_errors *errors);
/* 0, or -1 with an error: there are permits, and none can let anybody in. */
int policy_carried(const struct policy *policy, struct lex_errors *errors);

/*
 * The same, with an error for each one that does not hold: which, by which
 * rule, and a request that shows it.  0 if all hold, else -1: such a policy
 * must not be loaded.
 */
int policy_prove_errors(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors);

size_t policy_assertion_count(const struct policy *policy);

/* The witness as the arguments of "sallyport policy decide", on one line. */
#define POLICY_WITNESS_TEXT 8192
const char *policy_witness_text(
    const struct policy_witness *witness, char out[POLICY_WITNESS_TEXT]);

/* Does one condition of a rule match a request? */
enum policy_condition {
	POLICY_CONDITION_NO,
	POLICY_CONDITION_UNKNOWN, /* no for a permit, yes for a deny */
	POLICY_CONDITION_YES,
};

struct policy_explanation {
	const char *rule;
	const char *text;
	bool deny;
	bool matches; /* all conditions together */
	enum policy_condition person, network, host, service, time, age;
	uint32_t missing; /* permit: of the way that misses fewest factors */
};

/*
 * Every rule in its turn, deny first.  0, or -1 if the request is malformed
 * (or there is no policy).
 */
int policy_explain(const struct policy *policy,
    const struct policy_request *request,
    void (*report)(void *context, const struct policy_explanation *rule),
    void *context);

/* A person who can get in on a host, with the factors and the rule. */
struct policy_access {
	const char *person;  /* "group cn=sre,...", "anybody" */
	const char *factors; /* "password+otp" */
	const char *rule;
	const char *text;
	const struct policy_witness *witness;
};

/*
 * Reports everybody who can reach a host at some time from some address.  With
 * service NULL, any service counts.  Exact, as policy_prove().  Returns how
 * many were reported, or -1 if host or service is malformed, or if this could
 * not be decided.
 */
int policy_who(const struct policy *policy, const char *host,
    const char *service, int64_t since_unix,
    void (*report)(void *context, const struct policy_access *access),
    void *context);

/* A class of requests that two policies decide differently. */
struct policy_difference {
	bool permitted;	  /* by the new one and not by the old one */
	const char *rule; /* that permits, of the one that does */
	const char *text;
	const char *factors;	/* with which */
	const char *other;	/* deny of the other one, or "" */
	const char *other_text; /* likewise */
	const struct policy_witness *witness;
};

/*
 * Reports all classes of requests that two policies decide differently, each
 * with an example.  Requests with an unknown address, host or employment are
 * left out, and obligations are not compared.  Returns how many there are, or
 * -1 if that could not be decided.  0: both decide every request alike.
 */
int policy_diff(const struct policy *old, const struct policy *new,
    int64_t since_unix,
    void (*report)(void *context, const struct policy_difference *difference),
    void *context);

/*
 * Warns of rules that are legal but look wrong: rules that never match, rules
 * that change nothing, and permits that need one factor only.  The warnings go
 * to errors.  Returns how many, or -1 if some rule could not be decided.
 */
int policy_review(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors);

/* Stable machine word: "no_rule", "denied_by_rule", "permit" ... */
const char *policy_reason_text(enum policy_reason reason);

/* "password+otp", in the order of the bits; "none" for 0.  Returns out. */
#define POLICY_FACTORS_TEXT 64
const char *policy_factors_text(
    uint32_t factors, char out[POLICY_FACTORS_TEXT]);

#endif
