/* SPDX-License-Identifier: Apache-2.0 */
/* The built role against a real slapd, over LDAPS and StartTLS. */
#include <fcntl.h>
#include <ldap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/directory/ldap_options.h"
#include "lib/base/clock.h"
#include "policy/policy.h"
#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"
#include "tests/directory/slapd_case.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

static void
people_are_told_apart(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	for (int start_tls = 0; start_tls < 2; start_tls++) {
		slapd_case_conf(&c, start_tls);
		slapd_case_begin(&c);
		slapd_case_login(
		    "alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
		slapd_case_login(
		    "alice", "wrong", VERDICT_MISMATCH, ACCOUNT_ACTIVE);
		slapd_case_login(
		    "locked", "secret", VERDICT_MISMATCH, ACCOUNT_LOCKED);
		slapd_case_login(
		    "reset", "secret", VERDICT_MISMATCH, ACCOUNT_MUST_CHANGE);
		slapd_case_login("nobody", "secret", 100 + LOOKUP_UNKNOWN, 0);
		slapd_case_login("twice", "secret", 100 + LOOKUP_AMBIGUOUS, 0);
		slapd_case_login("*)(uid=*", "secret", 100 + LOOKUP_UNKNOWN, 0);
		slapd_case_login("ali*", "secret", 100 + LOOKUP_UNKNOWN, 0);
		slapd_case_login("alice ", "secret", 100 + LOOKUP_UNKNOWN, 0);
		slapd_case_login(
		    "we*rd", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
		slapd_case_end();
	}
}

/* The name of a library that libldap brings and nobody uses; "": none. */
static void
find_plugin(const char *maps, char name_r[256])
{
	static const char *const unwanted[] = {
	    "/sasl2/", "/libdb", "/libcrypto"};
	FILE *f = fopen(maps, "re");

	assert_non_null(f);
	for (bool found = false; !found && fgets(name_r, 256, f) != NULL;)
		for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0];
		     i++)
			found |= strstr(name_r, unwanted[i]) != NULL;
	if (feof(f))
		name_r[0] = '\0';
	fclose(f);
}

/* Outside of the sandbox, whose Landlock hides the files, too. */
static _Noreturn void
bind_alone(void)
{
	struct berval none = {0, NULL};
	char uri[64], name[256];
	int version = LDAP_VERSION3;
	LDAP *ld;

	ldap_options_isolate();
	snprintf(uri, sizeof uri, "ldap://127.0.0.1:%u", slapd_case.slapd.port);
	if (ldap_initialize(&ld, uri) != LDAP_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) !=
		LDAP_OPT_SUCCESS)
		_exit(2);
	ldap_sasl_bind_s(ld, "", LDAP_SASL_SIMPLE, &none, NULL, NULL, NULL);
	find_plugin("/proc/self/maps", name);
	if (name[0] != '\0')
		fprintf(stderr, "%s", name);
	_exit(name[0] != '\0');
}

/* Code that need not be there, beside passwords. */
static void
no_plugin_comes_with_libldap(void **state)
{
	char maps[64], name[256];
	struct conf_directory c;
	int status;
	pid_t pid;

	slapd_case_need();
	slapd_case_conf(&c, true);
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
	snprintf(maps, sizeof maps, "/proc/%d/maps", (int)slapd_case.rig.role);
	find_plugin(maps, name);
	assert_string_equal(name, "");
	slapd_case_end();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		bind_alone();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
an_entry_says_who_it_is(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	char subject[SUBJECT_MAX + 1];
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	slapd_case_begin(&c);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 1, "ALICE", &a), LOOKUP_FOUND);
	assert_string_equal(a.name, "alice");
	assert_int_equal(strlen(a.subject), 36);
	memcpy(subject, a.subject, sizeof subject);
	assert_int_equal(a.employment, POLICY_EMPLOYEE);
	assert_int_equal(a.state, ACCOUNT_ACTIVE);
	assert_int_equal(a.group_count, 2);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 2, "bob", &a), LOOKUP_FOUND);
	assert_int_equal(a.employment, POLICY_VENDOR);
	assert_string_not_equal(a.subject, subject);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 3, "locked", &a), LOOKUP_FOUND);
	assert_int_equal(a.state, ACCOUNT_LOCKED);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 4, "reset", &a), LOOKUP_FOUND);
	assert_int_equal(a.state, ACCOUNT_MUST_CHANGE);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 5, "ended", &a), LOOKUP_FOUND);
	assert_int_equal(a.state, ACCOUNT_EXPIRED);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 6, "expired", &a), LOOKUP_FOUND);
	assert_int_equal(a.state, ACCOUNT_EXPIRED);
	slapd_case_end();
}

