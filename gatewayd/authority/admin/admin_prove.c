/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_prove.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/admin/admin_parts.h"
#include "lib/base/clock.h"

/* What is asked of a credential, and what was found. */
struct proving {
	const struct msg_ADMIN_PROVE_REQ *asked;
	struct factor_proof proof;
	struct factor_found found;
	enum factor_result result;
	const struct factor_ops *ops;
};

/* With two, the first may be anything that is near: the second one, which must
 * follow it, proves. */
static void
judge(struct proving *p)
{
	p->proof.code = p->asked->code;
	p->proof.code_size = p->asked->code_size;
	p->proof.reach = p->asked->next_size > 0 ? p->ops->reach : 0;
	p->result = p->ops->verify(&p->proof, &p->found);
	if (p->asked->next_size == 0)
		return;
	p->proof.seen =
	    p->found.outside != 0 ? p->found.outside : p->found.step;
	if (p->proof.seen == 0)
		return;
	p->proof.code = p->asked->next;
	p->proof.code_size = p->asked->next_size;
	p->result = p->ops->verify(&p->proof, &p->found);
	if (p->result == FACTOR_MATCH && p->found.step != p->proof.seen + 1)
		p->result = FACTOR_MISMATCH;
}

static void
verify(struct admin *a, const struct credential *c, struct proving *p)
{
	uint8_t seed[CREDENTIAL_SEED_MAX];
	int size = credential_seed(c, a->all->seal, a->work.subject_id, seed);

	*p = (struct proving){.asked = &a->work.request.prove,
	    .ops = factor_of(c->kind),
	    .result = FACTOR_UNREADABLE,
	    .proof = {.seed = seed,
		.seed_size = size > 0 ? (size_t)size : 0,
		.time_seconds = clock_wall_ms() / 1000,
		.last = c->step,
		.form = c->form,
		.drift = c->drift}};
	if (size >= 0)
		judge(p);
	explicit_bzero(seed, sizeof seed);
	p->proof.seed = NULL;
}

static const char *
wrong(enum factor_result result)
{
	switch (result) {
	case FACTOR_MATCH:
		return NULL;
	case FACTOR_REPLAYED:
		return "has used this code already: wait for the next one";
	case FACTOR_LATE:
	case FACTOR_EARLY:
		return "has a clock that is off: give two consecutive codes "
		       "(sallyport factor resync)";
	case FACTOR_AHEAD:
		return "has shown many codes that were not typed: give two "
		       "consecutive codes (sallyport factor resync)";
	case FACTOR_IGNORED:
		return "has an app that ignores the hash, the digits or the "
		       "period that were set: the code is right in the usual "
		       "form only. Use another app, or enrol in the usual form";
	case FACTOR_UNREADABLE:
		return "cannot be proven: the stored credential cannot be "
		       "decrypted, or was changed in the store";
	case FACTOR_MISMATCH:
	case FACTOR_MALFORMED:
	case FACTOR_UNAVAILABLE:
	case FACTOR_RESULT_COUNT:
		break;
	}
	return "has no such code, or the second does not follow the first";
}

static void
answer(struct admin *a)
{
	admin_answer(a, ADMIN_OK, "");
}

/* The one that this one replaces ends now. */
static void
end_old(struct admin *a)
{
	const struct credential *c = subject_credential(
	    a->work.subject, a->work.request.prove.credential);
	struct change_order o;

	if (c == NULL || c->replaces[0] == '\0' ||
	    subject_credential(a->work.subject, c->replaces) == NULL) {
		answer(a);
		return;
	}
	admin_order(a, &o, OUTCOME_REVOKED, c->replaces);
	reason_write(REASON_REPLACED, o.record.reason);
	a->work.then = answer;
	admin_change(a, &o,
	    "is proven; the credential that it replaces counts no more, and "
	    "will be revoked at the next login");
}

void
admin_prove(struct admin *a)
{
	struct credential *c = subject_credential(
	    a->work.subject, a->work.request.prove.credential);
	struct msg_AUDIT_APPEND_REQ *r;
	struct change_order o;
	struct proving p;

	if (c == NULL) {
		admin_answer(a, ADMIN_NO, "has no credential with that id");
		return;
	}
	verify(a, c, &p);
	if (wrong(p.result) != NULL) {
		admin_answer(a, ADMIN_NO, wrong(p.result));
		return;
	}
	admin_order(a, &o, OUTCOME_CHANGED, c->id);
	r = &o.record;
	r->step = p.found.step;
	snprintf(r->factor, sizeof r->factor, "%s", factor_kind_word(c->kind));
	if (p.found.resynchronised)
		snprintf(r->drift, sizeof r->drift, "%+d", p.found.drift);
	a->work.then = end_old;
	/* in memory now: no login can spend it again */
	subject_accept(&a->all->subjects, a->work.subject, c, p.found.step);
	admin_change(a, &o, "was changed at the same time: try again");
}
