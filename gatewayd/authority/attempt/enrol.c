/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/enrol.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/attempt/attempt_end.h"
#include "gatewayd/authority/attempt/enrolment.h"
#include "gatewayd/authority/attempt/evaluate.h"
#include "gatewayd/authority/attempt/grace.h"
#include "gatewayd/authority/attempt/login_channel.h"
#include "gatewayd/authority/factor/otpauth.h"
#include "lib/base/clock.h"
#include "lib/record/record_list.h"

/* ---- after the right code ---- */

/* The record names no credential that never was. */
static void
gone(struct attempt *a)
{
	a->record.step = 0;
	a->record.credential[0] = '\0';
	attempt_end(a, OUTCOME_DENIED, REASON_INVITATION_GONE);
}

static void
on_changed(void *arg, enum change_result result)
{
	struct enrolment *e = arg;
	struct attempt *a = e->attempt;

	e->change = NULL;
	if (result == CHANGE_MADE)
		attempt_end(a, OUTCOME_DENIED, REASON_ENROLLED);
	else if (result == CHANGE_NOT_MADE)
		gone(a);
	else
		attempt_end(a, OUTCOME_ERROR, REASON_STORE_UNAVAILABLE);
}

/* The person makes this change, from where the attempt came. */
static int
change(struct enrolment *e)
{
	struct msg_AUDIT_APPEND_REQ *r, *final = &e->attempt->record;
	struct change_order o = {.credential = e->credential};

	/* from here on the store may come to have it */
	final->step = e->credential.step;
	snprintf(final->factor, sizeof final->factor, "%s",
	    factor_kind_word(e->credential.kind));
	snprintf(final->credential, sizeof final->credential, "%s",
	    e->credential.id);
	o.record = *final;
	r = &o.record;
	r->kind = RECORD_ADMIN;
	r->outcome = OUTCOME_ENROLLED;
	r->time_ms = clock_wall_ms();
	reason_write(REASON_GRACE, r->reason);
	snprintf(r->actor, sizeof r->actor, "%.64s", r->name);
	record_clear(r, RECORD_IN(RECORD_ADMIN));
	e->change = change_begin(e->all, e->subject, &o, on_changed, e);
	return e->change == NULL ? -1 : 0;
}

/* ---- the answer ---- */

/* The credential, with the step of this code as the last one accepted.
 * REASON_NONE: it is there; otherwise why not. */
static enum reason
take_code(struct enrolment *e, const struct msg_AUTHORITY_ANSWER_REQ *m)
{
	struct attempt *a = e->attempt;
	int64_t now = clock_wall_ms();
	size_t seed_size = otp_form_seed_size(&e->form);
	const struct factor_proof proof = {.seed = e->seed,
	    .seed_size = seed_size,
	    .code = m->code,
	    .code_size = m->code_size,
	    .time_seconds = now / 1000,
	    .form = e->form};
	const struct credential_parts parts = {.kind = FACTOR_KIND_INVITED,
	    .subject = e->subject->id,
	    .name = a->record.name,
	    .label = "enrolled by grace",
	    .seed = e->seed,
	    .seed_size = seed_size,
	    .now_ms = now,
	    .form = e->form};
	struct factor_found found;

	switch (e->ops->verify(&proof, &found)) {
	case FACTOR_MATCH:
		break;
	case FACTOR_UNAVAILABLE:
		return REASON_CODE_UNAVAILABLE;
	case FACTOR_LATE:
		evaluate_count_failure(a);
		return REASON_CODE_LATE;
	case FACTOR_EARLY:
		evaluate_count_failure(a);
		return REASON_CODE_EARLY;
	case FACTOR_IGNORED:
		return REASON_FORM_IGNORED; /* no guess: the app has the key */
	default:
		evaluate_count_failure(a);
		return REASON_ENROLMENT_FAILED;
	}
	if (credential_new(&e->credential, e->all->seal, &parts) < 0)
		return REASON_NO_RANDOMNESS;
	e->credential.step = found.step;
	e->credential.used_ms = now;
	return REASON_NONE;
}

static bool
is_theirs_still(const struct enrolment *e)
{
	struct policy_way way;

	return grace_opens(e->attempt, &way) &&
	       e->subject->invitation->version == e->invitation;
}

