/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_factor.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/admin/admin_invite.h"
#include "gatewayd/authority/factor/otpauth.h"
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
		snprintf(f->kind, sizeof f->kind, "totp");
		f->created_ms = c->created_ms;
		f->step = c->step;
		admin_item(a, &m);
	}
	admin_answer(a, ADMIN_OK, "");
}

/* ---- enrol ---- */

static void
answer_enrolled(struct admin *a)
{
	const struct credential *c = &a->work.of.enrol.credential;
	const uint8_t *seed = a->work.of.enrol.seed;
	struct msg_ADMIN_ENROL_ANS *e;
	struct message m;

	admin_answer_init(a, &m);
	e = &m.u.ADMIN_ENROL_ANS;
	memcpy(e->credential, c->id, sizeof e->credential);
	if (otpauth_uri(a->all->conf.issuer, a->work.name, seed, TOTP_SEED,
		(char *)e->uri, sizeof e->uri, &e->uri_size) < 0) {
		e->status = ADMIN_UNAVAILABLE;
		snprintf(e->text, sizeof e->text,
		    "enrolled as %s, but the URI does not fit: revoke it",
		    c->id);
	}
	admin_finish(a, &m);
}

static void
on_enrolled(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct credential *c = &a->work.of.enrol.credential;

	c->version = s->version;
	if (s->status == STORE_OK &&
	    subject_add_credential(a->work.subject, c) != NULL) {
		a->work.then = answer_enrolled;
		admin_record(a, OUTCOME_ENROLLED, c->id);
	} else {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the store did not take the credential");
	}
	admin_let_go(a);
}

static void
enrol(struct admin *a)
{
	struct credential *c = &a->work.of.enrol.credential;
	uint8_t *seed = a->work.of.enrol.seed;
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	size_t size;

	if (a->work.subject->credential_count == SUBJECT_CREDENTIALS) {
		admin_answer(a, ADMIN_NO,
		    "has as many credentials as there may be: revoke one");
		return;
	}
	if (RAND_bytes(seed, TOTP_SEED) != 1 ||
	    credential_new(c, a->all->seal, a->work.subject_id, a->work.name,
		a->work.request.enrol.label, seed, TOTP_SEED,
		clock_wall_ms()) < 0 ||
	    credential_encode(c, value, sizeof value, &size) < 0 ||
	    credential_key(key, sizeof key, a->work.subject_id, c->id) < 0) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the seed could not be made");
		return;
	}
	admin_hold(a);
	store_put(&a->all->store, key, 0, value, size, on_enrolled, a);
}

void
admin_factor_enrol(struct admin *a)
{
	admin_invite_supersede(a, enrol);
}

/* ---- revoke ---- */

static void
on_revoked(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	const char *id = a->work.request.revoke.credential;
	struct credential *c = subject_credential(a->work.subject, id);

	if (s->status == STORE_OK || s->status == STORE_ABSENT) {
		if (c != NULL)
			subject_drop_credential(
			    &a->all->subjects, a->work.subject, c);
		admin_record(a, OUTCOME_REVOKED, id);
	} else {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    s->status == STORE_CONFLICT
			? "it is being used just now: try again"
			: "the store did not answer");
	}
	admin_let_go(a);
}

void
admin_factor_revoke(struct admin *a)
{
	const char *id = a->work.request.revoke.credential;
	struct credential *c = subject_credential(a->work.subject, id);
	char key[KEY_MAX + 1];

	if (admin_invite_is_meant(a)) {
		admin_invite_revoke(a);
		return;
	}
	if (c == NULL ||
	    credential_key(key, sizeof key, a->work.subject_id, c->id) < 0) {
		admin_answer(a, ADMIN_NO, "has no credential of that id");
		return;
	}
	admin_hold(a);
	store_delete(&a->all->store, key, c->version, on_revoked, a);
}
