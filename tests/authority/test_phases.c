/* SPDX-License-Identifier: Apache-2.0 */
/* The steps between grant and session: each asks again whether it is the same
 * process, and the same login. */
#include "gatewayd/authority/session/phases.h"

#include <string.h>
#include <unistd.h>

#include "module_side.h"
#include "tests/support/unit.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 1h\n"
    "end\n";

/* What a lie changes in the frame. */
enum what {
	NOTHING,
	TICKET_OF,
	ATTEMPT_OF,
	SERVICE,
	USERNAME,
	CLIENT,
	NO_IP,
	PORT
};

static const enum what lies[] = {
    TICKET_OF, ATTEMPT_OF, SERVICE, USERNAME, CLIENT, NO_IP, PORT};
#define LIES (sizeof lies / sizeof lies[0])

/* A grant that was redeemed, and what the account phase says of it. */
static struct pamwire_account
redeemed(struct world *w, struct world_talk *t)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct pamwire_account a = {0};
	struct pamwire_redeemed r = {0};
	struct pamwire_redeem redeem;

	world_open(w, t, &q);
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, world_code(0));
	world_run(w, 40);
	assert_int_equal(t->result.result, RESULT_GRANTED);
	redeem = module_redeem(t, &q);
	phases_redeem(&w->all, &redeem, &r);
	assert_int_equal(r.result, PAMWIRE_GRANTED);
	world_hang_up(t);
	memcpy(a.attempt, redeem.attempt, sizeof a.attempt);
	memcpy(a.account_ticket, r.account_ticket, sizeof a.account_ticket);
	memcpy(a.service, redeem.service, sizeof a.service);
	memcpy(a.username, redeem.username, sizeof a.username);
	memcpy(a.client, redeem.client, sizeof a.client);
	a.port = redeem.port;
	return a;
}

static struct pamwire_account
with_lie(struct pamwire_account a, enum what what)
{
	switch (what) {
	case NOTHING:
		break;
	case TICKET_OF:
		a.account_ticket[PAMWIRE_TICKET - 1] ^= 1;
		break;
	case ATTEMPT_OF:
		a.attempt[0] ^= 1;
		break;
	case SERVICE:
		strcpy(a.service, "sudo");
		break;
	case USERNAME:
		strcpy(a.username, "bob");
		break;
	case CLIENT:
		strcpy(a.client, "10.20.1.3");
		break;
	case NO_IP:
		strcpy(a.client, "10.20.1");
		break;
	case PORT:
		a.port++;
		break;
	}
	return a;
}

static void
the_account_phase_is_of_the_login_that_was_redeemed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct pamwire_account a = redeemed(w, &t), lie;
	struct pamwire_redeemed r;

	for (size_t i = 0; i < LIES; i++) {
		lie = with_lie(a, lies[i]);
		memset(&r, 0, sizeof r);
		phases_account(&w->all, &lie, &r);
		if (r.result != PAMWIRE_DENIED || r.session[0] != '\0')
			fail_msg("lie %d", (int)lies[i]);
	}
	phases_account(&w->all, &a, &r);
	assert_int_equal(r.result, PAMWIRE_GRANTED);
	assert_int_equal(w->all.grants.count, 0);
	/* the ticket was for one more step, not for two */
	phases_account(&w->all, &a, &r);
	assert_int_equal(r.result, PAMWIRE_DENIED);
	world_free(w);
}

/* Nobody can know the ticket before; if somebody did, it is no proof that the
 * module was there. */
static void
without_redeeming_there_is_no_account_phase(void **state)
{
	struct world *w = world_new(policy, -1);
	struct pamwire_account a = {.service = "sshd",
	    .username = "alice",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_redeemed r = {0};
	const struct session *s;
	struct world_talk t;

	world_login(w, &t, "alice", world_code(0));
	s = table_find(&w->all.grants, t.open.attempt, ATTEMPT_ID);
	assert_non_null(s);
	memcpy(a.attempt, s->attempt, sizeof a.attempt);
	memcpy(a.account_ticket, s->ticket, sizeof a.account_ticket);
	phases_account(&w->all, &a, &r);
	assert_int_equal(r.result, PAMWIRE_DENIED);
	assert_int_equal(s->state, SESSION_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

/* A local grant is none of a connection, whatever is said of one. */
static void
what_is_no_address_redeems_no_local_grant(void **state)
{
	struct msg_AUDIT_APPEND_REQ r = {
	    .service = "su", .username = "alice", .username_size = 5};

	assert_true(claim_same_facts(&r, "su", "alice", "", 0));
	assert_false(claim_same_facts(&r, "su", "alice", "nowhere", 0));
	assert_false(claim_same_facts(&r, "su", "alice", "10.20.1.2", 0));
}

static void
a_session_that_is_not_there_is_not_closed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct pamwire_session_close c = {.session = "AAAAAAAAAAAAAAAAAAAAAA",
	    .service = "sshd",
	    .username = "alice"};
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(getpid());

	phases_close(&w->all, &c, &peer, &a);
	assert_int_equal(a.result, PAMWIRE_DENIED);
	close(peer.pidfd);
	world_free(w);
}

/* su and sudo have no connection: anybody's would do. */
static void
a_local_grant_has_no_connection(void **state)
{
	static const struct {
		const char *client;
		uint16_t port;
	} rows[] = {{"", 0}, {"10.20.1.2", 0}, {"", 50222}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *w = world_new(policy, -1);
		struct world_talk t;
		struct pamwire_session_open o = world_approved(w, &t, "alice");
		struct session *s =
		    table_find(&w->all.sessions, o.session, strlen(o.session));

		strcpy(s->record.client, rows[i].client);
		s->record.port = rows[i].port;
		memset(o.session, 0, sizeof o.session);
		strcpy(o.client, rows[i].client);
		o.port = rows[i].port;
		assert_int_equal(
		    world_open_session(w, &o, getpid()), PAMWIRE_DENIED);
		world_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_account_phase_is_of_the_login_that_was_redeemed),
	    cmocka_unit_test(without_redeeming_there_is_no_account_phase),
	    cmocka_unit_test(what_is_no_address_redeems_no_local_grant),
	    cmocka_unit_test(a_session_that_is_not_there_is_not_closed),
	    cmocka_unit_test(a_local_grant_has_no_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
