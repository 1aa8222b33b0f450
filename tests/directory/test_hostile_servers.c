/* SPDX-License-Identifier: Apache-2.0 */
/* The built role, and servers that say nothing, nonsense, or are gone. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/directory/password_channel.h"
#include "lib/base/clock.h"
#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"
#include "tests/support/patience.h"
#include "tests/directory/hostile.h"
#include "tests/support/unit.h"

/* The role looks after its connections each five seconds. */
static void
what_is_open_stays_open(void **state)
{
	hostile_begin(FAKE_NORMAL);
	assert_int_equal(hostile_lookup("alice"), LOOKUP_FOUND);
	hostile_await(
	    &hostile.fake.seen->connections, 3); /* as rig_conf() says */
	usleep(5500000);
	assert_int_equal(hostile_lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(hostile.fake.seen->connections, 3);
	hostile_end();
}

static void
servers_that_say_nothing_or_nonsense_are_unavailable(void **state)
{
	static const enum fake_mode modes[] = {FAKE_SILENT, FAKE_GARBAGE};

	for (size_t i = 0; i < 2; i++) {
		uint64_t began;

		began = clock_mono_ms();
		hostile_begin_with(modes[i], 500);
		assert_int_equal(hostile_lookup("alice"), LOOKUP_UNAVAILABLE);
		assert_in_range(clock_mono_ms() - began, 300, PATIENCE_MS);
		hostile_end();
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
		memset(&hostile, 0, sizeof hostile);
		fake_start(&hostile.fake, modes[i]);
		rig_conf(&hostile.conf);
		hostile.conf.operation_timeout = 250;
		hostile.conf.start_tls = true;
		snprintf(hostile.conf.ca, sizeof hostile.conf.ca, "%s", ca);
		hostile_add_server(&hostile.conf, hostile.fake.port);
		assert_int_equal(
		    rig_start(&hostile.rig, hostile_program, &hostile.conf), 0);
		hostile.running = true;
		assert_int_equal(hostile_lookup("alice"), LOOKUP_UNAVAILABLE);
		hostile_await(&hostile.fake.seen->others, 1);
		assert_int_equal(hostile.fake.seen->binds, 0);
		assert_int_equal(hostile.fake.seen->clear_passwords, 0);
		hostile_end();
	}
	unlink(ca);
}

/* NULL, or what was not so. */
static const char *
take_over_and_back(const struct fake *second)
{
	unsigned before;

	if (hostile_lookup("alice") != LOOKUP_FOUND ||
	    hostile.fake.seen->searches != 1)
		return "the first is asked";
	fake_freeze(&hostile.fake);
	/* the first one to notice pays for it; a search is asked again */
	if (hostile_lookup("alice") != LOOKUP_UNAVAILABLE)
		return "it is frozen";
	/* one for searches; the idle ones for binds move too */
	hostile_await(&second->seen->connections, 3);
	for (int i = 0; i < 20; i++)
		if (rig_login(&hostile.rig, "alice", "0 0", NULL) !=
		    VERDICT_MATCH)
			return "the second serves at once";
	if (second->seen->searches != 20)
		return "the second alone serves";
	fake_thaw(&hostile.fake);
	assert_true(rig_await_log(&hostile.rig, ": the server works again"));
	before = hostile.fake.seen->searches;
	for (int i = 0; i < 1000 && hostile.fake.seen->searches == before;
	     i++) {
		if (hostile_lookup("alice") != LOOKUP_FOUND)
			return "the first serves again";
		usleep(10000);
	}
	if (hostile.fake.seen->searches == before)
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
		memset(&hostile, 0, sizeof hostile);
		fake_start(&hostile.fake, FAKE_NORMAL);
		fake_start(&second, FAKE_NORMAL);
		rig_conf(&hostile.conf);
		hostile.conf.operation_timeout = 500 + (uint32_t)i * 500;
		hostile.conf.connect_timeout = 300 + (uint32_t)i * 500;
		hostile_add_server(&hostile.conf, hostile.fake.port);
		hostile_add_server(&hostile.conf, second.port);
		assert_int_equal(
		    rig_start(&hostile.rig, hostile_program, &hostile.conf), 0);
		hostile.running = true;
		wrong = take_over_and_back(&second);
		if (wrong != NULL) {
			print_message("not so: %s\n", wrong);
			rig_print_log(&hostile.rig);
		}
		/* it holds our ends of the channels too */
		fake_stop(&second);
		hostile_end();
	}
	assert_null(wrong);
}

/* Each connection tried it, and tried it again, so that a directory's lockout
 * took the service's account away within seconds. */
static void
a_refused_service_password_is_tried_once(void **state)
{
	memset(&hostile, 0, sizeof hostile);
	fake_start(&hostile.fake, FAKE_NORMAL);
	rig_conf(&hostile.conf);
	hostile.conf.operation_timeout = hostile.conf.connect_timeout = 1500;
	hostile.conf.search_connections = hostile.conf.bind_connections = 4;
	snprintf(hostile.conf.bind_password, CONF_TEXT, "49 0");
	hostile_add_server(&hostile.conf, hostile.fake.port);
	assert_int_equal(
	    rig_start(&hostile.rig, hostile_program, &hostile.conf), 0);
	hostile.running = true;
	hostile_await(&hostile.fake.seen->binds, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(hostile_lookup("alice"), LOOKUP_UNAVAILABLE);
	assert_int_equal(hostile.fake.seen->binds, 1);
	assert_true(rig_await_log(&hostile.rig, "next try in 60 s"));
	hostile_end();
}

static void
a_reload_swaps_servers_or_keeps_the_old_ones(void **state)
{
	struct fake second;
	struct conf_directory other;

	hostile_begin(FAKE_NORMAL);
	fake_start(&second, FAKE_NORMAL);
	assert_int_equal(hostile_lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
	other = hostile.conf;
	snprintf(other.uri[0], CONF_TEXT, "ldap://192.0.2.1");
	assert_int_equal(rig_reload(&hostile.rig, &other), -1);
	assert_non_null(strstr(hostile.rig.why, "in plaintext"));
	assert_int_equal(hostile_lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(second.seen->connections, 0);
	other.uri_count = 0;
	hostile_add_server(&other, second.port);
	assert_int_equal(rig_reload(&hostile.rig, &other), 0);
	assert_int_equal(hostile_lookup("alice"), LOOKUP_FOUND);
	assert_int_equal(second.seen->searches, 1);
	fake_stop(&second); /* it holds our ends of the channels too */
	hostile_end();
}

static void
a_configuration_that_would_leak_passwords_does_not_start(void **state)
{
	static const char *const rows[][2] = {
	    {"ldap://192.0.2.1",
		"ldap://192.0.2.1: passwords would cross the network in plaintext"},
	    {"ldaps://localhost", "name in the certificate"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&hostile, 0, sizeof hostile);
		rig_conf(&hostile.conf);
		snprintf(hostile.conf.uri[0], CONF_TEXT, "%s", rows[i][0]);
		hostile.conf.uri_count = 1;
		assert_int_equal(
		    rig_start(&hostile.rig, hostile_program, &hostile.conf),
		    -1);
		assert_true(rig_logged(&hostile.rig, rows[i][1]));
		assert_int_equal(rig_stop(&hostile.rig), 1);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, hostile_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
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
	hostile_program = rig_program(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
