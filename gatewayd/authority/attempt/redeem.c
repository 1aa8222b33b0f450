/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/redeem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/session/phases.h"
#include "lib/base/log.h"

void
redeem_end(struct redeem *r)
{
	if (r->attempt != NULL)
		r->attempt->redeem = NULL;
	loop_timer_off(r->all->loop, &r->timer);
	loop_close(r->all->loop, &r->watch, r->fd);
	explicit_bzero(r->bytes, r->used);
	free(r);
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

void
redeem_send(struct redeem *r, struct pamwire_frame *a)
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

void
redeem_answer(struct redeem *r, const struct pamwire_frame *f)
{
	struct pamwire_frame a;

	switch (f->type) {
	case PAMWIRE_TYPE_REDEEM:
		pamwire_init(&a, PAMWIRE_TYPE_REDEEMED);
		phases_redeem(r->all, &f->u.redeem, &a.u.redeemed);
		break;
	case PAMWIRE_TYPE_ACCOUNT:
		pamwire_init(&a, PAMWIRE_TYPE_REDEEMED);
		phases_account(r->all, &f->u.account, &a.u.redeemed);
		break;
	case PAMWIRE_TYPE_SESSION_OPEN:
	case PAMWIRE_TYPE_SESSION_CLOSE:
		answer_process(r, f, &a);
		break;
	default:
		return;
	}
	redeem_send(r, &a);
}

void
redeem_waits(struct redeem *r, struct attempt *a)
{
	r->attempt = a;
	/* as long as the attempt may take to be written down */
	loop_timer_off(r->all->loop, &r->timer);
}

/* There is a session now, and the frame is answered as any other. */
static void
answer_granted(struct redeem *r)
{
	struct pamwire_frame f;

	if (pamwire_decode(&f, r->bytes, r->used) < 0)
		return;
	redeem_answer(r, &f);
	pamwire_wipe(&f);
}

void
redeem_decided(struct redeem *r, bool granted)
{
	struct pamwire_frame a;

	r->attempt = NULL;
	if (granted) {
		answer_granted(r);
	} else {
		pamwire_init(&a, PAMWIRE_TYPE_REDEEMED);
		a.u.redeemed.result = PAMWIRE_UNAVAILABLE;
		redeem_send(r, &a);
	}
	redeem_end(r);
}
