/* SPDX-License-Identifier: Apache-2.0 */
/* The store process itself, driven as gatewayd and authority drive it; as
 * root it is chrooted and drops its rights like in service. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/role/sandbox.h"
#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "tests/audit/role_fixture.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define NOBODY 65534
#define WAIT_MS PATIENCE_MS

struct world {
	struct role_fixture process;
	struct channel authority;
	char directory[64];
	struct message m; /* the latest answer */
};

static int
start(struct world *w)
{
	struct conf_store conf = {.role.allow = SANDBOX_WRITE};

	if (geteuid() == 0) {
		conf.role.drop = true;
		conf.role.uid = conf.role.gid = NOBODY;
	}
	snprintf(conf.role.root, sizeof conf.role.root, "%s", w->directory);
	role_fixture_start(&w->process, ROLE_STORE, "store");
	role_fixture_conf(&w->process, &conf, sizeof conf);
	role_fixture_peer(&w->process, ROLE_AUTHORITY, &w->authority);
	return role_fixture_go(&w->process);
}

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	snprintf(
	    w->directory, sizeof w->directory, "/tmp/sallyport-store-XXXXXX");
	assert_non_null(mkdtemp(w->directory));
	if (geteuid() == 0)
		assert_int_equal(chown(w->directory, NOBODY, NOBODY), 0);
	assert_true(start(w));
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"state.db", "state.db-wal"};
	struct world *w = *state;
	int status = 0;

	channel_close(&w->authority);
	if (w->process.pid > 0)
		status = role_fixture_end(&w->process);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[128];

		snprintf(path, sizeof path, "%s/%s", w->directory, names[i]);
		unlink(path);
	}
	/* fails when there was any other file */
	status |= rmdir(w->directory);
	free(w);
	return status;
}

static void
restart(struct world *w)
{
	role_fixture_kill(&w->process);
	channel_close(&w->authority);
	assert_true(start(w));
}

static void
receive(struct world *w, enum message_type type)
{
	assert_int_equal(
	    channel_receive(&w->authority, &w->m, WAIT_MS), CHANNEL_MESSAGE);
	assert_int_equal(w->m.type, type);
}

static void
send_put(struct world *w, uint64_t id, const char *key, uint64_t version,
    const void *value, size_t size)
{
	struct message m;

	message_init(&m, MSG_STORE_PUT_REQ);
	m.u.STORE_PUT_REQ.id = id;
	snprintf(
	    m.u.STORE_PUT_REQ.key, sizeof m.u.STORE_PUT_REQ.key, "%s", key);
	m.u.STORE_PUT_REQ.version = version;
	memcpy(m.u.STORE_PUT_REQ.value, value, size);
	m.u.STORE_PUT_REQ.value_size = size;
	assert_int_equal(channel_send(&w->authority, &m), 0);
}

static const struct msg_STORE_DONE_ANS *
put(struct world *w, const char *key, uint64_t version, const char *text)
{
	static uint64_t id = 100;

	send_put(w, ++id, key, version, text, strlen(text));
	receive(w, MSG_STORE_DONE_ANS);
	assert_int_equal(w->m.u.STORE_DONE_ANS.id, id);
	return &w->m.u.STORE_DONE_ANS;
}

static const struct msg_STORE_GET_ANS *
get(struct world *w, const char *key)
{
	struct message m;

	message_init(&m, MSG_STORE_GET_REQ);
	m.u.STORE_GET_REQ.id = 77;
	snprintf(
	    m.u.STORE_GET_REQ.key, sizeof m.u.STORE_GET_REQ.key, "%s", key);
	assert_int_equal(channel_send(&w->authority, &m), 0);
	receive(w, MSG_STORE_GET_ANS);
	assert_int_equal(w->m.u.STORE_GET_ANS.id, 77);
	return &w->m.u.STORE_GET_ANS;
}

static const struct msg_STORE_DONE_ANS *delete (
    struct world *w, const char *key, uint64_t version)
{
	struct message m;

