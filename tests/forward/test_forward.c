/* SPDX-License-Identifier: Apache-2.0 */
/* The forward process itself, against good, bad and real receivers. */
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/forward/cursor.h"
#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "tests/audit/role_fixture.h"
#include "tests/forward/certs.h"
#include "tests/forward/relp_server.h"
#include "tests/record/log_fixture.h"
#include "tests/support/free_port.h"
#include "tests/support/patience.h"
#include "tests/forward/forward_world.h"
#include "tests/support/unit.h"

static void
committed_records_arrive_and_no_others(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 100);
	forward_world_wait_for_cursor(w, 100);
	assert_int_equal(s.seen->acknowledged, 100);
	usleep(300000);
	assert_int_equal(s.seen->acknowledged, 100);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	assert_int_equal(s.seen->acknowledged, FORWARD_WORLD_RECORDS);
	forward_world_received(s.seen, FORWARD_WORLD_RECORDS);
	assert_int_equal(s.seen->connections, 1);
	forward_world_end(w);
	relp_server_stop(&s);
}

/* Whatever the first receiver does, nothing is lost, and where it never
 * acknowledged anything no cursor has moved until the good one did. */
static void
bad_receivers_lose_nothing(void **state)
{
	static struct forward_world worlds[RELP_IS_GOOD];
	static struct relp_server server[RELP_IS_GOOD];
	struct forward_world *w = *state;

	/* all at once, each with a cursor of its own: most of it is waiting;
	 * servers first, or they would hold our ends of the channels */
	for (int b = 0; b < RELP_IS_GOOD; b++)
		relp_server_start(&server[b], &w->ca, NULL, (enum behaviour)b);
	for (int b = 0; b < RELP_IS_GOOD; b++) {
		struct forward_world *one = &worlds[b];

		*one = *w;
		log_fixture_open(&one->state);
		assert_int_equal(forward_world_start(one, server[b].port), 1);
		forward_world_committed(one, 200);
	}
	for (int b = 0; b < RELP_IS_GOOD; b++) {
		struct relp_server *s = &server[b];
		struct forward_world *one = &worlds[b];

		print_message("receiver %d\n", b);
		forward_world_wait_for_cursor(one, 200);
		forward_world_received(s->seen, 200);
		/* these must not have got a single record */
		if (b != RELP_REFUSES_A_RECORD &&
		    b != RELP_ANSWERS_NOTHING_WE_SENT)
			assert_int_equal(s->seen->strangers, 0);
		forward_world_end(one);
		relp_server_stop(s);
		log_fixture_close(&one->state);
	}
}

/* What the role says on standard error until it says TEXT, or for long. */
static bool
says(struct forward_world *w, uint16_t port, const char *text)
{
	static char said[65536];
	int file = memfd_create("log", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
	ssize_t size = 0;

	assert_true(file >= 0 && saved >= 0);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	assert_int_equal(forward_world_start(w, port), 1);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		size = pread(file, said, sizeof said - 1, 0);
		said[size > 0 ? size : 0] = '\0';
		if (strstr(said, text) != NULL)
			break;
		usleep(10000);
	}
	close(file);
	if (strstr(said, text) == NULL)
		print_error("%s\n", said);
	return strstr(said, text) != NULL;
}

/* The same sentences as directory has, see tests/directory/test_slapd.c. */
static void
the_log_says_why_tls_failed(void **state)
{
	static const struct {
		enum behaviour behaviour;
		const char *why;
	} rows[] = {
	    {RELP_HAS_EXPIRED, "siem.test: it has expired"},
	    {RELP_HAS_ANOTHER_NAME, "siem.test: it is for another name"},
	    {RELP_HAS_ANOTHER_CA, "siem.test: its issuer is not known"},
	    {RELP_IS_FOR_CLIENTS, "siem.test: it is not for servers"},
	    {RELP_IS_NOT_TLS, "TLS: wrong version number"},
	};
	struct forward_world *w = *state;
	struct relp_server s;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		relp_server_start(&s, &w->ca, NULL, rows[i].behaviour);
		assert_true(says(w, s.port, rows[i].why));
		forward_world_end(w);
		relp_server_stop(&s);
	}
}

