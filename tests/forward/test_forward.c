/* SPDX-License-Identifier: Apache-2.0 */
/* The forward process itself, against good, bad and real receivers. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <jansson.h>

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
#include "tests/support/unit.h"

#define RECORDS 300
#define SEGMENT (64 * 1024)
#define RSYSLOGD "/usr/sbin/rsyslogd"

struct world {
	struct log_fixture log, state;
	struct cert ca, client;
	struct role_fixture p;
	struct channel audit;
	const char *host, *server_name;
	int mutual;
	bool two; /* sinks, the second one to nobody */
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	log_fixture_open(&w->log);
	log_fixture_open(&w->state);
	log_fixture_write(&w->log, RECORDS, RECORDS, SEGMENT);
	cert_make(&w->ca, NULL, "Test CA", NULL, 10);
	cert_make(&w->client, &w->ca, "bastion1.test", "DNS:bastion1.test", 10);
	w->host = "127.0.0.1";
	w->server_name = "siem.test";
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	cert_free(&w->client);
	cert_free(&w->ca);
	log_fixture_close(&w->state);
	log_fixture_close(&w->log);
	free(w);
	return 0;
}

static int
text_file(const char *text)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	fputs(text, file);
	rewind(file);
	fd = dup(fileno(file));
	fclose(file);
	return fd;
}

/* Configuration and files, as the parent hands them over. */
static void
hand_over(struct world *w, uint16_t port)
{
	struct conf_forward conf = {
	    .role = {.allow = SANDBOX_INET | SANDBOX_READ | SANDBOX_WRITE},
	    .sink_count = 1,
	    .sink[0] = {
		.name = "siem", .kind = "relp", .port = port, .ca = "/ca.pem"}};

	snprintf(conf.role.root, sizeof conf.role.root, "%s", w->state.path);
	snprintf(conf.sink[0].host, sizeof conf.sink[0].host, "%s", w->host);
	snprintf(conf.sink[0].server_name, sizeof conf.sink[0].server_name,
	    "%s", w->server_name);
	if (w->mutual) {
		strcpy(conf.sink[0].certificate, "/cert.pem");
		strcpy(conf.sink[0].key, "/key.pem");
		role_fixture_file(
		    &w->p, "/cert.pem", text_file(w->client.cert_pem));
		role_fixture_file(
		    &w->p, "/key.pem", text_file(w->client.key_pem));
	}
	if (w->two) {
		conf.sink[conf.sink_count] = conf.sink[0];
		strcpy(conf.sink[conf.sink_count].name, "archive");
		conf.sink[conf.sink_count++].port = free_port();
		role_fixture_file(&w->p, "/ca.pem", text_file(w->ca.cert_pem));
	}
	role_fixture_conf(&w->p, &conf, sizeof conf);
	role_fixture_file(&w->p, "/ca.pem", text_file(w->ca.cert_pem));
	role_fixture_file(&w->p, "log", dup(w->log.dir));
}

static int
start(struct world *w, uint16_t port)
{
	role_fixture_start(&w->p, ROLE_FORWARD, "forward");
	hand_over(w, port);
	role_fixture_peer(&w->p, ROLE_AUDIT, &w->audit);
	return role_fixture_go(&w->p);
}

static void
committed(struct world *w, uint64_t sequence)
{
	struct message m;

	message_init(&m, MSG_FORWARD_COMMITTED_NOTE);
	m.u.FORWARD_COMMITTED_NOTE.sequence = sequence;
	assert_int_equal(channel_send(&w->audit, &m), 0);
}

static void
end(struct world *w)
{
	assert_int_equal(role_fixture_end(&w->p), 0);
	channel_close(&w->audit);
}

static uint64_t
cursor(struct world *w)
{
	struct cursor c;
	unsigned format;

	assert_int_equal(cursor_load(w->state.dir, "siem", &c, &format), 0);
	return cursor_sequence(&c);
}