static void
attributes_that_the_policy_names_come_with_the_entry(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static const char expected[] = "\0Payments\0\0Cards on file\0"
				       "\2employee";
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	snprintf(c.policy_attribute[0], CONF_ATTRIBUTE, "departmentnumber");
	snprintf(c.policy_attribute[1], CONF_ATTRIBUTE, "jpegphoto");
	snprintf(c.policy_attribute[2], CONF_ATTRIBUTE, "employeetype");
	c.policy_attribute_count = 3;
	slapd_case_begin(&c);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 3);
	assert_string_equal(a.attribute[0], "departmentnumber");
	assert_int_equal(a.values_size, sizeof expected);
	/* an attribute's values keep no order */
	if (memcmp(a.values, expected, 10) == 0)
		assert_memory_equal(a.values, expected, sizeof expected);
	assert_int_equal(a.employment, POLICY_EMPLOYEE);
	assert_int_equal(a.group_count, 2);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 2, "bob", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 3);
	assert_int_equal(a.values_size, 8);
	assert_memory_equal(a.values, "\2vendor", 8);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 3, "picture", &a), LOOKUP_MALFORMED);
	assert_int_equal(a.attribute_count, 0);
	assert_true(rig_logged(&slapd_case.rig,
	    "jpegphoto has no value, too many, or one that is "
	    "no text"));
	slapd_case_end();
}

/* slapd answers with sn; a deny by surname would be about nobody. */
static void
an_attribute_by_another_name_than_the_servers_is_refused(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	snprintf(c.policy_attribute[0], CONF_ATTRIBUTE, "surname");
	c.policy_attribute_count = 1;
	slapd_case_begin(&c);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 1, "alice", &a), LOOKUP_MALFORMED);
	assert_true(
	    rig_logged(&slapd_case.rig, "answers with the attribute sn, "));
	snprintf(c.policy_attribute[0], CONF_ATTRIBUTE, "sn");
	assert_int_equal(rig_reload(&slapd_case.rig, &c), 0);
	assert_int_equal(
	    rig_lookup(&slapd_case.rig, 2, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.values_size, 7);
	assert_memory_equal(a.values, "\0alice", 7);
	slapd_case_end();
}

static void
a_base_that_refers_elsewhere_is_unavailable(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	snprintf(c.base, CONF_TEXT, "ou=elsewhere,dc=example,dc=test");
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
	slapd_case_end();
}

