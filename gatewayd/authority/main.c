/* SPDX-License-Identifier: Apache-2.0 */
/* authority: owns every attempt from open to its one final record. */
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin.h"
#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/attempt/course.h"
#include "gatewayd/authority/door/login_door.h"
#include "gatewayd/authority/door/login_peers.h"
#include "gatewayd/authority/door/redeem_door.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/link/process.h"
#include "gatewayd/authority/policy_record.h"
#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/seal.h"
#include "gatewayd/authority/session/session_file.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "gatewayd/authority/subject/write_back.h"
#include "gatewayd/authority/subject/wrong_passwords.h"
#include "gatewayd/authority/token/keyring.h"
#include "gatewayd/authority/token/token.h"
#include "gatewayd/role/role.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

#define PEM_MAX 8192
#define PAUSE_MS 100 /* a socket rests, when there are no descriptors */

static struct authority authority;

static void
login_begin(struct authority *all, int fd)
{
	if (login_peers_admit(all, fd) < 0)
		close(fd);
	else
		login_door_begin(all, fd);
}

/* The owner and mode of a socket say who may connect to it. */
static struct door {
	const char *name;
	void (*begin)(struct authority *, int fd);
	int fd;
	struct loop_watch watch;
	struct loop_timer pause;
} doors[] = {
    {.name = "login", .begin = login_begin},
    {.name = "redeem", .begin = redeem_door_begin},
    {.name = "token", .begin = token_begin},
    {.name = "admin", .begin = admin_begin},
    {.name = "helpdesk", .begin = helpdesk_begin},
    {.name = "auditor", .begin = auditor_begin},
};
#define DOORS (sizeof doors / sizeof doors[0])

static int
read_file(struct role_handed *h, const char *name, char *out, size_t room)
{
	int fd = role_take_file(h, name);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = file_read(fd, out, room);
	close(fd);
	return (int)n;
}

static int
load_seal(struct role_handed *h)
{
	char key[SEAL_KEY + 1];

	if (read_file(h, "seal.key", key, sizeof key) != SEAL_KEY) {
		log_warnx("seal.key: must be exactly %d random bytes; "
			  "sallyport key init makes one",
		    SEAL_KEY);
		return -1;
	}
	authority.seal = seal_new((const uint8_t *)key);
	authority.wrong_passwords = wrong_passwords_new();
	if (authority.wrong_passwords == NULL)
		fatalx("out of memory");
	explicit_bzero(key, sizeof key);
	return authority.seal == NULL ? -1 : 0;
}

static int
load_key(struct role_handed *h, struct keyring *keys, unsigned n)
{
	char name[16], pem[PEM_MAX], kid[KEYRING_KID + 1];
	enum keyring_result r;
	int size;

	snprintf(name, sizeof name, "token/%u", n);
	size = read_file(h, name, pem, sizeof pem);
	if (size < 0) {
		log_warnx("%s: cannot be read", name);
		return -1;
	}
	r = keyring_add(keys, pem, (size_t)size, kid);
	explicit_bzero(pem, sizeof pem);
	if (r == KEYRING_OK && n == 0)
		r = keyring_activate(keys, kid);
	if (r != KEYRING_OK)
		log_warnx("%s: %s", name, keyring_strerror(r));
	return r == KEYRING_OK ? 0 : -1;
}

static struct keyring *
load_keys(struct role_handed *h, const struct conf_authority *conf)
{
	struct keyring *keys = keyring_new();

	for (unsigned i = 0; keys != NULL && i < conf->token_key_count; i++)
		if (load_key(h, keys, i) < 0) {
			keyring_free(&keys);
			return NULL;
		}
	return keys;
}

/* Keeps keys and seeds out of swap.  Memory that is allocated later is locked
 * too if there is no limit.  Under a limit, a reload or many attempts could get
 * no memory at all. */
static void
lock_memory(void)
{
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	int later = setrlimit(RLIMIT_MEMLOCK, &all) == 0 ? MCL_FUTURE : 0;

	if (mlockall(MCL_CURRENT | MCL_ONFAULT | later) < 0)
		log_warn("memory is not locked: keys and seeds may be written "
			 "to swap; set LimitMEMLOCK=infinity");
}

static int
prepare(struct role_handed *h)
{
	char text[256] = "";
	int fd;

	authority.conf = *(const struct conf_authority *)h->conf;
	authority.keys = load_keys(h, &authority.conf);
	if (authority.keys == NULL || load_seal(h) < 0)
		return -1;
	fd = role_take_file(h, "attempts");
	authority.attempt_table = fd < 0 ? NULL : attempt_table_open(fd);
	if (authority.attempt_table == NULL)
		return -1;
	fd = role_take_file(h, "sessions");
	authority.session_file =
	    fd < 0 ? NULL : session_file_open(fd, authority.seal);
	if (authority.session_file == NULL)
		return -1;
	authority.snapshot = snapshot_load(h, text, sizeof text);
	if (authority.snapshot == NULL) {
		log_warnx("policy: %s", text);
		return -1;
	}
	lock_memory();
	return 0;
}

static void
open_again(void *arg)
{
	struct door *d = arg;

	loop_change(authority.loop, &d->watch, EPOLLIN);
}

static void
on_door(void *arg, uint32_t events)
{
	struct door *d = arg;
	int fd = accept4(d->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd >= 0) {
		d->begin(&authority, fd);
	} else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		/* the socket stays ready: without a rest the loop would spin on
		 * it */
		log_warn(
		    "cannot accept a connection at the socket %s", d->name);
		loop_change(authority.loop, &d->watch, 0);
		loop_timer_at(authority.loop, &d->pause,
		    clock_mono_ms() + PAUSE_MS, open_again, d);
	}
}

