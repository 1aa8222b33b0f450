/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation between the test, which is module, authority and directory,
 * and a forked process that runs conversation_run().
 */
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

#define LIMIT_MS PATIENCE_MS

struct stage {
	char dir[64];
	struct conf_login conf;
	struct seats *seats;
	int authority_listen, directory_listen;
	int module; /* the test's end */
	pid_t pid;
	char *secret; /* hidden; the child must keep no copy of it */
	struct channel authority;
	struct message m;
	struct pamwire_frame f;
};

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

static int
set_up(void **state)
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
	s->conf.deadline = LIMIT_MS;
	s->conf.max_per_client = 2;
	s->authority_listen = listen_at(s->conf.authority);
	s->directory_listen = listen_at(s->conf.directory);
	s->seats = seats_new();
	s->module = -1;
	s->authority.fd = -1;
	*state = s;
	return 0;
}

static void
start(struct stage *s)
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

/* The process has ended by itself, and well. */
static void
assert_ended(struct stage *s)
{
	struct pollfd nothing;
	int status;

	for (int ms = 0; ms < LIMIT_MS; ms += 10) {
		if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
			assert_int_equal(status, 0);
			s->pid = 0;
			return;
		}
		poll(&nothing, 0, 10);
	}
	fail_msg("the conversation goes on");
}

static int
tear_down(void **state)
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

static void
module_says(struct stage *s)
{
	assert_int_equal(
	    pamwire_io_send(s->module, &s->f, pamwire_io_now() + LIMIT_MS),
	    PAMWIRE_IO_DONE);
}

static void
begin(struct stage *s, enum pamwire_phase phase)
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
	module_says(s);
}

static void
expect_from_module_socket(struct stage *s, enum pamwire_type type)
{
	int64_t limit = pamwire_io_now() + LIMIT_MS;

	assert_int_equal(pamwire_io_receive(s->module, &s->f, limit, limit),
	    PAMWIRE_IO_DONE);
	assert_int_equal(s->f.type, type);
}

static void
expect_result(struct stage *s, enum pamwire_result result)
{
	expect_from_module_socket(s, PAMWIRE_TYPE_RESULT);
	assert_int_equal(s->f.u.result.result, result);
	assert_ended(s);
}

