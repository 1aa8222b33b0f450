/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_judge.h"

#include <string.h>
#include <strings.h>

#include "lib/base/reason.h"

#define GROUPS_MAX_HERE (RECORD_GROUPS_MAX / 2) /* a byte and its NUL */
#define ATTRIBUTES_RECORDED (RECORD_ATTRIBUTES_MAX / 2)
#define COLLECTED \
	(POLICY_PASSWORD | POLICY_OTP | POLICY_FIDO2 | POLICY_RECOVERY)

/* What the policy had said, as far as the record tells. */
enum then {
	THEN_NOTHING,
	THEN_PERMIT,
	THEN_DENY,
	THEN_ASKED /* and an answer was wrong */
};

/* What the other one makes of it at one moment. */
enum now {
	NOW_DENIES,
	NOW_ADMITS, /* with what was proven */
	NOW_FAILS,  /* asks for a factor that was answered wrong */
	NOW_ASKS    /* asks for one that was not tried */
};

/* These reasons say what the policy decided. */
static const enum then said[REASON_COUNT] = {
    [REASON_PERMIT] = THEN_PERMIT,
    [REASON_NO_RULE] = THEN_DENY,
    [REASON_DENIED_BY_RULE] = THEN_DENY,
    [REASON_FACTORS] = THEN_DENY,
    [REASON_NO_POLICY] = THEN_DENY,
    [REASON_MALFORMED_REQUEST] = THEN_DENY,
    [REASON_WRONG_PASSWORD] = THEN_ASKED,
    [REASON_WRONG_CODE] = THEN_ASKED,
    [REASON_CODE_REPLAYED] = THEN_ASKED,
    [REASON_MALFORMED_CODE] = THEN_ASKED,
    [REASON_MALFORMED_ANSWER] = THEN_ASKED,
    [REASON_SAME_ANSWER] = THEN_ASKED,
    [REASON_SUBSTITUTED_ANSWER] = THEN_ASKED,
};

static enum then
said_then(const struct msg_AUDIT_APPEND_REQ *r)
{
	unsigned reason = reason_find(r->reason);
	enum then then = reason < REASON_COUNT ? said[reason] : THEN_NOTHING;

	if (r->kind != RECORD_ATTEMPT ||
	    (then != THEN_PERMIT && r->outcome != OUTCOME_DENIED))
		return THEN_NOTHING;
	/* without a rule the answers were asked of a decoy */
	return then == THEN_ASKED && r->required == 0 ? THEN_NOTHING : then;
}

static size_t
list_groups(
    const struct msg_AUDIT_APPEND_REQ *r, const char *groups[GROUPS_MAX_HERE])
{
	size_t count = 0, at = 0;

	while (at < r->groups_size && count < GROUPS_MAX_HERE) {
		groups[count] = (const char *)r->groups + at;
		at += strlen(groups[count++]) + 1;
	}
	return count;
}

/* A record's attributes; a name without a value has a pair without one. */
struct recorded {
	size_t name_count, count;
	const char *name[ATTRIBUTES_RECORDED];
	struct policy_attribute pair[ATTRIBUTES_RECORDED];
};

static void
list_attributes(const struct msg_AUDIT_APPEND_REQ *r, struct recorded *list)
{
	const char *at = (const char *)r->attributes;
	const char *end = at + r->attributes_size, *name;

	list->name_count = list->count = 0;
	while (at < end) {
		name = list->name[list->name_count++] = at;
		at += strlen(at) + 1;
		if (at >= end || at[0] == '\0')
			list->pair[list->count++] =
			    (struct policy_attribute){name, NULL};
		while (at < end && at[0] != '\0') {
			list->pair[list->count++] =
			    (struct policy_attribute){name, at};
			at += strlen(at) + 1;
		}
		at++; /* the empty text that ends it */
	}
}

/* Were all those that the policy names fetched then? */
static bool
knows_attributes(
    const struct policy *policy, const struct msg_AUDIT_APPEND_REQ *record)
{
	struct recorded list;
	const char *const *names;
	size_t count, j;

	list_attributes(record, &list);
	names = policy_attribute_names(policy, &count);
	for (size_t i = 0; i < count; i++) {
		for (j = 0; j < list.name_count; j++)
			if (strcasecmp(list.name[j], names[i]) == 0)
				break;
		if (j == list.name_count)
			return false;
	}
	return count == 0 || !record->attributes_cut;
}

/* make_request() of authority, from its record */
static void
make_request(const struct msg_AUDIT_APPEND_REQ *record,
    const char *groups[GROUPS_MAX_HERE], struct recorded *attributes,
    struct policy_request *r)
{
	list_attributes(record, attributes);
	*r = (struct policy_request){.username = record->name,
	    .subject = record->subject,
	    .groups = groups,
	    .group_count = list_groups(record, groups),
	    .attributes = attributes->pair,
	    .attribute_count = attributes->count,
	    .employment = (enum policy_employment)record->employment,
	    .host = record->host,
	    .service = record->service,
	    .proven = record->verified & ~COLLECTED,
	    .obtainable = record->obtainable};
	policy_address_parse(record->client, &r->client);
}

