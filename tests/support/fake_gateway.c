/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_gateway.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/wire/pamwire_io.h"
#include "pam_module/sha256.h"
#include "tests/support/patience.h"

#define STEP_MS (4 * PATIENCE_MS) /* more than any timeout here */

static const uint8_t attempt_id[PAMWIRE_ATTEMPT] = "attempt id 1234";

void
fake_script_good(struct fake_script *s)
{
	memset(s, 0, sizeof *s);
	s->rounds = 1;
	s->prompt[0].count = 2;
	s->prompt[0].item[0].style = PAMWIRE_ECHO_OFF;
	snprintf(s->prompt[0].item[0].text, PAMWIRE_MAX_TEXT, "Password: ");
	s->prompt[0].item[1].style = PAMWIRE_ECHO_OFF;
	snprintf(s->prompt[0].item[1].text, PAMWIRE_MAX_TEXT, "Code: ");
	s->no_account_prompts = true;
	s->result.result = PAMWIRE_REDEEM;
	s->redeemed.result = PAMWIRE_GRANTED;
	snprintf(s->redeemed.session, sizeof s->redeemed.session,
	    "AAAAAAAAAA-_0123456789");
	memset(s->redeemed.account_ticket, 'T', PAMWIRE_TICKET);
	s->session_ans.result = PAMWIRE_GRANTED;
	snprintf(s->session_ans.session, sizeof s->session_ans.session,
	    "AAAAAAAAAA-_0123456789");
}

static void
hold(int fd, struct fake_seen *seen)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	poll(&p, 1, STEP_MS);
	seen->hung_up++;
}

static void
write_bytes(int fd, const uint8_t *bytes, size_t size, size_t step)
{
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;

		if (send(fd, bytes + at, n, MSG_NOSIGNAL) < 0)
			return;
	}
}

/* false: this connection is over */
static bool
take_turn(int fd, struct fake_seen *seen, enum fake_act act,
    const struct pamwire_frame *f)
{
	static const uint8_t garbage[] = "\377\377 no frame";
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame wrong;
	size_t size = pamwire_encode(f, bytes);

	if (size == 0)
		abort();
	switch (act) {
	case FAKE_GOOD:
		write_bytes(fd, bytes, size, size);
		return true;
	case FAKE_DRIP:
		write_bytes(fd, bytes, size, 1);
		return true;
	case FAKE_SILENT:
		hold(fd, seen);
		return false;
	case FAKE_CLOSE:
		return false;
	case FAKE_HALF:
		write_bytes(fd, bytes, size / 2, size);
		return false;
	case FAKE_STALL:
		write_bytes(fd, bytes, size / 2, size);
		hold(fd, seen);
		return false;
	case FAKE_GARBAGE:
		write_bytes(fd, garbage, sizeof garbage, sizeof garbage);
		hold(fd, seen);
		return false;
	case FAKE_WRONG_TYPE:
		pamwire_init(&wrong, PAMWIRE_TYPE_SESSION_ANS);
		wrong.u.session_ans.result = PAMWIRE_GRANTED;
		if (f->type == PAMWIRE_TYPE_SESSION_ANS) {
			pamwire_init(&wrong, PAMWIRE_TYPE_REDEEMED);
			wrong.u.redeemed.result = PAMWIRE_DENIED;
		} else if (f->type == PAMWIRE_TYPE_RESULT) {
			/* as a RESULT it would be read as REDEEM */
			pamwire_init(&wrong, PAMWIRE_TYPE_BEGIN);
			wrong.u.begin.phase = PAMWIRE_AUTHN;
		}
		size = pamwire_encode(&wrong, bytes);
		write_bytes(fd, bytes, size, size);
		hold(fd, seen);
		return false;
	}
	abort();
}

static bool
receive(int fd, struct pamwire_frame *f)
{
	int64_t deadline = pamwire_io_now() + STEP_MS;

	return pamwire_io_receive(fd, f, deadline, deadline) == PAMWIRE_IO_DONE;
}

static void
serve_login(int fd, const struct fake_script *s, struct fake_seen *seen)
{
	enum fake_turn turn = FAKE_TO_BEGIN;
	struct pamwire_frame f;
	int rounds = s->rounds;

	if (!receive(fd, &f) || f.type != PAMWIRE_TYPE_BEGIN)
		return;
	seen->begin = f.u.begin;
	seen->begins++;
	if (f.u.begin.phase == PAMWIRE_ACCOUNT && s->no_account_prompts)
		rounds = 0;
	for (int i = 0; i < rounds || s->ask_for_ever; i++) {
		pamwire_init(&f, PAMWIRE_TYPE_PROMPT);
		f.u.prompt = s->prompt[s->ask_for_ever ? 0 : i];
		if (!take_turn(fd, seen, s->act[turn], &f))
			return;
		if (!receive(fd, &f) || f.type != PAMWIRE_TYPE_ANSWER) {
			seen->hung_up++;
			return;
		}
		seen->answer[i % FAKE_ROUNDS] = f.u.answer;
		seen->answers++;
		turn = FAKE_TO_ANSWER;
	}
	pamwire_init(&f, PAMWIRE_TYPE_RESULT);
	f.u.result = s->result;
	memcpy(f.u.result.attempt, attempt_id, sizeof attempt_id);
	if (s->wrong_attempt)
		f.u.result.attempt[3] ^= 1;
	take_turn(fd, seen, s->act[turn], &f);
}

