/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals in the store and the log: before they count, and when they lie. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "gatewayd/authority/admin/admin.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "tests/authority/given.h"
#include "tests/support/unit.h"
#include "world.h"

static void
it_comes_in_force_after_its_record(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_admin c;
	size_t size;

	w->hold = true;
	world_admin_asks(w, &c, &m);
	assert_int_equal(c.answer.type, MSG_NONE);
	assert_int_equal(w->record[0].outcome, OUTCOME_GIVEN);
	assert_null(world_stored(w, GIVEN_KEYS, &size));
	assert_int_equal(world_subject(w, "uuid-carol")->approvals.count, 0);
	w->hold = false;
	world_release(w);
	world_run(w, 10);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
without_its_record_it_is_not_given(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_admin c;
	size_t size;

	w->fail = true;
	world_admin_asks(w, &c, &m);
	world_run(w, 11000);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_UNAVAILABLE);
	assert_null(world_stored(w, GIVEN_KEYS, &size));
	w->fail = false;
	world_audit_restarts(w, 0);
	/* too late: the record says that it was not made */
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_FAILED);
	assert_null(world_stored(w, GIVEN_KEYS, &size));
	given_refused(w, "carol");
	channel_close(&c.channel);
	world_free(w);
}

/* One failed write: audit is back at once, and the answer waits for it. */
static void
answer_and_record_agree_over_a_failed_write(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_admin c;

	w->fail = true;
	world_admin_asks(w, &c, &m);
	assert_int_equal(c.answer.type, MSG_NONE);
	w->fail = false;
	world_audit_restarts(w, 0);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_OK);
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_GIVEN);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
a_store_that_takes_none_gives_none(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_admin c;

	w->store_refuse = GIVEN_KEYS;
	world_admin_asks(w, &c, &m);
	world_run(w, 1000);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_NO);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_FAILED);
	given_refused(w, "carol");
	w->store_refuse = NULL;
	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
it_ends_at_once_whatever_the_store_says(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m;
	struct world_admin c;

	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_OK);
	message_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	strcpy(m.u.ADMIN_WITHDRAW_REQ.name, "carol");
	strcpy(m.u.ADMIN_WITHDRAW_REQ.approval, "CHG-1");
	strcpy(m.u.ADMIN_WITHDRAW_REQ.actor, "helpdesk");
	w->store_mute = true;
	world_admin_asks(w, &c, &m);
	given_refused(w, "carol");
	w->store_mute = false;
	world_store_restarts(w);
	world_run(w, 1000);
	assert_int_equal(c.answer.u.ADMIN_WITHDRAW_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	world_run(w, 10);
	assert_int_equal(given_withdraw(w, "carol", "CHG-1"), ADMIN_NO);
	world_free(w);
}

static void
it_is_given_also_when_nobody_waits_for_it(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_admin c;

	w->store_hold = true;
	world_admin_asks(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 10);
	assert_int_equal(w->records, 1);
	world_store_releases(w);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	assert_int_equal(world_subject(w, "uuid-carol")->users, 0);
	world_free(w);
}

static void
who_gave_it_is_sealed_with_it(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct approval p = {.reference = "CHG-1",
			    .name = "carol",
			    .giver = "boss",
			    .giver_uid = 1000,
			    .given_ms = 1,
			    .ends_ms = INT64_MAX},
			there;
	struct store_value value;

	assert_int_equal(
	    approval_encode(&p, w->all.seal, "uuid-carol", &value), 0);
	assert_int_equal(value.data[0], 2);
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", (struct bytes){value.data, value.size}),
	    0);
	assert_int_equal(there.giver_uid, 1000);
	value.data[0] = 1; /* with four bytes too many for it */
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", (struct bytes){value.data, value.size}),
	    -1);
	world_free(w);
}

/* It says nothing of who gave it, and counts as it did. */
static void
one_of_the_release_before_is_read(void **state)
{
	static const char bound[] = "sallyport approval uuid-carol CHG-1";
	struct world *w = world_new(given_policy, -1);
	uint8_t plain[128], sealed[128 + SEAL_OVERHEAD], value[256];
	struct approval there;
	struct writer out;

	writer_init(&out, plain, sizeof plain);
	writer_bytes(&out, "carol", 5);
	writer_bytes(&out, "", 0);
	writer_bytes(&out, "boss", 4);
	writer_u64(&out, 1);
	writer_u64(&out, INT64_MAX);
	assert_int_equal(
	    seal_close(w->all.seal, (struct bytes){bound, strlen(bound)},
		(struct bytes){plain, out.used}, sealed),
	    0);
	size_t sealed_size = out.used + SEAL_OVERHEAD;
	writer_init(&out, value, sizeof value);
	writer_u8(&out, 1);
	writer_bytes(&out, sealed, sealed_size);
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", (struct bytes){value, out.used}),
	    0);
	assert_string_equal(there.giver, "boss");
	assert_int_equal(there.giver_uid, UINT32_MAX);
	world_free(w);
}