static void
await_trouble(
    struct forward_world *w, char text_r[WHY_MAX + 1], int64_t *worked_ms_r)
{
	struct message m;

	do
		assert_int_equal(
		    channel_receive(&w->p.control, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
	while (m.type != MSG_PARENT_STATE_NOTE ||
	       m.u.PARENT_STATE_NOTE.state != ROLE_STATE_BLOCKED);
	memcpy(text_r, m.u.PARENT_STATE_NOTE.reason, WHY_MAX + 1);
	*worked_ms_r = m.u.PARENT_STATE_NOTE.worked_ms;
}

static void
every_sink_that_is_behind_is_named_with_its_reason(void **state)
{
	char text[WHY_MAX + 1];
	struct forward_world *w = *state;
	struct relp_server s;
	int64_t worked_ms;

	w->two = true;
	relp_server_start(&s, &w->ca, NULL, RELP_HAS_EXPIRED);
	kill(s.pid, SIGSTOP);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 7);
	await_trouble(w, text, &worked_ms);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(strstr(text, "sink archive has no connection"));
		if (strstr(text, "sink siem has no connection") != NULL)
			break;
		await_trouble(w, text, &worked_ms);
	}
	assert_non_null(strstr(text, "sink siem has no connection"));
	assert_non_null(strstr(text, ": Connection refused: look at the"));
	assert_non_null(strstr(text, "record 1 is the next to deliver"));
	assert_int_equal(worked_ms, 0); /* it never did */
	kill(s.pid, SIGCONT);
	forward_world_wait_for_cursor(w, 7);
	forward_world_end(w);
	relp_server_stop(&s);
}

static void
a_receiver_that_refuses_moves_no_cursor(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_REFUSES_A_RECORD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	kill(s.pid, SIGSTOP);
	forward_world_committed(w, 10);
	usleep(700000);
	assert_int_equal(forward_world_cursor(w), 0);
	forward_world_end(w);
	assert_int_equal(forward_world_cursor(w), 0);
	kill(s.pid, SIGCONT);
	relp_server_stop(&s);
}

static void
a_restart_goes_on_where_the_receiver_was(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	for (uint32_t last = 50; last <= FORWARD_WORLD_RECORDS; last += 50) {
		assert_int_equal(forward_world_start(w, s.port), 1);
		forward_world_committed(w, last);
		forward_world_wait_for_cursor(w, last);
		if (last % 100 == 0) {
			forward_world_end(w);
			continue;
		}
		role_fixture_kill(&w->p);
		channel_close(&w->audit);
	}
	forward_world_received(s.seen, FORWARD_WORLD_RECORDS);
	assert_int_equal(s.seen->acknowledged, FORWARD_WORLD_RECORDS);
	relp_server_stop(&s);
}

/* kill -9 at random moments: at least once, all of them. */
static void
kill_9_loses_nothing(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	srand(9);
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	for (int round = 0; round < 12; round++) {
		assert_int_equal(forward_world_start(w, s.port), 1);
		forward_world_committed(
		    w, (uint64_t)(round + 1) * FORWARD_WORLD_RECORDS / 12);
		usleep((useconds_t)(rand() % 120000));
		role_fixture_kill(&w->p);
		channel_close(&w->audit);
		assert_true(forward_world_cursor(w) <= s.seen->acknowledged);
	}
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	forward_world_received(s.seen, FORWARD_WORLD_RECORDS);
	forward_world_end(w);
	relp_server_stop(&s);
}

static void
both_sides_show_certificates(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	w->mutual = 1;
	relp_server_start(&s, &w->ca, &w->ca, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 20);
	forward_world_wait_for_cursor(w, 20);
	forward_world_end(w);
	relp_server_stop(&s);

	/* without one there is no session */
	w->mutual = 0;
	relp_server_start(&s, &w->ca, &w->ca, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 30);
	usleep(700000);
	assert_int_equal(forward_world_cursor(w), 20);
	assert_int_equal(s.seen->acknowledged, 0);
	forward_world_end(w);
	relp_server_stop(&s);
}

