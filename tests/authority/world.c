/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <poll.h>
#include <signal.h>
#include <liboath/oath.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin.h"
#include "gatewayd/authority/attempt/attempt.h"
#include "gatewayd/authority/attempt/conversation.h"
#include "gatewayd/authority/attempt/slots.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/link/who.h"
#include "gatewayd/authority/recovery/recover.h"
#include "gatewayd/authority/session/keep.h"
#include "gatewayd/authority/session/lease.h"
#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/marks.h"
#include "gatewayd/authority/token/keyring.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "tests/support/virtual_clock.h"

int world_keep = -1;
bool world_other_key;
void (*world_begins)(struct world *);
const uint8_t world_seed[TOTP_SEED] = "12345678901234567890";

static void
pair(int fds[2])
{
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
}

static void
nothing(void *arg)
{
	(void)arg;
}

/* ---- directory ---- */

static bool
is(const char *name, const char *other)
{
	return other != NULL && strcmp(name, other) == 0;
}

static void
say_attributes(const struct world *w, struct msg_DIRECTORY_LOOKUP_ANS *a)
{
	a->attribute_count = w->attribute_count;
	for (size_t i = 0; i < w->attribute_count; i++)
		snprintf(a->attribute[i], sizeof a->attribute[i], "%s",
		    w->attribute[i]);
	a->values_size = w->values_size;
	if (w->values_size > 0)
		memcpy(a->values, w->values, w->values_size);
}

static void
on_directory(void *arg, struct message *m)
{
	struct world *w = arg;
	const struct msg_DIRECTORY_LOOKUP_REQ *q = &m->u.DIRECTORY_LOOKUP_REQ;
	struct msg_DIRECTORY_LOOKUP_ANS *a;
	struct message out;

	if (m->type == MSG_DIRECTORY_FORGET_NOTE) {
		w->forgets++;
		return;
	}
	if (m->type == MSG_DIRECTORY_BIND_NOTE) {
		if (m->u.DIRECTORY_BIND_NOTE.decoy)
			w->decoy_binds++;
		else
			w->binds++;
		return;
	}
	w->lookups++;
	if (w->directory_silent)
		return;
	message_init(&out, MSG_DIRECTORY_LOOKUP_ANS);
	a = &out.u.DIRECTORY_LOOKUP_ANS;
	memcpy(a->attempt, q->attempt, sizeof a->attempt);
	a->status = LOOKUP_UNKNOWN;
	if (w->directory_unavailable) {
		a->status = LOOKUP_UNAVAILABLE;
	} else if (q->name[0] >= 'a' && q->name[0] < 'u' && !q->decoy) {
		a->status = LOOKUP_FOUND;
		a->state = is(q->name, "disabled") || is(q->name, w->disabled)
			       ? ACCOUNT_DISABLED
			   : w->account != 0 ? w->account
					     : ACCOUNT_ACTIVE;
		a->employment = POLICY_EMPLOYEE;
		snprintf(a->subject, sizeof a->subject, "uuid-%.64s",
		    w->directory_says != NULL ? w->directory_says : q->name);
		snprintf(a->name, sizeof a->name, "%.64s",
		    w->directory_calls != NULL ? w->directory_calls : q->name);
		if (!is(q->name, "stranger") && !is(q->name, w->leaves))
			strcpy(a->group[a->group_count++],
			    "cn=sre,ou=groups,dc=example,dc=com");
		if (w->directory_adds != NULL)
			strcpy(a->group[a->group_count++], w->directory_adds);
		say_attributes(w, a);
	}
	channel_post(&w->directory, &out);
}

/* ---- parent ---- */