	message_init(&m, MSG_STORE_DELETE_REQ);
	snprintf(m.u.STORE_DELETE_REQ.key, sizeof m.u.STORE_DELETE_REQ.key,
	    "%s", key);
	m.u.STORE_DELETE_REQ.version = version;
	assert_int_equal(channel_send(&w->authority, &m), 0);
	receive(w, MSG_STORE_DONE_ANS);
	return &w->m.u.STORE_DONE_ANS;
}

static void
ask_list(struct world *w, uint64_t id, const char *prefix)
{
	struct message m;

	message_init(&m, MSG_STORE_LIST_REQ);
	m.u.STORE_LIST_REQ.id = id;
	snprintf(m.u.STORE_LIST_REQ.prefix, sizeof m.u.STORE_LIST_REQ.prefix,
	    "%s", prefix);
	assert_int_equal(channel_send(&w->authority, &m), 0);
}

static void
changes_and_answers_cross_the_channel(void **state)
{
	struct world *w = *state;
	uint64_t version;

	assert_int_equal(get(w, "authority/k")->status, STORE_ABSENT);
	assert_int_equal(put(w, "authority/k", 0, "v")->status, STORE_OK);
	version = w->m.u.STORE_DONE_ANS.version;
	assert_int_equal(put(w, "authority/k", 0, "x")->status, STORE_CONFLICT);
	assert_int_equal(w->m.u.STORE_DONE_ANS.version, version);
	assert_int_equal(get(w, "authority/k")->status, STORE_OK);
	assert_int_equal(w->m.u.STORE_GET_ANS.version, version);
	assert_int_equal(w->m.u.STORE_GET_ANS.value_size, 1);
	assert_int_equal(w->m.u.STORE_GET_ANS.value[0], 'v');
	assert_int_equal(delete (w, "authority/k", version)->status, STORE_OK);
	assert_int_equal(get(w, "authority/k")->status, STORE_ABSENT);
}

static void
keys_of_others_are_refused(void **state)
{
	static const char *const foreign[] = {
	    "", "a", "authority", "Authority/k", "web/session", "/authority/k"};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		assert_int_equal(
		    put(w, foreign[i], 0, "v")->status, STORE_UNAVAILABLE);
		assert_int_equal(get(w, foreign[i])->status, STORE_UNAVAILABLE);
		assert_int_equal(
		    delete (w, foreign[i], 1)->status, STORE_UNAVAILABLE);
		ask_list(w, 5, foreign[i]);
		receive(w, MSG_STORE_LIST_ANS);
		assert_int_equal(w->m.u.STORE_LIST_ANS.id, 5);
		assert_int_equal(
		    w->m.u.STORE_LIST_ANS.status, STORE_UNAVAILABLE);
	}
	assert_int_equal(put(w, "authority/k", 0, "v")->status, STORE_OK);
}

static void
expect_listed(struct world *w, enum store_status status, const char *key)
{
	receive(w, MSG_STORE_LIST_ANS);
	assert_int_equal(w->m.u.STORE_LIST_ANS.id, 7);
	assert_int_equal(w->m.u.STORE_LIST_ANS.status, status);
	assert_string_equal(w->m.u.STORE_LIST_ANS.key, key);
}

/* A person is loaded so. */
static void
several_prefixes_come_with_one_request(void **state)
{
	static const char *const keys[] = {"authority/a/1", "authority/a/2",
	    "authority/b/1", "authority/c", "authority/d"};
	struct msg_STORE_LIST_REQ *q;
	struct world *w = *state;
	struct message m;

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		assert_int_equal(put(w, keys[i], 0, "v")->status, STORE_OK);
	message_init(&m, MSG_STORE_LIST_REQ);
	q = &m.u.STORE_LIST_REQ;
	q->id = 7;
	strcpy(q->prefix, "authority/c");
	strcpy(q->second, "authority/a/");
	strcpy(q->third, "authority/none/");
	assert_int_equal(channel_send(&w->authority, &m), 0);
	expect_listed(w, STORE_OK, "authority/c");
	expect_listed(w, STORE_OK, "authority/a/1");
	expect_listed(w, STORE_OK, "authority/a/2");
	expect_listed(w, STORE_ABSENT, "");
	/* each of them is authority's */
	strcpy(q->third, "web/");
	assert_int_equal(channel_send(&w->authority, &m), 0);
	expect_listed(w, STORE_UNAVAILABLE, "");
	strcpy(q->third, "");
	strcpy(q->second, "web/");
	assert_int_equal(channel_send(&w->authority, &m), 0);
	expect_listed(w, STORE_UNAVAILABLE, "");
	/* without the second there is no third */
	strcpy(q->second, "");
	assert_int_equal(channel_send(&w->authority, &m), 0);
	expect_listed(w, STORE_OK, "authority/c");
	expect_listed(w, STORE_ABSENT, "");
}

