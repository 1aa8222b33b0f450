/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

/*
 * The access policy: a pure library.  It does no I/O, and has no clock and no
 * global state.  A decision allocates nothing.  A struct policy never changes
 * after policy_parse(), so any number of decisions may read it.
 * sallyport-policy(5) has the language.
 *
 *   Without a matching permit the answer is deny.  Any matching deny wins.
 *   A deny with "without" does not match once its factors are proven; until
 *   then each way in has them too.
 *   The order of files and of rules never changes a decision.  Each matching
 *   permit is one more way in.
 *   A rule may ask for a fact that is unknown.  Then a permit does not match,
 *   and a deny does.  struct policy_request says what may be unknown.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/words.h"
#include "lib/conf/lex.h"

struct policy;

/* One file of policy.d.  Rules and errors are labelled with its name. */
struct policy_source {
	const char *name; /* unique, for example "prod.policy" */
	const char *text;
	size_t length;
};

/*
 * Where policy_parse() finds a time zone: the TZif data of RFC 8536, as in
 * /usr/share/zoneinfo/NAME.  The name holds only letters, digits, "_", "-",
 * "+" and single "/" between them.  The data must live until policy_parse()
 * returns.  find returns 0, or -1 if there is no such zone.
 * A policy that is read without this knows UTC only.
 */
struct policy_zones {
	int (*find)(void *context, const char *name, const void **tzif_r,
	    size_t *length_r);
	void *context;
};

/*
 * Reads a whole policy.  The policy keeps copies, not the sources.
 * Returns NULL when anything is wrong, with every error in errors.  A caller
 * without a policy denies everybody; policy_decide() does so for NULL.
 * Every source must end with the line "end", so a file that was cut short is an
 * error.  A policy without sources or without rules denies everybody.
 * errors may hold warnings although a policy is returned.
 */
#define POLICY_TEXT_MAX ((size_t)8 << 20) /* of all sources */
struct policy *policy_parse(const struct policy_source *sources, size_t count,
    const struct policy_zones *zones, struct lex_errors *errors);

void policy_free(struct policy *policy);

/* The number of permits and denies; 0 for NULL. */
size_t policy_rule_count(const struct policy *policy);

/*
 * True if any statement of the policy names this group.  Claims tokens leave
 * all other groups out, because no application needs to know them.
 */
bool policy_names_group(const struct policy *policy, const char *dn);

/* The groups that the policy names after "approval N of", by number: their
 * canonical DNs; NULL past the last one. */
const char *policy_approver_group(const struct policy *policy, size_t number);

/* The DN of a group that the policy names, in canonical form, without a NUL.
 * The groups have numbers below policy_group_count(), in no order that matters;
 * a number may have no group: then it is NULL. */
size_t policy_group_count(const struct policy *policy);
const char *policy_group(
    const struct policy *policy, size_t number, size_t *size_r);

/* Some permit has grace: an invited person can enrol. */
bool policy_has_grace(const struct policy *policy);
/* The services that the policy knows, by number; NULL past the last one. */
const char *policy_service(const struct policy *policy, size_t number);

/*
 * The most attributes of an entry that a policy may name, and the longest name
 * and value.  policy_parse() refuses more.
 */
#define POLICY_ATTRIBUTES_MAX 16
#define POLICY_ATTRIBUTE_NAME_MAX 64
#define POLICY_ATTRIBUTE_VALUE_MAX 255

/*
 * The attributes that statements of the policy name: in lower case, none twice.
 * The array lives as long as the policy.  For NULL the count is 0.
 */
const char *const *policy_attribute_names(
    const struct policy *policy, size_t *count_r);

enum policy_employment {
	POLICY_EMPLOYMENT_UNKNOWN,
#define POLICY_EMPLOYMENT(NAME, word) POLICY_##NAME,
	EMPLOYMENTS(POLICY_EMPLOYMENT)
#undef POLICY_EMPLOYMENT
};

/* The factors.  An approval is required like a factor, but counts as none. */
#define POLICY_PASSWORD (1u << FACTOR_PASSWORD)
#define POLICY_OTP (1u << FACTOR_OTP)
#define POLICY_FIDO2 (1u << FACTOR_FIDO2)
#define POLICY_PUBLICKEY (1u << FACTOR_PUBLICKEY)
#define POLICY_RECOVERY (1u << FACTOR_RECOVERY) /* counts as the OTP */
#define POLICY_APPROVAL (1u << FACTOR_APPROVAL) /* a verified reference */
#define POLICY_FACTORS (POLICY_APPROVAL - 1)

/* A client address.  A zeroed one is unknown. */
struct policy_address {
	uint8_t bytes[16]; /* network order; v4 as ::ffff:a.b.c.d */
	bool known;
};

/*
 * Takes numeric addresses only: no name, no zone id.  A v4-mapped v6 address
 * becomes v4.  0, or -1 with *address_r unknown.
 */
int policy_address_parse(const char *text, struct policy_address *address_r);

struct policy_attribute {
	const char *name;
	const char *value; /* NULL: the entry has no value of that name */
};