static int
pid_behind(int pidfd)
{
	char path[64], line[128];
	int pid = 0;
	FILE *in;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
	in = fopen(path, "re");
	assert_non_null(in);
	while (fgets(line, sizeof line, in) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	fclose(in);
	return pid;
}

static void
answer_who(struct world *w, struct message *m)
{
	bool is_this = pid_behind(m->fd) == getpid();
	struct message out;

	close(m->fd);
	w->asked++;
	if (w->parent_silent)
		return;
	if (w->who_after != NULL)
		ending_begin(w->who_after, REASON_SESSION_OVER);
	w->who_after = NULL;
	message_init(&out, MSG_PARENT_WHO_ANS);
	out.u.PARENT_WHO_ANS = is_this ? w->who : w->other;
	out.u.PARENT_WHO_ANS.id = m->u.PARENT_WHO_REQ.id;
	channel_post(&w->parent, &out);
}

static void
on_parent(void *arg, struct message *m)
{
	struct world *w = arg;

	if (m->type == MSG_PARENT_WHO_REQ) {
		answer_who(w, m);
		return;
	}
	w->ends++;
	w->end_step = m->u.PARENT_END_NOTE.step;
	if (w->parent_ends) {
		struct pollfd gone = {.fd = m->fd, .events = POLLIN};

		assert_int_equal(
		    syscall(SYS_pidfd_send_signal, m->fd, SIGKILL, NULL, 0), 0);
		/* world's time does not wait for it */
		assert_int_equal(poll(&gone, 1, 5000), 1);
	}
	close(m->fd);
}

static void
on_control(void *arg, struct message *m)
{
	struct world *w = arg;

	assert_int_equal(m->type, MSG_PARENT_WHO_ANS);
	who_answered(&w->all, &m->u.PARENT_WHO_ANS);
}

static void
new_parent(struct world *w)
{
	int fds[2];

	pair(fds);
	channel_init(&w->parent, fds[1], ROLE_PARENT, ROLE_AUTHORITY);
	channel_serve(&w->parent, w->loop, on_parent, nothing, w);
	channel_init(&w->control, fds[0], ROLE_AUTHORITY, ROLE_PARENT);
	channel_serve(&w->control, w->loop, on_control, nothing, w);
	w->all.parent = &w->control;
}

/* ---- store ---- */

static int
row_of(struct world *w, const char *key)
{
	for (size_t i = 0; i < w->rows; i++)
		if (strcmp(w->row[i].key, key) == 0)
			return (int)i;
	return -1;
}

static uint64_t
version_of(struct world *w, const char *key)
{
	int i = row_of(w, key);

	return i < 0 ? 0 : w->row[i].version;
}

static enum store_status
put(struct world *w, const char *key, uint64_t version, const uint8_t *value,
    size_t size)
{
	int i = row_of(w, key);

	if (w->rows_forget && strncmp(key, "authority/tries/", 16) == 0)
		return STORE_OK;
	if (version_of(w, key) != version)
		return STORE_CONFLICT;
	if (i < 0)
		i = (int)w->rows++;
	snprintf(w->row[i].key, sizeof w->row[i].key, "%s", key);
	w->row[i].version = ++w->version;
	memcpy(w->row[i].value, value, size);
	w->row[i].size = size;
	return STORE_OK;
}

static void
answer_list(struct world *w, const struct msg_STORE_LIST_REQ *q)
{
	struct msg_STORE_LIST_ANS *a;
	struct message out;

	for (size_t i = 0; i <= w->rows; i++) {
		if (i < w->rows &&
		    strncmp(w->row[i].key, q->prefix, strlen(q->prefix)) != 0)
			continue;
		message_init(&out, MSG_STORE_LIST_ANS);
		a = &out.u.STORE_LIST_ANS;
		a->id = q->id;
		a->status = i < w->rows ? STORE_OK : STORE_ABSENT;
		if (i < w->rows) {
			memcpy(a->key, w->row[i].key, sizeof a->key);
			a->version = w->row[i].version;
			memcpy(a->value, w->row[i].value, w->row[i].size);
			a->value_size = w->row[i].size;
		}
		channel_post(&w->store, &out);
	}
}

static void
answer_put(
    struct world *w, const struct msg_STORE_PUT_REQ *q, struct message *out)
{
	enum store_status status = STORE_UNAVAILABLE;

	if (w->store_refuse == NULL ||
	    strncmp(q->key, w->store_refuse, strlen(w->store_refuse)) != 0)
		status = put(w, q->key, q->version, q->value, q->value_size);
	if (status == STORE_OK && row_of(w, q->key) >= 0)
		w->row[row_of(w, q->key)].expires_ms = q->expires_ms;
	message_init(out, MSG_STORE_DONE_ANS);
	out->u.STORE_DONE_ANS.id = q->id;
	out->u.STORE_DONE_ANS.status = (uint8_t)status;
	out->u.STORE_DONE_ANS.version = version_of(w, q->key);
}

static void
answer_delete(
    struct world *w, const struct msg_STORE_DELETE_REQ *q, struct message *out)
{
	int i = row_of(w, q->key);

	message_init(out, MSG_STORE_DONE_ANS);
	out->u.STORE_DONE_ANS.id = q->id;
	out->u.STORE_DONE_ANS.status = i < 0 ? STORE_ABSENT : STORE_OK;
	out->u.STORE_DONE_ANS.version = version_of(w, q->key);
	if (i >= 0 && w->row[i].version != q->version)
		out->u.STORE_DONE_ANS.status = STORE_CONFLICT;
	else if (i >= 0)
		w->row[i] = w->row[--w->rows];
}

static void
on_store(void *arg, struct message *m)
{
	struct world *w = arg;
	struct message out;
	int i;

	switch (m->type) {
	case MSG_STORE_LIST_REQ:
		answer_list(w, &m->u.STORE_LIST_REQ);
		return;
	case MSG_STORE_GET_REQ:
		i = row_of(w, m->u.STORE_GET_REQ.key);
		message_init(&out, MSG_STORE_GET_ANS);
		out.u.STORE_GET_ANS.id = m->u.STORE_GET_REQ.id;
		out.u.STORE_GET_ANS.status = i < 0 ? STORE_ABSENT : STORE_OK;
		if (i >= 0) {
			out.u.STORE_GET_ANS.version = w->row[i].version;
			out.u.STORE_GET_ANS.value_size = w->row[i].size;
			memcpy(out.u.STORE_GET_ANS.value, w->row[i].value,
			    w->row[i].size);
		}
		break;
	case MSG_STORE_DELETE_REQ:
		answer_delete(w, &m->u.STORE_DELETE_REQ, &out);
		break;
	default:
		assert_int_equal(m->type, MSG_STORE_PUT_REQ);
		answer_put(w, &m->u.STORE_PUT_REQ, &out);
	}
	if ((w->store_hold && out.type == MSG_STORE_DONE_ANS) ||
	    (w->store_hold_get && out.type == MSG_STORE_GET_ANS)) {
		w->held = out;
		return;
	}
	if (!w->store_mute)
		channel_post(&w->store, &out);
}

static void
new_store(struct world *w)
{
	int fds[2];

	pair(fds);
	channel_init(&w->store, fds[1], ROLE_STORE, ROLE_AUTHORITY);
	channel_serve(&w->store, w->loop, on_store, nothing, w);
	store_link_peer(&w->all.store, fds[0]);
}

void
world_store_restarts(struct world *w)
{
	channel_close(&w->store);
	world_run(w, 5);
	new_store(w);
}

void
world_store_releases(struct world *w)
{
	w->store_hold = w->store_hold_get = false;
	channel_post(&w->store, &w->held);
	world_run(w, 20);
}

static struct {
	struct world_row row[WORLD_KEYS];
	size_t rows;
	uint64_t version;
} saved;

void
world_store_saves(struct world *w)
{
	memcpy(saved.row, w->row, sizeof saved.row);
	saved.rows = w->rows;
	saved.version = w->version;
}

void
world_store_is_restored(struct world *w)
{
	memcpy(w->row, saved.row, sizeof saved.row);
	w->rows = saved.rows;
	w->version = saved.version;
}

const uint8_t *
world_stored(struct world *w, const char *prefix, size_t *size_r)
{
	for (size_t i = 0; i < w->rows; i++)
		if (strncmp(w->row[i].key, prefix, strlen(prefix)) == 0) {
			*size_r = w->row[i].size;
			return w->row[i].value;
		}
	return NULL;
}

void
world_flush(struct world *w)
{
	struct loop_timer *t = &w->all.subjects.timer;

	if (t->active) {
		loop_timer_off(w->loop, t);
		t->call(t->arg);
	}
	world_run(w, 10);
}

/* ---- audit ---- */

/* As good as one, for who does not look inside. */
static void
leaf(const struct world *w, uint64_t sequence, uint8_t out[LEAF_HASH])
{
	memset(out, 0, LEAF_HASH);
	if (sequence == 0)
		return;
	out[0] = 1;
	out[1] = w->log;
	memcpy(out + 2, &sequence, sizeof sequence);
	memcpy(out + 10, w->record[sequence - 1].attempt, ATTEMPT_ID);
}

void
world_release(struct world *w)
{
	struct message out;

	message_init(&out, MSG_AUDIT_RECEIPT_ANS);
	out.u.AUDIT_RECEIPT_ANS.failed = w->fail;
	out.u.AUDIT_RECEIPT_ANS.first = w->receipts + 1;
	out.u.AUDIT_RECEIPT_ANS.count = (uint16_t)(w->records - w->receipts);
	for (size_t n = w->receipts + 1; n <= w->records; n++) {
		leaf(w, n,
		    out.u.AUDIT_RECEIPT_ANS.hash +
			out.u.AUDIT_RECEIPT_ANS.hash_size);
		out.u.AUDIT_RECEIPT_ANS.hash_size += LEAF_HASH;
	}
	if (w->fail)
		w->records = w->receipts;
	w->receipts = w->records;
	channel_post(&w->audit, &out);
}

static void
replay(struct world *w, uint64_t from)
{
	struct msg_AUDIT_REPLAY_ANS *a;
	struct message out;

	for (uint64_t n = from < w->records + 1 ? from : w->records + 1;
	     n <= w->records + 1; n++) {
		message_init(&out, MSG_AUDIT_REPLAY_ANS);
		a = &out.u.AUDIT_REPLAY_ANS;
		a->sequence = n;
		a->end = n > w->records;
		if (!a->end) {
			message_record_replayed(&w->record[n - 1], a);
			leaf(w, n, a->hash);
			leaf(w, n - 1, a->before);
		}
		channel_post(&w->audit, &out);
	}
}

static void
on_audit(void *arg, struct message *m)
{
	struct world *w = arg;

	if (m->type == MSG_AUDIT_REPLAY_REQ) {
		w->replayed_from = m->u.AUDIT_REPLAY_REQ.from;
		replay(w, w->replayed_from > w->begins ? w->replayed_from
						       : w->begins);
		return;
	}
	assert_true(w->records < WORLD_RECORDS);
	w->record[w->records++] = m->u.AUDIT_APPEND_REQ;
	if (!w->hold)
		world_release(w);
}

static int
new_audit(struct world *w)
{
	int fds[2];

	pair(fds);
	channel_init(&w->audit, fds[1], ROLE_AUDIT, ROLE_AUTHORITY);
	channel_serve(&w->audit, w->loop, on_audit, nothing, w);
	return fds[0];
}

void
world_audit_restarts(struct world *w, size_t keep)
{
	channel_close(&w->audit);
	world_run(w, 5);
	assert_true(keep <= w->records);
	w->records = w->receipts = keep;
	audit_link_peer(&w->all.audit, new_audit(w));
	world_run(w, 20);
}

/* ---- the authority ---- */

static void
on_authority_directory(void *arg, struct message *m)
{
	struct authority *all = arg;

	if (m->type == MSG_DIRECTORY_VERDICT_NOTE)
		attempt_verdict(all, &m->u.DIRECTORY_VERDICT_NOTE);
	else {
		directory_answered(all, &m->u.DIRECTORY_LOOKUP_ANS);
	}
}

static void
on_authority_directory_close(void *arg)
{
	directory_lost(arg);
	attempts_without_verdict(arg);
}

void
world_directory_dies(struct world *w)
{
	channel_close(&w->directory);
	world_run(w, 10);
}

void
world_directory_returns(struct world *w)
{
	struct authority *all = &w->all;
	int fds[2];

	pair(fds);
	channel_init(&w->directory, fds[1], ROLE_DIRECTORY, ROLE_AUTHORITY);
	channel_serve(&w->directory, w->loop, on_directory, nothing, w);
	channel_init(&all->directory, fds[0], ROLE_AUTHORITY, ROLE_DIRECTORY);
	channel_serve(&all->directory, w->loop, on_authority_directory,
	    on_authority_directory_close, all);
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
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	struct credential c;
	size_t size;

	assert_int_equal(credential_new(&c, w->all.seal,
			     &(struct credential_parts){FACTOR_KIND_TOTP,
				 subject, subject + strlen("uuid-"), "phone",
				 world_seed, sizeof world_seed, 1}),
	    0);
	credential_encode(&c, value, sizeof value, &size);
	credential_key(key, sizeof key, subject, c.id);
	put(w, key, 0, value, size);
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
make(const char *policy, int slots_fd)
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
	w->slots_fd =
	    slots_fd >= 0 ? slots_fd : memfd_create("slots", MFD_CLOEXEC);
	w->keep_fd =
	    world_keep >= 0 ? world_keep : memfd_create("keep", MFD_CLOEXEC);
	world_keep = -1;
	*all = (struct authority){.loop = w->loop,
	    .conf = {.host = "bastion1.prod.example.com",
		.issuer = "https://sallyport.example.com",
		.attempt_deadline = 2000,
		.deny_delay = 20,
		.redeem_timeout = 30000,
		.max_tries = 3,
		.helpdesk_limit = 20,
		.lockout_seconds = 60,
		.session_seconds = 3600,
		.token_seconds = 300,
		.peer_uid = getuid()},
	    .seal = seal_new(key),
	    .slots = slots_open(dup(w->slots_fd)),
	    .snapshot = snapshot_of(policy)};
	all->keep = keep_open(dup(w->keep_fd), all->seal);
	table_init(&all->attempts);
	table_init(&all->grants);
	table_init(&all->sessions);
	table_init(&all->questions);
	table_init(&all->lookups);
	table_init(&all->recovery.intents);
	table_init(&all->recovery.grants);
	store_link_init(&all->store, w->loop);
	subjects_init(&all->subjects, w->loop, &all->store, all->seal,
	    &all->audit.head, &all->conf);
	audit_link_init(&all->audit, w->loop, &recover_hooks, all);
	return w;
}

static void
start(struct world *w)
{
	world_directory_returns(w);
	new_parent(w);
	new_store(w);
	audit_link_peer(&w->all.audit, new_audit(w));
	serving = w;
	if (world_begins != NULL)
		world_begins(w);
	recover_begin(&w->all, serve, blocked);
	world_run(w, 20);
}

struct world *
world_new(const char *policy, int slots_fd)
{
	struct world *w = make(policy, slots_fd);

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

	world_keep = dup(before->keep_fd);
	w = make(policy, dup(before->slots_fd));
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

void
world_free(struct world *w)
{
	struct table_item *next;
	struct attempt *a;
	size_t at = 0;

	marks_flush(&w->all.subjects);
	world_run(w, 10); /* marks reach the store */
	while ((a = table_each(&w->all.attempts, &at, &next)) != NULL)
		assert_null(a->conversation);
	close(w->slots_fd);
	close(w->keep_fd);
	channel_close(&w->directory);
	channel_close(&w->store);
	channel_close(&w->audit);
	channel_close(&w->all.directory);
	channel_close(&w->parent);
	channel_close(&w->control);
	channel_close(&w->all.store.channel);
	channel_close(&w->all.audit.channel);
	free_all(&w->all);
	slots_close(w->all.slots);
	keep_close(w->all.keep);
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

/* ---- conversations ---- */

static void
on_talk(void *arg, struct message *m)
{
	struct world_talk *t = arg;

	if (m->type == MSG_AUTHORITY_OPEN_ANS) {
		assert_false(t->opened);
		t->opened = true;
		t->open = m->u.AUTHORITY_OPEN_ANS;
	} else if (m->type == MSG_AUTHORITY_MORE_ANS) {
		assert_false(t->ended);
		t->more++;
		memcpy(t->prompt, m->u.AUTHORITY_MORE_ANS.prompt,
		    sizeof t->prompt);
	} else {
		assert_false(t->ended);
		t->ended = true;
		t->result = m->u.AUTHORITY_RESULT_ANS;
	}
}

static void
on_talk_close(void *arg)
{
	struct world_talk *t = arg;

	t->closed = true;
}

struct msg_AUTHORITY_OPEN_REQ
world_request(const char *name)
{
	struct msg_AUTHORITY_OPEN_REQ q = {.phase = PAMWIRE_AUTHN,
	    .service = "sshd",
	    .local = 1,
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "ssh",
	    .uid = 1000};

	q.username_size = strlen(name);
	memcpy(q.username, name, q.username_size);
	return q;
}

void
world_open(struct world *w, struct world_talk *t,
    const struct msg_AUTHORITY_OPEN_REQ *q)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct message m;
	unsigned size;
	int fds[2];

	memset(t, 0, sizeof *t);
	RAND_bytes(t->nonce, sizeof t->nonce);
	EVP_Digest(t->nonce, sizeof t->nonce, hash, &size, EVP_sha256(), NULL);
	pair(fds);
	conversation_begin(&w->all, fds[0]);
	channel_init(&t->channel, fds[1], ROLE_LOGIN, ROLE_AUTHORITY);
	channel_serve(&t->channel, w->loop, on_talk, on_talk_close, t);
	message_init(&m, MSG_AUTHORITY_OPEN_REQ);
	m.u.AUTHORITY_OPEN_REQ = *q;
	memcpy(m.u.AUTHORITY_OPEN_REQ.nonce_hash, hash, NONCE_HASH);
	channel_post(&t->channel, &m);
	world_run(w, 10);
}

void
world_begin(struct world *w, struct world_talk *t, const char *name)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request(name);

	world_open(w, t, &q);
	assert_true(t->opened);
}

void
world_answer(struct world *w, struct world_talk *t, const char *code)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
	m.u.AUTHORITY_ANSWER_REQ.status = ANSWER_OK;
	m.u.AUTHORITY_ANSWER_REQ.more = !t->one_line;
	m.u.AUTHORITY_ANSWER_REQ.code_size = strlen(code);
	memcpy(m.u.AUTHORITY_ANSWER_REQ.code, code, strlen(code));
	channel_post(&t->channel, &m);
	world_run(w, 10);
}

