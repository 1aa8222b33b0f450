/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/credential/credential_pack.h"
#include "gatewayd/authority/credential/credential_value.h"
#include "gatewayd/authority/attempt/attempt.h"
#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/session/session_file.h"
#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "gatewayd/authority/subject/write_back.h"
#include "gatewayd/authority/subject/wrong_passwords.h"
#include "lib/base/clock.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "tests/support/virtual_clock.h"
#include "world.h"
#include "world_parts.h"

int world_session_file = -1;
bool world_other_key;
void (*world_begins)(struct world *);
const uint8_t world_seed[TOTP_SEED] = "12345678901234567890";

void
world_pair(int fds[2])
{
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
}

void
world_nothing(void *arg)
{
	(void)arg;
}

static struct world *serving;

static void
serve(struct authority *all)
{
	(void)all;
	serving->serving = true;
}

static void
blocked(const char *text)
{
	snprintf(serving->blocked, sizeof serving->blocked, "%s", text);
}

static void
enrol(struct world *w, const char *subject)
{
	struct store_value value;
	char key[KEY_MAX + 1];
	struct credential c;

	assert_int_equal(
	    credential_new(&c, w->all.seal,
		&(struct credential_parts){.kind = FACTOR_KIND_TOTP,
		    .subject = subject,
		    .name = subject + strlen("uuid-"),
		    .label = "phone",
		    .seed = world_seed,
		    .seed_size = sizeof world_seed,
		    .now_ms = 1}),
	    0);
	credential_value_encode(&c, w->all.seal, subject, &value);
	credential_key(key, sizeof key, subject, c.id);
	world_put(w, key, 0, value.data, value.size);
}

static struct snapshot *
snapshot_of(const char *text)
{
	struct policy_source source = {"test.policy", text, strlen(text)};
	struct lex_errors *errors = calloc(1, sizeof *errors);
	struct snapshot *s = calloc(1, sizeof *s);

	lex_errors_init(errors);
	s->users = 1;
	s->policy = policy_parse(&source, 1, NULL, errors);
	if (s->policy == NULL)
		lex_errors_print(errors, stderr);
	assert_non_null(s->policy);
	free(errors);
	return s;
}

static struct world *
make(const char *policy, int attempt_table_fd)
{
	uint8_t key[SEAL_KEY] = "a key of exactly thirty-two byt";
	struct world *w = calloc(1, sizeof *w);
	struct authority *all = &w->all;

	key[0] += world_other_key;
	world_other_key = false;
	/* who sits at admin.sock: somebody who has logged in */
	w->who = (struct msg_PARENT_WHO_ANS){.known = 1,
	    .pid = (uint32_t)getpid(),
	    .login_uid = 5000,
	    .audit_session = 7};
	virtual_clock_align(TOTP_STEP_SECONDS); /* nothing takes longer */
	w->loop = loop_new();
	w->attempt_table_fd = attempt_table_fd >= 0
				  ? attempt_table_fd
				  : memfd_create("slots", MFD_CLOEXEC);
	w->session_file_fd = world_session_file >= 0
				 ? world_session_file
				 : memfd_create("keep", MFD_CLOEXEC);
	world_session_file = -1;
	*all = (struct authority){.loop = w->loop,
	    .conf = {.host = "bastion1.prod.example.com",
		.issuer = "https://sallyport.example.com",
		.otp_issuer = "https://sallyport.example.com",
		.otp_algorithm = "sha1",
		.otp_digits = TOTP_DIGITS,
		.otp_period_seconds = TOTP_STEP_SECONDS,
		.attempt_deadline = 2000,
		.deny_delay = 20,
		.redeem_timeout = 30000,
		.max_tries = 3,
		.helpdesk_limit = 20,
		.lockout_seconds = 60,
		.lockout_most_seconds = 600,
		.stop_tries = 1000,
		.session_seconds = 3600,
		.token_seconds = 300,
		.peer_uid = getuid()},
	    .seal = seal_new(key),
	    .wrong_passwords = wrong_passwords_new(),
	    .attempt_table = attempt_table_open(dup(w->attempt_table_fd)),
	    .snapshot = snapshot_of(policy)};
	all->session_file =
	    session_file_open(dup(w->session_file_fd), all->seal);
	table_init(&all->attempts);
	table_init(&all->grants);
	table_init(&all->sessions);
	table_init(&all->questions);
	table_init(&all->lookups);
	table_init(&all->recovery.intents);
	table_init(&all->recovery.grants);
	store_link_init(&all->store, w->loop);
	subjects_init(&all->subjects, &(struct subjects_parts){.loop = w->loop,
					  .store = &all->store,
					  .seal = all->seal,
					  .head = &all->audit.head,
					  .conf = &all->conf});
	audit_link_init(&all->audit, w->loop, &startup_hooks, all);
	return w;
}

