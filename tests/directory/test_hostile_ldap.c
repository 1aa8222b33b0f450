/* SPDX-License-Identifier: Apache-2.0 */
/* The built role against a server that answers anything. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/directory/password_channel.h"
#include "lib/base/clock.h"
#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

static const char *program;

struct world {
	struct fake fake;
	struct rig rig;
	struct conf_directory conf;
	bool running;
};

static struct world w;

static void
add_server(struct conf_directory *c, unsigned port)
{
	snprintf(
	    c->uri[c->uri_count++], CONF_TEXT, "ldap://127.0.0.1:%u", port);
}

/* operation_timeout 0: that of rig_conf(), which never passes here */
static void
begin_with(enum fake_mode mode, uint32_t operation_timeout)
{
	memset(&w, 0, sizeof w);
	fake_start(&w.fake, mode);
	rig_conf(&w.conf);
	if (operation_timeout > 0) {
		w.conf.operation_timeout = operation_timeout;
		w.conf.connect_timeout = operation_timeout;
	}
	add_server(&w.conf, w.fake.port);
	assert_int_equal(rig_start(&w.rig, program, &w.conf), 0);
	w.running = true;
}

static void
begin(enum fake_mode mode)
{
	begin_with(mode, 0);
}

static void
end(void)
{
	w.running = false;
	fake_stop(&w.fake);
	assert_int_equal(rig_stop(&w.rig), 0);
}

/* after a test that failed */
static int
clean(void **state)
{
	if (w.running) {
		fake_stop(&w.fake);
		rig_print_log(&w.rig);
		rig_stop(&w.rig);
	}
	w.running = false;
	return 0;
}

static void
await(const volatile unsigned *counter, unsigned least)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	while (*counter < least) {
		if (clock_mono_ms() > limit)
			fail_msg("%u, not %u", *counter, least);
		usleep(10000);
	}
}

static int
lookup(const char *name)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static unsigned attempt;
	int status = rig_lookup(&w.rig, ++attempt, name, &a);

	rig_forget(&w.rig, attempt);
	if (status != LOOKUP_FOUND) { /* nothing of an entry leaks out */
		assert_string_equal(a.subject, "");
		assert_string_equal(a.name, "");
		assert_int_equal(a.group_count, 0);
		assert_int_equal(a.attribute_count, 0);
		assert_int_equal(a.values_size, 0);
		assert_int_equal(a.state, 0);
	}
	return status;
}

static void
searches_that_are_not_one_whole_entry_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		int status;
	} rows[] = {
	    {"alice", LOOKUP_FOUND},
	    {"none", LOOKUP_UNKNOWN},
	    {"other", LOOKUP_UNKNOWN},
	    {"two", LOOKUP_AMBIGUOUS},
	    {"flood", LOOKUP_AMBIGUOUS},
	    {"alice", LOOKUP_FOUND},
	    {"reference", LOOKUP_UNAVAILABLE},
	    {"referral", LOOKUP_UNAVAILABLE},
	    {"busy", LOOKUP_UNAVAILABLE},
	    {"done", LOOKUP_UNAVAILABLE},
	    {"limit", LOOKUP_MALFORMED},
	    {"noid", LOOKUP_MALFORMED},
	    {"emptyid", LOOKUP_MALFORMED},
	    {"twoids", LOOKUP_MALFORMED},
	    {"listofids", LOOKUP_MALFORMED},
	    {"range", LOOKUP_MALFORMED},
	    {"groups64", LOOKUP_FOUND},
	    {"groups65", LOOKUP_MALFORMED},
	    {"longgroup", LOOKUP_MALFORMED},
	    {"state memberOf cn=\xff", LOOKUP_MALFORMED},
	    {"cut", LOOKUP_MALFORMED},
	    {"state userAccountControl many", LOOKUP_MALFORMED},
	    {"state userAccountControl 514", LOOKUP_FOUND},
	    {"reset", LOOKUP_UNAVAILABLE},
	    {"alice", LOOKUP_FOUND},
	};

	begin(FAKE_NORMAL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = lookup(rows[i].name);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].name, status);
	}
	end();
}

