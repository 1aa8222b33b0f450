/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations of login, and what the module says of their grants. */
#include <liboath/oath.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/authority/door/login_door.h"
#include "gatewayd/authority/session/phases.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

static void
on_talk(void *arg, struct message *m)
{
	struct world_talk *t = arg;

	if (m->type == MSG_AUTHORITY_OPEN_ANS) {
		assert_false(t->opened);
		t->opened = true;
		t->open = m->u.AUTHORITY_OPEN_ANS;
	} else if (m->type == MSG_AUTHORITY_MORE_ANS) {
		assert_false(t->ended);
		t->more++;
		memcpy(t->prompt, m->u.AUTHORITY_MORE_ANS.prompt,
		    sizeof t->prompt);
	} else {
		assert_false(t->ended);
		t->ended = true;
		t->result = m->u.AUTHORITY_RESULT_ANS;
	}
}

static void
on_talk_close(void *arg)
{
	struct world_talk *t = arg;

	t->closed = true;
}

struct msg_AUTHORITY_OPEN_REQ
world_request(const char *name)
{
	struct msg_AUTHORITY_OPEN_REQ q = {.phase = PAMWIRE_AUTHN,
	    .service = "sshd",
	    .local = 1,
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "ssh",
	    .uid = 1000};

	q.username_size = strlen(name);
	memcpy(q.username, name, q.username_size);
	return q;
}

void
world_open(struct world *w, struct world_talk *t,
    const struct msg_AUTHORITY_OPEN_REQ *q)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct message m;
	unsigned size;
	int fds[2];

	memset(t, 0, sizeof *t);
	RAND_bytes(t->nonce, sizeof t->nonce);
	EVP_Digest(t->nonce, sizeof t->nonce, hash, &size, EVP_sha256(), NULL);
	world_pair(fds);
	login_door_begin(&w->all, fds[0]);
	channel_init(&t->channel, fds[1], ROLE_LOGIN, ROLE_AUTHORITY);
	channel_serve(&t->channel, w->loop, on_talk, on_talk_close, t);
	message_init(&m, MSG_AUTHORITY_OPEN_REQ);
	m.u.AUTHORITY_OPEN_REQ = *q;
	memcpy(m.u.AUTHORITY_OPEN_REQ.nonce_hash, hash, NONCE_HASH);
	channel_post(&t->channel, &m);
	world_run(w, 10);
}

void
world_begin(struct world *w, struct world_talk *t, const char *name)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request(name);

	world_open(w, t, &q);
	assert_true(t->opened);
}

void
world_answer(struct world *w, struct world_talk *t, const char *code)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
	m.u.AUTHORITY_ANSWER_REQ.status = ANSWER_OK;
	m.u.AUTHORITY_ANSWER_REQ.more = !t->one_line;
	m.u.AUTHORITY_ANSWER_REQ.code_size = strlen(code);
	memcpy(m.u.AUTHORITY_ANSWER_REQ.code, code, strlen(code));
	channel_post(&t->channel, &m);
	world_run(w, 10);
}

void
world_verdict(struct world *w, struct world_talk *t, enum verdict verdict)
{
	world_bound(w, t, verdict, ACCOUNT_ACTIVE);
}

void
world_bound(struct world *w, struct world_talk *t, enum verdict verdict,
    enum account_state account)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_VERDICT_NOTE);
	memcpy(m.u.DIRECTORY_VERDICT_NOTE.attempt, t->open.attempt, ATTEMPT_ID);
	m.u.DIRECTORY_VERDICT_NOTE.verdict = (uint8_t)verdict;
	m.u.DIRECTORY_VERDICT_NOTE.state = (uint8_t)account;
	channel_post(&w->directory, &m);
	world_run(w, 10);
}

void
world_hang_up(struct world_talk *t)
{
	channel_close(&t->channel);
}

void
world_login(
    struct world *w, struct world_talk *t, const char *name, const char *code)
{
	world_begin(w, t, name);
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, code);
	world_run(w, 40);
}

static void
redeem(struct world *w, const struct world_talk *t, const char *name,
    struct pamwire_redeemed *r)
{
	struct pamwire_redeem q = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_account a = {
	    .service = "sshd", .client = "10.20.1.2", .port = 50222};

	strcpy(q.username, name);
	strcpy(a.username, name);
	memcpy(q.attempt, t->open.attempt, sizeof q.attempt);
	memcpy(q.nonce, t->nonce, sizeof q.nonce);
	phases_redeem(&w->all, &q, r);
	assert_int_equal(r->result, PAMWIRE_GRANTED);
	memcpy(a.attempt, t->open.attempt, sizeof a.attempt);
	memcpy(a.account_ticket, r->account_ticket, sizeof a.account_ticket);
	phases_account(&w->all, &a, r);
	assert_int_equal(r->result, PAMWIRE_GRANTED);
}

struct peer
world_peer(pid_t pid)
{
	struct peer p = {
	    .cred.pid = pid, .pidfd = (int)syscall(SYS_pidfd_open, pid, 0)};

	return p;
}

uint8_t
world_close(struct world *w, const struct session *s, pid_t pid)
{
	struct pamwire_session_close c = {.port = s->record.port};
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(pid);

	memcpy(c.session, s->id, sizeof c.session);
	memcpy(c.username, s->record.username, s->record.username_size);
	strcpy(c.service, s->record.service);
	strcpy(c.client, s->record.client);
	phases_close(&w->all, &c, &peer, &a);
	if (peer.pidfd >= 0)
		close(peer.pidfd);
	world_run(w, 20);
	return a.result;
}

struct pamwire_session_open
world_approved(struct world *w, struct world_talk *t, const char *name)
{
	struct pamwire_session_open o = {.service = "sshd",
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "ssh",
	    .uid = 1000};
	struct pamwire_redeemed r = {0};

	world_login(w, t, name, world_code(0));
	assert_int_equal(t->result.result, RESULT_GRANTED);
	redeem(w, t, name, &r);
	world_hang_up(t);
	strcpy(o.username, name);
	memcpy(o.session, r.session, sizeof o.session);
	memcpy(o.ticket, r.account_ticket, sizeof o.ticket);
	return o;
}

uint8_t
world_open_session(
    struct world *w, const struct pamwire_session_open *o, pid_t pid)
{
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(pid);

	phases_open(&w->all, o, &peer, &a);
	close(peer.pidfd);
	world_run(w, 20); /* its record waits for company */
	return a.result;
}

struct session *
world_session(
    struct world *w, struct world_talk *t, const char *name, pid_t pid)
{
	struct pamwire_session_open o = world_approved(w, t, name);

	assert_int_equal(world_open_session(w, &o, pid), PAMWIRE_GRANTED);
	return session_find(&w->all, o.session, 1000);
}

void
world_fire(struct world *w, struct loop_timer *t)
{
	assert_true(t->active);
	loop_timer_off(w->loop, t);
	t->call(t->arg);
	world_run(w, 10);
}

const char *
world_code(int offset)
{
	return world_code_of(world_seed, offset);
}

const char *
world_code_of(const uint8_t seed[TOTP_SEED], int offset)
{
	static char code[4][TOTP_DIGITS + 1];
	static unsigned turn;
	char *out = code[turn++ % 4];

	assert_int_equal(
	    oath_hotp_generate((const char *)seed, TOTP_SEED,
		(uint64_t)(clock_wall_ms() / 1000 / TOTP_STEP_SECONDS + offset),
		TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, out),
	    OATH_OK);
	return out;
}