static void
see_redeem(const struct pamwire_redeem *r, struct fake_seen *seen)
{
	uint8_t hash[SHA256_SIZE];

	seen->redeem = *r;
	seen->redeems++;
	sha256(r->nonce, sizeof r->nonce, hash);
	seen->nonce_is_right =
	    memcmp(hash, seen->begin.nonce_hash, sizeof hash) == 0;
}

static void
serve_redeem(int fd, const struct fake_script *s, struct fake_seen *seen)
{
	enum fake_turn turn = FAKE_TO_REDEEM;
	struct pamwire_frame f, ans;

	if (!receive(fd, &f))
		return;
	pamwire_init(&ans, PAMWIRE_TYPE_REDEEMED);
	ans.u.redeemed = s->redeemed;
	switch (f.type) {
	case PAMWIRE_TYPE_REDEEM:
		see_redeem(&f.u.redeem, seen);
		if (!seen->nonce_is_right ||
		    memcmp(f.u.redeem.attempt, attempt_id, sizeof attempt_id) !=
			0) {
			pamwire_init(&ans, PAMWIRE_TYPE_REDEEMED);
			ans.u.redeemed.result = PAMWIRE_DENIED;
		}
		break;
	case PAMWIRE_TYPE_ACCOUNT:
		turn = FAKE_TO_ACCOUNT;
		seen->account = f.u.account;
		seen->accounts++;
		break;
	case PAMWIRE_TYPE_SESSION_OPEN:
		turn = FAKE_TO_OPEN;
		seen->open = f.u.session_open;
		seen->opens++;
		pamwire_init(&ans, PAMWIRE_TYPE_SESSION_ANS);
		ans.u.session_ans = s->session_ans;
		break;
	case PAMWIRE_TYPE_SESSION_CLOSE:
		turn = FAKE_TO_CLOSE;
		seen->close = f.u.session_close;
		seen->closes++;
		pamwire_init(&ans, PAMWIRE_TYPE_SESSION_ANS);
		ans.u.session_ans = s->session_ans;
		break;
	default:
		return;
	}
	take_turn(fd, seen, s->act[turn], &ans);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (fd < 0 || bind(fd, (const void *)&sun, sizeof sun) < 0 ||
	    listen(fd, 16) < 0)
		abort();
	return fd;
}

static _Noreturn void
serve(const struct fake_gateway *g, int login, int redeem)
{
	struct pollfd p[2] = {
	    {.fd = login, .events = POLLIN}, {.fd = redeem, .events = POLLIN}};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		if (poll(p, 2, -1) < 0)
			_exit(1);
		for (int i = 0; i < 2; i++) {
			int fd;

			if (p[i].revents == 0)
				continue;
			fd = accept4(p[i].fd, NULL, NULL, SOCK_CLOEXEC);
			if (fd < 0)
				_exit(1);
			if (i == 0)
				serve_login(fd, g->script, g->seen);
			else
				serve_redeem(fd, g->script, g->seen);
			close(fd);
		}
	}
}

static void *
shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

void
fake_start(struct fake_gateway *g)
{
	int login, redeem;

	memset(g, 0, sizeof *g);
	g->script = shared(sizeof *g->script);
	g->seen = shared(sizeof *g->seen);
	fake_script_good(g->script);
	snprintf(g->dir, sizeof g->dir, "/tmp/sallyport-fake-XXXXXX");
	if (mkdtemp(g->dir) == NULL)
		abort();
	snprintf(g->login, sizeof g->login, "%s/login.sock", g->dir);
	snprintf(g->redeem, sizeof g->redeem, "%s/redeem.sock", g->dir);
	login = listen_at(g->login);
	redeem = listen_at(g->redeem);
	g->pid = fork();
	if (g->pid == 0)
		serve(g, login, redeem);
	if (g->pid < 0)
		abort();
	close(login);
	close(redeem);
}

void
fake_kill(struct fake_gateway *g)
{
	if (g->pid > 0) {
		kill(g->pid, SIGKILL);
		waitpid(g->pid, NULL, 0);
	}
	g->pid = 0;
}

void
fake_stop(struct fake_gateway *g)
{
	fake_kill(g);
	unlink(g->login);
	unlink(g->redeem);
	rmdir(g->dir);
	munmap(g->script, sizeof *g->script);
	munmap(g->seen, sizeof *g->seen);
}