/* Until the cursor file says so. */
static void
wait_for_cursor(struct world *w, uint64_t sequence)
{
	for (int ms = 0; ms < PATIENCE_MS && cursor(w) < sequence; ms += 10)
		usleep(10000);
	assert_int_equal(cursor(w), sequence);
}

/* Each of 1 to LAST was received, the first time in order. */
static void
assert_received(const struct relp_seen *seen, uint32_t last)
{
	uint32_t next = 1;

	assert_int_equal(seen->malformed, 0);
	for (unsigned i = 0; i < seen->acknowledged; i++) {
		assert_true(seen->sequence[i] <= next);
		if (seen->sequence[i] == next)
			next++;
	}
	assert_int_equal(next, last + 1);
}

static void
committed_records_arrive_and_no_others(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 100);
	wait_for_cursor(w, 100);
	assert_int_equal(s.seen->acknowledged, 100);
	usleep(300000);
	assert_int_equal(s.seen->acknowledged, 100);
	committed(w, RECORDS);
	wait_for_cursor(w, RECORDS);
	assert_int_equal(s.seen->acknowledged, RECORDS);
	assert_received(s.seen, RECORDS);
	assert_int_equal(s.seen->connections, 1);
	end(w);
	relp_server_stop(&s);
}

/* Whatever the first receiver does, nothing is lost, and where it never
 * acknowledged anything no cursor has moved until the good one did. */
static void
bad_receivers_lose_nothing(void **state)
{
	static struct world worlds[RELP_IS_GOOD];
	static struct relp_server server[RELP_IS_GOOD];
	struct world *w = *state;

	/* all at once, each with a cursor of its own: most of it is waiting;
	 * servers first, or they would hold our ends of the channels */
	for (int b = 0; b < RELP_IS_GOOD; b++)
		relp_server_start(&server[b], &w->ca, NULL, (enum behaviour)b);
	for (int b = 0; b < RELP_IS_GOOD; b++) {
		struct world *one = &worlds[b];

		*one = *w;
		log_fixture_open(&one->state);
		assert_int_equal(start(one, server[b].port), 1);
		committed(one, 200);
	}
	for (int b = 0; b < RELP_IS_GOOD; b++) {
		struct relp_server *s = &server[b];
		struct world *one = &worlds[b];

		print_message("receiver %d\n", b);
		wait_for_cursor(one, 200);
		assert_received(s->seen, 200);
		/* these must not have got a single record */
		if (b != RELP_REFUSES_A_RECORD &&
		    b != RELP_ANSWERS_NOTHING_WE_SENT)
			assert_int_equal(s->seen->strangers, 0);
		end(one);
		relp_server_stop(s);
		log_fixture_close(&one->state);
	}
}

/* What the role says on standard error until it says TEXT, or for long. */
static bool
says(struct world *w, uint16_t port, const char *text)
{
	static char said[65536];
	int file = memfd_create("log", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
	ssize_t size = 0;

	assert_true(file >= 0 && saved >= 0);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	assert_int_equal(start(w, port), 1);
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
	struct world *w = *state;
	struct relp_server s;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		relp_server_start(&s, &w->ca, NULL, rows[i].behaviour);
		assert_true(says(w, s.port, rows[i].why));
		end(w);
		relp_server_stop(&s);
	}
}

static void
await_trouble(struct world *w, char text_r[WHY_MAX + 1], int64_t *worked_ms_r)
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
	struct world *w = *state;
	struct relp_server s;
	int64_t worked_ms;

	w->two = true;
	relp_server_start(&s, &w->ca, NULL, RELP_HAS_EXPIRED);
	kill(s.pid, SIGSTOP);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 7);
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
	wait_for_cursor(w, 7);
	end(w);
	relp_server_stop(&s);
}