/* Far more than the channel's queue holds, read late. */
static void
a_long_list_comes_whole_while_others_are_answered(void **state)
{
	enum { KEYS = 6000 };
	struct world *w = *state;
	unsigned listed = 0;
	bool answered = false, ended = false;
	char key[64], value[300];

	memset(value, 'v', sizeof value);
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof key, "authority/k/%05u", i);
		send_put(w, i, key, 0, value, sizeof value);
		if (i % 32 == 31)
			for (unsigned n = 0; n < 32; n++)
				receive(w, MSG_STORE_DONE_ANS);
	}
	for (unsigned n = 0; n < KEYS % 32; n++)
		receive(w, MSG_STORE_DONE_ANS);
	ask_list(w, 1, "authority/k/");
	send_put(w, 2, "authority/other", 0, "v", 1);
	usleep(200000);
	while (!ended) {
		assert_int_equal(channel_receive(&w->authority, &w->m, WAIT_MS),
		    CHANNEL_MESSAGE);
		if (w->m.type == MSG_STORE_DONE_ANS) {
			assert_false(ended);
			answered = true;
			continue;
		}
		assert_int_equal(w->m.type, MSG_STORE_LIST_ANS);
		if (w->m.u.STORE_LIST_ANS.status == STORE_ABSENT) {
			ended = true;
			continue;
		}
		snprintf(key, sizeof key, "authority/k/%05u", listed++);
		assert_string_equal(w->m.u.STORE_LIST_ANS.key, key);
		assert_int_equal(
		    w->m.u.STORE_LIST_ANS.value_size, sizeof value);
	}
	assert_int_equal(listed, KEYS);
	assert_true(answered);
	assert_int_equal(get(w, "authority/other")->status, STORE_OK);
}

static void
what_was_answered_survives_kill_9_in_a_burst(void **state)
{
	struct world *w = *state;
	unsigned last = 0;
	char key[64];

	for (unsigned round = 0; round < 5; round++) {
		unsigned sent = 0, done = 0;

		while (done < 100 + round * 37) {
			for (; sent < done + 16; sent++) {
				snprintf(key, sizeof key, "authority/%u/%u",
				    round, sent);
				send_put(w, sent, key, 0, key, strlen(key));
			}
			receive(w, MSG_STORE_DONE_ANS);
			assert_int_equal(w->m.u.STORE_DONE_ANS.id, done);
			assert_int_equal(
			    w->m.u.STORE_DONE_ANS.status, STORE_OK);
			done++;
		}
		last = done;
		restart(w);
		for (unsigned i = 0; i < last; i++) {
			snprintf(key, sizeof key, "authority/%u/%u", round, i);
			assert_int_equal(get(w, key)->status, STORE_OK);
			assert_memory_equal(
			    w->m.u.STORE_GET_ANS.value, key, strlen(key));
		}
	}
}

static void
a_restarted_authority_gets_a_new_channel(void **state)
{
	struct world *w = *state;

	assert_int_equal(put(w, "authority/k", 0, "v")->status, STORE_OK);
	ask_list(w, 9, "authority/");
	channel_close(&w->authority);
	role_fixture_peer(&w->process, ROLE_AUTHORITY, &w->authority);
	assert_int_equal(get(w, "authority/k")->status, STORE_OK);
}