void
world_verdict(struct world *w, struct world_talk *t, enum verdict verdict)
{
	world_bound(w, t, verdict, ACCOUNT_ACTIVE);
}

void
world_bound(struct world *w, struct world_talk *t, enum verdict verdict,
    enum account_state account)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_VERDICT_NOTE);
	memcpy(m.u.DIRECTORY_VERDICT_NOTE.attempt, t->open.attempt, ATTEMPT_ID);
	m.u.DIRECTORY_VERDICT_NOTE.verdict = (uint8_t)verdict;
	m.u.DIRECTORY_VERDICT_NOTE.state = (uint8_t)account;
	channel_post(&w->directory, &m);
	world_run(w, 10);
}

void
world_hang_up(struct world_talk *t)
{
	channel_close(&t->channel);
}

void
world_login(
    struct world *w, struct world_talk *t, const char *name, const char *code)
{
	world_begin(w, t, name);
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, code);
	world_run(w, 40);
}

void
world_policy(struct world *w, const char *policy)
{
	snapshot_release(w->all.snapshot);
	w->all.snapshot = snapshot_of(policy);
}

static void
redeem(struct world *w, const struct world_talk *t, const char *name,
    struct pamwire_redeemed *r)
{
	struct pamwire_redeem q = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_account a = {
	    .service = "sshd", .client = "10.20.1.2", .port = 50222};