/* The role looks after its connections each five seconds. */
static void
what_is_open_stays_open(void **state)
{
	begin(FAKE_NORMAL);
	assert_int_equal(lookup("alice"), LOOKUP_FOUND);
	await(&w.fake.seen->connections, 3); /* as rig_conf() says */
	usleep(5500000);
	assert_int_equal(lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(w.fake.seen->connections, 3);
	end();
}

static void
policy_names(const char *first, const char *second)
{
	snprintf(w.conf.policy_attribute[0], CONF_ATTRIBUTE, "%s", first);
	snprintf(w.conf.policy_attribute[1], CONF_ATTRIBUTE, "%s", second);
	w.conf.policy_attribute_count = 2;
	assert_int_equal(rig_reload(&w.rig, &w.conf), 0);
}

static void
attributes_of_the_policy_are_whole_or_the_entry_is_malformed(void **state)
{
	static const struct {
		const char *name;
		int status;
	} rows[] = {
	    {"alice", LOOKUP_FOUND}, {"state SHIFT night", LOOKUP_FOUND},
	    {"values64", LOOKUP_FOUND}, {"values65", LOOKUP_MALFORMED},
	    {"longvalue", LOOKUP_MALFORMED}, {"optionvalue", LOOKUP_MALFORMED},
	    {"novalue", LOOKUP_MALFORMED},
	    {"state sh night", LOOKUP_MALFORMED}, /* another name for it */
	};

	begin(FAKE_NORMAL);
	policy_names("roster", "shift");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = lookup(rows[i].name);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].name, status);
	}
	assert_true(rig_logged(&w.rig, "answers with the attribute sh, which"));
	end();
}