/* The parent says so before the end of the old one is seen. */
static void
the_channel_of_an_authority_before_is_closed(void **state)
{
	struct world *w = *state;
	struct channel before = w->authority;

	assert_int_equal(put(w, "authority/k", 0, "v")->status, STORE_OK);
	role_fixture_peer(&w->process, ROLE_AUTHORITY, &w->authority);
	assert_int_equal(get(w, "authority/k")->status, STORE_OK);
	assert_int_equal(
	    channel_receive(&before, &w->m, WAIT_MS), CHANNEL_CLOSED);
	channel_close(&before);
}

/* By what it refuses as well as by the peer's end; the parent is told, and
 * gives it another one. */
static void
a_channel_that_is_lost_is_said_and_replaced(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			assert_int_equal(send(w->authority.fd, "x", 1, 0), 1);
		else
			channel_close(&w->authority);
		role_fixture_await_lost(&w->process, ROLE_AUTHORITY);
		channel_close(&w->authority);
		role_fixture_peer(&w->process, ROLE_AUTHORITY, &w->authority);
		assert_int_equal(get(w, "authority/k")->status, STORE_ABSENT);
	}
}

/* Of an authority that asks and does not read: it may not wait for ever for
 * the answer that was one too many. */
static void
answers_without_room_end_the_channel(void **state)
{
	struct world *w = *state;
	uint64_t asked = 0, answered = 0;
	struct message m;

	message_init(&m, MSG_STORE_GET_REQ);
	snprintf(
	    m.u.STORE_GET_REQ.key, sizeof m.u.STORE_GET_REQ.key, "authority/k");
	while (asked < 4 * CHANNEL_QUEUE_MAX &&
	       channel_send(&w->authority, &m) == 0)
		m.u.STORE_GET_REQ.id = ++asked;
	role_fixture_await_lost(&w->process, ROLE_AUTHORITY);
	while (channel_receive(&w->authority, &m, WAIT_MS) == CHANNEL_MESSAGE)
		assert_int_equal(m.u.STORE_GET_ANS.id, answered++);
	assert_true(answered < asked); /* of a reset maybe none is read */
	channel_close(&w->authority);
	role_fixture_peer(&w->process, ROLE_AUTHORITY, &w->authority);
	assert_int_equal(get(w, "authority/k")->status, STORE_ABSENT);
}

static void
a_reload_changes_nothing(void **state)
{
	struct world *w = *state;

	assert_int_equal(put(w, "authority/k", 0, "v")->status, STORE_OK);
	assert_true(role_fixture_reload(&w->process));
	assert_int_equal(get(w, "authority/k")->status, STORE_OK);
}

static void
the_state_is_for_its_user_only(void **state)
{
	struct world *w = *state;
	char path[128];
	struct stat st;

	snprintf(path, sizeof path, "%s/state.db", w->directory);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	if (geteuid() == 0)
		assert_int_equal(st.st_uid, NOBODY);
}

static void
a_damaged_state_does_not_start(void **state)
{
	struct world *w = *state;
	char path[128];
	int fd;

	assert_int_equal(role_fixture_end(&w->process), 0);
	channel_close(&w->authority);
	snprintf(path, sizeof path, "%s/state.db", w->directory);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "damaged", 7, 0), 7);
	close(fd);
	assert_false(start(w));
	assert_int_equal(role_fixture_end(&w->process), 1);
	w->process.pid = -1;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(changes_and_answers_cross_the_channel),
	    TEST(keys_of_others_are_refused),
	    TEST(several_prefixes_come_with_one_request),
	    TEST(a_long_list_comes_whole_while_others_are_answered),
	    TEST(what_was_answered_survives_kill_9_in_a_burst),
	    TEST(a_restarted_authority_gets_a_new_channel),
	    TEST(the_channel_of_an_authority_before_is_closed),
	    TEST(a_channel_that_is_lost_is_said_and_replaced),
	    TEST(answers_without_room_end_the_channel),
	    TEST(a_reload_changes_nothing),
	    TEST(the_state_is_for_its_user_only),
	    TEST(a_damaged_state_does_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