	strcpy(q.username, name);
	strcpy(a.username, name);
	memcpy(q.attempt, t->open.attempt, sizeof q.attempt);
	memcpy(q.nonce, t->nonce, sizeof q.nonce);
	session_redeem(&w->all, &q, r);
	assert_int_equal(r->result, PAMWIRE_GRANTED);
	memcpy(a.attempt, t->open.attempt, sizeof a.attempt);
	memcpy(a.account_ticket, r->account_ticket, sizeof a.account_ticket);
	session_account(&w->all, &a, r);
	assert_int_equal(r->result, PAMWIRE_GRANTED);
}

struct peer
world_peer(pid_t pid)
{
	struct peer p = {
	    .cred.pid = pid, .pidfd = (int)syscall(SYS_pidfd_open, pid, 0)};

	return p;
}

uint8_t
world_close(struct world *w, const struct session *s, pid_t pid)
{
	struct pamwire_session_close c = {.port = s->record.port};
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(pid);

	memcpy(c.session, s->id, sizeof c.session);
	memcpy(c.username, s->record.username, s->record.username_size);
	strcpy(c.service, s->record.service);
	strcpy(c.client, s->record.client);
	session_close(&w->all, &c, &peer, &a);
	if (peer.pidfd >= 0)
		close(peer.pidfd);
	world_run(w, 10);
	return a.result;
}

