/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/approvers.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/clock.h"
#include "lib/base/dn.h"

_Static_assert(
    APPROVALS_MAX *POLICY_APPROVER_GROUPS_MAX == POLICY_APPROVERS_MAX,
    "every approval is listed");
_Static_assert(APPROVAL_SECONDS_MAX == POLICY_APPROVAL_SECONDS_MAX,
    "the policy knows how long an approval can last");

/* ---- the giver's groups ---- */

/* A group as it is sealed: a name of any length takes as many bytes. */
static int
mark_of(const char *dn, uint8_t mark[APPROVAL_GROUP])
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char normal[DN_MAX];
	long size = dn_normalise(dn, normal, sizeof normal);

	if (size < 0 || EVP_Digest(normal, (size_t)size, hash, NULL,
			    EVP_sha256(), NULL) != 1)
		return -1;
	memcpy(mark, hash, APPROVAL_GROUP);
	return 0;
}

static bool
has_mark(const struct approval *a, const uint8_t mark[APPROVAL_GROUP])
{
	for (size_t i = 0; i < a->group_count; i++)
		if (memcmp(a->group[i], mark, APPROVAL_GROUP) == 0)
			return true;
	return false;
}

static bool
is_member(const struct msg_DIRECTORY_LOOKUP_ANS *m, const char *group)
{
	char wanted[DN_MAX], dn[DN_MAX];
	long size = dn_normalise(group, wanted, sizeof wanted);

	for (size_t i = 0; size > 0 && i < m->group_count; i++)
		if (dn_normalise(m->group[i], dn, sizeof dn) == size &&
		    memcmp(dn, wanted, (size_t)size) == 0)
			return true;
	return false;
}

int
approvers_take_groups(const struct policy *policy,
    const struct msg_DIRECTORY_LOOKUP_ANS *giver, struct approval *a)
{
	const char *group;

	a->group_count = 0;
	for (size_t i = 0; (group = policy_approver_group(policy, i)) != NULL;
	     i++) {
		if (!is_member(giver, group))
			continue;
		if (mark_of(group, a->group[a->group_count]) < 0)
			return -1;
		a->group_count++;
	}
	return 0;
}

/* ---- those in force ---- */

static void
add(struct approvers *out, const struct approval *a, const char *group)
{
	int64_t age = (out->now_ms - a->given_ms) / 1000;

	out->of[out->count] = a;
	out->list[out->count++] = (struct policy_approver){
	    .subject = a->giver_subject[0] != '\0' ? a->giver_subject : NULL,
	    .group = group,
	    .age_seconds = age < 0		       ? 0
			   : age < (int64_t)UINT32_MAX ? (uint32_t)age
						       : UINT32_MAX};
}

/* Once for each group that the policy asks approvals of, or once without. */
static void
add_all(struct approvers *out, const struct policy *policy,
    const struct approval *a)
{
	uint8_t mark[APPROVAL_GROUP];
	size_t before = out->count;
	const char *group;

	for (size_t i = 0; (group = policy_approver_group(policy, i)) != NULL;
	     i++)
		if (a->group_count > 0 && mark_of(group, mark) == 0 &&
		    has_mark(a, mark))
			add(out, a, group);
	if (out->count == before)
		add(out, a, NULL);
}

uint32_t
approvers_list(const struct approvers_about *about, struct approvers *out)
{
	const struct msg_AUDIT_APPEND_REQ *r = about->record;
	struct approval_use use = {
	    .name = r->name,
	    .subject = r->subject,
	    .service = r->service,
	    .uid = about->uid,
	    .now_ms = clock_wall_ms(),
	};

	out->now_ms = use.now_ms;
	out->count = 0;
	for (size_t i = 0; i < about->approvals->count; i++)
		if (approval_is_in_force(&about->approvals->item[i], &use))
			add_all(out, about->policy, &about->approvals->item[i]);
	return out->count > 0 ? POLICY_APPROVAL : 0;
}

void
approvers_request(const struct approvers_about *about, struct approvers *out,
    struct policy_request *r)
{
	r->proven &= ~POLICY_APPROVAL;
	r->proven |= approvers_list(about, out);
	r->approvers = out->list;
	r->approver_count = out->count;
}

/* ---- those that count ---- */

