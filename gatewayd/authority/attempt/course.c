/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/course.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/attempt/attempt_end.h"
#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/attempt/enrol.h"
#include "gatewayd/authority/attempt/evaluate.h"
#include "gatewayd/authority/attempt/login_channel.h"
#include "gatewayd/authority/attempt/redeem.h"
#include "gatewayd/authority/session/auth_info.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/name.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"

/* What an unknown person is asked for: the same as most people. */
#define DECOY_COLLECT (POLICY_PASSWORD | POLICY_OTP)

void
course_gone(struct attempt *a)
{
	a->login_channel = NULL;
	/* the code was right: seen to its end, whoever waits for it */
	if (a->state == ATTEMPT_ENROLLING)
		return;
	if (a->state == ATTEMPT_VERIFY)
		/* answers were given: a try, though nobody waits for it */
		evaluate_count_failure(a);
	attempt_end(a, OUTCOME_ABORTED, REASON_CLIENT_GONE);
}

/* ---- the module's word ---- */

static void
on_unclaimed(void *arg)
{
	attempt_end(arg, OUTCOME_ABORTED, REASON_NOT_REDEEMED);
}

static void
wait_for_module(struct attempt *a)
{
	a->state = ATTEMPT_CLAIMED;
	loop_timer_at(a->all->loop, &a->timer,
	    clock_mono_ms() + a->all->conf.redeem_timeout, on_unclaimed, a);
	attempt_end_conversation(a, RESULT_GRANTED);
}

bool
course_claim(struct authority *all, const struct pamwire_redeem *m,
    struct redeem *redeem)
{
	struct attempt *a = table_find(&all->attempts, m->attempt, ATTEMPT_ID);
	struct evaluation r;

	if (a == NULL || a->state != ATTEMPT_CLAIMED ||
	    claim_prove(&a->claim, &a->record, m) != PAMWIRE_GRANTED)
		return false;
	a->redeem = redeem;
	redeem_waits(redeem, a);
	attempt_end_at(a, clock_mono_ms() + all->conf.attempt_deadline);
	/* once more: an approval may have been withdrawn meanwhile */
	evaluate_attempt(a, &r);
	attempt_end(a, r.outcome, r.reason);
	return true;
}

/* ---- answers and verdict ---- */

static void
decide(struct attempt *a)
{
	struct evaluation r;

	if (a->state != ATTEMPT_VERIFY)
		return;
	if ((a->refusal == REASON_NONE || a->grace) &&
	    (a->collect & POLICY_PASSWORD) != 0 && a->verdict == 0)
		return; /* directory has not said yet */
	if (a->grace && enrol_begin(a))
		return; /* there is a second round */
	evaluate_attempt(a, &r);
	if (r.outcome == OUTCOME_GRANTED && a->answered == 0)
		wait_for_module(a);
	else
		attempt_end(a, r.outcome, r.reason);
}

/* The try is counted, so the directory may see the password: however many
 * conversations are open in one name, its own lockout is not outrun.  Who is
 * refused anyway makes the same traffic. */
static void
let_bind(struct attempt *a)
{
	struct message m;

	a->decoy = a->refusal != REASON_NONE && !a->grace;
	message_init(&m, MSG_DIRECTORY_BIND_NOTE);
	memcpy(m.u.DIRECTORY_BIND_NOTE.attempt, a->record.attempt, ATTEMPT_ID);
	m.u.DIRECTORY_BIND_NOTE.decoy = a->decoy;
	channel_post(&a->all->directory, &m);
}

static enum reason
answer_reason(uint8_t status)
{
	switch (status) {
	case ANSWER_OK:
		return REASON_NONE;
	case ANSWER_SUBSTITUTED:
		return REASON_SUBSTITUTED_ANSWER;
	case ANSWER_SAME:
		return REASON_SAME_ANSWER;
	default:
		return REASON_MALFORMED_ANSWER;
	}
}

void
course_answer(struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m)
{
	enum reason reason = answer_reason(m->status);

	if (a->state != ATTEMPT_COLLECT && a->state != ATTEMPT_ENROL)
		return;
	a->answered = clock_mono_ms();
	if (m->status == ANSWER_ABORTED) {
		attempt_end(a, OUTCOME_ABORTED, REASON_CLIENT_ABORTED);
		return;
	}
	if (a->state == ATTEMPT_ENROL) {
		enrol_answer(a, m);
		return;
	}
	/* a client that says the same to every prompt cannot enrol */
	a->grace = a->grace && m->more == 1;
	a->state = ATTEMPT_VERIFY;
	if (!reason_is_no_try(reason))
		evaluate_reserve(a);
	if (reason != REASON_NONE) {
		evaluate_count_failure(a);
		attempt_end(a, OUTCOME_DENIED,
		    a->refusal != REASON_NONE ? a->refusal : reason);
		return;
	}
	memcpy(a->code, m->code, m->code_size);
	a->code_size = m->code_size;
	evaluate_code_first(a);
	if ((a->collect & POLICY_PASSWORD) != 0 && a->verdict == 0)
		let_bind(a);
	decide(a);
}

