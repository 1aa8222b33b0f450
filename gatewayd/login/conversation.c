/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/login/conversation.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "gatewayd/login/answers.h"
#include "lib/base/log.h"
#include "lib/ipc/channel.h"
#include "lib/wire/pamwire_io.h"

#define FIRST_BYTE_MS 5000 /* the module sends BEGIN as it connects */
#define CONNECT_S 5	   /* to another role whose backlog is full */

/* how a step of the conversation ended */
enum step {
	STEP_ON = 1,  /* go on with the next one */
	STEP_DECIDED, /* c->result holds what the module is to be told */
	STEP_GONE     /* the module is gone: nobody to tell anything */
};

/* What is large comes last and is touched only as far as it is used: every
 * page of it is one more that a fork has to copy. */
struct conversation {
	const struct conf_login *conf;
	int fd;		    /* the module's */
	bool other_version; /* the module's is not ours, but version */
	uint8_t version;
	int64_t deadline;
	struct channel authority;
	struct msg_AUTHORITY_OPEN_ANS attempt;
	struct pamwire_result_frame result;
	struct pamwire_frame f;
	struct message m;
};

static enum step
decided(struct conversation *c, enum pamwire_result result)
{
	c->result.result = (uint8_t)result;
	return STEP_DECIDED;
}