static void
a_receiver_that_refuses_moves_no_cursor(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_REFUSES_A_RECORD);
	assert_int_equal(start(w, s.port), 1);
	kill(s.pid, SIGSTOP);
	committed(w, 10);
	usleep(700000);
	assert_int_equal(cursor(w), 0);
	end(w);
	assert_int_equal(cursor(w), 0);
	kill(s.pid, SIGCONT);
	relp_server_stop(&s);
}

static void
a_restart_goes_on_where_the_receiver_was(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	for (uint32_t last = 50; last <= RECORDS; last += 50) {
		assert_int_equal(start(w, s.port), 1);
		committed(w, last);
		wait_for_cursor(w, last);
		if (last % 100 == 0) {
			end(w);
			continue;
		}
		role_fixture_kill(&w->p);
		channel_close(&w->audit);
	}
	assert_received(s.seen, RECORDS);
	assert_int_equal(s.seen->acknowledged, RECORDS);
	relp_server_stop(&s);
}

/* kill -9 at random moments: at least once, all of them. */
static void
kill_9_loses_nothing(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	srand(9);
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	for (int round = 0; round < 12; round++) {
		assert_int_equal(start(w, s.port), 1);
		committed(w, (uint64_t)(round + 1) * RECORDS / 12);
		usleep((useconds_t)(rand() % 120000));
		role_fixture_kill(&w->p);
		channel_close(&w->audit);
		assert_true(cursor(w) <= s.seen->acknowledged);
	}
	assert_int_equal(start(w, s.port), 1);
	committed(w, RECORDS);
	wait_for_cursor(w, RECORDS);
	assert_received(s.seen, RECORDS);
	end(w);
	relp_server_stop(&s);
}

static void
both_sides_show_certificates(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	w->mutual = 1;
	relp_server_start(&s, &w->ca, &w->ca, RELP_IS_GOOD);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 20);
	wait_for_cursor(w, 20);
	end(w);
	relp_server_stop(&s);

	/* without one there is no session */
	w->mutual = 0;
	relp_server_start(&s, &w->ca, &w->ca, RELP_IS_GOOD);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 30);
	usleep(700000);
	assert_int_equal(cursor(w), 20);
	assert_int_equal(s.seen->acknowledged, 0);
	end(w);
	relp_server_stop(&s);
}

static void
names_are_looked_up_inside_the_sandbox(void **state)
{
	struct world *w = *state;
	struct addrinfo *found;
	struct relp_server s;

	if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
		skip(); /* no /etc/hosts: nothing to be looked up here */
	freeaddrinfo(found);
	w->host = "localhost"; /* /etc/hosts; maybe ::1 first, then 127.0.0.1 */
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 20);
	wait_for_cursor(w, 20);
	end(w);
	relp_server_stop(&s);
}

/* The same records up to SAME, and others after it. */
static void
put_back(struct world *w, unsigned same, unsigned count)
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
	log_fixture_write_these(&w->log, r, count, SEGMENT);
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
	struct world *w = *state;
	struct relp_server s;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned had;

		unlinkat(w->state.dir, "siem.cursor", 0);
		put_back(w, 300, 300);
		relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
		assert_int_equal(start(w, s.port), 1);
		committed(w, 100);
		wait_for_cursor(w, 100);
		committed(w, 150);
		wait_for_cursor(w, 150);
		had = s.seen->acknowledged;
		if (!rows[i].running)
			end(w);
		put_back(w, rows[i].same, rows[i].count);
		if (rows[i].running) {
			channel_close(&w->audit);
			role_fixture_peer(&w->p, ROLE_AUDIT, &w->audit);
		} else {
			assert_int_equal(start(w, s.port), 1);
		}
		committed(w, rows[i].count);
		for (int ms = 0;
		     ms < PATIENCE_MS && (cursor(w) != rows[i].count ||
					     s.seen->acknowledged == had);
		     ms += 10)
			usleep(10000);
		assert_int_equal(cursor(w), rows[i].count);
		assert_received_again(
		    s.seen, had, rows[i].same + 1, rows[i].count);
		end(w);
		relp_server_stop(&s);
	}
}