static void
start(struct world *w)
{
	world_directory_returns(w);
	world_new_parent(w);
	world_new_store(w);
	audit_link_peer(&w->all.audit, world_new_audit(w));
	serving = w;
	if (world_begins != NULL)
		world_begins(w);
	startup_begin(&w->all, serve, blocked);
	world_run(w, 20);
}

struct world *
world_new(const char *policy, int attempt_table_fd)
{
	struct world *w = make(policy, attempt_table_fd);

	enrol(w, "uuid-alice");
	enrol(w, "uuid-bob");
	start(w);
	assert_true(w->serving);
	return w;
}

struct world *
world_next(struct world *before, const char *policy, size_t keep)
{
	struct world *w;

	world_session_file = dup(before->session_file_fd);
	w = make(policy, dup(before->attempt_table_fd));
	assert_true(keep <= before->records);
	memcpy(w->row, before->row, sizeof w->row);
	w->rows = before->rows;
	w->version = before->version;
	w->log = before->log;
	w->begins = before->begins;
	memcpy(w->record, before->record, sizeof w->record);
	w->records = w->receipts = keep;
	start(w);
	return w;
}

/*
 * What was on its way when the process ended: records, questions to the store,
 * changes.  A process leaves that to the kernel; here it stays where the leak
 * checker finds it, so that only what nobody holds any more is a leak.
 */
static struct remains {
	struct remains *next;
	struct audit_pending *records;
	struct table tables[3];
	struct loop *loop; /* its timers hold what waits */
} * remains;

static void
keep_remains(const struct world *w)
{
	struct remains *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->next = remains;
	r->records = w->all.audit.first;
	r->tables[0] = w->all.store.pending;
	r->tables[1] = w->all.recovery.intents;
	r->tables[2] = w->all.recovery.grants;
	r->loop = w->loop;
	remains = r;
}

/* The rest of it, for the leak checker. */
static void
free_all(struct authority *all)
{
	struct table_item *next;
	struct attempt *a;
	struct session *s;
	struct subject *u;
	size_t at = 0;

	while ((a = table_each(&all->attempts, &at, &next)) != NULL) {
		snapshot_release(a->snapshot);
		free(a->groups);
		free(a->attributes);
		free(a);
	}
	at = 0;
	while ((s = table_each(&all->sessions, &at, &next)) != NULL) {
		if (s->process.active)
			close(s->process.fd);
		snapshot_release(s->snapshot);
		free(s->resumed);
		free(s->groups);
		free(s);
	}
	at = 0;
	while ((u = table_each(&all->subjects.table, &at, &next)) != NULL) {
		free(u->credential);
		free(u->packed);
		approvals_clear(&u->approvals);
		free(u->invitation);
		free(u->recent);
		free(u->over);
		free(u);
	}
	table_free(&all->attempts);
	table_free(&all->grants);
	table_free(&all->sessions);
	table_free(&all->questions);
	table_free(&all->lookups);
	table_free(&all->subjects.table);
	snapshot_release(all->snapshot);
}

struct subject *
world_subject(struct world *w, const char *id)
{
	struct subject *s = table_find(&w->all.subjects.table, id, strlen(id));

	if (s == NULL || s->packed == NULL)
		return s;
	s->credential = credential_unpack(s->packed, s->credential_count);
	assert_non_null(s->credential);
	free(s->packed);
	s->packed = NULL;
	return s;
}

void
world_free(struct world *w)
{
	struct table_item *next;
	struct attempt *a;
	size_t at = 0;

	write_back_flush(&w->all.subjects);
	world_run(w, 10); /* marks reach the store */
	while ((a = table_each(&w->all.attempts, &at, &next)) != NULL)
		assert_null(a->login_channel);
	close(w->attempt_table_fd);
	close(w->session_file_fd);
	channel_close(&w->directory);
	channel_close(&w->store);
	channel_close(&w->audit);
	channel_close(&w->all.directory);
	channel_close(&w->parent);
	channel_close(&w->control);
	channel_close(&w->all.store.channel);
	channel_close(&w->all.audit.channel);
	free_all(&w->all);
	attempt_table_close(w->all.attempt_table);
	session_file_close(w->all.session_file);
	wrong_passwords_free(w->all.wrong_passwords);
	seal_free(w->all.seal);
	keep_remains(w);
	free(w);
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

void
world_run(struct world *w, int ms)
{
	struct loop_timer t = {0};

	loop_timer_at(
	    w->loop, &t, clock_mono_ms() + (uint64_t)ms, stop, w->loop);
	assert_int_equal(loop_run(w->loop), 0);
}

void
world_policy(struct world *w, const char *policy)
{
	snapshot_release(w->all.snapshot);
	w->all.snapshot = snapshot_of(policy);
}