static int
take_connection(int listening)
{
	struct pollfd p = {.fd = listening, .events = POLLIN};
	int fd;

	assert_int_equal(poll(&p, 1, LIMIT_MS), 1);
	fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void
assert_no_connection(int listening)
{
	struct pollfd p = {.fd = listening, .events = POLLIN};

	assert_int_equal(poll(&p, 1, 0), 0);
}

static void
authority_hears(struct stage *s, enum message_type type)
{
	if (s->authority.fd < 0) {
		int fd = take_connection(s->authority_listen);

		channel_init(&s->authority, fd, ROLE_AUTHORITY, ROLE_LOGIN);
	} else {
		s->authority.phase = PHASE_OPENED;
	}
	assert_int_equal(
	    channel_receive(&s->authority, &s->m, LIMIT_MS), CHANNEL_MESSAGE);
	assert_int_equal(s->m.type, type);
}

static void
assert_authority_sees_the_end(struct stage *s)
{
	assert_int_equal(
	    channel_receive(&s->authority, &s->m, LIMIT_MS), CHANNEL_CLOSED);
}

static void
authority_asks(struct stage *s, size_t count)
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

static void
authority_decides(struct stage *s, enum result result, const char *text)
{
	message_init(&s->m, MSG_AUTHORITY_RESULT_ANS);
	s->m.u.AUTHORITY_RESULT_ANS.result = (uint8_t)result;
	snprintf(s->m.u.AUTHORITY_RESULT_ANS.text, TEXT_MAX, "%s", text);
	strncpy(s->m.u.AUTHORITY_RESULT_ANS.reference, "REF-1", 10);
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
	/* as the real one does */
	channel_close(&s->authority);
}

static void
open_and_ask(struct stage *s)
{
	start(s);
	begin(s, PAMWIRE_AUTHN);
	authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	authority_asks(s, 2);
	expect_from_module_socket(s, PAMWIRE_TYPE_PROMPT);
}

static void
person_answers(struct stage *s, const char *one, const char *two)
{
	const char *const text[] = {one, two};

	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	s->f.u.answer.count = 2;
	for (int i = 0; i < 2; i++) {
		s->f.u.answer.item[i].size = (uint16_t)strlen(text[i]);
		memcpy(s->f.u.answer.item[i].bytes, text[i], strlen(text[i]));
	}
	module_says(s);
}

static void
directory_hears(struct stage *s, const char *password)
{
	const struct msg_DIRECTORY_PASSWORD_REQ *q =
	    &s->m.u.DIRECTORY_PASSWORD_REQ;
	struct channel c;

	channel_init(&c, take_connection(s->directory_listen), ROLE_DIRECTORY,
	    ROLE_LOGIN);
	assert_int_equal(channel_receive(&c, &s->m, LIMIT_MS), CHANNEL_MESSAGE);
	assert_int_equal(s->m.type, MSG_DIRECTORY_PASSWORD_REQ);
	assert_int_equal(q->attempt[0], 'A');
	assert_int_equal(q->ticket[15], 'T');
	assert_int_equal(q->password_size, strlen(password));
	assert_memory_equal(q->password, password, q->password_size);
	assert_int_equal(channel_receive(&c, &s->m, LIMIT_MS), CHANNEL_CLOSED);
	channel_close(&c);
}

static void
authority_hears_code(struct stage *s, const char *code)
{
	const struct msg_AUTHORITY_ANSWER_REQ *q = &s->m.u.AUTHORITY_ANSWER_REQ;

	authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(q->status, ANSWER_OK);
	assert_int_equal(q->code_size, strlen(code));
	assert_memory_equal(q->code, code, q->code_size);
}

static void
authority_asks_for_more(struct stage *s, const char *prompt)
{
	message_init(&s->m, MSG_AUTHORITY_MORE_ANS);
	snprintf(s->m.u.AUTHORITY_MORE_ANS.prompt, MORE_MAX + 1, "%s", prompt);
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
}

static void
person_answers_once(struct stage *s, const char *text)
{
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	s->f.u.answer.count = 1;
	s->f.u.answer.item[0].size = (uint16_t)strlen(text);
	memcpy(s->f.u.answer.item[0].bytes, text, strlen(text));
	module_says(s);
}

/* to the prompt of the second round */
static void
asked_more(struct stage *s)
{
	open_and_ask(s);
	person_answers(s, "a", "");
	directory_hears(s, "a");
	authority_hears_code(s, "");
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.more, 1);
	authority_asks_for_more(s, "otpauth://totp/x\nThe code: ");
	expect_from_module_socket(s, PAMWIRE_TYPE_PROMPT);
	assert_int_equal(s->f.u.prompt.count, 1);
	assert_int_equal(s->f.u.prompt.item[0].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(
	    s->f.u.prompt.item[0].text, "otpauth://totp/x\nThe code: ");
}

static void
a_second_round_asks_for_a_code_alone(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	person_answers_once(s, "123456");
	authority_hears_code(s, "123456");
	assert_no_connection(s->directory_listen);
	authority_decides(s, RESULT_DENIED, "Enrolled.");
	expect_result(s, PAMWIRE_DENIED);
	assert_string_equal(s->f.u.result.text, "Enrolled.");
}

static void
reveal(char *hidden)
{
	for (; *hidden != '\0'; hidden++)
		--*hidden;
}

/* What it shows and what it is told is in no memory of it at the end. */
static void
no_copy_of_a_seed_or_an_answer_is_left(void **state)
{
	/* made as it is needed: the child has what the test has now */
	static char seed[] = "OCTXZ4EQFIQL4QYQOCTXZ4EQFIQL4QYQ";
	static char password[] = "ifobgmvohfo.tuboefs";
	struct stage *s = *state;

#ifdef __SANITIZE_ADDRESS__
	skip(); /* its own copies, and memory that must not be read */
#endif
	for (int secret = 0; secret < 2; secret++) {
		char text[64], prompt[MORE_MAX + 1];

		s->secret = secret == 0 ? seed : password;
		open_and_ask(s);
		snprintf(text, sizeof text, "%s", password);
		reveal(text);
		person_answers(s, text, "");
		directory_hears(s, text);
		authority_hears_code(s, "");
		snprintf(text, sizeof text, "%s", seed);
		reveal(text);
		/* past what later messages would write over */
		snprintf(prompt, sizeof prompt, "%400s: %s\n", "", text);
		authority_asks_for_more(s, prompt);
		expect_from_module_socket(s, PAMWIRE_TYPE_PROMPT);
		assert_string_equal(s->f.u.prompt.item[0].text, prompt);
		person_answers_once(s, "123456");
		authority_hears_code(s, "123456");
		authority_decides(s, RESULT_DENIED, "");
		expect_result(s, PAMWIRE_DENIED);
		close(s->module);
		explicit_bzero(text, sizeof text);
		explicit_bzero(prompt, sizeof prompt);
		explicit_bzero(&s->f, sizeof s->f);
		explicit_bzero(&s->m, sizeof s->m);
	}
}

static void
a_second_round_ends_as_the_first_one_does(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ABORTED;
	module_says(s);
	authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_ABORTED);
	authority_decides(s, RESULT_DENIED, "");
	expect_result(s, PAMWIRE_DENIED);
	close(s->module);
	asked_more(s);
	person_answers(s, "one", "too many");
	authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_MALFORMED);
	authority_decides(s, RESULT_DENIED, "");
	expect_result(s, PAMWIRE_DENIED);
	close(s->module);
	asked_more(s);
	close(s->module);
	assert_authority_sees_the_end(s);
	assert_ended(s);
	channel_close(&s->authority);
	asked_more(s);
	channel_close(&s->authority);
	expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