static void
serve(struct authority *all)
{
	role_say_state(ROLE_STATE_ABLE, "");
	if (policy_record_loaded(all, &all->conf.policy) < 0)
		fatalx("out of memory for the record of the policy");
	for (size_t i = 0; i < DOORS; i++)
		if (loop_watch(all->loop, &doors[i].watch, doors[i].fd, on_door,
			&doors[i]) < 0)
			fatal("epoll");
}

/* Accepts nobody.  A client waits, and its timeout tells it that nobody
 * answers.
 */
static void
blocked(const char *text)
{
	role_say_state(ROLE_STATE_BLOCKED, text);
}

static void
on_directory(void *arg, struct message *m)
{
	struct authority *all = arg;

	if (m->type == MSG_DIRECTORY_VERDICT_NOTE) {
		course_verdict(all, &m->u.DIRECTORY_VERDICT_NOTE);
		return;
	}
	if (m->type != MSG_DIRECTORY_LOOKUP_ANS)
		channel_unexpected(&all->directory, m);
	directory_answered(all, &m->u.DIRECTORY_LOOKUP_ANS);
}

static void
on_directory_close(void *arg)
{
	struct authority *all = arg;

	log_warnx("directory is gone");
	directory_lost(all);
	course_without_verdict(all);
}

static void
directory_peer(int fd)
{
	if (authority.directory.fd >= 0) {
		channel_close(&authority.directory);
		on_directory_close(&authority);
	}
	channel_init(&authority.directory, fd, ROLE_AUTHORITY, ROLE_DIRECTORY);
	if (channel_serve(&authority.directory, authority.loop, on_directory,
		on_directory_close, &authority) < 0)
		fatal("epoll");
}

static void
peer(enum role role, int fd)
{
	switch (role) {
	case ROLE_DIRECTORY:
		directory_peer(fd);
		break;
	case ROLE_STORE:
		store_link_peer(&authority.store, fd);
		break;
	case ROLE_AUDIT:
		audit_link_peer(&authority.audit, fd);
		break;
	default:
		close(fd);
	}
}

static int
start(struct loop *loop, struct role_handed *h)
{
	static const enum role peers[] = {
	    ROLE_DIRECTORY, ROLE_STORE, ROLE_AUDIT};
	const struct subjects_parts parts = {.loop = loop,
	    .store = &authority.store,
	    .seal = authority.seal,
	    .head = &authority.audit.head,
	    .conf = &authority.conf};

	authority.loop = loop;
	authority.parent = role_parent();
	authority.directory.fd = -1;
	if (table_init(&authority.attempts) < 0 ||
	    table_init(&authority.grants) < 0 ||
	    table_init(&authority.sessions) < 0 ||
	    table_init(&authority.login_peers) < 0 ||
	    table_init(&authority.questions) < 0 ||
	    table_init(&authority.lookups) < 0 ||
	    table_init(&authority.recovery.intents) < 0 ||
	    table_init(&authority.recovery.grants) < 0 ||
	    store_link_init(&authority.store, loop) < 0 ||
	    subjects_init(&authority.subjects, &parts) < 0) {
		log_warnx("out of memory");
		return -1;
	}
	audit_link_init(&authority.audit, loop, &startup_hooks, &authority);
	for (size_t i = 0; i < DOORS; i++) {
		doors[i].fd = role_take_listen(h, doors[i].name);
		if (doors[i].fd < 0) {
			log_warnx("the parent sent no listening socket %s",
			    doors[i].name);
			return -1;
		}
	}
	for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
		int fd = role_take_peer(h, peers[i]);

		if (fd >= 0)
			peer(peers[i], fd);
	}
	role_say_state(ROLE_STATE_STARTING, "");
	startup_begin(&authority, serve, blocked);
	return 0;
}

static struct {
	struct snapshot *snapshot;
	struct keyring *keys;
} staged;

static void
forget(void)
{
	snapshot_release(staged.snapshot);
	keyring_free(&staged.keys);
	staged.snapshot = NULL;
}

static int
stage(struct role_handed *h, char *text, size_t size)
{
	staged.keys = load_keys(h, h->conf);
	if (staged.keys == NULL) {
		snprintf(text, size, "%s", log_last());
		return -1;
	}
	staged.snapshot = snapshot_load(h, text, size);
	if (staged.snapshot != NULL)
		return 0;
	forget();
	return -1;
}

static void
swap(const void *new)
{
	const struct conf_authority *conf = new;

	if (strcmp(conf->policy.bundle, authority.conf.policy.bundle) != 0 &&
	    policy_record_loaded(&authority, &conf->policy) < 0)
		fatalx("out of memory for the record of the policy");
	snapshot_release(authority.snapshot);
	keyring_free(&authority.keys);
	authority.snapshot = staged.snapshot;
	authority.keys = staged.keys;
	staged.snapshot = NULL;
	staged.keys = NULL;
	authority.conf = *conf;
}

static void
told(const struct message *m)
{
	process_answered(&authority, &m->u.PARENT_WHO_ANS);
}

static void
stop(void)
{
	audit_link_flush(&authority.audit);
	write_back_flush(&authority.subjects);
}

static const struct role_ops ops = {
    .role = ROLE_AUTHORITY,
    .conf_size = sizeof(struct conf_authority),
    .prepare = prepare,
    .start = start,
    .peer = peer,
    .stage = stage,
    .swap = swap,
    .forget = forget,
    .told = told,
    .stop = stop,
};

int
main(void)
{
	return role_main(&ops);
}