struct pamwire_session_open
world_approved(struct world *w, struct world_talk *t, const char *name)
{
	struct pamwire_session_open o = {.service = "sshd",
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "ssh",
	    .uid = 1000};
	struct pamwire_redeemed r = {0};

	world_login(w, t, name, world_code(0));
	assert_int_equal(t->result.result, RESULT_GRANTED);
	redeem(w, t, name, &r);
	world_hang_up(t);
	strcpy(o.username, name);
	memcpy(o.session, r.session, sizeof o.session);
	memcpy(o.ticket, r.account_ticket, sizeof o.ticket);
	return o;
}

uint8_t
world_open_session(
    struct world *w, const struct pamwire_session_open *o, pid_t pid)
{
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(pid);

	session_open(&w->all, o, &peer, &a);
	close(peer.pidfd);
	world_run(w, 5);
	return a.result;
}

struct session *
world_session(
    struct world *w, struct world_talk *t, const char *name, pid_t pid)
{
	struct pamwire_session_open o = world_approved(w, t, name);

	assert_int_equal(world_open_session(w, &o, pid), PAMWIRE_GRANTED);
	return session_find(&w->all, o.session, 1000);
}

void
world_fire(struct world *w, struct loop_timer *t)
{
	assert_true(t->active);
	loop_timer_off(w->loop, t);
	t->call(t->arg);
	world_run(w, 10);
}