static enum now
says_now(const struct policy *policy, const struct policy_request *request,
    const struct msg_AUDIT_APPEND_REQ *record, struct judgement *j)
{
	uint32_t failed = record->required & ~record->verified;
	struct policy_decision d;
	uint32_t untried;

	policy_decide(policy, request, &d);
	j->reason = policy_reason_text(d.reason);
	j->rule = d.rule;
	j->text = d.text;
	j->factors = 0;
	if (d.outcome == POLICY_DENY)
		return NOW_DENIES;
	j->factors = d.ways[0].factors;
	untried = d.ways[0].missing & ~record->verified;
	if (untried == 0)
		return NOW_ADMITS;
	if ((untried & failed) != 0)
		return NOW_FAILS;
	return NOW_ASKS;
}

static void
compare(enum then then, enum now now, const struct msg_AUDIT_APPEND_REQ *r,
    struct judgement *j)
{
	j->change = JUDGE_SAME;
	if (then == THEN_PERMIT && now == NOW_DENIES)
		j->change = JUDGE_REFUSED;
	else if (then == THEN_DENY && (now == NOW_ADMITS || now == NOW_ASKS))
		j->change = JUDGE_ADMITTED;
	else if (then == THEN_ASKED && now == NOW_ADMITS)
		j->change = JUDGE_ADMITTED;
	else if (then != THEN_DENY && now == NOW_ASKS) {
		j->change = JUDGE_UNKNOWN;
		j->doubt = JUDGE_ASKS;
		j->factors &= ~r->verified;
	}
}

static void
doubt(struct judgement *j, enum judge_doubt why)
{
	*j = (struct judgement){.change = JUDGE_UNKNOWN,
	    .doubt = why,
	    .reason = "",
	    .rule = "",
	    .text = ""};
}

struct approvers {
	size_t count;
	struct policy_approver
	    list[POLICY_QUORUM_MAX * (POLICY_APPROVER_GROUPS_MAX + 1)];
};

/*
 * The policy was asked when the attempt began, which the record does not
 * tell, and again at its end.  Hours and freezes begin on whole minutes.
 */
static void
judge_times(const struct policy *policy, enum then then,
    const struct msg_AUDIT_APPEND_REQ *record,
    const struct approvers *approvers, struct judgement *j)
{
	const char *groups[GROUPS_MAX_HERE];
	struct recorded attributes;
	struct policy_request request;
	int64_t end = record->time_ms / 1000;
	int64_t at = end;
	struct judgement before;

	make_request(record, groups, &attributes, &request);
	request.approvers = approvers->list;
	request.approver_count = approvers->count;
	request.time_unix = at;
	compare(then, says_now(policy, &request, record, j), record, j);
	for (;;) {
		at -= at % 60 + 1; /* the last second of the minute before */
		if (at < end - JUDGE_ATTEMPT_SECONDS || at < 0)
			return;
		request.time_unix = at;
		before = (struct judgement){.reason = ""};
		compare(then, says_now(policy, &request, record, &before),
		    record, &before);
		if (before.change != j->change) {
			doubt(j, JUDGE_HOURS);
			return;
		}
	}
}

/* As many as a rule can ask for, in every group, and just now. */
static void
list_all(const struct policy *policy, struct approvers *all)
{
	static const char *const people[POLICY_QUORUM_MAX] = {"1", "2", "3"};
	const char *group = NULL;

	all->count = 0;
	for (size_t g = 0; g == 0 || group != NULL; g++) {
		group = policy_approver_group(policy, g);
		for (size_t i = 0; i < POLICY_QUORUM_MAX; i++)
			all->list[all->count++] =
			    (struct policy_approver){people[i], group, 0};
	}
}

/* The record names who approved, but no groups and times of theirs: so both
 * are tried, that nobody's counts and that everybody's does. */
static void
judge_approvals(const struct policy *policy, enum then then,
    const struct msg_AUDIT_APPEND_REQ *record, struct judgement *j)
{
	struct approvers approvers = {.count = 0};
	struct judgement other = {.reason = ""};

	judge_times(policy, then, record, &approvers, j);
	if ((record->verified & POLICY_APPROVAL) == 0 ||
	    j->change == JUDGE_UNKNOWN)
		return;
	list_all(policy, &approvers);
	judge_times(policy, then, record, &approvers, &other);
	if (other.change != j->change)
		doubt(j, JUDGE_APPROVERS);
}

void
policy_judge(const struct policy *policy, const struct record_parsed *record,
    struct judgement *judgement_r)
{
	enum then then = said_then(&record->record);

	*judgement_r = (struct judgement){.reason = "", .rule = "", .text = ""};
	if (then == THEN_NOTHING)
		return;
	if (record->record.groups_cut)
		doubt(judgement_r, JUDGE_GROUPS);
	else if (record->truncated)
		doubt(judgement_r, JUDGE_TEXTS);
	else if (!knows_attributes(policy, &record->record))
		doubt(judgement_r, JUDGE_ATTRIBUTES);
	else
		judge_approvals(policy, then, &record->record, judgement_r);
}

const char *
policy_judge_doubt(enum judge_doubt doubt_)
{
	static const char *const words[JUDGE_DOUBTS] = {"", "groups_cut",
	    "record_cut", "attributes", "asks", "hours", "approvers"};

	return words[doubt_];
}
