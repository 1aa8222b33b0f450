/* SPDX-License-Identifier: Apache-2.0 */
/* The forward process, and rsyslogd as its receiver. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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

#define RSYSLOGD "/usr/sbin/rsyslogd"

static pid_t
start_rsyslogd(struct log_fixture *f, const char *library, uint16_t port)
{
	char conf[2048], conf_path[128], pid_path[128];
	pid_t pid;
	int len;

	len = snprintf(conf, sizeof conf,
	    "global(workDirectory=\"%s\")\n"
	    "module(load=\"imrelp\" tls.tlslib=\"%s\")\n"
	    "template(name=\"raw\" type=\"string\" string=\"%%msg%%\\n\")\n"
	    "ruleset(name=\"in\") { action(type=\"omfile\" file=\"%s/got\""
	    " template=\"raw\") }\n"
	    "input(type=\"imrelp\" address=\"127.0.0.1\" port=\"%u\""
	    " ruleset=\"in\" tls=\"on\""
	    " tls.caCert=\"%s/ca.pem\" tls.myCert=\"%s/cert.pem\""
	    " tls.myPrivKey=\"%s/key.pem\" tls.authMode=\"name\""
	    " tls.permittedPeer=[\"bastion1.test\"])\n",
	    f->path, library, f->path, port, f->path, f->path, f->path);
	log_fixture_put(f, "conf", conf, (size_t)len);
	snprintf(conf_path, sizeof conf_path, "%s/conf", f->path);
	snprintf(pid_path, sizeof pid_path, "%s/pid", f->path);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(RSYSLOGD, "rsyslogd", "-n", "-f", conf_path, "-i",
		    pid_path, (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* The lines that rsyslogd wrote are, byte for byte, those of the log. */
static void
assert_same_lines(
    struct forward_world *w, struct log_fixture *f, unsigned count)
{
	struct log_reader reader;
	struct log_line line;
	char *got, *at;
	size_t len;

	log_fixture_get(f, "got", &got, &len);
	at = got;
	assert_int_equal(log_reader_open(&reader, w->log.dir, 1), 0);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(
		    log_reader_next(&reader, &line), LOG_READ_LINE);
		assert_true(len - (size_t)(at - got) > line.len);
		assert_memory_equal(at, line.text, line.len);
		assert_int_equal(at[line.len], '\n');
		at += line.len + 1;
	}
	assert_int_equal(at - got, len);
	log_reader_close(&reader);
	free(got);
}

static void
deliver_to_rsyslog(struct forward_world *w, const char *library)
{
	struct log_fixture f;
	struct cert server;
	uint16_t port = (uint16_t)free_port();
	pid_t pid;

	log_fixture_open(&f);
	cert_make(&server, &w->ca, "siem.test", "DNS:siem.test", 10);
	log_fixture_put(&f, "ca.pem", w->ca.cert_pem, strlen(w->ca.cert_pem));
	log_fixture_put(
	    &f, "cert.pem", server.cert_pem, strlen(server.cert_pem));
	log_fixture_put(&f, "key.pem", server.key_pem, strlen(server.key_pem));
	pid = start_rsyslogd(&f, library, port);
	w->mutual = 1;
	assert_int_equal(forward_world_start(w, port), 1);
	forward_world_committed(w, FORWARD_WORLD_RECORDS);
	forward_world_wait_for_cursor(w, FORWARD_WORLD_RECORDS);
	forward_world_end(w);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	assert_same_lines(w, &f, FORWARD_WORLD_RECORDS);
	cert_free(&server);
	log_fixture_close(&f);
}

static void
rsyslog_with_openssl_takes_every_record(void **state)
{
	if (access(RSYSLOGD, X_OK) != 0)
		skip();
	deliver_to_rsyslog(*state, "openssl");
}

static void
rsyslog_with_gnutls_takes_every_record(void **state)
{
	if (access(RSYSLOGD, X_OK) != 0)
		skip();
	deliver_to_rsyslog(*state, "gnutls");
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, forward_world_set_up, forward_world_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(rsyslog_with_openssl_takes_every_record),
	    TEST(rsyslog_with_gnutls_takes_every_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