const struct msg_AUDIT_APPEND_REQ *
world_session_record(struct world *w, enum outcome outcome)
{
	const struct msg_AUDIT_APPEND_REQ *found = NULL;

	for (size_t i = 0; i < w->records; i++)
		if (w->record[i].kind == RECORD_SESSION &&
		    w->record[i].outcome == (uint8_t)outcome) {
			assert_null(found);
			found = &w->record[i];
		}
	return found;
}

const char *
world_code(int offset)
{
	static char code[4][TOTP_DIGITS + 1];
	static unsigned turn;
	char *out = code[turn++ % 4];

	assert_int_equal(
	    oath_hotp_generate((const char *)world_seed, sizeof world_seed,
		(uint64_t)(clock_wall_ms() / 1000 / TOTP_STEP_SECONDS + offset),
		TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, out),
	    OATH_OK);
	return out;
}

const struct msg_AUDIT_APPEND_REQ *
world_final(struct world *w, const struct world_talk *t)
{
	const struct msg_AUDIT_APPEND_REQ *found = NULL;

	for (size_t i = 0; i < w->records; i++)
		if (w->record[i].kind == RECORD_ATTEMPT &&
		    memcmp(w->record[i].attempt, t->open.attempt, ATTEMPT_ID) ==
			0) {
			assert_null(found);
			found = &w->record[i];
		}
	assert_non_null(found);
	return found;
}

size_t
world_changes(const struct world *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind == RECORD_ADMIN;
	return count;
}

/* Each has its intent before it. */
const struct msg_AUDIT_APPEND_REQ *
world_change(const struct world *w, size_t place)
{
	size_t intents = 0;

	for (size_t i = 0; i < w->records; i++) {
		const struct msg_AUDIT_APPEND_REQ *r = &w->record[i];

		if (r->kind != RECORD_ADMIN || place-- > 0)
			continue;
		for (size_t j = 0; j < i; j++)
			intents += w->record[j].kind == RECORD_INTENT &&
				   memcmp(w->record[j].attempt, r->attempt,
				       ATTEMPT_ID) == 0;
		assert_int_equal(intents, 1);
		return r;
	}
	fail_msg("no such change");
	return NULL;
}