/*
 * An approval by another person: who has given it, a group that this person was
 * in at that moment, and how long ago that was.  An approval by somebody who
 * was in several groups is given once for each of them.
 */
struct policy_approver {
	const char *subject; /* stable id; NULL: unknown, counts for one only */
	const char *group;   /* DN, or NULL */
	uint32_t age_seconds;
};

/* The most of a request, and the most that a rule can ask for. */
#define POLICY_APPROVERS_MAX 128
#define POLICY_QUORUM_MAX 3
/* The longest that an approval lasts; more is not allowed after "within". */
#define POLICY_APPROVAL_SECONDS_MAX 2592000
/* The most groups that a policy may name after "approval N of". */
#define POLICY_APPROVER_GROUPS_MAX 8

/*
 * A request: the person, the client, the target, and the factors.  No rule
 * permits a zeroed request.  No function keeps a pointer of it.
 *
 * What may be unknown: subject (NULL or empty), host (NULL), employment,
 * client, and each attribute that the policy names and this list does not.
 * Evaluator, proof, diff, who and explain all have unknown as one more value of
 * each. All else is known: a group that is not listed is one the person is not
 * in.
 */
struct policy_request {
	const char *username;	   /* canonical */
	const char *subject;	   /* the directory's stable id */
	const char *const *groups; /* DNs, in any spelling of RFC 4514 */
	size_t group_count;
	const struct policy_attribute *attributes; /* all values of each */
	size_t attribute_count;
	enum policy_employment employment;
	struct policy_address client;
	const char *host;    /* target; case and one last dot do not count */
	const char *service; /* as PAM names it; one that the policy knows */
	int64_t time_unix;
	uint32_t session_age_seconds; /* 0 for a new session */

	/* each counts only if proven has POLICY_APPROVAL too, which alone is
	 * one of somebody at some time */
	const struct policy_approver *approvers;
	size_t approver_count;
	uint32_t proven;     /* factors verified already */
	uint32_t obtainable; /* factors that this conversation can ask for */
	/*
	 * For a person who may enrol a second factor: when that time began.
	 * 0 for everybody else; then no rule's "grace" applies.
	 */
	int64_t grace_start_unix;
};

/* The obligations of a permit.  They live as long as its policy. */
struct policy_obligations {
	uint32_t session_seconds; /* "for"; 0: the rule has none */
	uint32_t token_seconds;	  /* "token"; 0: the rule has none */
	uint32_t lease_seconds;	  /* "lease"; 0: the rule has none */
	uint32_t grace_seconds;	  /* "grace"; 0: the rule has none */
	const char *const *audiences;
	size_t audience_count; /* 0: the session gets no token */
};

/* "approval 2 of managers within 1h" */
struct policy_quorum {
	uint32_t count;		 /* of different people; 0: none is asked for */
	const char *group;	 /* DN, or NULL: anybody */
	uint32_t within_seconds; /* since it was given; 0: while it lasts */
};

/* One way in: a set of factors, and the rule for which it suffices. */
struct policy_way {
	uint32_t factors; /* bits that must all be proven */
	uint32_t missing; /* of these, the ones not proven yet */
	bool grace;	  /* no second factor: the person may only enrol one */
	struct policy_quorum approval; /* that its rule asks for */
	const char *rule;	       /* "prod.policy:12" */
	const char *text;	       /* the rule as written, on one line */
	const struct policy_obligations *obligations;
};

enum policy_outcome {
	POLICY_DENY,
	POLICY_ASK,    /* a permit needs factors that are not proven yet */
	POLICY_PERMIT, /* ways[0] is proven; its obligations apply */
};

enum policy_reason {
	POLICY_REASON_NO_POLICY,	 /* policy is NULL */
	POLICY_REASON_MALFORMED_REQUEST, /* a fact has no valid form */
	POLICY_REASON_NO_RULE,		 /* no permit matches */
	POLICY_REASON_DENIED_BY_RULE,	 /* a deny matches: rule and text */
	POLICY_REASON_FACTORS, /* a permit matches; some factor can't be had */
	POLICY_REASON_ASK,     /* outcome POLICY_ASK */
	POLICY_REASON_PERMIT,  /* outcome POLICY_PERMIT */
};

#define POLICY_WAYS_MAX 64

struct policy_decision {
	enum policy_outcome outcome;
	enum policy_reason reason;
	const char *rule; /* the rule that decided: ways[0] or a deny; or "" */
	const char *text; /* its text, or "" */
	/*
	 * The open ways: all their missing factors are obtainable.  There is at
	 * most one for each set of factors.  They are sorted, and the caller
	 * takes the first: fewest missing, then without grace, then most
	 * factors of the permit, then strictest (shortest session, shortest
	 * token, fewest audiences, shortest lease, then the rule's text).
	 */
	size_t way_count;
	struct policy_way ways[POLICY_WAYS_MAX];
};