static void
an_answer_says_which_attributes_it_is_about(void **state)
{
	static const char night[] = "\1night";
	static struct msg_DIRECTORY_LOOKUP_ANS a;

	begin(FAKE_NORMAL);
	assert_int_equal(rig_lookup(&w.rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 0);
	policy_names("roster", "shift");
	assert_int_equal(rig_lookup(&w.rig, 2, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 2);
	assert_int_equal(a.values_size, 0);
	assert_int_equal(
	    rig_lookup(&w.rig, 3, "state shift night", &a), LOOKUP_FOUND);
	assert_string_equal(a.attribute[1], "shift");
	assert_int_equal(a.values_size, sizeof night);
	assert_memory_equal(a.values, night, sizeof night);
	end();
}

static void
a_name_reaches_the_server_as_it_was_asked(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	unsigned attempt = 5000;

	begin(FAKE_NORMAL);
	for (int c = 1; c < 128; c++) {
		char name[] = {'a', (char)c, 'b', '\0'};

		assert_int_equal(
		    rig_lookup(&w.rig, ++attempt, name, &a), LOOKUP_FOUND);
		assert_string_equal(a.name, name);
	}
	assert_int_equal(
	    rig_lookup(&w.rig, ++attempt, "*)(uid=*", &a), LOOKUP_FOUND);
	assert_string_equal(a.name, "*)(uid=*");
	assert_int_equal(
	    rig_lookup(&w.rig, ++attempt, "", &a), LOOKUP_MALFORMED);
	assert_string_equal(w.rig.why, "");
	end();
}

static void
the_id_is_in_one_spelling(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;

	begin(FAKE_NORMAL);
	assert_int_equal(rig_lookup(&w.rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_string_equal(a.subject, "0a1b2c3d-0000-4000-8000-00000000000f");
	assert_int_equal(a.state, ACCOUNT_ACTIVE);
	end();
}

/* 124 result codes, 8 shapes of the policy control, over the wire */
static void
one_answer_of_a_thousand_is_a_match(void **state)
{
	unsigned matches = 0;

	begin(FAKE_NORMAL);
	for (int code = 0; code < 124; code++)
		for (int shape = 0; shape < FAKE_SHAPES; shape++) {
			char password[32];
			int verdict;

			snprintf(
			    password, sizeof password, "%d %d", code, shape);
			verdict = rig_login(&w.rig, "alice", password, NULL);
			if (verdict == VERDICT_MATCH) {
				assert_true(code == 0 && shape <= 1);
				matches++;
			} else if (code != 0 && code != 49) {
				assert_int_equal(verdict, VERDICT_UNAVAILABLE);
			} else {
				assert_true(verdict == VERDICT_MISMATCH ||
					    verdict == VERDICT_UNAVAILABLE);
			}
		}
	assert_int_equal(matches, 2);
	end();
}

static void
broken_answers_to_a_bind_are_unavailable_and_the_next_one_is_not(void **state)
{
	static const struct {
		const char *password;
		int verdict;
	} rows[] = {
	    {"reset", VERDICT_UNAVAILABLE},
	    {"garbage", VERDICT_UNAVAILABLE},
	    {"notice", VERDICT_UNAVAILABLE},
	    {"notbind", VERDICT_UNAVAILABLE},
	    {"referral", VERDICT_UNAVAILABLE},
	    {"twice", VERDICT_MISMATCH},
	};

	begin(FAKE_NORMAL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int verdict =
		    rig_login(&w.rig, "alice", rows[i].password, NULL);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].password, verdict);
		assert_int_equal(
		    rig_login(&w.rig, "alice", "0 0", NULL), VERDICT_MATCH);
	}
	end();
}

static void
an_answer_that_does_not_come_is_unavailable_and_the_next_one_is_not(
    void **state)
{
	/* nor does the rest of 2 GiB, or an answer to what was asked */
	static const char *const silent[] = {"silent", "huge", "wrongid"};
	uint64_t limit;

	begin_with(FAKE_NORMAL, 500);
	assert_int_equal(lookup("silent"), LOOKUP_UNAVAILABLE);
	limit = clock_mono_ms() + PATIENCE_MS;
	/* either may be late once, on a machine that is busy */
	while (lookup("alice") != LOOKUP_FOUND)
		assert_true(clock_mono_ms() < limit);
	for (int i = 0; i < 3; i++) {
		while (rig_login(&w.rig, "alice", silent[i], NULL) !=
		       VERDICT_UNAVAILABLE)
			assert_true(clock_mono_ms() < limit);
		while (rig_login(&w.rig, "alice", "0 0", NULL) != VERDICT_MATCH)
			assert_true(clock_mono_ms() < limit);
	}
	end();
}

static void
a_slow_bind_does_not_hold_up_the_others(void **state)
{
	unsigned attempt;

	begin(FAKE_NORMAL);
	assert_int_equal(rig_lookup(&w.rig, 1, "alice", NULL), LOOKUP_FOUND);
	assert_int_equal(rig_lookup(&w.rig, 2, "bob", NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&w.rig, 1, 1, "late", 4), 0);
	assert_int_equal(rig_password(&w.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, &attempt, NULL, PATIENCE_MS), VERDICT_MATCH);
	assert_int_equal(attempt, 2);
	w.fake.seen->late_may_go = 1;
	assert_int_equal(
	    rig_verdict(&w.rig, &attempt, NULL, PATIENCE_MS), VERDICT_MATCH);
	assert_int_equal(attempt, 1);
	end();
}

static void
only_the_ticket_of_the_lookup_brings_a_bind(void **state)
{
	unsigned before, attempt;

	begin(FAKE_NORMAL);
	assert_int_equal(rig_lookup(&w.rig, 7, "alice", NULL), LOOKUP_FOUND);
	before = w.fake.seen->binds;
	/* closed the same way, and nothing happens */
	assert_int_equal(rig_password(&w.rig, 7, 8, "0 0", 3), 0);
	assert_int_equal(rig_password(&w.rig, 8, 7, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(w.fake.seen->binds, before);
	/* and the right one is still good, once */
	assert_int_equal(rig_password(&w.rig, 7, 7, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, &attempt, NULL, PATIENCE_MS), VERDICT_MATCH);
	assert_int_equal(attempt, 7);
	assert_int_equal(rig_password(&w.rig, 7, 7, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(w.fake.seen->binds, before + 1);
	/* forgotten, and without a ticket */
	assert_int_equal(rig_lookup(&w.rig, 9, "alice", NULL), LOOKUP_FOUND);
	rig_forget(&w.rig, 9);
	rig_ask(&w.rig, 10, 0, false, "alice");
	assert_int_equal(rig_answer(&w.rig, NULL, NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&w.rig, 9, 9, "0 0", 3), 0);
	assert_int_equal(rig_password(&w.rig, 10, 0, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(w.fake.seen->binds, before + 1);
	end();
}

static void
an_empty_password_never_reaches_the_server(void **state)
{
	unsigned before;

	begin(FAKE_NORMAL);
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(
		    rig_lookup(&w.rig, i, "alice", NULL), LOOKUP_FOUND);
	before = w.fake.seen->binds;
	assert_int_equal(rig_password(&w.rig, 1, 1, "", 0), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MALFORMED);
	assert_int_equal(rig_password(&w.rig, 2, 2, "\0x", 2), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MALFORMED);
	assert_int_equal(rig_password(&w.rig, 3, 3, "0 0\0", 4), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MALFORMED);
	assert_int_equal(w.fake.seen->binds, before);
	assert_int_equal(w.fake.seen->empty_passwords, 0);
	end();
}

static void
no_bind_before_authority_has_counted_the_try(void **state)
{
	unsigned before;

	begin(FAKE_NORMAL);
	for (unsigned i = 1; i <= 4; i++)
		assert_int_equal(
		    rig_lookup(&w.rig, i, "alice", NULL), LOOKUP_FOUND);
	before = w.fake.seen->binds;
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(rig_hand_on(&w.rig, i, i, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(w.fake.seen->binds, before);
	rig_allow(&w.rig, 1, false);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	/* who is refused already is nobody, once and for all */
	rig_allow(&w.rig, 2, true);
	rig_allow(&w.rig, 2, false);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MISMATCH);
	/* over before it was allowed */
	rig_forget(&w.rig, 3);
	rig_allow(&w.rig, 3, false);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(w.fake.seen->binds, before + 2);
	/* authority may be the faster one */
	rig_allow(&w.rig, 4, false);
	assert_int_equal(rig_hand_on(&w.rig, 4, 4, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	end();
}

/* A conversation that was taken over holds some channels and says nothing. */
static void
one_process_cannot_take_all_channels(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pid_t other;
	int ready[2], status;
	char byte;

	begin(FAKE_NORMAL);
	memcpy(a.sun_path, w.rig.socket, sizeof w.rig.socket);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ready), 0);
	other = fork();
	if (other == 0) {
		int fd, closed = 0;

		close(ready[0]);
		for (int i = 0; i < PASSWORD_CHANNEL_MAX; i++) {
			struct pollfd p = {.events = POLLIN};

			fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
			if (connect(fd, (void *)&a, sizeof a) < 0)
				_exit(99);
			/* the first ones stay, the others are hung up on */
			p.fd = fd;
			closed += i >= PASSWORD_CHANNEL_PROCESS_MAX &&
				  poll(&p, 1, 1000) == 1 &&
				  read(fd, &byte, 1) == 0;
		}
		/* until the other end is closed */
		if (write(ready[1], "x", 1) != 1 ||
		    read(ready[1], &byte, 1) != 0)
			_exit(98);
		_exit(closed == PASSWORD_CHANNEL_MAX -
				    PASSWORD_CHANNEL_PROCESS_MAX
			  ? 0
			  : 1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(
	    rig_login(&w.rig, "alice", "0 0", NULL), VERDICT_MATCH);
	close(ready[0]);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	end();
}

/* The same traffic as for a person; never a match, whatever is answered. */
static void
a_decoy_binds_as_nobody(void **state)
{
	unsigned before;

	begin(FAKE_NORMAL);
	rig_ask(&w.rig, 1, 1, true, "alice");
	assert_int_equal(rig_answer(&w.rig, NULL, NULL), LOOKUP_FOUND);
	rig_ask(&w.rig, 2, 2, false, "none");
	assert_int_equal(rig_answer(&w.rig, NULL, NULL), LOOKUP_UNKNOWN);
	before = w.fake.seen->binds;
	assert_int_equal(rig_password(&w.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MISMATCH);
	assert_int_equal(rig_password(&w.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MISMATCH);
	assert_int_equal(w.fake.seen->binds, before + 2);
	end();
}

static void
a_password_may_come_before_the_lookup_ends(void **state)
{
	begin(FAKE_NORMAL);
	rig_ask(&w.rig, 1, 1, false, "alice");
	assert_int_equal(rig_password(&w.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(rig_answer(&w.rig, NULL, NULL), LOOKUP_FOUND);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	end();
}

static void
a_new_authority_knows_nothing_of_the_old_ones_attempts(void **state)
{
	begin(FAKE_NORMAL);
	assert_int_equal(rig_lookup(&w.rig, 1, "alice", NULL), LOOKUP_FOUND);
	rig_restart_authority(&w.rig);
	assert_int_equal(rig_lookup(&w.rig, 2, "bob", NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&w.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&w.rig, NULL, NULL, 200), -1);
	assert_int_equal(rig_password(&w.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&w.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	end();
}

static void
servers_that_say_nothing_or_nonsense_are_unavailable(void **state)
{
	static const enum fake_mode modes[] = {FAKE_SILENT, FAKE_GARBAGE};

	for (size_t i = 0; i < 2; i++) {
		uint64_t began;

		began = clock_mono_ms();
		begin_with(modes[i], 500);
		assert_int_equal(lookup("alice"), LOOKUP_UNAVAILABLE);
		assert_in_range(clock_mono_ms() - began, 300, PATIENCE_MS);
		end();
	}
}

/* a certificate of no consequence: nothing is ever verified by it */
static const char some_ca[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgjCCASmgAwIBAgIUdW3q6aLYDv882uiZuA1p7kYg8rYwCgYIKoZIzj0EAwIw\n"
    "FjEUMBIGA1UEAwwLbm9ib2R5J3MgQ0EwIBcNMjYxMTIyMjI0OTQxWhgPMjEyNjEw\n"
    "MjkyMjQ5NDFaMBYxFDASBgNVBAMMC25vYm9keSdzIENBMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEgg1KlxVQhNEFMezed4G9rj0rGwfBQ9ZgwAtWVSn8nPgUFzbF\n"
    "jTDMwXMzs2SzzR4kjkp4YlzMjojFI+MyXqrC5KNTMFEwHQYDVR0OBBYEFNmDoKCW\n"
    "U8JJ+jFi5z6ppSY+0WdoMB8GA1UdIwQYMBaAFNmDoKCWU8JJ+jFi5z6ppSY+0Wdo\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgHmggMf82avkYBJN6\n"
    "bz1dDtKtlWu5pzGNq/P4WGS13c8CICiQ809v+pJPvKgtF3MX3lpAsv6O7q04ELrV\n"
    "TWLnjG93\n"
    "-----END CERTIFICATE-----\n";

static void
without_starttls_no_password_is_sent(void **state)
{
	static const enum fake_mode modes[] = {
	    FAKE_NO_STARTTLS, FAKE_FAKE_STARTTLS};
	char ca[] = "/tmp/directory-ca.XXXXXX";
	int fd = mkstemp(ca);

	assert_true(fd >= 0);
	assert_true(
	    write(fd, some_ca, sizeof some_ca - 1) == sizeof some_ca - 1);
	close(fd);
	for (size_t i = 0; i < 2; i++) {
		memset(&w, 0, sizeof w);
		fake_start(&w.fake, modes[i]);
		rig_conf(&w.conf);
		w.conf.operation_timeout = 250;
		w.conf.start_tls = true;
		snprintf(w.conf.ca, sizeof w.conf.ca, "%s", ca);
		add_server(&w.conf, w.fake.port);
		assert_int_equal(rig_start(&w.rig, program, &w.conf), 0);
		w.running = true;
		assert_int_equal(lookup("alice"), LOOKUP_UNAVAILABLE);
		await(&w.fake.seen->others, 1);
		assert_int_equal(w.fake.seen->binds, 0);
		assert_int_equal(w.fake.seen->clear_passwords, 0);
		end();
	}
	unlink(ca);
}

/* NULL, or what was not so. */
static const char *
take_over_and_back(const struct fake *second)
{
	unsigned before;

	if (lookup("alice") != LOOKUP_FOUND || w.fake.seen->searches != 1)
		return "the first is asked";
	fake_freeze(&w.fake);
	/* the first one to notice pays for it; a search is asked again */
	if (lookup("alice") != LOOKUP_UNAVAILABLE)
		return "it is frozen";
	/* one for searches; the idle ones for binds move too */
	await(&second->seen->connections, 3);
	for (int i = 0; i < 20; i++)
		if (rig_login(&w.rig, "alice", "0 0", NULL) != VERDICT_MATCH)
			return "the second serves at once";
	if (second->seen->searches != 20)
		return "the second alone serves";
	fake_thaw(&w.fake);
	assert_true(rig_await_log(&w.rig, ": the server works again"));
	before = w.fake.seen->searches;
	for (int i = 0; i < 1000 && w.fake.seen->searches == before; i++) {
		if (lookup("alice") != LOOKUP_FOUND)
			return "the first serves again";
		usleep(10000);
	}
	if (w.fake.seen->searches == before)
		return "the first is asked again";
	return NULL;
}

/* Several times where the machine itself kept a server from its answer for
 * longer than the role is told to wait. */
static void
a_second_server_takes_over_and_the_first_is_taken_back(void **state)
{
	const char *wrong = "never tried";
	struct fake second;

	for (int i = 0; i < 5 && wrong != NULL; i++) {
		memset(&w, 0, sizeof w);
		fake_start(&w.fake, FAKE_NORMAL);
		fake_start(&second, FAKE_NORMAL);
		rig_conf(&w.conf);
		w.conf.operation_timeout = 500 + (uint32_t)i * 500;
		w.conf.connect_timeout = 300 + (uint32_t)i * 500;
		add_server(&w.conf, w.fake.port);
		add_server(&w.conf, second.port);
		assert_int_equal(rig_start(&w.rig, program, &w.conf), 0);
		w.running = true;
		wrong = take_over_and_back(&second);
		if (wrong != NULL) {
			print_message("not so: %s\n", wrong);
			rig_print_log(&w.rig);
		}
		/* it holds our ends of the channels too */
		fake_stop(&second);
		end();
	}
	assert_null(wrong);
}

/* Each connection tried it, and tried it again, so that a directory's lockout
 * took the service's account away within seconds. */
static void
a_refused_service_password_is_tried_once(void **state)
{
	memset(&w, 0, sizeof w);
	fake_start(&w.fake, FAKE_NORMAL);
	rig_conf(&w.conf);
	w.conf.operation_timeout = w.conf.connect_timeout = 1500;
	w.conf.search_connections = w.conf.bind_connections = 4;
	snprintf(w.conf.bind_password, CONF_TEXT, "49 0");
	add_server(&w.conf, w.fake.port);
	assert_int_equal(rig_start(&w.rig, program, &w.conf), 0);
	w.running = true;
	await(&w.fake.seen->binds, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(lookup("alice"), LOOKUP_UNAVAILABLE);
	assert_int_equal(w.fake.seen->binds, 1);
	assert_true(rig_await_log(&w.rig, "next try in 60 s"));
	end();
}

static void
a_reload_swaps_servers_or_keeps_the_old_ones(void **state)
{
	struct fake second;
	struct conf_directory other;

	begin(FAKE_NORMAL);
	fake_start(&second, FAKE_NORMAL);
	assert_int_equal(lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(rig_reload(&w.rig, &w.conf), 0);
	other = w.conf;
	snprintf(other.uri[0], CONF_TEXT, "ldap://192.0.2.1");
	assert_int_equal(rig_reload(&w.rig, &other), -1);
	assert_non_null(strstr(w.rig.why, "in clear"));
	assert_int_equal(lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(second.seen->connections, 0);
	other.uri_count = 0;
	add_server(&other, second.port);
	assert_int_equal(rig_reload(&w.rig, &other), 0);
	assert_int_equal(lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(second.seen->searches, 1);
	fake_stop(&second); /* it holds our ends of the channels too */
	end();
}

static void
a_configuration_that_would_leak_passwords_does_not_start(void **state)
{
	memset(&w, 0, sizeof w);
	rig_conf(&w.conf);
	snprintf(w.conf.uri[0], CONF_TEXT, "ldap://192.0.2.1");
	w.conf.uri_count = 1;
	assert_int_equal(rig_start(&w.rig, program, &w.conf), -1);
	assert_true(rig_logged(&w.rig, "ldap://192.0.2.1: passwords would go "
				       "over the net in clear"));
	assert_int_equal(rig_stop(&w.rig), 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(searches_that_are_not_one_whole_entry_are_told_apart),
	    TEST(attributes_of_the_policy_are_whole_or_the_entry_is_malformed),
	    TEST(an_answer_says_which_attributes_it_is_about),
	    TEST(a_name_reaches_the_server_as_it_was_asked),
	    TEST(the_id_is_in_one_spelling),
	    TEST(one_answer_of_a_thousand_is_a_match),
	    TEST(
		broken_answers_to_a_bind_are_unavailable_and_the_next_one_is_not),
	    TEST(
		an_answer_that_does_not_come_is_unavailable_and_the_next_one_is_not),
	    TEST(a_slow_bind_does_not_hold_up_the_others),
	    TEST(only_the_ticket_of_the_lookup_brings_a_bind),
	    TEST(an_empty_password_never_reaches_the_server),
	    cmocka_unit_test(no_bind_before_authority_has_counted_the_try),
	    cmocka_unit_test(one_process_cannot_take_all_channels),
	    TEST(a_decoy_binds_as_nobody),
	    TEST(a_password_may_come_before_the_lookup_ends),
	    TEST(a_new_authority_knows_nothing_of_the_old_ones_attempts),
	    TEST(servers_that_say_nothing_or_nonsense_are_unavailable),
	    TEST(without_starttls_no_password_is_sent),
	    TEST(a_second_server_takes_over_and_the_first_is_taken_back),
	    TEST(a_refused_service_password_is_tried_once),
	    TEST(what_is_open_stays_open),
	    TEST(a_reload_swaps_servers_or_keeps_the_old_ones),
	    TEST(a_configuration_that_would_leak_passwords_does_not_start),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	setenv("LDAPNOINIT", "1", 1);
	signal(SIGPIPE, SIG_IGN);
	program = rig_program(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
