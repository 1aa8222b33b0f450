/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates of a real slapd: which are taken, and what the log says of
 * the others. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/directory/slapd_case.h"
#include "tests/support/unit.h"

static char dir[] = "/tmp/directory-certificates.XXXXXX";
static bool made;

/* The files are named in tests/directory/certificates.  "" works. */
static const struct row {
	const char *name, *chain, *ca, *crl, *why;
} rows[] = {
    {"ecdsa", "root", "root", "", ""},
    {"ecdsa384", "root", "root", "", ""},
    {"rsa", "root", "root", "", ""},
    {"between", "above", "root", "", ""},
    {"between", "root", "both", "", ""},
    {"between", "root", "root", "", "its issuer is not known"},
    {"under-ended", "ended", "root", "", "it has expired, or one above it"},
    {"expired", "root", "root", "", "it has expired"},
    {"early", "root", "root", "", "it is not valid yet"},
    {"name", "root", "root", "", "it is for another name"},
    {"only-cn", "root", "root", "", "it is for another name"},
    {"client", "root", "root", "", "it is not for servers"},
    {"foreign", "stranger", "root", "", "its issuer is not known"},
    {"revoked", "root", "root", "", ""},
    {"revoked", "root", "root", "none", ""},
    {"revoked", "root", "root", "one", "it has been revoked"},
    {"ecdsa", "root", "root", "one", ""},
    {"ecdsa", "root", "root", "old", "the list of revoked ones (crl) is over"},
};

static void
file(char *out, const char *name, const char *ending)
{
	snprintf(out, CONF_PATH, "%s/%s.%s", dir, name, ending);
}

static void
conf_of(const struct row *r, unsigned port, struct conf_directory *c)
{
	rig_conf(c);
	c->uri_count = 1;
	snprintf(c->uri[0], CONF_TEXT, "ldaps://127.0.0.1:%u", port);
	file(c->ca, r->ca, "pem");
	if (*r->crl != '\0')
		file(c->crl, r->crl, "crl");
}

static void
judge(const struct row *r)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	struct conf_directory c;
	pid_t pid;
	unsigned port =
	    slapd_tls(slapd_case.argv_0, dir, r->name, r->chain, &pid);

	conf_of(r, port, &c);
	slapd_case_begin(&c);
	if (*r->why == '\0') {
		/* nobody is there: it was asked, then */
		if (rig_lookup(&slapd_case.rig, 1, "alice", &a) !=
		    LOOKUP_UNKNOWN)
			fail_msg("%s, crl %s: not taken", r->name, r->crl);
	} else if (!rig_await_log(&slapd_case.rig,
		       "TLS: the certificate of 127.0.0.1: ") ||
		   !rig_await_log(&slapd_case.rig, r->why)) {
		fail_msg("%s, crl %s: not \"%s\"", r->name, r->crl, r->why);
	}
	slapd_case_end();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
each_certificate_is_taken_or_the_log_says_why_not(void **state)
{
	slapd_case_need();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		judge(&rows[i]);
}

/* A list that was asked for and cannot be read would revoke nothing. */
static void
without_its_list_of_revoked_ones_the_role_does_not_start(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	conf_of(&rows[0], 1, &c);
	file(c.crl, "missing", "crl");
	assert_int_equal(
	    rig_start(&slapd_case.rig, slapd_case.program, &c), -1);
	assert_true(rig_logged(&slapd_case.rig, "missing.crl cannot be used"));
	rig_stop(&slapd_case.rig);
	file(c.crl, "root", "pem"); /* no list in it */
	assert_int_equal(
	    rig_start(&slapd_case.rig, slapd_case.program, &c), -1);
	assert_true(rig_logged(&slapd_case.rig, "cannot be used"));
	rig_stop(&slapd_case.rig);
}

static int
make(void **state)
{
	if (slapd_missing() != NULL)
		return 0;
	made = mkdtemp(dir) != NULL;
	return made ? slapd_certificates(slapd_case.argv_0, dir) : -1;
}

static int
remove_all(void **state)
{
	if (made)
		slapd_remove(dir);
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, slapd_case_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_certificate_is_taken_or_the_log_says_why_not),
	    TEST(without_its_list_of_revoked_ones_the_role_does_not_start),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	signal(SIGPIPE, SIG_IGN);
	slapd_case.argv_0 = argv[0];
	slapd_case.program = rig_program(argv[0]);
	slapd_case.slapd_runs = slapd_missing() == NULL;
	return cmocka_run_group_tests(tests, make, remove_all);
}