static void
names_are_looked_up_inside_the_sandbox(void **state)
{
	struct forward_world *w = *state;
	struct addrinfo *found;
	struct relp_server s;

	if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
		skip(); /* no /etc/hosts: nothing to be looked up here */
	freeaddrinfo(found);
	w->host = "localhost"; /* /etc/hosts; maybe ::1 first, then 127.0.0.1 */
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 20);
	forward_world_wait_for_cursor(w, 20);
	forward_world_end(w);
	relp_server_stop(&s);
}

/* The same records up to SAME, and others after it. */
static void
put_back(struct forward_world *w, unsigned same, unsigned count)
{
	struct msg_AUDIT_APPEND_REQ *r = calloc(count, sizeof *r);
	struct log_segments list;
	char name[LOG_SEGMENT_NAME_SIZE];

	assert_non_null(r);
	for (unsigned i = 1; i <= count; i++)
		log_fixture_record(&r[i - 1], i <= same ? i : i + 5000);
	assert_int_equal(log_segment_list(w->log.dir, &list), 0);
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(log_segment_name(list.first[i], name), 0);
		assert_int_equal(unlinkat(w->log.dir, name, 0), 0);
	}
	log_segment_list_free(&list);
	log_fixture_write_these(&w->log, r, count, FORWARD_WORLD_SEGMENT);
	free(r);
}

/* FROM to LAST came after the AT records that came first. */
static void
assert_received_again(
    const struct relp_seen *seen, unsigned at, uint32_t from, uint32_t last)
{
	for (; from <= last; from++) {
		unsigned i = at;

		while (i < seen->acknowledged && seen->sequence[i] != from)
			i++;
		if (i == seen->acknowledged)
			fail_msg("record %u was not sent again", from);
	}
}

/* The receiver has 150 records; the log went back to SAME of them and then on
 * in another way.  What it has since then is delivered, and nothing is left
 * out, whatever the sequence of it is. */
static void
a_log_that_was_put_back_is_delivered_from_where_it_parted(void **state)
{
	static const struct {
		unsigned same, count;
		bool running;
	} rows[] = {{149, 150, false}, {100, 300, false}, {100, 120, false},
	    {120, 120, false}, {0, 200, false}, {149, 151, true},
	    {100, 300, true}, {0, 40, true}};
	struct forward_world *w = *state;
	struct relp_server s;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned had;

		unlinkat(w->state.dir, "siem.cursor", 0);
		put_back(w, 300, 300);
		relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
		assert_int_equal(forward_world_start(w, s.port), 1);
		forward_world_committed(w, 100);
		forward_world_wait_for_cursor(w, 100);
		forward_world_committed(w, 150);
		forward_world_wait_for_cursor(w, 150);
		had = s.seen->acknowledged;
		if (!rows[i].running)
			forward_world_end(w);
		put_back(w, rows[i].same, rows[i].count);
		if (rows[i].running) {
			channel_close(&w->audit);
			role_fixture_peer(&w->p, ROLE_AUDIT, &w->audit);
		} else {
			assert_int_equal(forward_world_start(w, s.port), 1);
		}
		forward_world_committed(w, rows[i].count);
		for (int ms = 0; ms < PATIENCE_MS &&
				 (forward_world_cursor(w) != rows[i].count ||
				     s.seen->acknowledged == had);
		     ms += 10)
			usleep(10000);
		assert_int_equal(forward_world_cursor(w), rows[i].count);
		assert_received_again(
		    s.seen, had, rows[i].same + 1, rows[i].count);
		forward_world_end(w);
		relp_server_stop(&s);
	}
}

/* A cursor of the release before has no hash: it is believed as it stands. */
static void
a_cursor_of_format_1_goes_on(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	log_fixture_put(&w->state, "siem.cursor", "sequence 150\n", 13);
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, s.port), 1);
	forward_world_committed(w, 200);
	forward_world_wait_for_cursor(w, 200);
	assert_int_equal(s.seen->acknowledged, 50);
	forward_world_end(w);
	relp_server_stop(&s);
}