/*
 * Decides.  The caller asks twice.  Before it collects factors, obtainable
 * names those that it can ask for: the answer is DENY, ASK or PERMIT.  After
 * that obtainable is 0 and proven names the verified ones: the answer is DENY
 * or PERMIT.  Whatever cannot be decided is a DENY.
 */
void policy_decide(const struct policy *policy,
    const struct policy_request *request, struct policy_decision *decision_r);

/* The most memberships that an example needs: more make it undecided. */
#define POLICY_WITNESS_MEMBERS 16

/* An example of a request.  request points into this struct. */
struct policy_witness {
	struct policy_request request;
	const char *groups[POLICY_WITNESS_MEMBERS];
	/* of the person, then those of the policies that the entry lacks */
	struct policy_attribute
	    attributes[POLICY_WITNESS_MEMBERS + 2 * POLICY_ATTRIBUTES_MAX];
	/* of two rules at most, by the same people */
	struct policy_approver approvers[2 * POLICY_QUORUM_MAX];
	char approver_names[POLICY_QUORUM_MAX][32];
	char approver_groups[2][4096];
	char username[1100];
	char subject[1100];
	char host[256];
	/* the text of groups and attributes */
	char names[POLICY_WITNESS_MEMBERS][4096];
};

/* An assertion that does not hold, or that could not be decided. */
struct policy_breach {
	const char *assertion; /* file:line */
	const char *text;      /* of the assertion */
	bool undecided;	       /* too complex; counts as broken */
	/*
	 * All assertions together cost more than the budget of one policy, and
	 * some were not tried.  This one costs most: percent of the whole.
	 */
	bool too_much_work;
	/* The times alone cost that much: label and name of the dearest. */
	bool hours;
	unsigned percent;
	const char *rule; /* the permit that lets the witness in, or "" */
	const char *rule_text;
	const struct policy_witness *witness; /* NULL if undecided */
};

/*
 * Decides every assertion exactly, for all requests at since_unix (at least 1)
 * or later.  Calls report for each one that does not hold.  Allocates.
 * The work is bounded.  It is counted, not timed, so every caller on every
 * machine gets the same answer.
 * Returns the number that do not hold.  -1: memory ran out, nothing is proved.
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
/* 0, or -1 with an error if there are permits and none can let anybody in. */
int policy_carried(const struct policy *policy, struct lex_errors *errors);

/*
 * Proves as policy_prove() does.  Adds an error for each assertion that does
 * not hold: the assertion, the rule that breaks it, and an example of a
 * request.  0 if all hold, else -1.  Nobody may load a policy that got -1.
 */
int policy_prove_errors(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors);

size_t policy_assertion_count(const struct policy *policy);

/* The witness as the arguments of "sallyport policy decide", on one line. */
#define POLICY_WITNESS_TEXT ((POLICY_WITNESS_MEMBERS + 2) * 4096)
const char *policy_witness_text(
    const struct policy_witness *witness, char out[POLICY_WITNESS_TEXT]);

/* Whether one condition of a rule matches a request. */
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
	enum policy_condition factors; /* of a deny: it misses some */
	uint32_t missing; /* the fewest factors that any way misses */
};

/*
 * Reports how each rule stands towards a request, denies first.  0, or -1 if
 * the request is malformed or policy is NULL.
 */
int policy_explain(const struct policy *policy,
    const struct policy_request *request,
    void (*report)(void *context, const struct policy_explanation *rule),
    void *context);

/* People who can get in on a host, with the factors and the rule. */
struct policy_access {
	const char *person;  /* "group cn=sre,...", "anybody" */
	const char *factors; /* "password+otp" */
	const char *rule;
	const char *text;
	const struct policy_witness *witness;
};

struct policy_whom {
	const char *host;
	const char *service; /* NULL: any */
	int64_t since_unix;
};

/*
 * Reports everybody who can reach the host at some time from some address.  The
 * answer is exact, as of policy_prove(). Returns the number of reports.  -1:
 * host or service is malformed, or the question could not be decided.
 */
int policy_who(const struct policy *policy, const struct policy_whom *whom,
    void (*report)(void *context, const struct policy_access *access),
    void *context);

/* A class of requests that two policies decide differently. */
struct policy_difference {
	bool permitted; /* only the new policy permits; else only the old */
	/* Both permit, and the session differs: what it lasts, its token and
	 * audiences, its lease.  rule is of the old policy, other of the new.
	 */
	bool obligations;
	const char *rule; /* the permit, of the policy that permits */
	const char *text;
	const char *factors;	/* that the permit needs */
	const char *other;	/* the other policy's deny, or "" */
	const char *other_text; /* its text, or "" */
	const struct policy_witness *witness;
};

/*
 * Reports all classes of requests that two policies decide differently, each
 * with an example, and the pairs of rules where both permit and a session
 * differs in its obligations.  Returns their number; 0 means that both decide
 * every request alike.  -1: undecided.
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

/* Writes "password+otp", in the order of the bits; "none" for 0.  Returns out.
 */
#define POLICY_FACTORS_TEXT 64
const char *policy_factors_text(
    uint32_t factors, char out[POLICY_FACTORS_TEXT]);

#endif