void
course_verdict(
    struct authority *all, const struct msg_DIRECTORY_VERDICT_NOTE *m)
{
	struct attempt *a = table_find(&all->attempts, m->attempt, ATTEMPT_ID);

	/* the password may arrive at directory before the answers do here */
	if (a == NULL || a->verdict != 0 ||
	    (a->state != ATTEMPT_COLLECT && a->state != ATTEMPT_VERIFY))
		return;
	a->verdict = m->verdict;
	a->verdict_state = m->state;
	decide(a);
}

/* ---- opening ---- */

static void
collect(struct attempt *a)
{
	bool account = a->claim.phase == PAMWIRE_ACCOUNT;

	if (a->refusal != REASON_NONE)
		a->collect = account ? 0 : DECOY_COLLECT;
	a->state = ATTEMPT_COLLECT;
	login_channel_collect(a->login_channel, a);
	if (a->collect != 0)
		return;
	/* nobody was asked: there is no answer, and so no try */
	a->state = ATTEMPT_VERIFY;
	decide(a);
}

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	struct attempt *a = arg;

	if (!ok) {
		a->refusal = REASON_STORE_UNAVAILABLE;
	} else {
		a->subject = s;
		evaluate_locked(a);
		if (a->refusal == REASON_NONE)
			evaluate_collect(a);
	}
	collect(a);
}

/* Without all that the policy names nobody gets in: what is missing may be
 * what a deny is about. */
static void
take_attributes(struct attempt *a, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	enum reason reason;

	a->attributes =
	    subject_attributes_take(a->snapshot->policy, m, &reason);
	if (a->attributes != NULL)
		subject_attributes_record(a->attributes, &a->record);
	else if (a->refusal == REASON_NONE)
		a->refusal = reason;
	if (a->refusal == REASON_NONE && !snapshot_was_asked(a->snapshot, m))
		a->refusal = REASON_DIRECTORY_UNAVAILABLE;
}

static void
on_entry(void *arg, const struct directory_answer *answer)
{
	const struct msg_DIRECTORY_LOOKUP_ANS *m = answer->entry;
	struct attempt *a = arg;
	struct authority *all = a->all;

	a->refusal = evaluate_lookup(a, answer);
	a->outage = answer->reason == REASON_DIRECTORY_UNAVAILABLE;
	if (m == NULL || !a->claim.local) {
		collect(a);
		return;
	}
	a->groups =
	    groups_copy(m->group_count, (char(*)[GROUP_MAX + 1]) m->group);
	if (a->groups == NULL)
		a->refusal = REASON_OUT_OF_MEMORY;
	else
		groups_record(a->groups, &a->record);
	take_attributes(a, m);
	memcpy(a->record.subject, m->subject, sizeof a->record.subject);
	a->record.employment = m->employment;
	attempt_table_write(all->attempt_table, a->slot, &a->record);
	a->state = ATTEMPT_LOADING;
	subject_hold(&all->subjects, a->record.subject, on_subject, a);
}

/* Directory will not say any more whether the password was right. */
static void
without_verdict(struct attempt *a)
{
	if (a->verdict == 0 &&
	    (a->state == ATTEMPT_LOADING || a->state == ATTEMPT_COLLECT ||
		a->state == ATTEMPT_VERIFY)) {
		a->verdict = VERDICT_UNAVAILABLE;
		decide(a);
	}
}

void
course_without_verdict(struct authority *all)
{
	struct table_item *next;
	struct attempt *a;
	size_t at = 0;

	while ((a = table_each(&all->attempts, &at, &next)) != NULL)
		without_verdict(a);
}

/*
 * sshd 9.2 adds a method to SSH_AUTH_INFO_0 only after the account phase, so a
 * public key alone shows as an empty one.  Whoever has come this far without
 * an authn phase has convinced sshd by something that is not PAM's: by a key,
 * as long as hostbased and GSSAPI stay off (INSTALL says so).  It opens only
 * where a rule is content with a public key.
 */
