/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/login/stage.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/login/conversation.h"
#include "lib/base/log.h"
#include "lib/ipc/channel.h"
#include "lib/wire/pamwire_io.h"
#include "tests/support/copies.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

static int
listen_at(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (fd < 0 || bind(fd, (const void *)&sun, sizeof sun) < 0 ||
	    listen(fd, 16) < 0)
		abort();
	return fd;
}

int
stage_set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	log_init("login");
	snprintf(s->dir, sizeof s->dir, "/tmp/sallyport-login-XXXXXX");
	if (mkdtemp(s->dir) == NULL)
		return -1;
	snprintf(s->conf.authority, sizeof s->conf.authority, "%s/authority",
	    s->dir);
	snprintf(s->conf.directory, sizeof s->conf.directory, "%s/directory",
	    s->dir);
	s->conf.deadline = PATIENCE_MS;
	s->conf.max_per_client = 2;
	s->authority_listen = listen_at(s->conf.authority);
	s->directory_listen = listen_at(s->conf.directory);
	s->seats = seats_new();
	s->module = -1;
	s->authority.fd = -1;
	*state = s;
	return 0;
}

void
stage_start(struct stage *s)
{
	int pair[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	s->pid = fork();
	assert_int_not_equal(s->pid, -1);
	if (s->pid == 0) {
		close(pair[0]);
		close(s->authority_listen);
		close(s->directory_listen);
		signal(SIGPIPE, SIG_IGN);
		conversation_run(&s->conf, s->seats, 0, pair[1]);
		_exit(s->secret != NULL && copies_are_left(s->secret));
	}
	close(pair[1]);
	s->module = pair[0];
}

void
stage_assert_ended(struct stage *s)
{
	struct pollfd nothing;
	int status;

	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
			assert_int_equal(status, 0);
			s->pid = 0;
			return;
		}
		poll(&nothing, 0, 10);
	}
	fail_msg("the conversation goes on");
}

int
stage_tear_down(void **state)
{
	struct stage *s = *state;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	if (s->module >= 0)
		close(s->module);
	channel_close(&s->authority);
	close(s->authority_listen);
	close(s->directory_listen);
	unlink(s->conf.authority);
	unlink(s->conf.directory);
	rmdir(s->dir);
	seats_free(s->seats);
	free(s);
	return 0;
}

void
stage_module_says(struct stage *s)
{
	assert_int_equal(
	    pamwire_io_send(s->module, &s->f, pamwire_io_now() + PATIENCE_MS),
	    PAMWIRE_IO_DONE);
}

void
stage_begin(struct stage *s, enum pamwire_phase phase)
{
	struct pamwire_begin *b = &s->f.u.begin;

	pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
	b->phase = (uint8_t)phase;
	memset(b->nonce_hash, 'H', sizeof b->nonce_hash);
	strncpy(b->service, "sshd", 10);
	strncpy(b->username, "alice\xff\n", 10);
	b->local = 1;
	strncpy(b->client, "192.0.2.7", 20);
	b->port = 4711;
	strncpy(b->tty, "ssh", 10);
	strncpy(b->ruser, "bob", 10);
	strncpy(b->auth_info, "publickey x", 20);
	b->uid = 1000;
	stage_module_says(s);
}

void
stage_expect(struct stage *s, enum pamwire_type type)
{
	int64_t limit = pamwire_io_now() + PATIENCE_MS;

	assert_int_equal(pamwire_io_receive(s->module, &s->f, limit, limit),
	    PAMWIRE_IO_DONE);
	assert_int_equal(s->f.type, type);
}

void
stage_expect_result(struct stage *s, enum pamwire_result result)
{
	stage_expect(s, PAMWIRE_TYPE_RESULT);
	assert_int_equal(s->f.u.result.result, result);
	stage_assert_ended(s);
}