/* What the parent does at a reload: an end, and a start with another sink. */
static void
a_new_start_moves_on_to_the_new_receiver(void **state)
{
	struct forward_world *w = *state;
	struct relp_server one, two;

	relp_server_start(&one, &w->ca, NULL, RELP_IS_GOOD);
	relp_server_start(&two, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, one.port), 1);
	forward_world_committed(w, 150);
	forward_world_wait_for_cursor(w, 150);
	forward_world_end(w);
	assert_int_equal(forward_world_start(w, two.port), 1);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	assert_int_equal(one.seen->acknowledged, 150);
	assert_int_equal(two.seen->acknowledged, FORWARD_WORLD_RECORDS - 150);
	assert_int_equal(two.seen->sequence[0], 151);
	forward_world_end(w);
	relp_server_stop(&one);
	relp_server_stop(&two);
}

/* It comes before the cursor of what was acknowledged is written. */
static void
a_reload_moves_on_to_the_new_receiver(void **state)
{
	struct forward_world *w = *state;
	struct relp_server one, two;

	relp_server_start(&one, &w->ca, NULL, RELP_IS_GOOD);
	relp_server_start(&two, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, one.port), 1);
	forward_world_committed(w, 150);
	for (int ms = 0; ms < PATIENCE_MS && one.seen->acknowledged < 150; ms++)
		usleep(1000);
	forward_world_hand_over(w, two.port);
	assert_int_equal(role_fixture_reload(&w->p), 1);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	/* what was on its way is sent again */
	assert_true(two.seen->sequence[0] <= 151);
	forward_world_end(w);
	relp_server_stop(&one);
	relp_server_stop(&two);
}

/* Audit does not say again what it has said. */
static void
what_no_receiver_took_goes_to_the_next_one_at_once(void **state)
{
	struct forward_world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(forward_world_start(w, (uint16_t)free_port()), 1);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	usleep(300000);
	forward_world_hand_over(w, s.port);
	assert_int_equal(role_fixture_reload(&w->p), 1);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	forward_world_received(s.seen, FORWARD_WORLD_RECORDS);
	forward_world_end(w);
	relp_server_stop(&s);
}

static void
a_bad_start_is_refused(void **state)
{
	struct forward_world *w = *state;
	const char *pem = w->ca.cert_pem;

	log_fixture_put(&w->state, "siem.cursor", "nonsense\n", 9);
	assert_int_equal(forward_world_start(w, 1), 0);
	assert_int_equal(role_fixture_end(&w->p), 1);
	channel_close(&w->audit);
	assert_int_equal(unlinkat(w->state.dir, "siem.cursor", 0), 0);
	memset(w->ca.cert_pem, 'x', strlen(pem));
	assert_int_equal(forward_world_start(w, 1), 0);
	assert_int_equal(role_fixture_end(&w->p), 1);
	channel_close(&w->audit);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, forward_world_set_up, forward_world_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(committed_records_arrive_and_no_others),
	    TEST(bad_receivers_lose_nothing),
	    TEST(the_log_says_why_tls_failed),
	    TEST(every_sink_that_is_behind_is_named_with_its_reason),
	    TEST(a_log_that_was_put_back_is_delivered_from_where_it_parted),
	    TEST(a_cursor_of_format_1_goes_on),
	    TEST(a_receiver_that_refuses_moves_no_cursor),
	    TEST(a_restart_goes_on_where_the_receiver_was),
	    TEST(kill_9_loses_nothing),
	    TEST(both_sides_show_certificates),
	    TEST(names_are_looked_up_inside_the_sandbox),
	    TEST(a_new_start_moves_on_to_the_new_receiver),
	    TEST(a_reload_moves_on_to_the_new_receiver),
	    TEST(what_no_receiver_took_goes_to_the_next_one_at_once),
	    TEST(a_bad_start_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
