/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/forward/forward_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/forward/cursor.h"
#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf.h"
#include "tests/support/free_port.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

int
forward_world_set_up(void **state)
{
	struct forward_world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	log_fixture_open(&w->log);
	log_fixture_open(&w->state);
	log_fixture_write(&w->log, FORWARD_WORLD_RECORDS, FORWARD_WORLD_RECORDS,
	    FORWARD_WORLD_SEGMENT);
	cert_make(&w->ca, NULL, "Test CA", NULL, 10);
	cert_make(&w->client, &w->ca, "bastion1.test", "DNS:bastion1.test", 10);
	w->host = "127.0.0.1";
	w->server_name = "siem.test";
	*state = w;
	return 0;
}

int
forward_world_tear_down(void **state)
{
	struct forward_world *w = *state;

	cert_free(&w->client);
	cert_free(&w->ca);
	log_fixture_close(&w->state);
	log_fixture_close(&w->log);
	free(w);
	return 0;
}

int
forward_world_text_file(const char *text)
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

void
forward_world_hand_over(struct forward_world *w, uint16_t port)
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
		role_fixture_file(&w->p, "/cert.pem",
		    forward_world_text_file(w->client.cert_pem));
		role_fixture_file(&w->p, "/key.pem",
		    forward_world_text_file(w->client.key_pem));
	}
	if (w->two) {
		conf.sink[conf.sink_count] = conf.sink[0];
		strcpy(conf.sink[conf.sink_count].name, "archive");
		conf.sink[conf.sink_count++].port = free_port();
		role_fixture_file(
		    &w->p, "/ca.pem", forward_world_text_file(w->ca.cert_pem));
	}
	role_fixture_conf(&w->p, &conf, sizeof conf);
	role_fixture_file(
	    &w->p, "/ca.pem", forward_world_text_file(w->ca.cert_pem));
	role_fixture_file(&w->p, "log", dup(w->log.dir));
}

int
forward_world_start(struct forward_world *w, uint16_t port)
{
	role_fixture_start(&w->p, ROLE_FORWARD, "forward");
	forward_world_hand_over(w, port);
	role_fixture_peer(&w->p, ROLE_AUDIT, &w->audit);
	return role_fixture_go(&w->p);
}

void
forward_world_committed(struct forward_world *w, uint64_t sequence)
{
	struct message m;

	message_init(&m, MSG_FORWARD_COMMITTED_NOTE);
	m.u.FORWARD_COMMITTED_NOTE.sequence = sequence;
	assert_int_equal(channel_send(&w->audit, &m), 0);
}

void
forward_world_end(struct forward_world *w)
{
	assert_int_equal(role_fixture_end(&w->p), 0);
	channel_close(&w->audit);
}

uint64_t
forward_world_cursor(struct forward_world *w)
{
	struct cursor c;
	unsigned format;

	assert_int_equal(cursor_load(w->state.dir, "siem", &c, &format), 0);
	return cursor_sequence(&c);
}

void
forward_world_wait_for_cursor(struct forward_world *w, uint64_t sequence)
{
	for (int ms = 0; ms < PATIENCE_MS && forward_world_cursor(w) < sequence;
	     ms += 10)
		usleep(10000);
	assert_int_equal(forward_world_cursor(w), sequence);
}

void
forward_world_received(const struct relp_seen *seen, uint32_t last)
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