static int
take_connection(int listening)
{
	struct pollfd p = {.fd = listening, .events = POLLIN};
	int fd;

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

void
stage_assert_no_connection(int listening)
{
	struct pollfd p = {.fd = listening, .events = POLLIN};

	assert_int_equal(poll(&p, 1, 0), 0);
}

void
stage_authority_hears(struct stage *s, enum message_type type)
{
	if (s->authority.fd < 0) {
		int fd = take_connection(s->authority_listen);

		channel_init(&s->authority, fd, ROLE_AUTHORITY, ROLE_LOGIN);
	} else {
		s->authority.phase = PHASE_OPENED;
	}
	assert_int_equal(channel_receive(&s->authority, &s->m, PATIENCE_MS),
	    CHANNEL_MESSAGE);
	assert_int_equal(s->m.type, type);
}

void
stage_assert_authority_ends(struct stage *s)
{
	assert_int_equal(
	    channel_receive(&s->authority, &s->m, PATIENCE_MS), CHANNEL_CLOSED);
}

void
stage_authority_asks(struct stage *s, size_t count)
{
	static const char *const text[] = {"Password: ", "One-time code: "};
	struct msg_AUTHORITY_OPEN_ANS *a = &s->m.u.AUTHORITY_OPEN_ANS;

	message_init(&s->m, MSG_AUTHORITY_OPEN_ANS);
	memset(a->attempt, 'A', sizeof a->attempt);
	memset(a->ticket, 'T', sizeof a->ticket);
	strncpy(a->reference, "REF-1", 10);
	for (size_t i = 0; i < count; i++) {
		a->collect[i] =
		    (uint8_t)(i == 0 ? COLLECT_PASSWORD : COLLECT_CODE);
		strncpy(a->prompt[i], text[i], 20);
	}
	a->collect_size = a->prompt_count = count;
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
}

void
stage_authority_decides(struct stage *s, enum result result, const char *text)
{
	message_init(&s->m, MSG_AUTHORITY_RESULT_ANS);
	s->m.u.AUTHORITY_RESULT_ANS.result = (uint8_t)result;
	snprintf(s->m.u.AUTHORITY_RESULT_ANS.text, TEXT_MAX, "%s", text);
	strncpy(s->m.u.AUTHORITY_RESULT_ANS.reference, "REF-1", 10);
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
	/* as the real one does */
	channel_close(&s->authority);
}

void
stage_open_and_ask(struct stage *s)
{
	stage_start(s);
	stage_begin(s, PAMWIRE_AUTHN);
	stage_authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	stage_authority_asks(s, 2);
	stage_expect(s, PAMWIRE_TYPE_PROMPT);
}

void
stage_person_answers(struct stage *s, const char *one, const char *two)
{
	const char *const text[] = {one, two};

	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	s->f.u.answer.count = 2;
	for (int i = 0; i < 2; i++) {
		s->f.u.answer.item[i].size = (uint16_t)strlen(text[i]);
		memcpy(s->f.u.answer.item[i].bytes, text[i], strlen(text[i]));
	}
	stage_module_says(s);
}

void
stage_directory_hears(struct stage *s, const char *password)
{
	const struct msg_DIRECTORY_PASSWORD_REQ *q =
	    &s->m.u.DIRECTORY_PASSWORD_REQ;
	struct channel c;

	channel_init(&c, take_connection(s->directory_listen), ROLE_DIRECTORY,
	    ROLE_LOGIN);
	assert_int_equal(
	    channel_receive(&c, &s->m, PATIENCE_MS), CHANNEL_MESSAGE);
	assert_int_equal(s->m.type, MSG_DIRECTORY_PASSWORD_REQ);
	assert_int_equal(q->attempt[0], 'A');
	assert_int_equal(q->ticket[15], 'T');
	assert_int_equal(q->password_size, strlen(password));
	assert_memory_equal(q->password, password, q->password_size);
	assert_int_equal(
	    channel_receive(&c, &s->m, PATIENCE_MS), CHANNEL_CLOSED);
	channel_close(&c);
}

void
stage_authority_hears_code(struct stage *s, const char *code)
{
	const struct msg_AUTHORITY_ANSWER_REQ *q = &s->m.u.AUTHORITY_ANSWER_REQ;

	stage_authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(q->status, ANSWER_OK);
	assert_int_equal(q->code_size, strlen(code));
	assert_memory_equal(q->code, code, q->code_size);
}

void
stage_authority_asks_for_more(struct stage *s, const char *prompt)
{
	message_init(&s->m, MSG_AUTHORITY_MORE_ANS);
	snprintf(s->m.u.AUTHORITY_MORE_ANS.prompt, MORE_MAX + 1, "%s", prompt);
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
}

void
stage_person_answers_once(struct stage *s, const char *text)
{
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	s->f.u.answer.count = 1;
	s->f.u.answer.item[0].size = (uint16_t)strlen(text);
	memcpy(s->f.u.answer.item[0].bytes, text, strlen(text));
	stage_module_says(s);
}
