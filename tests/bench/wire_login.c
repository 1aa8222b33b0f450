/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/wire_login.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/wire/pamwire_io.h"
#include "tests/bench/bench.h"

#define SERVICE "sshd"
#define CLIENT "127.0.0.1"
#define WAIT_MS 20000

static int
connect_to(const char *directory, const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || snprintf(a.sun_path, sizeof a.sun_path, "%s/%s",
			  directory, name) >= (int)sizeof a.sun_path)
		bench_fail(directory);
	if (connect(fd, (const struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
ask(int fd, struct pamwire_frame *f, enum pamwire_type answer)
{
	int64_t until = pamwire_io_now() + WAIT_MS;

	return pamwire_io_send(fd, f, until) == PAMWIRE_IO_DONE &&
		       pamwire_io_receive(fd, f, until, until) ==
			   PAMWIRE_IO_DONE &&
		       f->type == answer
		   ? 0
		   : -1;
}

static void
answer_one(struct pamwire_answer *a, const char *text)
{
	struct pamwire_answer_item *item = &a->item[a->count++];

	item->size = (uint16_t)strlen(text);
	memcpy(item->bytes, text, item->size);
}

/* BEGIN is in the frame; RESULT is in it afterwards. */
static int
converse(
    int fd, struct pamwire_frame *f, const char *password, const char *code)
{
	struct pamwire_frame answer;

	if (ask(fd, f, PAMWIRE_TYPE_PROMPT) < 0)
		return -1;
	pamwire_init(&answer, PAMWIRE_TYPE_ANSWER);
	answer.u.answer.status = PAMWIRE_ANSWERED;
	for (unsigned i = 0; i < f->u.prompt.count; i++)
		if (f->u.prompt.item[i].style <= PAMWIRE_ECHO_ON)
			answer_one(&answer.u.answer,
			    strstr(f->u.prompt.item[i].text, "assword") != NULL
				? password
				: code);
	*f = answer;
	return ask(fd, f, PAMWIRE_TYPE_RESULT) == 0 &&
		       f->u.result.result == PAMWIRE_REDEEM
		   ? 0
		   : -1;
}

int
wire_login(const char *directory, const char *name, uint32_t uid, uint16_t port,
    const char *password, const char *code)
{
	uint8_t nonce[PAMWIRE_NONCE], attempt[PAMWIRE_ATTEMPT];
	struct pamwire_frame f;
	int fd, result = -1;

	if (getrandom(nonce, sizeof nonce, 0) != sizeof nonce)
		bench_fail("getrandom");
	pamwire_init(&f, PAMWIRE_TYPE_BEGIN);
	f.u.begin.phase = PAMWIRE_AUTHN;
	SHA256(nonce, sizeof nonce, f.u.begin.nonce_hash);
	snprintf(f.u.begin.service, sizeof f.u.begin.service, SERVICE);
	snprintf(f.u.begin.username, sizeof f.u.begin.username, "%s", name);
	snprintf(f.u.begin.client, sizeof f.u.begin.client, CLIENT);
	f.u.begin.local = 1;
	f.u.begin.uid = uid;
	f.u.begin.port = port;
	fd = connect_to(directory, "login.sock");
	if (fd < 0 || converse(fd, &f, password, code) < 0)
		goto out;
	close(fd);
	memcpy(attempt, f.u.result.attempt, sizeof attempt);
	pamwire_init(&f, PAMWIRE_TYPE_REDEEM);
	f.u.redeem.phase = PAMWIRE_AUTHN;
	memcpy(f.u.redeem.attempt, attempt, sizeof attempt);
	memcpy(f.u.redeem.nonce, nonce, sizeof nonce);
	snprintf(f.u.redeem.service, sizeof f.u.redeem.service, SERVICE);
	snprintf(f.u.redeem.username, sizeof f.u.redeem.username, "%s", name);
	snprintf(f.u.redeem.client, sizeof f.u.redeem.client, CLIENT);
	f.u.redeem.port = port;
	f.u.redeem.local = 1;
	f.u.redeem.uid = uid;
	fd = connect_to(directory, "redeem.sock");
	if (fd >= 0 && ask(fd, &f, PAMWIRE_TYPE_REDEEMED) == 0 &&
	    f.u.redeemed.result == PAMWIRE_GRANTED)
		result = 0;
out:
	if (fd >= 0)
		close(fd);
	return result;
}