there_is_no_third_round(void **state)
{
	struct stage *s = *state;

	asked_more(s);
	person_answers_once(s, "123456");
	authority_hears_code(s, "123456");
	authority_asks_for_more(s, "once more");
	expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
who_says_the_same_to_every_prompt_cannot_be_asked_more(void **state)
{
	struct stage *s = *state;

	s->conf.one_line = true;
	open_and_ask(s);
	person_answers(s, "secret,123456", "secret,123456");
	directory_hears(s, "secret");
	authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_OK);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.more, 0);
	authority_decides(s, RESULT_DENIED, "");
	expect_result(s, PAMWIRE_DENIED);
	close(s->module);
}

/* One answer for both questions, and sshd's own: directory hears neither. */
static void
what_is_no_answer_of_the_person_goes_no_further(void **state)
{
	static const struct {
		const char *answer[2];
		enum answer_status status;
	} row[] = {{{"123456", "123456"}, ANSWER_SAME},
	    {{"\b\n\r\177INC", "\b\n\r\177IN"}, ANSWER_SUBSTITUTED}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		open_and_ask(s);
		person_answers(s, row[i].answer[0], row[i].answer[1]);
		authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
		assert_int_equal(
		    s->m.u.AUTHORITY_ANSWER_REQ.status, row[i].status);
		assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.code_size, 0);
		authority_decides(s, RESULT_DENIED, "");
		expect_result(s, PAMWIRE_DENIED);
		assert_no_connection(s->directory_listen);
		close(s->module);
	}
}