static bool
proven_by_sshd_alone(const struct msg_AUTHORITY_OPEN_REQ *m)
{
	return m->phase == PAMWIRE_ACCOUNT && m->auth_info[0] == '\0' &&
	       strcmp(m->service, "sshd") == 0 && m->client[0] != '\0';
}

/* Of a client that is no address, for the record only: never one that could
 * be taken for an address, nor for anything but text. */
static void
show_text(char *out, size_t size, const char *in)
{
	snprintf(out, size, "?%.*s", (int)size - 2, in + (in[0] == '?'));
	for (; *out != '\0'; out++)
		if (*out < ' ' || *out > '~')
			*out = '?';
}

/* False for a name or an address that is none: a decoy is looked up then. */
static bool
take_facts(struct attempt *a, const struct msg_AUTHORITY_OPEN_REQ *m)
{
	struct msg_AUDIT_APPEND_REQ *r = &a->record;

	a->claim.phase = m->phase;
	a->claim.local = m->local == 1;
	a->claim.uid = m->uid;
	memcpy(a->claim.nonce_hash, m->nonce_hash, sizeof a->claim.nonce_hash);
	r->kind = RECORD_ATTEMPT;
	r->time_ms = clock_wall_ms();
	memcpy(r->username, m->username, m->username_size);
	r->username_size = m->username_size;
	memcpy(r->service, m->service, sizeof r->service);
	memcpy(r->tty, m->tty, sizeof r->tty);
	snprintf(r->host, sizeof r->host, "%s", a->all->conf.host);
	r->port = m->port;
	auth_info_parse(m->auth_info, &a->proven, r->key_fingerprint,
	    sizeof r->key_fingerprint);
	if (proven_by_sshd_alone(m))
		a->proven = POLICY_PUBLICKEY;
	if (m->client[0] != '\0' &&
	    name_address(m->client, r->client, sizeof r->client) < 0) {
		show_text(r->client, sizeof r->client, m->client);
		a->refusal = REASON_MALFORMED_ADDRESS;
	}
	if (name_canonical(
		m->username, m->username_size, r->name, sizeof r->name) < 0) {
		r->name[0] = '\0';
		a->refusal = REASON_MALFORMED_NAME;
	}
	return a->refusal == REASON_NONE;
}

/* 40 random bits in letters that a person can read out to the helpdesk. */
static int
make_ids(struct attempt *a)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	uint8_t random[8];

	if (RAND_bytes(a->record.attempt, ATTEMPT_ID) != 1 ||
	    RAND_bytes(a->ticket, TICKET) != 1 ||
	    RAND_bytes(random, sizeof random) != 1)
		return -1;
	for (size_t i = 0; i < sizeof random; i++)
		a->record.reference[i] =
		    letters[random[i] % (sizeof letters - 1)];
	return 0;
}

static void
ask_directory(struct attempt *a, bool decoy)
{
	const struct directory_answer none = {
	    .reason = REASON_DIRECTORY_UNAVAILABLE};
	struct directory_question *q = &a->question;

	memcpy(q->id, a->record.attempt, sizeof q->id);
	q->ticket = a->ticket;
	q->decoy = decoy || !a->claim.local;
	q->answer = on_entry;
	q->arg = a;
	snprintf(q->name, sizeof q->name, "%s",
	    a->record.name[0] != '\0' ? a->record.name : "-");
	if (directory_ask(a->all, q) < 0)
		on_entry(a, &none);
}

struct attempt *
course_open(struct authority *all, struct login_channel *c,
    const struct msg_AUTHORITY_OPEN_REQ *m)
{
	struct attempt *a = calloc(1, sizeof *a);
	bool facts;

	if (a == NULL)
		return NULL;
	a->all = all;
	a->login_channel = c;
	a->told = PEOPLE_REFUSED;
	facts = take_facts(a, m);
	if (make_ids(a) < 0 ||
	    auth_info_hash(m->auth_info, a->claim.auth_info_hash) < 0)
		goto bad;
	a->slot = attempt_table_take(all->attempt_table, &a->record);
	if (a->slot < 0) {
		log_warnx("too many open attempts");
		goto bad;
	}
	if (table_add(&all->attempts, &a->item, a->record.attempt, ATTEMPT_ID,
		a) < 0) {
		attempt_table_clear(all->attempt_table, a->slot);
		goto bad;
	}
	a->snapshot = snapshot_hold(all->snapshot);
	attempt_end_at(a, clock_mono_ms() + all->conf.attempt_deadline);
	ask_directory(a, !facts);
	return a;
bad:
	free(a);
	return NULL;
}
