/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/door/redeem_door.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/attempt/course.h"
#include "gatewayd/authority/attempt/redeem.h"
#include "gatewayd/authority/door/other_version.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/wire/pamwire.h"
#include "lib/wire/pamwire_version.h"

#define DEADLINE_MS 5000

static void
on_deadline(void *arg)
{
	redeem_end(arg);
}

static void
serve(struct redeem *r)
{
	struct pamwire_frame f;

	if (pamwire_decode(&f, r->bytes, r->used) < 0) {
		log_warnx("malformed frame at redeem.sock");
		return;
	}
	/* one that an attempt waits for is answered after its record */
	if (f.type != PAMWIRE_TYPE_REDEEM ||
	    !course_claim(r->all, &f.u.redeem, r))
		redeem_answer(r, &f);
	pamwire_wipe(&f);
}

/* The answer is in our version: its header says why.  A session that a module
 * of another release closes needs no record of a refusal: it is not open any
 * longer than its process is there. */
static void
serve_other(struct redeem *r)
{
	struct pamwire_frame a;

	pamwire_init(&a, PAMWIRE_TYPE_SESSION_ANS);
	a.u.session_ans.result = PAMWIRE_UNAVAILABLE;
	if (r->bytes[1] == PAMWIRE_TYPE_SESSION_CLOSE)
		log_info("redeem.sock: a module of version %u closes a "
			 "session: the session ends with its process",
		    r->bytes[0]);
	else
		other_version_record(r->all, r->bytes[0]);
	redeem_send(r, &a);
}

/* How much to read; 0: there is no such frame. */
static size_t
wanted(const struct redeem *r)
{
	if (r->used < PAMWIRE_HEADER)
		return PAMWIRE_HEADER;
	return pamwire_is_other(r->bytes) ? r->used
					  : pamwire_frame_size(r->bytes);
}

/* Reads what is there, which with more behind a frame is no frame; false: it is
 * not whole yet, or its answer waits for a record. */
static bool
is_over(struct redeem *r)
{
	size_t want;
	ssize_t n;

	for (;;) {
		want = wanted(r);
		if (r->used >= want)
			break;
		n = recv(r->fd, r->bytes + r->used, sizeof r->bytes - r->used,
		    MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n <= 0)
			return true;
		r->used += (size_t)n;
	}
	if (want > 0 && pamwire_is_other(r->bytes))
		serve_other(r);
	else if (want > 0)
		serve(r);
	return r->attempt == NULL;
}

static void
on_ready(void *arg, uint32_t events)
{
	struct redeem *r = arg;

	(void)events;
	/* the module has said all it had to: this is its end */
	if (r->attempt != NULL || is_over(r))
		redeem_end(r);
}

void
redeem_door_begin(struct authority *all, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	struct redeem *r;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
	    peer.uid != all->conf.peer_uid) {
		log_warnx("redeem.sock: refused uid %u", peer.uid);
		close(fd);
		return;
	}
	r = calloc(1, sizeof *r);
	if (r == NULL) {
		close(fd);
		return;
	}
	r->all = all;
	r->fd = fd;
	/* the module sends at once: most frames are here already */
	if (is_over(r)) {
		redeem_end(r);
		return;
	}
	if (r->attempt == NULL)
		loop_timer_at(all->loop, &r->timer,
		    clock_mono_ms() + DEADLINE_MS, on_deadline, r);
	if (loop_watch(all->loop, &r->watch, fd, on_ready, r) < 0) {
		log_warn("epoll");
		redeem_end(r);
	}
}