/* Each must end without a service bind, so nothing is found. */
static void
a_server_that_cannot_prove_who_it_is_gets_no_password(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	for (int start_tls = 0; start_tls < 2; start_tls++) {
		slapd_case_conf(&c, start_tls);
		c.operation_timeout = 300;
		snprintf(
		    c.ca, sizeof c.ca, "%s/stranger.pem", slapd_case.slapd.dir);
		slapd_case_begin(&c);
		slapd_case_login(
		    "alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
		assert_true(rig_await_log(&slapd_case.rig, ": TLS:"));
		slapd_case_end();
	}
	/* its certificate is for 127.0.0.1, with CN=127.0.0.2 */
	slapd_case_conf(&c, false);
	c.operation_timeout = 300;
	snprintf(c.uri[0], CONF_TEXT, "ldaps://127.0.0.2:%u",
	    slapd_case.slapd.tls_port);
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
	assert_true(rig_await_log(&slapd_case.rig, ": TLS:"));
	slapd_case_end();
}

static void
the_environment_and_ldap_conf_change_nothing(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	setenv("LDAPTLS_REQCERT", "never", 1);
	setenv("LDAPTLS_CACERT", "/nonexistent", 1);
	slapd_case_conf(&c, false);
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
	slapd_case_end();
	c.operation_timeout = 300;
	snprintf(c.ca, sizeof c.ca, "%s/stranger.pem", slapd_case.slapd.dir);
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
	slapd_case_end();
	unsetenv("LDAPTLS_REQCERT");
	unsetenv("LDAPTLS_CACERT");
}

static void
a_wrong_service_password_is_said_and_nothing_is_found(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	c.operation_timeout = 300;
	snprintf(c.bind_password, CONF_TEXT, "not-it");
	slapd_case_begin(&c);
	slapd_case_login("alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
	assert_true(rig_await_log(
	    &slapd_case.rig, "service bind: Invalid credentials"));
	assert_false(rig_logged(&slapd_case.rig, "not-it"));
	slapd_case_end();
}

/* A short timeout may pass on a busy machine, too. */
static void
log_in_at_last(void)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	while (rig_login(&slapd_case.rig, "alice", "secret", NULL) !=
	       VERDICT_MATCH)
		assert_true(clock_mono_ms() < limit);
}

/* Once this returns none of its threads answers any more: a signal alone is on
 * its way when kill() comes back. */
static void
stop_slapd(void)
{
	int status = 0;

	assert_int_equal(kill(slapd_case.slapd.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(slapd_case.slapd.pid, &status, WUNTRACED),
	    slapd_case.slapd.pid);
	assert_true(WIFSTOPPED(status));
}

static void
a_stopped_server_ends_in_time_and_is_found_again(void **state)
{
	struct conf_directory c;
	uint64_t began;

	slapd_case_need();
	slapd_case_conf(&c, false);
	c.connect_timeout = 1500;
	c.operation_timeout = 3000;
	slapd_case_begin(&c);
	log_in_at_last();
	stop_slapd();
	began = clock_mono_ms();
	slapd_case_login("alice", "secret", 100 + LOOKUP_UNAVAILABLE, 0);
	assert_true(clock_mono_ms() - began < PATIENCE_MS);
	kill(slapd_case.slapd.pid, SIGCONT);
	log_in_at_last();
	slapd_case_end();
}

/* The longest of the logins that come while a first server that says nothing
 * is tried again, or one that it did not hold up at the start. */
static uint64_t
longest_login(const struct conf_directory *c, const struct fake *silent)
{
	uint64_t began = clock_mono_ms(), one, longest = 0;
	unsigned before = silent->seen->connections;

	slapd_case_begin(c);
	slapd_case_login("alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
	assert_true(clock_mono_ms() - began >= c->connect_timeout - 100);
	do {
		one = clock_mono_ms();
		slapd_case_login(
		    "alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
		one = clock_mono_ms() - one;
		if (one > longest)
			longest = one;
		assert_true(clock_mono_ms() - began < PATIENCE_MS);
	} while (silent->seen->connections < before + 3);
	slapd_case_end();
	return longest;
}

/* A server that takes connections and never speaks TLS: libldap waits for it
 * inside one call.  That may hold the role up once, by connect_timeout; the
 * machine may, too, so one good try of several is enough. */
static void
a_dead_first_server_holds_the_others_up_once(void **state)
{
	struct conf_directory c;
	struct fake silent;
	uint64_t longest = UINT64_MAX;

	slapd_case_need();
	fake_start(&silent, FAKE_SILENT);
	slapd_case_conf(&c, false);
	c.connect_timeout = 1500;
	snprintf(c.uri[1], CONF_TEXT, "%s", c.uri[0]);
	snprintf(c.uri[0], CONF_TEXT, "ldaps://127.0.0.1:%u", silent.port);
	c.uri_count = 2;
	for (int i = 0; i < 10 && longest >= 1000; i++)
		longest = longest_login(&c, &silent);
	assert_true(longest < 1000);
	assert_in_range(silent.seen->connections, 3, 40);
	fake_stop(&silent);
}

/* Every copy that is ours or libldap's is gone when the verdict is out. */
static void
no_password_stays_in_memory(void **state)
{
	static const char canary[] = "canary-Xu7ohqu4Aeth";
	static char memory[1 << 20];
	struct conf_directory c;
	char path[64], line[512];
	unsigned found = 0;
	FILE *maps;
	int fd;

	slapd_case_need();
#ifdef __SANITIZE_ADDRESS__
	print_message("skipped: the sanitizer keeps freed memory as it was\n");
	skip();
#endif
	slapd_case_conf(&c, false);
	slapd_case_begin(&c);
	for (int i = 0; i < 5; i++)
		slapd_case_login(
		    "alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
	slapd_case_login("bob", canary, VERDICT_MISMATCH, ACCOUNT_ACTIVE);
	snprintf(path, sizeof path, "/proc/%d/mem", (int)slapd_case.rig.role);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		print_message("skipped: %s is not readable here\n", path);
		slapd_case_end();
		skip();
	}
	snprintf(path, sizeof path, "/proc/%d/maps", (int)slapd_case.rig.role);
	maps = fopen(path, "re");
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long from, to;
		char w;

		if (sscanf(line, "%lx-%lx r%c", &from, &to, &w) != 3 ||
		    w != 'w')
			continue;
		for (; from < to; from += sizeof memory - sizeof canary) {
			ssize_t n =
			    pread(fd, memory, sizeof memory, (off_t)from);

			if (n > 0 && memmem(memory, (size_t)n, canary,
					 sizeof canary - 1) != NULL)
				found++;
		}
	}
	fclose(maps);
	close(fd);
	slapd_case_end();
	assert_int_equal(found, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, slapd_case_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(people_are_told_apart),
	    TEST(no_plugin_comes_with_libldap),
	    TEST(an_entry_says_who_it_is),
	    TEST(attributes_that_the_policy_names_come_with_the_entry),
	    TEST(an_attribute_by_another_name_than_the_servers_is_refused),
	    TEST(a_base_that_refers_elsewhere_is_unavailable),
	    TEST(a_server_that_cannot_prove_who_it_is_gets_no_password),
	    TEST(the_environment_and_ldap_conf_change_nothing),
	    TEST(a_wrong_service_password_is_said_and_nothing_is_found),
	    TEST(a_stopped_server_ends_in_time_and_is_found_again),
	    TEST(a_dead_first_server_holds_the_others_up_once),
	    TEST(no_password_stays_in_memory),
	};

	return slapd_case_run(
	    argc, argv, tests, sizeof tests / sizeof tests[0]);
}