void
enrol_answer(struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m)
{
	struct enrolment *e = a->enrolment;
	enum reason reason;

	if (m->status != ANSWER_OK) {
		evaluate_count_failure(a);
		attempt_end(a, OUTCOME_DENIED, REASON_ENROLMENT_FAILED);
		return;
	}
	if (!is_theirs_still(e)) {
		attempt_end(a, OUTCOME_DENIED, REASON_INVITATION_GONE);
		return;
	}
	reason = take_code(e, m);
	explicit_bzero(e->seed, sizeof e->seed);
	if (reason != REASON_NONE) {
		attempt_end(a,
		    reason_is_no_answer(reason) ? OUTCOME_ERROR
						: OUTCOME_DENIED,
		    reason);
		return;
	}
	a->state = ATTEMPT_ENROLLING;
	if (change(e) < 0)
		gone(a);
}

/* ---- the question ---- */

/* In fours, as people type it. */
static int
spell(const uint8_t *seed, size_t size, char *out, size_t room)
{
	char secret[128];
	size_t at = 0, length;
	int result = otpauth_secret(seed, size, secret, sizeof secret);

	length = result == 0 ? strlen(secret) : 0;
	for (size_t i = 0; i < length && at + 2 < room; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = ' ';
		out[at++] = secret[i];
	}
	out[at] = '\0';
	explicit_bzero(secret, sizeof secret);
	return result;
}

/* How a code looks, and what apps have to be told of it. */
static void
say_form(const struct people *people, const struct otp_form *form, char *out,
    size_t room)
{
	char digits[16];
	const char *const count[] = {digits};
	size_t at;

	snprintf(digits, sizeof digits, "%u", form->digits);
	at = people_write(people, PEOPLE_DIGITS, count, out, room);
	if (!otp_form_is_usual(form) && at < room)
		snprintf(out + at, room - at, ", %s, %u s",
		    otpauth_algorithm(form->algorithm), form->period);
}

/* All of it in the prompt: sshd before 10.3 holds other texts back.  The key
 * comes before its URI, for a screen reader.  A URI that does not fit, for a
 * long issuer, is left out. */
static int
make_prompt(const struct enrolment *e, char *out, size_t room)
{
	const struct people *people = login_channel_language(e->all);
	const struct factor_seed seed = {.issuer = e->all->conf.otp_issuer,
	    .name = e->attempt->record.name,
	    .number = 1,
	    .seed = e->seed,
	    .seed_size = otp_form_seed_size(&e->form),
	    .form = e->form};
	char uri[MORE_MAX + 1] = "", key[2 * FACTOR_SEED_MAX + 32] = "";
	char form[48];
	const char *const told[] = {people->text[e->ops->how], form, key, uri};
	size_t size = room, uri_size = 0;

	say_form(people, &e->form, form, sizeof form);
	if (e->ops->enrol(&seed, uri, sizeof uri - 1, &uri_size) < 0)
		uri_size = 0;
	memcpy(uri + uri_size, uri_size > 0 ? "\n" : "",
	    uri_size > 0 ? sizeof "\n" : 1);
	if (spell(e->seed, seed.seed_size, key, sizeof key) == 0)
		size = people_write(people, PEOPLE_ENROL, told, out, room);
	if (size >= room && uri_size > 0) {
		explicit_bzero(uri, sizeof uri);
		size = people_write(people, PEOPLE_ENROL, told, out, room);
	}
	explicit_bzero(uri, sizeof uri);
	explicit_bzero(key, sizeof key);
	return size < room ? 0 : -1;
}

static enum reason
ask(struct attempt *a)
{
	enum reason reason = enrolment_begin(a);
	char prompt[MORE_MAX + 1];

	if (reason != REASON_NONE)
		return reason;
	if (make_prompt(a->enrolment, prompt, sizeof prompt) == 0) {
		a->state = ATTEMPT_ENROL;
		login_channel_more(a->login_channel, prompt);
	}
	explicit_bzero(prompt, sizeof prompt);
	return a->state == ATTEMPT_ENROL ? REASON_NONE : REASON_OUT_OF_MEMORY;
}

bool
enrol_begin(struct attempt *a)
{
	enum reason reason = evaluate_password(a);
	struct policy_way way;

	if (reason != REASON_NONE) {
		a->refusal = reason;
		return false;
	}
	a->record.verified |= POLICY_PASSWORD;
	if (!grace_opens(a, &way))
		return false;
	snprintf(a->record.rule, sizeof a->record.rule, "%s", way.rule);
	a->record.required = way.factors;
	reason = ask(a);
	if (reason != REASON_NONE)
		a->refusal = reason;
	return reason == REASON_NONE;
}
