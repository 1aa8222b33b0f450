/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/door/redeem_door.h"
#include "module_side.h"
#include "tests/support/unit.h"

struct pamwire_redeem
module_redeem(
    const struct world_talk *t, const struct msg_AUTHORITY_OPEN_REQ *q)
{
	struct pamwire_redeem r = {.phase = q->phase,
	    .port = q->port,
	    .local = q->local,
	    .uid = q->uid};

	memcpy(r.attempt, t->open.attempt, sizeof r.attempt);
	memcpy(r.nonce, t->nonce, sizeof r.nonce);
	memcpy(r.service, q->service, sizeof r.service);
	memcpy(r.username, q->username, q->username_size);
	memcpy(r.client, q->client, sizeof r.client);
	memcpy(r.auth_info, q->auth_info, sizeof r.auth_info);
	return r;
}

int
module_send(struct world *w, const struct pamwire_redeem *r)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;
	int fds[2];

	pamwire_init(&f, PAMWIRE_TYPE_REDEEM);
	f.u.redeem = *r;
	size = pamwire_encode(&f, bytes);
	assert_true(size > 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(send(fds[1], bytes, size, 0), size);
	w->all.conf.peer_uid = getuid();
	redeem_door_begin(&w->all, fds[0]);
	world_run(w, 10);
	return fds[1];
}

enum pamwire_result
module_answer(int fd, struct pamwire_redeemed *answer_r)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n < 0)
		return (enum pamwire_result)0;
	assert_int_equal(pamwire_decode(&f, bytes, (size_t)n), 0);
	assert_int_equal(f.type, PAMWIRE_TYPE_REDEEMED);
	assert_int_equal(recv(fd, bytes, 1, 0), 0);
	if (answer_r != NULL)
		*answer_r = f.u.redeemed;
	return (enum pamwire_result)f.u.redeemed.result;
}

enum pamwire_result
module_asks(struct world *w, const struct world_talk *t,
    const struct msg_AUTHORITY_OPEN_REQ *q)
{
	struct pamwire_redeem r = module_redeem(t, q);
	int fd = module_send(w, &r);
	enum pamwire_result result = module_answer(fd, NULL);

	close(fd);
	return result;
}