static void
it_is_found_again_in_the_store(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct world_admin c;

	assert_int_equal(given_by(w, "carol", "https://x/CHG#1"), ADMIN_OK);
	assert_int_equal(given_by(w, "dave", "CHG-2"), ADMIN_OK);
	given_forget(w, "uuid-carol");
	assert_string_equal(
	    given_login(w, "carol").approval, "https://x/CHG#1");
	c = given_list(w, "carol");
	assert_int_equal(c.answers, 2);
	assert_string_equal(
	    c.item[0].u.ADMIN_APPROVALS_ANS.approval, "https://x/CHG#1");
	assert_string_equal(c.item[0].u.ADMIN_APPROVALS_ANS.name, "carol");
	assert_string_equal(c.item[0].u.ADMIN_APPROVALS_ANS.giver, "boss");
	assert_int_equal(c.item[0].u.ADMIN_APPROVALS_ANS.ends_ms -
			     c.item[0].u.ADMIN_APPROVALS_ANS.given_ms,
	    GIVEN_SECONDS * 1000);
	c = given_list(w, "");
	assert_int_equal(c.answers, 3);
	world_free(w);
}

/* A store that was taken over writes what it likes. */
static void
what_a_store_makes_up_opens_nothing(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct world_admin c;
	size_t mine;

	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_OK);
	mine = w->rows - 1;
	/* another person's */
	w->row[w->rows] = w->row[mine];
	strcpy(w->row[w->rows++].key, GIVEN_KEYS "uuid-dave/CHG-1");
	given_refused(w, "dave");
	c = given_list(w, "dave");
	assert_int_equal(c.answers, 2);
	assert_string_equal(c.item[0].u.ADMIN_APPROVALS_ANS.name,
	    ""); /* unreadable, and said so */
	assert_int_equal(given_by(w, "dave", "CHG-1"), ADMIN_NO);
	assert_int_equal(given_withdraw(w, "dave", "CHG-1"), ADMIN_OK);
	assert_int_equal(given_list(w, "dave").answers, 1);
	/* another reference */
	strcpy(w->row[mine].key, GIVEN_KEYS "uuid-carol/CHG-2");
	given_forget(w, "uuid-carol");
	given_refused(w, "carol");
	/* another time, or anything else in it */
	strcpy(w->row[mine].key, GIVEN_KEYS "uuid-carol/CHG-1");
	for (size_t at = 0; at < w->row[mine].size; at += 9) {
		struct subject *s = world_subject(w, "uuid-carol");

		w->row[mine].value[at] ^= 1;
		given_forget(w, "uuid-carol");
		s->tries = 0;
		assert_int_equal(given_list(w, "carol").answers, 2);
		assert_int_equal(s->approvals.count, 0);
		w->row[mine].value[at] ^= 1;
	}
	given_forget(w, "uuid-carol");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

/* ---- more than a client takes ---- */

/* the id of the list that was asked for */
static uint64_t flood;

static void
on_flooded_store(void *arg, struct message *m)
{
	(void)arg;
	assert_int_equal(m->type, MSG_STORE_LIST_REQ);
	flood = m->u.STORE_LIST_REQ.id;
}

static void
post_items(struct world *w, size_t count, enum store_status status)
{
	struct message m;

	message_init(&m, MSG_STORE_LIST_ANS);
	m.u.STORE_LIST_ANS.id = flood;
	m.u.STORE_LIST_ANS.status = (uint8_t)status;
	snprintf(m.u.STORE_LIST_ANS.key, KEY_MAX, GIVEN_KEYS "somebody/CHG-1");
	for (size_t i = 0; i < count; i++)
		assert_int_equal(channel_post(&w->store, &m), 0);
	world_run(w, 10);
}

/* Ones that are no good keep nobody out who needs none. */
static void
a_value_that_is_no_approval_refuses_nobody_else(void **state)
{
	struct world *w = world_new("permit any with password\nend\n", -1);

	strcpy(w->row[w->rows].key, GIVEN_KEYS "uuid-carol/CHG-1");
	w->row[w->rows].version = 1;
	w->row[w->rows].size = 3;
	w->rows++;
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
half_a_list_is_none(void **state)
{
	struct world *w = world_new(given_policy, -1);
	enum channel_result got;
	struct channel slow;
	struct message m;
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	w->store.on_message = on_flooded_store;
	admin_begin(&w->all, fds[0]);
	channel_init(&slow, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	message_init(&m, MSG_ADMIN_APPROVALS_REQ);
	assert_int_equal(channel_send(&slow, &m), 0);
	world_run(w, 10);
	for (int i = 0; i < 4; i++)
		post_items(w, CHANNEL_QUEUE_MAX / 2, STORE_OK);
	while ((got = channel_receive(&slow, &m, 0)) == CHANNEL_MESSAGE)
		world_run(w, 1);
	post_items(w, 1, STORE_ABSENT);
	while (got != CHANNEL_CLOSED) {
		got = channel_receive(&slow, &m, 0);
		assert_false(
		    got == CHANNEL_MESSAGE && m.u.ADMIN_APPROVALS_ANS.end);
		assert_int_not_equal(got, CHANNEL_EMPTY);
	}
	channel_close(&slow);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_comes_in_force_after_its_record),
	    cmocka_unit_test(without_its_record_it_is_not_given),
	    cmocka_unit_test(answer_and_record_agree_over_a_failed_write),
	    cmocka_unit_test(a_store_that_takes_none_gives_none),
	    cmocka_unit_test(it_ends_at_once_whatever_the_store_says),
	    cmocka_unit_test(it_is_given_also_when_nobody_waits_for_it),
	    cmocka_unit_test(who_gave_it_is_sealed_with_it),
	    cmocka_unit_test(one_of_the_release_before_is_read),
	    cmocka_unit_test(it_is_found_again_in_the_store),
	    cmocka_unit_test(what_a_store_makes_up_opens_nothing),
	    cmocka_unit_test(a_value_that_is_no_approval_refuses_nobody_else),
	    cmocka_unit_test(half_a_list_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
