/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit remembers: it has the only write access to the log directory, which is
 * its root, and the key that signs checkpoints.  It has no network and reads
 * nothing but records from authority.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gatewayd/audit/audit.h"
#include "gatewayd/audit/log_recovery.h"
#include "gatewayd/role/health.h"
#include "gatewayd/role/role.h"
#include "lib/base/log.h"
#include "lib/record/log_segment.h"

#define LOCK_MS 5000
#define LOCK_PAUSE_MS 20

static struct audit audit = {
    .dir = -1, .authority = {.fd = -1}, .forward = {.fd = -1}};

static void
on_authority(void *arg, struct message *m)
{
	struct audit *a = arg;

	if (m->type == MSG_AUDIT_APPEND_REQ)
		append_record(a, &m->u.AUDIT_APPEND_REQ);
	else if (m->type == MSG_AUDIT_REPLAY_REQ)
		replay_start(a, m->u.AUDIT_REPLAY_REQ.from);
	else
		channel_unexpected(&a->authority, m);
}

static void
on_authority_end(void *arg)
{
	replay_stop(arg);
	append_commit(arg);
}

/* forward says nothing; its rows in routes.c allow no message to us. */
static void
on_forward(void *arg, struct message *m)
{
	struct audit *a = arg;

	channel_unexpected(&a->forward, m);
}

static void
on_forward_end(void *arg)
{
	(void)arg;
}

static int
serve_authority(int fd)
{
	if (audit.authority.fd >= 0) {
		replay_stop(&audit);
		append_commit(&audit);
		channel_close(&audit.authority);
	}
	channel_init(&audit.authority, fd, ROLE_AUDIT, ROLE_AUTHORITY);
	return channel_serve(&audit.authority, audit.loop, on_authority,
	    on_authority_end, &audit);
}

static int
serve_forward(int fd)
{
	channel_close(&audit.forward);
	channel_init(&audit.forward, fd, ROLE_AUDIT, ROLE_FORWARD);
	if (channel_serve(&audit.forward, audit.loop, on_forward,
		on_forward_end, &audit) < 0)
		return -1;
	append_notify(&audit);
	return 0;
}

static int
open_log(uint64_t segment_bytes)
{
	struct log_recovery rec = {.tree = &audit.tree};

	if (merkle_init(&audit.tree) < 0) {
		log_warnx("libcrypto has no SHA-256");
		return -1;
	}
	if (log_recovery_run(&rec, audit.dir, &audit.key) < 0)
		return -1;
	memcpy(audit.last, rec.last, sizeof audit.last);
	audit.cut = rec.torn;
	audit.signed_size = audit.tree.size - rec.unsigned_count;
	if (segment_open(&audit.segment, audit.dir,
		&(struct segment_place){
		    rec.segment, rec.offset, audit.tree.size + 1},
		segment_bytes) < 0) {
		log_warn("cannot open segment %" PRIu64, rec.segment);
		return -1;
	}
	if (rec.torn > 0)
		log_warnx(
		    "audit cut off %" PRIu64
		    " bytes of an unfinished record after record %" PRIu64,
		    rec.torn, audit.tree.size);
	log_info("the log has %" PRIu64 " records; those from %" PRIu64
		 " on were read",
	    audit.tree.size, rec.first);
	audit.look_back.loop = audit.loop;
	audit.look_back.dir = audit.dir;
	audit.look_back.key = &audit.key;
	look_back_start(&audit.look_back, rec.first);
	return head_write(&audit);
}

static int
prepare(struct role_handed *h)
{
	const struct conf_audit *conf = h->conf;
	int fd = role_take_file(h, conf->checkpoint_key);
	int result;

	if (fd < 0) {
		log_warnx("the parent sent no checkpoint key");
		return -1;
	}
	result = log_key_read_private(&audit.key, fd, conf->origin);
	close(fd);
	if (result < 0)
		log_warnx("%s: not an Ed25519 private key in PEM, or \"%s\" "
			  "cannot be an origin (no spaces, no plus)",
		    conf->checkpoint_key, conf->origin);
	return result;
}

static void
each_round(void *arg)
{
	append_commit(arg);
}

static const char *
trouble(void)
{
	static char text[TEXT_MAX + 1];

	if (audit.head_error == 0)
		return look_back_trouble(&audit.look_back);
	snprintf(text, sizeof text,
	    "the checkpoint cannot be written (%s): records are on disk but "
	    "not signed; look at the disk and at the log's directory",
	    strerror(audit.head_error));
	return text;
}

/* The audit of a gatewayd that was killed may still be about to end. */
static int
lock_log(void)
{
	const struct timespec pause = {0, LOCK_PAUSE_MS * 1000000L};

	for (int waited = 0; log_segment_lock(audit.dir) < 0;
	     waited += LOCK_PAUSE_MS) {
		if (waited >= LOCK_MS) {
			log_warn("the log is locked: another program writes "
				 "it");
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int
start(struct loop *loop, struct role_handed *h)
{
	const struct conf_audit *conf = h->conf;

	audit.loop = loop;
	audit.dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (audit.dir < 0) {
		log_warn("cannot open the log directory");
		return -1;
	}
	if (lock_log() < 0)
		return -1;
	if (open_log(conf->segment_bytes) < 0)
		return -1;
	loop_each_round(loop, each_round, &audit);
	role_health(loop, trouble);
	if (serve_authority(role_take_peer(h, ROLE_AUTHORITY)) < 0 ||
	    serve_forward(role_take_peer(h, ROLE_FORWARD)) < 0) {
		log_warn("epoll");
		return -1;
	}
	return 0;
}

static void
peer(enum role role, int fd)
{
	if ((role == ROLE_AUTHORITY ? serve_authority(fd) : serve_forward(fd)) <
	    0)
		fatal("epoll");
}

/* The key and the name of the log are those it began with: the parent refuses
 * others. */
static void
swap(const void *conf)
{
	audit.segment.limit = ((const struct conf_audit *)conf)->segment_bytes;
}

static void
stop(void)
{
	look_back_stop(&audit.look_back);
	append_commit(&audit);
	append_notify(&audit);
	head_write(&audit);
	segment_close(&audit.segment);
}

int
main(void)
{
	static const struct role_ops ops = {
	    .role = ROLE_AUDIT,
	    .conf_size = sizeof(struct conf_audit),
	    .prepare = prepare,
	    .start = start,
	    .peer = peer,
	    .swap = swap,
	    .stop = stop,
	};

	return role_main(&ops);
}