static int
connect_to(struct channel *channel, const char *path, enum role peer)
{
	const struct timeval limit = {.tv_sec = CONNECT_S};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof sun.sun_path) {
		log_warnx("%s: path too long for a socket", path);
		return -1;
	}
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ||
	    connect(fd, (const void *)&sun, sizeof sun) < 0) {
		log_warn("%s at %s", role_name(peer), path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	channel_init(channel, fd, ROLE_LOGIN, peer);
	return 0;
}

/* Waits until authority has said something (STEP_ON), the module is gone, or
 * with for_module the module has said something (STEP_ON too). */
static enum step
await(struct conversation *c, bool for_module)
{
	struct pollfd p[2] = {{.fd = c->fd, .events = POLLRDHUP},
	    {.fd = c->authority.fd, .events = POLLIN}};

	if (for_module)
		p[0].events |= POLLIN;
	for (;;) {
		int64_t left = c->deadline - pamwire_io_now();
		int n;

		if (left <= 0) {
			log_info("the conversation ends: it took too long");
			return decided(c, PAMWIRE_UNAVAILABLE);
		}
		n = poll(p, 2, (int)left);
		if (n < 0 && errno != EINTR)
			return decided(c, PAMWIRE_UNAVAILABLE);
		if (n <= 0)
			continue;
		if ((p[0].revents & ~POLLIN) != 0)
			return STEP_GONE;
		return STEP_ON;
	}
}

/* Texts of authority's into those of a frame, which have more room.  snprintf()
 * would bring three pages of the program into a process of some twenty. */
#define TAKE_TEXT(to, from)                                      \
	do {                                                     \
		_Static_assert(sizeof(to) >= sizeof(from), #to); \
		memcpy(to, from, sizeof(from));                  \
	} while (0)

static enum step
take_result(struct conversation *c)
{
	const struct msg_AUTHORITY_RESULT_ANS *r = &c->m.u.AUTHORITY_RESULT_ANS;

	TAKE_TEXT(c->result.text, r->text);
	if (r->reference[0] != '\0')
		TAKE_TEXT(c->result.reference, r->reference);
	switch (r->result) {
	case RESULT_GRANTED:
		return decided(c, PAMWIRE_REDEEM);
	case RESULT_DENIED:
		return decided(c, PAMWIRE_DENIED);
	default:
		return decided(c, PAMWIRE_UNAVAILABLE);
	}
}

/* What authority said: with want it goes on, with a result it ends. */
static enum step
judge(struct conversation *c, enum channel_result r, enum message_type want)
{
	if (r == CHANNEL_MESSAGE && c->m.type == want)
		return STEP_ON;
	if (r == CHANNEL_MESSAGE && c->m.type == MSG_AUTHORITY_RESULT_ANS)
		return take_result(c);
	log_warnx("authority ended the conversation");
	return decided(c, PAMWIRE_UNAVAILABLE);
}

static enum step
from_authority(struct conversation *c, enum message_type want)
{
	enum channel_result r = CHANNEL_EMPTY;

	while (r == CHANNEL_EMPTY) {
		enum step step = await(c, false);

		if (step != STEP_ON)
			return step;
		r = channel_receive(&c->authority, &c->m, 0);
	}
	return judge(c, r, want);
}

/* Whom the limit of conversations counts for.  A client that is no address has
 * its limit by its text; authority refuses and records it. */
static uint64_t
client_of(const struct pamwire_begin *b)
{
	uint64_t client = seats_client(b->client);

	if (client != 0)
		return client;
	return seats_local(b->client[0] != '\0' ? b->client : b->ruser);
}

/* Nothing else is known of that attempt: authority writes down that it was. */
static void
tell_version(struct conversation *c)
{
	log_warnx("login.sock: the PAM module speaks version %u of the "
		  "protocol, gatewayd speaks %u: refused",
	    c->version, PAMWIRE_VERSION);
	message_init(&c->m, MSG_AUTHORITY_VERSION_NOTE);
	c->m.u.AUTHORITY_VERSION_NOTE.version = c->version;
	if (connect_to(&c->authority, c->conf->authority, ROLE_AUTHORITY) < 0 ||
	    channel_send(&c->authority, &c->m) < 0)
		log_warnx("cannot tell authority, so this refusal has no "
			  "record");
	else /* it lets in a process that is there, and then hangs up */
		channel_receive(&c->authority, &c->m, CONNECT_S * 1000);
}

static enum step
read_begin(struct conversation *c, struct seats *seats, int seat)
{
	const struct pamwire_begin *b = &c->f.u.begin;
	int64_t first = pamwire_io_now() + FIRST_BYTE_MS;
	enum pamwire_io io = pamwire_io_receive(c->fd, &c->f, first, first);
	uint64_t client;

	if (io == PAMWIRE_IO_CLOSED)
		return STEP_GONE;
	if (io == PAMWIRE_IO_VERSION) {
		c->other_version = true;
		c->version = c->f.type;
		return decided(c, PAMWIRE_MALFORMED);
	}
	if (io != PAMWIRE_IO_DONE || c->f.type != PAMWIRE_TYPE_BEGIN) {
		log_warnx("login.sock: the module sent no BEGIN: %s",
		    pamwire_io_text(io));
		return decided(c, PAMWIRE_MALFORMED);
	}
	if (b->client[0] == '\0' && b->ruser[0] == '\0')
		return STEP_ON; /* the console, say */
	client = client_of(b);
	if (!seats_claim(seats, seat, client, c->conf->max_per_client)) {
		log_warnx("refused client %s: it has %u conversations already",
		    b->client[0] != '\0' ? b->client : b->ruser,
		    c->conf->max_per_client);
		return decided(c, PAMWIRE_UNAVAILABLE);
	}
	return STEP_ON;
}

static enum step
open_attempt(struct conversation *c)
{
	const struct pamwire_begin *from = &c->f.u.begin;
	struct msg_AUTHORITY_OPEN_REQ *to = &c->m.u.AUTHORITY_OPEN_REQ;
	enum step step;

	message_init(&c->m, MSG_AUTHORITY_OPEN_REQ);
	to->phase = from->phase;
	memcpy(to->nonce_hash, from->nonce_hash, sizeof to->nonce_hash);
	FACTS_OF_CONNECTION(FACTS_COPY)
	FACTS_OF_PROOF(FACTS_COPY)
	FACTS_OF_SESSION(FACTS_COPY)
	to->username_size = strlen(from->username);
	memcpy(to->username, from->username, to->username_size);
	if (connect_to(&c->authority, c->conf->authority, ROLE_AUTHORITY) < 0 ||
	    channel_send(&c->authority, &c->m) < 0)
		return decided(c, PAMWIRE_UNAVAILABLE);
	step = from_authority(c, MSG_AUTHORITY_OPEN_ANS);
	if (step != STEP_ON)
		return step;
	c->attempt = c->m.u.AUTHORITY_OPEN_ANS;
	if (c->attempt.collect_size != c->attempt.prompt_count) {
		log_warnx("authority's prompts do not match the answers to "
			  "collect");
		return decided(c, PAMWIRE_UNAVAILABLE);
	}
	memcpy(c->result.attempt, c->attempt.attempt, sizeof c->result.attempt);
	TAKE_TEXT(c->result.reference, c->attempt.reference);
	log_attempt(c->attempt.reference);
	return STEP_ON;
}

/* All prompts at once: the answers are judged together as well, so that
 * nobody learns which one was wrong. */
static void
ask_for_all(struct conversation *c)
{
	struct pamwire_prompt *p = &c->f.u.prompt;

	pamwire_init(&c->f, PAMWIRE_TYPE_PROMPT);
	for (size_t i = 0; i < c->attempt.prompt_count; i++) {
		p->item[i].style = PAMWIRE_ECHO_OFF;
		TAKE_TEXT(p->item[i].text, c->attempt.prompt[i]);
	}
	p->count = (uint8_t)c->attempt.prompt_count;
}

/* One more code, and the ticket does not count any more.  The prompt has a
 * seed in it. */
static void
ask_for_more(struct conversation *c)
{
	struct pamwire_prompt *p = &c->f.u.prompt;

	c->attempt.collect[0] = COLLECT_CODE;
	c->attempt.collect_size = c->attempt.prompt_count = 1;
	explicit_bzero(c->attempt.ticket, sizeof c->attempt.ticket);
	pamwire_init(&c->f, PAMWIRE_TYPE_PROMPT);
	p->item[0].style = PAMWIRE_ECHO_OFF;
	TAKE_TEXT(p->item[0].text, c->m.u.AUTHORITY_MORE_ANS.prompt);
	p->count = 1;
	message_wipe(&c->m);
}

/* The PROMPT that c->f holds, and the ANSWER to it. */
static enum step
ask(struct conversation *c)
{
	enum channel_result r;
	enum pamwire_io sent;
	enum step step;

	sent = pamwire_io_send(c->fd, &c->f, c->deadline);
	pamwire_wipe(&c->f);
	if (sent != PAMWIRE_IO_DONE)
		return STEP_GONE;
	step = await(c, true);
	if (step != STEP_ON)
		return step;
	r = channel_receive(&c->authority, &c->m, 0);
	if (r != CHANNEL_EMPTY) /* it did not wait for the answers */
		return judge(c, r, MSG_AUTHORITY_RESULT_ANS) == STEP_ON
			   ? take_result(c)
			   : STEP_DECIDED;
	switch (pamwire_io_receive(c->fd, &c->f, c->deadline, c->deadline)) {
	case PAMWIRE_IO_DONE:
		return STEP_ON;
	case PAMWIRE_IO_VERSION:
	case PAMWIRE_IO_MALFORMED: /* a try all the same: authority counts it */
		pamwire_init(&c->f, PAMWIRE_TYPE_ANSWER);
		c->f.u.answer.status = PAMWIRE_UNREADABLE;
		return STEP_ON;
	case PAMWIRE_IO_TIMEOUT:
	case PAMWIRE_IO_CLOSED:
		break;
	}
	return STEP_GONE;
}

static enum answer_status
read_answers(struct conversation *c, struct answers *a)
{
	enum answer_status status = ANSWER_MALFORMED;

	memset(a, 0, sizeof *a);
	if (c->f.type == PAMWIRE_TYPE_ANSWER) {
		if (c->f.u.answer.status == PAMWIRE_ANSWERED)
			status = answers_take(
			    a, &c->attempt, &c->f.u.answer, c->conf->one_line);
		else if (c->f.u.answer.status == PAMWIRE_ABORTED)
			status = ANSWER_ABORTED;
	}
	pamwire_wipe(&c->f);
	return status;
}

/* directory gives its verdict to authority; nothing of it comes back here */
static int
password_to_directory(struct conversation *c, const struct secret *password)
{
	struct msg_DIRECTORY_PASSWORD_REQ *q = &c->m.u.DIRECTORY_PASSWORD_REQ;
	struct channel directory;
	int result;

	if (connect_to(&directory, c->conf->directory, ROLE_DIRECTORY) < 0)
		return -1;
	message_init(&c->m, MSG_DIRECTORY_PASSWORD_REQ);
	memcpy(q->attempt, c->attempt.attempt, sizeof q->attempt);
	memcpy(q->ticket, c->attempt.ticket, sizeof q->ticket);
	memcpy(q->password, password->bytes, password->size);
	q->password_size = password->size;
	result = channel_send(&directory, &c->m);
	message_wipe(&c->m);
	channel_close(&directory);
	return result;
}

static enum step
hand_on(struct conversation *c)
{
	struct msg_AUTHORITY_ANSWER_REQ *q = &c->m.u.AUTHORITY_ANSWER_REQ;
	struct answers a;
	enum answer_status status = read_answers(c, &a);
	int result = 0;

	if (a.has_password)
		result = password_to_directory(c, &a.password);
	if (result == 0) {
		message_init(&c->m, MSG_AUTHORITY_ANSWER_REQ);
		q->status = (uint8_t)status;
		q->more = a.more;
		memcpy(q->code, a.code.bytes, a.code.size);
		q->code_size = a.code.size;
		result = channel_send(&c->authority, &c->m);
		message_wipe(&c->m);
	}
	answers_wipe(&a);
	return result == 0 ? STEP_ON : decided(c, PAMWIRE_UNAVAILABLE);
}

static enum step
converse(struct conversation *c, struct seats *seats, int seat)
{
	enum step step = read_begin(c, seats, seat);

	seats_give_up(seats);
	if (step == STEP_ON)
		step = open_attempt(c);
	if (step == STEP_ON && c->attempt.collect_size > 0) {
		ask_for_all(c);
		step = ask(c);
		if (step == STEP_ON)
			step = hand_on(c);
		/* mostly the result, which ends it */
		if (step == STEP_ON)
			step = from_authority(c, MSG_AUTHORITY_MORE_ANS);
		if (step == STEP_ON) {
			ask_for_more(c);
			step = ask(c);
		}
		if (step == STEP_ON)
			step = hand_on(c);
	}
	if (step == STEP_ON)
		step = from_authority(c, MSG_AUTHORITY_RESULT_ANS);
	/* the result itself is what was wanted */
	return step == STEP_ON ? take_result(c) : step;
}

void
conversation_run(
    const struct conf_login *conf, struct seats *seats, int seat, int fd)
{
	/* static, as on the stack every page of it would be touched */
	static struct conversation c;

	memset(&c, 0, offsetof(struct conversation, f));
	c.conf = conf;
	c.fd = fd;
	c.deadline = pamwire_io_now() + conf->deadline;
	c.authority.fd = -1;
	message_init(&c.m, MSG_NONE);
	if (converse(&c, seats, seat) == STEP_DECIDED) {
		pamwire_init(&c.f, PAMWIRE_TYPE_RESULT);
		c.f.u.result = c.result;
		pamwire_io_send(fd, &c.f, pamwire_io_now() + FIRST_BYTE_MS);
	}
	/* after the answer: the module need not wait for it */
	if (c.other_version)
		tell_version(&c);
	/* to authority this is the end: of an open attempt, "aborted" */
	channel_close(&c.authority);
	message_wipe(&c.m);
	explicit_bzero(&c, offsetof(struct conversation, m));
}