struct chosen {
	size_t count;
	struct {
		const struct approval *of;
		int64_t ends_ms;
	} item[POLICY_QUORUM_MAX];
};

/* When it ends for this rule. */
static int64_t
end_of(const struct approval *a, const struct policy_quorum *asked)
{
	int64_t most = a->given_ms + (int64_t)asked->within_seconds * 1000;

	return asked->within_seconds == 0 || a->ends_ms < most ? a->ends_ms
							       : most;
}

static bool
is_same_giver(const struct approval *a, const struct approval *b)
{
	return strcasecmp(a->giver_subject, b->giver_subject) == 0;
}

/* Puts it where it belongs, the one that lasts longest first.  One of a person
 * who is there already takes that place, or none. */
static void
take(struct chosen *c, size_t most, const struct approval *a, int64_t ends_ms)
{
	size_t at = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (!is_same_giver(c->item[i].of, a))
			continue;
		if (c->item[i].ends_ms >= ends_ms)
			return;
		c->count--;
		memmove(&c->item[i], &c->item[i + 1],
		    (c->count - i) * sizeof c->item[0]);
		break;
	}
	while (at < c->count && c->item[at].ends_ms >= ends_ms)
		at++;
	if (at == most)
		return;
	if (c->count == most)
		c->count--;
	memmove(&c->item[at + 1], &c->item[at],
	    (c->count - at) * sizeof c->item[0]);
	c->item[at].of = a;
	c->item[at].ends_ms = ends_ms;
	c->count++;
}

static bool
put(struct msg_AUDIT_APPEND_REQ *r, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof r->approvers - r->approvers_size)
		return false;
	memcpy(r->approvers + r->approvers_size, text, size);
	r->approvers_size += size;
	return true;
}

_Static_assert(RECORD_APPROVERS == POLICY_QUORUM_MAX &&
		   RECORD_APPROVERS_MAX >=
		       POLICY_QUORUM_MAX *
			   (sizeof((struct approval *)0)->reference +
			       sizeof((struct approval *)0)->giver +
			       sizeof((struct approval *)0)->giver_subject),
    "a record names all approvers");

static void
record_add(struct msg_AUDIT_APPEND_REQ *r, const struct approval *a)
{
	size_t before = r->approvers_size;

	if (!put(r, a->reference) || !put(r, a->giver) ||
	    !put(r, a->giver_subject))
		r->approvers_size = before;
}

static void
record_first(
    struct msg_AUDIT_APPEND_REQ *r, const struct approval *a, int64_t ends_ms)
{
	memcpy(r->approval, a->reference, sizeof r->approval);
	memcpy(r->approver, a->giver, sizeof r->approver);
	memcpy(r->approval_service, a->service, sizeof r->approval_service);
	r->approval_ends_ms = ends_ms;
}

static void
record_none(struct msg_AUDIT_APPEND_REQ *r)
{
	r->approval[0] = r->approver[0] = r->approval_service[0] = '\0';
	r->approval_ends_ms = 0;
	r->approvers_size = 0;
}

bool
approvers_choose(const struct approvers *all, const struct policy_quorum *asked,
    struct msg_AUDIT_APPEND_REQ *record)
{
	size_t most = asked->count > 0 ? asked->count : 1;
	struct chosen c = {.count = 0};

	record_none(record);
	for (size_t i = 0; i < all->count; i++) {
		const struct policy_approver *p = &all->list[i];
		int64_t ends_ms = end_of(all->of[i], asked);

		if ((asked->group == NULL ||
			(p->group != NULL &&
			    strcmp(p->group, asked->group) == 0)) &&
		    (most == 1 || p->subject != NULL) && ends_ms > all->now_ms)
			take(&c, most, all->of[i], ends_ms);
	}
	if (c.count < most || most > POLICY_QUORUM_MAX)
		return asked->count == 0;
	record_first(record, c.item[most - 1].of, c.item[most - 1].ends_ms);
	for (size_t i = 0; i < most; i++)
		record_add(record, c.item[i].of);
	return true;
}

void
approvers_record_one(
    const struct approval *a, struct msg_AUDIT_APPEND_REQ *record)
{
	record_none(record);
	record_first(record, a, a->ends_ms);
	record_add(record, a);
}
