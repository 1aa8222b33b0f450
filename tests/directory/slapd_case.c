/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/slapd_case.h"

#include <signal.h>
#include <stdio.h>

#include "tests/support/unit.h"

struct slapd_case slapd_case;

void
slapd_case_need(void)
{
	if (slapd_case.slapd_runs)
		return;
	print_message("skipped: %s\n", slapd_missing());
	skip();
}

void
slapd_case_conf(struct conf_directory *c, bool start_tls)
{
	rig_conf(c);
	snprintf(c->base, CONF_TEXT, "ou=people,dc=example,dc=test");
	c->uri_count = 1;
	c->start_tls = start_tls;
	snprintf(c->uri[0], CONF_TEXT, "%s://127.0.0.1:%u",
	    start_tls ? "ldap" : "ldaps",
	    start_tls ? slapd_case.slapd.port : slapd_case.slapd.tls_port);
	snprintf(c->ca, sizeof c->ca, "%s/ca.pem", slapd_case.slapd.dir);
}

void
slapd_case_begin(const struct conf_directory *c)
{
	assert_int_equal(rig_start(&slapd_case.rig, slapd_case.program, c), 0);
	slapd_case.rig_runs = true;
}

void
slapd_case_end(void)
{
	slapd_case.rig_runs = false;
	assert_int_equal(rig_stop(&slapd_case.rig), 0);
}

int
slapd_case_clean(void **state)
{
	kill(slapd_case.slapd.pid, SIGCONT);
	if (slapd_case.rig_runs) {
		rig_print_log(&slapd_case.rig);
		rig_stop(&slapd_case.rig);
	}
	slapd_case.rig_runs = false;
	return 0;
}

void
slapd_case_login(const char *name, const char *password, int verdict,
    enum account_state expected)
{
	enum account_state s = 0;
	int v = rig_login(&slapd_case.rig, name, password, &s);

	if (v != verdict || (v < 100 && s != expected))
		fail_msg("%s: verdict %d, state %d", name, v, (int)s);
}

int
slapd_case_run(
    int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
	int failed;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	signal(SIGPIPE, SIG_IGN);
	slapd_case.argv_0 = argv[0];
	slapd_case.program = rig_program(argv[0]);
	if (slapd_missing() == NULL) {
		if (slapd_start(&slapd_case.slapd, argv[0], 0) < 0) {
			fprintf(stderr, "slapd did not start\n");
			return 1;
		}
		slapd_case.slapd_runs = true;
	}
	failed = _cmocka_run_group_tests("slapd", tests, count, NULL, NULL);
	if (slapd_case.slapd_runs)
		slapd_stop(&slapd_case.slapd);
	return failed;
}