static void
a_conversation_goes_from_begin_to_result(void **state)
{
	struct stage *s = *state;
	const struct msg_AUTHORITY_OPEN_REQ *q = &s->m.u.AUTHORITY_OPEN_REQ;

	start(s);
	begin(s, PAMWIRE_AUTHN);
	authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	assert_int_equal(q->phase, PAMWIRE_AUTHN);
	assert_int_equal(q->nonce_hash[31], 'H');
	assert_string_equal(q->service, "sshd");
	assert_int_equal(q->username_size, 7);
	assert_memory_equal(q->username, "alice\xff\n", 7);
	assert_int_equal(q->local, 1);
	assert_string_equal(q->client, "192.0.2.7");
	assert_int_equal(q->port, 4711);
	assert_string_equal(q->tty, "ssh");
	assert_string_equal(q->ruser, "bob");
	assert_string_equal(q->auth_info, "publickey x");
	assert_int_equal(q->uid, 1000);
	authority_asks(s, 2);
	expect_from_module_socket(s, PAMWIRE_TYPE_PROMPT);
	assert_int_equal(s->f.u.prompt.count, 2);
	assert_int_equal(s->f.u.prompt.item[0].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(s->f.u.prompt.item[0].text, "Password: ");
	assert_int_equal(s->f.u.prompt.item[1].style, PAMWIRE_ECHO_OFF);
	assert_string_equal(s->f.u.prompt.item[1].text, "One-time code: ");
	person_answers(s, "correct,horse", "123456");
	directory_hears(s, "correct,horse");
	authority_hears_code(s, "123456");
	authority_decides(s, RESULT_GRANTED, "");
	expect_result(s, PAMWIRE_REDEEM);
	assert_int_equal(s->f.u.result.attempt[0], 'A');
	assert_string_equal(s->f.u.result.reference, "REF-1");
}

static void
what_authority_says_is_passed_on(void **state)
{
	static const struct {
		uint8_t result;
		enum pamwire_result wire;
	} row[] = {{RESULT_DENIED, PAMWIRE_DENIED},
	    {RESULT_UNAVAILABLE, PAMWIRE_UNAVAILABLE}, {0, PAMWIRE_UNAVAILABLE},
	    {99, PAMWIRE_UNAVAILABLE}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		open_and_ask(s);
		person_answers(s, "a", "b");
		directory_hears(s, "a");
		authority_hears_code(s, "b");
		authority_decides(
		    s, (enum result)row[i].result, "Access denied");
		expect_result(s, row[i].wire);
		assert_string_equal(s->f.u.result.text, "Access denied");
		close(s->module);
	}
}

static void
the_account_phase_may_ask_nothing(void **state)
{
	struct stage *s = *state;

	start(s);
	begin(s, PAMWIRE_ACCOUNT);
	authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	assert_int_equal(s->m.u.AUTHORITY_OPEN_REQ.phase, PAMWIRE_ACCOUNT);
	authority_asks(s, 0);
	authority_decides(s, RESULT_GRANTED, "");
	expect_result(s, PAMWIRE_REDEEM);
	assert_no_connection(s->directory_listen);
}

static void
one_line_is_parted_where_it_is_allowed(void **state)
{
	struct stage *s = *state;

	s->conf.one_line = true;
	open_and_ask(s);
	person_answers(s, "pa,ss,123456", "pa,ss,123456");
	directory_hears(s, "pa,ss");
	authority_hears_code(s, "123456");
	authority_decides(s, RESULT_GRANTED, "");
	expect_result(s, PAMWIRE_REDEEM);
}

static void
a_module_that_is_gone_ends_the_attempt(void **state)
{
	struct stage *s = *state;

	for (int when = 0; when < 4; when++) {
		start(s);
		if (when > 0)
			begin(s, PAMWIRE_AUTHN);
		if (when > 0)
			authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		if (when > 1) {
			authority_asks(s, 2);
			expect_from_module_socket(s, PAMWIRE_TYPE_PROMPT);
		}
		if (when > 2) {
			person_answers(s, "a", "b");
			directory_hears(s, "a");
			authority_hears_code(s, "b");
		}
		close(s->module);
		if (when > 0)
			assert_authority_sees_the_end(s);
		assert_ended(s);
		channel_close(&s->authority);
	}
}

static void
a_person_who_gives_up_is_told_to_authority(void **state)
{
	struct stage *s = *state;

	open_and_ask(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ABORTED;
	module_says(s);
	authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
	assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_ABORTED);
	authority_decides(s, RESULT_DENIED, "");
	expect_result(s, PAMWIRE_DENIED);
	assert_no_connection(s->directory_listen);
}

static void
say_nonsense(struct stage *s, int which)
{
	static const uint8_t garbage[] = {2, 3, 0, 2, 9, 9};

	pamwire_init(&s->f, PAMWIRE_TYPE_ANSWER);
	s->f.u.answer.status = PAMWIRE_ANSWERED;
	switch (which) {
	case 0: /* too few */
		s->f.u.answer.count = 1;
		s->f.u.answer.item[0].size = 1;
		module_says(s);
		break;
	case 1:
		person_answers(s, "", "123456");
		break;
	case 2:
		s->f.u.answer.count = 2; /* NULs */
		s->f.u.answer.item[0].size = 8;
		s->f.u.answer.item[1].size = 6;
		module_says(s);
		break;
	case 3:
		s->f.u.answer.status = PAMWIRE_UNREADABLE;
		module_says(s);
		break;
	case 4: /* a good frame that is not an answer */
		begin(s, PAMWIRE_AUTHN);
		break;
	default: /* not a frame */
		assert_int_equal(
		    send(s->module, garbage, sizeof garbage, MSG_NOSIGNAL),
		    sizeof garbage);
	}
}

static void
a_malformed_answer_is_a_try_that_counts(void **state)
{
	struct stage *s = *state;

	for (int which = 0; which < 6; which++) {
		open_and_ask(s);
		say_nonsense(s, which);
		authority_hears(s, MSG_AUTHORITY_ANSWER_REQ);
		assert_int_equal(
		    s->m.u.AUTHORITY_ANSWER_REQ.status, ANSWER_MALFORMED);
		assert_int_equal(s->m.u.AUTHORITY_ANSWER_REQ.code_size, 0);
		authority_decides(s, RESULT_DENIED, "");
		expect_result(s, PAMWIRE_DENIED);
		assert_no_connection(s->directory_listen);
		close(s->module);
	}
}

static void
authority_may_decide_while_the_person_types(void **state)
{
	struct stage *s = *state;

	open_and_ask(s);
	authority_decides(s, RESULT_DENIED, "Access denied");
	expect_result(s, PAMWIRE_DENIED);
}

static void
authority_that_is_gone_means_unavailable(void **state)
{
	struct stage *s = *state;

	for (int when = 0; when < 3; when++) {
		if (when < 2) {
			start(s);
			begin(s, PAMWIRE_AUTHN);
			authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		} else {
			open_and_ask(s);
		}
		if (when == 1) {
			/* two things to collect, one prompt */
			authority_asks(s, 0);
		} else if (when == 2) {
			person_answers(s, "a", "b");
			directory_hears(s, "a");
			authority_hears_code(s, "b");
		}
		channel_close(&s->authority);
		expect_result(s, PAMWIRE_UNAVAILABLE);
		close(s->module);
	}
	close(s->authority_listen);
	s->authority_listen = -1;
	start(s);
	begin(s, PAMWIRE_AUTHN);
	expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
directory_that_is_gone_means_unavailable(void **state)
{
	struct stage *s = *state;

	close(s->directory_listen);
	s->directory_listen = -1;
	open_and_ask(s);
	person_answers(s, "a", "b");
	expect_result(s, PAMWIRE_UNAVAILABLE);
	assert_authority_sees_the_end(s);
}

static void
prompts_that_do_not_match_are_not_asked(void **state)
{
	struct stage *s = *state;

	start(s);
	begin(s, PAMWIRE_AUTHN);
	authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	message_init(&s->m, MSG_AUTHORITY_OPEN_ANS);
	s->m.u.AUTHORITY_OPEN_ANS.collect_size = 2;
	s->m.u.AUTHORITY_OPEN_ANS.prompt_count = 1;
	assert_int_equal(channel_send(&s->authority, &s->m), 0);
	expect_result(s, PAMWIRE_UNAVAILABLE);
}

static void
nonsense_instead_of_begin_reaches_nobody(void **state)
{
	static const uint8_t garbage[][6] = {{PAMWIRE_VERSION, 99, 0, 2},
	    {PAMWIRE_VERSION, 1, 0xff, 0xff}, {PAMWIRE_VERSION, 1, 0, 2}};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
		start(s);
		assert_int_equal(
		    send(s->module, garbage[i], 6, MSG_NOSIGNAL), 6);
		expect_result(s, PAMWIRE_MALFORMED);
		close(s->module);
	}
	start(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_SESSION_ANS);
	s->f.u.session_ans.result = PAMWIRE_DENIED;
	module_says(s);
	expect_result(s, PAMWIRE_MALFORMED);
	close(s->module);
	assert_no_connection(s->authority_listen);
}

static void
a_module_of_another_version_is_refused_and_authority_is_told(void **state)
{
	static const uint8_t other[6] = {PAMWIRE_VERSION + 1, 1, 0, 2};
	struct stage *s = *state;

	start(s);
	assert_int_equal(
	    send(s->module, other, sizeof other, MSG_NOSIGNAL), sizeof other);
	authority_hears(s, MSG_AUTHORITY_VERSION_NOTE);
	assert_int_equal(
	    s->m.u.AUTHORITY_VERSION_NOTE.version, PAMWIRE_VERSION + 1);
	expect_result(s, PAMWIRE_MALFORMED);
	close(s->module);
}

static void
one_client_has_a_limit(void **state)
{
	struct stage *s = *state;

	assert_true(seats_claim(s->seats, 1, seats_client("192.0.2.7"), 9));
	assert_true(seats_claim(s->seats, 2, seats_client("192.0.2.7"), 9));
	start(s);
	begin(s, PAMWIRE_AUTHN);
	expect_result(s, PAMWIRE_UNAVAILABLE);
	assert_no_connection(s->authority_listen);
}

/* It is authority that refuses it, with a record; here it is only counted. */
static void
a_client_that_is_no_address_is_handed_on_and_has_a_limit(void **state)
{
	struct pamwire_begin *b;
	struct stage *s = *state;

	for (int i = 0; i < 2; i++) {
		start(s);
		pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
		b = &s->f.u.begin;
		b->phase = PAMWIRE_AUTHN;
		strncpy(b->client, "?host.example", 20);
		module_says(s);
		if (i == 1) {
			expect_result(s, PAMWIRE_UNAVAILABLE);
			assert_no_connection(s->authority_listen);
			return;
		}
		authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
		assert_string_equal(
		    s->m.u.AUTHORITY_OPEN_REQ.client, "?host.example");
		authority_decides(s, RESULT_DENIED, "Access denied");
		expect_result(s, PAMWIRE_DENIED);
		close(s->module);
		assert_true(
		    seats_claim(s->seats, 1, seats_local("?host.example"), 9));
		assert_true(
		    seats_claim(s->seats, 2, seats_local("?host.example"), 9));
	}
}

/* su and sudo: nobody on the machine may sit on all the seats. */
static void
one_local_person_has_a_limit_too(void **state)
{
	struct stage *s = *state;

	assert_true(seats_claim(s->seats, 1, seats_local("mallory"), 9));
	assert_true(seats_claim(s->seats, 2, seats_local("mallory"), 9));
	assert_int_not_equal(seats_local("mallory"), seats_local("alice"));
	start(s);
	pamwire_init(&s->f, PAMWIRE_TYPE_BEGIN);
	s->f.u.begin.phase = PAMWIRE_AUTHN;
	strncpy(s->f.u.begin.service, "su", 3);
	strncpy(s->f.u.begin.username, "root", 5);
	strncpy(s->f.u.begin.ruser, "mallory", 8);
	module_says(s);
	expect_result(s, PAMWIRE_UNAVAILABLE);
	assert_no_connection(s->authority_listen);
}

static void
time_runs_out(void **state)
{
	struct stage *s = *state;

	s->conf.deadline = 200;
	open_and_ask(s); /* and nobody answers */
	expect_result(s, PAMWIRE_UNAVAILABLE);
	assert_authority_sees_the_end(s);
	channel_close(&s->authority);
	close(s->module);
	start(s);
	begin(s, PAMWIRE_AUTHN);
	authority_hears(s, MSG_AUTHORITY_OPEN_REQ);
	/* and authority says nothing */
	expect_result(s, PAMWIRE_UNAVAILABLE);
	assert_authority_sees_the_end(s);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_conversation_goes_from_begin_to_result),
	    T(a_second_round_asks_for_a_code_alone),
	    T(a_second_round_ends_as_the_first_one_does),
	    T(no_copy_of_a_seed_or_an_answer_is_left),
	    T(there_is_no_third_round),
	    T(who_says_the_same_to_every_prompt_cannot_be_asked_more),
	    T(what_is_no_answer_of_the_person_goes_no_further),
	    T(what_authority_says_is_passed_on),
	    T(the_account_phase_may_ask_nothing),
	    T(one_line_is_parted_where_it_is_allowed),
	    T(a_module_that_is_gone_ends_the_attempt),
	    T(a_person_who_gives_up_is_told_to_authority),
	    T(a_malformed_answer_is_a_try_that_counts),
	    T(authority_may_decide_while_the_person_types),
	    T(authority_that_is_gone_means_unavailable),
	    T(directory_that_is_gone_means_unavailable),
	    T(prompts_that_do_not_match_are_not_asked),
	    T(nonsense_instead_of_begin_reaches_nobody),
	    T(a_module_of_another_version_is_refused_and_authority_is_told),
	    T(one_client_has_a_limit),
	    T(a_client_that_is_no_address_is_handed_on_and_has_a_limit),
	    T(one_local_person_has_a_limit_too),
	    T(time_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
