/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/redeem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/attempt/attempt.h"
#include "gatewayd/authority/attempt/other_version.h"
#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/session/phases.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/wire/pamwire.h"
#include "lib/wire/pamwire_version.h"

#define DEADLINE_MS 5000

struct redeem {
	struct authority *all;
	struct loop_watch watch;
	struct loop_timer timer;
	struct attempt *attempt; /* whose record it waits for; mostly NULL */
	int fd;
	size_t used;
	uint8_t bytes[PAMWIRE_MAX_FRAME];
};

static void
end(struct redeem *r)
{
	if (r->attempt != NULL)
		attempt_unclaim(r->attempt);
	loop_unwatch(r->all->loop, &r->watch);
	loop_timer_off(r->all->loop, &r->timer);
	close(r->fd);
	explicit_bzero(r->bytes, r->used);
	free(r);
}

static void
on_deadline(void *arg)
{
	end(arg);
}

/* What lives and ends with the process that asks. */
static void
answer_process(
    struct redeem *r, const struct pamwire_frame *f, struct pamwire_frame *a)
{
	struct pamwire_session_ans *ans = &a->u.session_ans;
	struct peer peer;

	pamwire_init(a, PAMWIRE_TYPE_SESSION_ANS);
	ans->result = PAMWIRE_UNAVAILABLE;
	if (peer_open(r->fd, &peer) < 0) {
		log_warn("redeem.sock: cannot identify the process of a "
			 "session");
		return;
	}
	if (f->type == PAMWIRE_TYPE_SESSION_OPEN)
		phases_open(r->all, &f->u.session_open, &peer, ans);
	else
		phases_close(r->all, &f->u.session_close, &peer, ans);
	close(peer.pidfd);
}

static int
answer(struct redeem *r, const struct pamwire_frame *f, struct pamwire_frame *a)
{
	switch (f->type) {
	case PAMWIRE_TYPE_REDEEM:
		if (attempt_claim(r->all, &f->u.redeem, r))
			return -1; /* answered when its record is on disk */
		pamwire_init(a, PAMWIRE_TYPE_REDEEMED);
		phases_redeem(r->all, &f->u.redeem, &a->u.redeemed);
		return 0;
	case PAMWIRE_TYPE_ACCOUNT:
		pamwire_init(a, PAMWIRE_TYPE_REDEEMED);
		phases_account(r->all, &f->u.account, &a->u.redeemed);
		return 0;
	case PAMWIRE_TYPE_SESSION_OPEN:
	case PAMWIRE_TYPE_SESSION_CLOSE:
		answer_process(r, f, a);
		return 0;
	default:
		return -1;
	}
}

static void
send_answer(struct redeem *r, struct pamwire_frame *a)
{
	uint8_t out[PAMWIRE_MAX_FRAME];
	size_t size = pamwire_encode(a, out);

	/* a fresh socket takes one frame; if not, nobody is let in */
	if (size == 0 || send(r->fd, out, size, MSG_NOSIGNAL | MSG_DONTWAIT) !=
			     (ssize_t)size)
		log_warnx("an answer at redeem.sock was lost");
	explicit_bzero(out, size);
	pamwire_wipe(a);
}

static void
serve(struct redeem *r)
{
	struct pamwire_frame f, a;

	if (pamwire_decode(&f, r->bytes, r->used) < 0) {
		log_warnx("malformed frame at redeem.sock");
		return;
	}
	if (answer(r, &f, &a) == 0)
		send_answer(r, &a);
	pamwire_wipe(&f);
}

void
redeem_waits(struct redeem *r, struct attempt *a)
{
	r->attempt = a;
	/* as long as the attempt may take to be written down */
	loop_timer_off(r->all->loop, &r->timer);
}

void
redeem_decided(struct redeem *r, bool granted)
{
	struct pamwire_frame a;

	r->attempt = NULL;
	if (granted) {
		serve(r); /* there is a session now: as any other */
	} else {
		pamwire_init(&a, PAMWIRE_TYPE_REDEEMED);
		a.u.redeemed.result = PAMWIRE_UNAVAILABLE;
		send_answer(r, &a);
	}
	end(r);
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
			 "session: it ends with its process",
		    r->bytes[0]);
	else
		other_version_record(r->all, r->bytes[0]);
	send_answer(r, &a);
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

/* Reads what is there; false: the frame is not whole yet, or its answer waits
 * for a record. */
static bool
is_over(struct redeem *r)
{
	size_t want;
	ssize_t n;

	for (;;) {
		want = wanted(r);
		if (want == 0 || (r->used == want && r->used > 0))
			break;
		n = recv(
		    r->fd, r->bytes + r->used, want - r->used, MSG_DONTWAIT);
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
		end(r);
}

void
redeem_begin(struct authority *all, int fd)
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
		end(r);
		return;
	}
	if (r->attempt == NULL)
		loop_timer_at(all->loop, &r->timer,
		    clock_mono_ms() + DEADLINE_MS, on_deadline, r);
	if (loop_watch(all->loop, &r->watch, fd, EPOLLIN, on_ready, r) < 0) {
		log_warn("epoll");
		end(r);
	}
}
