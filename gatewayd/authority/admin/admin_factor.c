/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_factor.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/admin/admin_invite.h"
#include "gatewayd/authority/factor/factor.h"
#include "lib/base/clock.h"

/* ---- list ---- */

void
admin_factor_list(struct admin *a)
{
	const struct subject *s = a->work.subject;
	struct msg_ADMIN_FACTORS_ANS *f;
	struct message m;

	admin_invite_list(a);
	for (size_t i = 0; i < s->credential_count; i++) {
		const struct credential *c = &s->credential[i];

		admin_answer_init(a, &m);
		f = &m.u.ADMIN_FACTORS_ANS;
		memcpy(f->credential, c->id, sizeof f->credential);
		memcpy(f->name, c->name, sizeof f->name);
		memcpy(f->label, c->label, sizeof f->label);
		snprintf(
		    f->kind, sizeof f->kind, "%s", factor_kind_word(c->kind));
		f->created_ms = c->created_ms;
		f->step = c->step;
		snprintf(f->algorithm, sizeof f->algorithm, "%s",
		    otp_algorithm_word(c->form.algorithm));
		f->digits = c->form.digits;
		f->period = factor_of(c->kind)->timed ? c->form.period : 0;
		f->drift_seconds = (int64_t)c->drift * c->form.period;
		f->used_ms = c->used_ms;
		memcpy(f->replaces, c->replaces, sizeof f->replaces);
		memcpy(f->serial, c->serial, sizeof f->serial);
		admin_item(a, &m);
	}
	admin_answer(a, ADMIN_OK, "");
}

/* ---- enrol ---- */

static void
answer_enrolled(struct admin *a)
{
	const struct credential *c = &a->work.of.enrol.credential;
	const struct factor_ops *ops = factor_of(c->kind);
	const struct factor_seed seed = {.issuer = a->all->conf.otp_issuer,
	    .name = a->work.name,
	    .number = c->number,
	    .seed = a->work.of.enrol.seed,
	    .seed_size = otp_form_seed_size(&c->form),
	    .form = c->form};
	struct msg_ADMIN_ENROL_ANS *e;
	struct message m;

	admin_answer_init(a, &m);
	e = &m.u.ADMIN_ENROL_ANS;
	memcpy(e->credential, c->id, sizeof e->credential);
	if (ops->enrol(&seed, (char *)e->uri, sizeof e->uri, &e->uri_size) <
	    0) {
		e->status = ADMIN_UNAVAILABLE;
		snprintf(e->text, sizeof e->text,
		    "enrolled as %s, but the URI does not fit: revoke it",
		    c->id);
	}
	admin_finish(a, &m);
}

const char *
admin_factor_take_enrol(struct admin *a)
{
	const struct msg_ADMIN_ENROL_REQ *q = &a->work.request.enrol;
	const struct otp_form chosen = {
	    (uint8_t)otp_algorithm_find(q->algorithm), q->digits, q->period};
	struct credential *c = &a->work.of.enrol.credential;

	c->kind = factor_kind_find(q->kind);
	if (factor_of(c->kind) == NULL)
		return "there is no such kind of factor";
	c->form = factor_form(&a->all->conf);
	otp_form_choose(&c->form, &chosen);
	if ((q->algorithm[0] != '\0' && chosen.algorithm == 0) ||
	    !otp_form_is_valid(&c->form))
		return "there is no such form of codes: the algorithm is sha1, "
		       "sha256 or sha512, of 6 or 8 digits, each 30 or 60 "
		       "seconds";
	return NULL;
}

/* Apps overwrite an entry that has the same label: the least number that no
 * other credential of the person has. */
static uint8_t
free_number(const struct subject *s)
{
	uint8_t number = 1;

	for (size_t i = 0; i < s->credential_count; i++)
		if (s->credential[i].number == number) {
			number++;
			i = (size_t)-1;
		}
	return number;
}

/* A seed of its own for the kind that was asked for. */
static int
make(struct admin *a)
{
	struct credential *c = &a->work.of.enrol.credential;
	const struct credential_parts parts = {.kind = c->kind,
	    .subject = a->work.subject_id,
	    .name = a->work.name,
	    .label = a->work.request.enrol.label,
	    .seed = a->work.of.enrol.seed,
	    .seed_size = otp_form_seed_size(&c->form),
	    .now_ms = clock_wall_ms(),
	    .form = c->form,
	    .number = free_number(a->work.subject),
	    .replaces = a->work.request.enrol.replaces};

	if (RAND_bytes(a->work.of.enrol.seed, (int)parts.seed_size) != 1)
		return -1;
	return credential_new(c, a->all->seal, &parts);
}

void
admin_factor_enrol(struct admin *a)
{
	const struct msg_ADMIN_ENROL_REQ *q = &a->work.request.enrol;
	struct credential *c = &a->work.of.enrol.credential;
	struct change_order o;

	if (q->replaces[0] != '\0' &&
	    subject_credential(a->work.subject, q->replaces) == NULL) {
		admin_answer(a, ADMIN_NO, "has no credential with that id");
		return;
	}
	if (a->work.subject->credential_count > 0 && q->another != 1 &&
	    q->replaces[0] == '\0') {
		admin_answer(a, ADMIN_NO,
		    "has a second factor already: add --another, or "
		    "--replace ID (see sallyport factor list)");
		return;
	}
	if (a->work.subject->credential_count == SUBJECT_CREDENTIALS) {
		admin_answer(a, ADMIN_NO,
		    "has the maximum number of credentials: revoke one");
		return;
	}
	if (make(a) < 0) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the seed could not be made");
		return;
	}
	admin_order(a, &o, OUTCOME_ENROLLED, c->id);
	o.credential = *c;
	memcpy(o.record.label, c->label, sizeof o.record.label);
	snprintf(o.record.factor, sizeof o.record.factor, "%s",
	    factor_kind_word(c->kind));
	a->work.then = answer_enrolled;
	admin_change(a, &o, "the store did not take the credential");
}

/* ---- label ---- */

const char *
admin_factor_take_label(struct admin *a)
{
	return a->work.request.label.label[0] == '\0' ? "needs a label" : NULL;
}

void
admin_factor_label(struct admin *a)
{
	const struct msg_ADMIN_LABEL_REQ *q = &a->work.request.label;
	struct change_order o;

	if (subject_credential(a->work.subject, q->credential) == NULL) {
		admin_answer(a, ADMIN_NO, "has no credential with that id");
		return;
	}
	admin_order(a, &o, OUTCOME_CHANGED, q->credential);
	memcpy(o.record.label, q->label, sizeof o.record.label);
	admin_change(a, &o, "was changed at the same time: try again");
}

/* ---- revoke ---- */

void
admin_factor_revoke(struct admin *a)
{
	const char *id = a->work.request.revoke.credential;
	struct change_order o;

	if (!admin_invite_is_meant(a) &&
	    subject_credential(a->work.subject, id) == NULL) {
		admin_answer(a, ADMIN_NO, "has no credential with that id");
		return;
	}
	admin_order(a, &o, OUTCOME_REVOKED, id);
	admin_change(a, &o, "it is being used at the moment: try again");
}