/* A cursor of the release before has no hash: it is believed as it stands. */
static void
a_cursor_of_format_1_goes_on(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	log_fixture_put(&w->state, "siem.cursor", "sequence 150\n", 13);
	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, s.port), 1);
	committed(w, 200);
	wait_for_cursor(w, 200);
	assert_int_equal(s.seen->acknowledged, 50);
	end(w);
	relp_server_stop(&s);
}

/* What the parent does at a reload: an end, and a start with another sink. */
static void
a_new_start_moves_on_to_the_new_receiver(void **state)
{
	struct world *w = *state;
	struct relp_server one, two;

	relp_server_start(&one, &w->ca, NULL, RELP_IS_GOOD);
	relp_server_start(&two, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, one.port), 1);
	committed(w, 150);
	wait_for_cursor(w, 150);
	end(w);
	assert_int_equal(start(w, two.port), 1);
	committed(w, RECORDS);
	wait_for_cursor(w, RECORDS);
	assert_int_equal(one.seen->acknowledged, 150);
	assert_int_equal(two.seen->acknowledged, RECORDS - 150);
	assert_int_equal(two.seen->sequence[0], 151);
	end(w);
	relp_server_stop(&one);
	relp_server_stop(&two);
}

/* It comes before the cursor of what was acknowledged is written. */
static void
a_reload_moves_on_to_the_new_receiver(void **state)
{
	struct world *w = *state;
	struct relp_server one, two;

	relp_server_start(&one, &w->ca, NULL, RELP_IS_GOOD);
	relp_server_start(&two, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, one.port), 1);
	committed(w, 150);
	for (int ms = 0; ms < PATIENCE_MS && one.seen->acknowledged < 150; ms++)
		usleep(1000);
	hand_over(w, two.port);
	assert_int_equal(role_fixture_reload(&w->p), 1);
	committed(w, RECORDS);
	wait_for_cursor(w, RECORDS);
	/* what was on its way is sent again */
	assert_true(two.seen->sequence[0] <= 151);
	end(w);
	relp_server_stop(&one);
	relp_server_stop(&two);
}

/* Audit does not say again what it has said. */
static void
what_no_receiver_took_goes_to_the_next_one_at_once(void **state)
{
	struct world *w = *state;
	struct relp_server s;

	relp_server_start(&s, &w->ca, NULL, RELP_IS_GOOD);
	assert_int_equal(start(w, (uint16_t)free_port()), 1);
	committed(w, RECORDS);
	usleep(300000);
	hand_over(w, s.port);
	assert_int_equal(role_fixture_reload(&w->p), 1);
	wait_for_cursor(w, RECORDS);
	assert_received(s.seen, RECORDS);
	end(w);
	relp_server_stop(&s);
}

static void
a_bad_start_is_refused(void **state)
{
	struct world *w = *state;
	const char *pem = w->ca.cert_pem;

	log_fixture_put(&w->state, "siem.cursor", "nonsense\n", 9);
	assert_int_equal(start(w, 1), 0);
	assert_int_equal(role_fixture_end(&w->p), 1);
	channel_close(&w->audit);
	assert_int_equal(unlinkat(w->state.dir, "siem.cursor", 0), 0);
	memset(w->ca.cert_pem, 'x', strlen(pem));
	assert_int_equal(start(w, 1), 0);
	assert_int_equal(role_fixture_end(&w->p), 1);
	channel_close(&w->audit);
}

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
assert_same_lines(struct world *w, struct log_fixture *f, unsigned count)
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
deliver_to_rsyslog(struct world *w, const char *library)
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
	assert_int_equal(start(w, port), 1);
	committed(w, RECORDS);
	wait_for_cursor(w, RECORDS);
	end(w);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	assert_same_lines(w, &f, RECORDS);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
	    TEST(rsyslog_with_openssl_takes_every_record),
	    TEST(rsyslog_with_gnutls_takes_every_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
