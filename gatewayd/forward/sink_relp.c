/* SPDX-License-Identifier: Apache-2.0 */
/* RELP over TLS, to rsyslog's imrelp and others. */
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "gatewayd/forward/relp.h"
#include "gatewayd/forward/sink.h"
#include "gatewayd/forward/syslog.h"
#include "gatewayd/forward/tls_client.h"
#include "lib/base/bytes.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define WINDOW 128 /* records sent and not acknowledged */
_Static_assert(WINDOW <= SINK_WINDOW_MAX, "delivery remembers all of them");
#define ANSWER_MS 30000	     /* for a connection, and for an acknowledgement */
#define BACKOFF_FIRST_MS 100 /* doubles up to the last */
#define BACKOFF_LAST_MS 30000
#define IN_SIZE (RELP_RECEIVE_MAX + RELP_HEADER_MAX)

struct sink {
	char name[CONF_TEXT], host[CONF_TEXT], server_name[CONF_TEXT];
	char port[8];
	char own_host[SYSLOG_HOST_MAX + 1];
	SSL_CTX *ctx;
	struct loop *loop;
	struct sink_events events;
	struct tls_client tls;
	struct loop_timer retry_timer, answer_timer;
	uint32_t backoff_ms;
	unsigned attempt; /* to connect; picks one of the host's addresses */
	int quiet;	  /* the failure was told already */

	int session; /* "open" was answered */
	uint32_t txnr;
	uint32_t open_txnr;
	/* a ring of the records on their way, oldest first */
	struct {
		uint32_t txnr;
		uint64_t sequence;
		size_t size; /* in bytes, with its syslog header */
		int done;
	} window[WINDOW];
	size_t first, count;

	size_t in_len;
	char in[IN_SIZE];
};

static void connect_now(void *arg);

/* Whatever was on its way will be sent again. */
static void
forget(struct sink *s, const char *why)
{
	char text[512];

	s->session = 0;
	s->first = s->count = 0;
	s->in_len = 0;
	loop_timer_off(s->loop, &s->answer_timer);
	snprintf(text, sizeof text, "%s port %s: %s", s->host, s->port, why);
	s->events.broken(s->events.arg, text);
}

static void
retry_later(struct sink *s, const char *why)
{
	char waits[96] = "";

	/* a receiver with a limit ends the connection at what is too long */
	if (s->count > 0)
		snprintf(waits, sizeof waits,
		    "; record %" PRIu64 " of %zu bytes was not acknowledged",
		    s->window[s->first].sequence, s->window[s->first].size);
	if (!s->quiet)
		log_warnx("sink %s at %s port %s: %s%s; trying again", s->name,
		    s->host, s->port, why, waits);
	s->quiet = 1;
	forget(s, why);
	loop_timer_at(s->loop, &s->retry_timer, clock_mono_ms() + s->backoff_ms,
	    connect_now, s);
	s->backoff_ms *= 2;
	if (s->backoff_ms > BACKOFF_LAST_MS)
		s->backoff_ms = BACKOFF_LAST_MS;
}

static void
give_up(struct sink *s, const char *why)
{
	tls_client_close(&s->tls);
	retry_later(s, why);
}

static void
relp_again(struct sink *s, const char *why)
{
	if (s->session)
		give_up(s, why);
}

static void
on_no_answer(void *arg)
{
	give_up(arg, "no answer in time");
}

static void
expect_answer(struct sink *s)
{
	loop_timer_at(s->loop, &s->answer_timer, clock_mono_ms() + ANSWER_MS,
	    on_no_answer, s);
}

/* Blocks while it asks name servers: nothing but this role waits for it. */
static struct addrinfo *
resolve(struct sink *s, const char **why_r)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG};
	struct addrinfo numeric = hints, *list = NULL;
	int error;

	numeric.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST;
	error = getaddrinfo(s->host, s->port, &numeric, &list);
	if (error != 0)
		error = getaddrinfo(s->host, s->port, &hints, &list);
	if (error == 0)
		return list;
	*why_r = gai_strerror(error);
	return NULL;
}

static void
connect_now(void *arg)
{
	struct sink *s = arg;
	const char *why = NULL;
	struct addrinfo *list = resolve(s, &why), *at;
	unsigned count = 0, skip;

	if (list == NULL) {
		retry_later(s, why);
		return;
	}
	for (at = list; at != NULL; at = at->ai_next)
		count++;
	skip = s->attempt++ % count;
	for (at = list; skip > 0; skip--)
		at = at->ai_next;
	if (tls_client_open(&s->tls, s->loop, s->ctx, at, s->server_name) < 0)
		retry_later(s, strerror(errno));
	else
		expect_answer(s);
	freeaddrinfo(list);
}

#define NOTHING ((struct bytes){"", 0})

/* One frame into the connection's buffer; -1 when there is no room for it. */
static int
put_frame(
    struct sink *s, const char *command, struct bytes head, struct bytes body)
{
	char header[RELP_HEADER_MAX];
	uint32_t txnr = relp_next(s->txnr);
	size_t len = relp_header(header, txnr, command, head.size + body.size);

	if (sizeof s->tls.out - s->tls.out_len <
	    len + head.size + body.size + 1)
		return -1;
	tls_client_write(&s->tls, header, len);
	tls_client_write(&s->tls, head.data, head.size);
	tls_client_write(&s->tls, body.data, body.size);
	tls_client_write(&s->tls, "\n", 1);
	s->txnr = txnr;
	return 0;
}

static void
on_open(void *arg)
{
	static const char offers[] =
	    "relp_version=0\n"
	    "relp_software=sallyport," SALLYPORT_VERSION "\ncommands=syslog";
	struct sink *s = arg;

	s->events.certificates(s->events.arg, &s->tls.chain);
	s->txnr = 0;
	put_frame(
	    s, "open", NOTHING, (struct bytes){offers, sizeof offers - 1});
	s->open_txnr = s->txnr;
}

static int
on_opened(struct sink *s, const struct relp_frame *f)
{
	if (relp_status(f) != 200 || !relp_offers(f, "syslog")) {
		give_up(s, "the server does not take syslog");
		return -1;
	}
	s->session = 1;
	loop_timer_off(s->loop, &s->answer_timer);
	log_info("sink %s: connected to %s port %s with %s", s->name, s->host,
	    s->port, SSL_get_version(s->tls.ssl));
	s->events.ready(s->events.arg);
	return 0;
}

/* Passes on what is acknowledged without a hole. */
static void
advance(struct sink *s)
{
	uint64_t sequence = 0;

	while (s->count > 0 && s->window[s->first].done) {
		sequence = s->window[s->first].sequence;
		s->first = (s->first + 1) % WINDOW;
		s->count--;
	}
	if (sequence == 0)
		return;
	s->backoff_ms = BACKOFF_FIRST_MS;
	s->quiet = 0;
	if (s->count > 0)
		expect_answer(s);
	else
		loop_timer_off(s->loop, &s->answer_timer);
	s->events.acknowledged(s->events.arg, sequence);
}

static int
on_acknowledged(struct sink *s, const struct relp_frame *f)
{
	char why[64];

	for (size_t i = 0; i < s->count; i++) {
		size_t at = (s->first + i) % WINDOW;

		if (s->window[at].txnr != f->txnr || s->window[at].done)
			continue;
		if (relp_status(f) != 200) {
			snprintf(why, sizeof why,
			    "record %" PRIu64 " was refused (%d)",
			    s->window[at].sequence, relp_status(f));
			give_up(s, why);
			return -1;
		}
		s->window[at].done = 1;
		return 0;
	}
	give_up(s, "an answer to nothing");
	return -1;
}

/* -1 when the connection is closed. */
static int
on_frame(struct sink *s, const struct relp_frame *f)
{
	if (f->txnr == 0 && strcmp(f->command, "serverclose") == 0) {
		give_up(s, "closed by the server");
		return -1;
	}
	if (f->txnr == 0)
		return 0; /* a hint that we do not know */
	if (strcmp(f->command, "rsp") != 0) {
		give_up(s, "a command from the server");
		return -1;
	}
	if (!s->session && f->txnr == s->open_txnr)
		return on_opened(s, f);
	return on_acknowledged(s, f);
}

static int
take_frames(struct sink *s)
{
	struct relp_frame frame;
	size_t at = 0;
	long took;

	while ((took = relp_parse(s->in + at, s->in_len - at, &frame)) > 0) {
		if (on_frame(s, &frame) < 0)
			return -1;
		at += (size_t)took;
	}
	if (took < 0) {
		give_up(s, "this is not RELP");
		return -1;
	}
	memmove(s->in, s->in + at, s->in_len - at);
	s->in_len -= at;
	return 0;
}

static void
on_data(void *arg, const char *bytes, size_t len)
{
	struct sink *s = arg;
	size_t part;

	while (len > 0) {
		part = sizeof s->in - s->in_len;
		if (part > len)
			part = len;
		memcpy(s->in + s->in_len, bytes, part);
		s->in_len += part;
		bytes += part;
		len -= part;
		if (take_frames(s) < 0)
			return;
	}
	if (!s->session)
		return;
	advance(s);
	s->events.ready(s->events.arg);
}

static void
on_written(void *arg)
{
	struct sink *s = arg;

	if (s->session)
		s->events.ready(s->events.arg);
}

static void
on_close(void *arg, const char *why)
{
	struct sink *s = arg;

	/* of a handshake that failed */
	if (s->tls.chain.count > 0 && !s->session)
		s->events.certificates(s->events.arg, &s->tls.chain);
	retry_later(s, why);
}

static struct sink *
relp_open(const struct conf_sink *conf, const struct sink_texts *texts,
    char *why_r, size_t why_size)
{
	struct sink *s = calloc(1, sizeof *s);
	struct utsname name;

	if (s == NULL) {
		snprintf(why_r, why_size, "%s", strerror(errno));
		return NULL;
	}
	s->tls.fd = -1;
	s->ctx = tls_client_context(
	    texts->ca, texts->certificate, texts->key, why_r, why_size);
	if (s->ctx == NULL) {
		free(s);
		return NULL;
	}
	snprintf(s->name, sizeof s->name, "%s", conf->name);
	snprintf(s->host, sizeof s->host, "%s", conf->host);
	snprintf(s->port, sizeof s->port, "%u", conf->port & 0xffff);
	snprintf(s->server_name, sizeof s->server_name, "%s",
	    conf->server_name[0] != '\0' ? conf->server_name : conf->host);
	if (uname(&name) == 0)
		snprintf(s->own_host, sizeof s->own_host, "%s", name.nodename);
	return s;
}

static void
relp_start(struct sink *s, struct loop *loop, const struct sink_events *events)
{
	s->loop = loop;
	s->events = *events;
	s->backoff_ms = BACKOFF_FIRST_MS;
	s->tls.on_open = on_open;
	s->tls.on_data = on_data;
	s->tls.on_written = on_written;
	s->tls.on_close = on_close;
	s->tls.arg = s;
	loop_timer_at(loop, &s->retry_timer, clock_mono_ms(), connect_now, s);
}

static int
relp_send(struct sink *s, uint64_t sequence, const char *line, size_t len)
{
	char header[SYSLOG_HEADER_MAX];
	size_t header_len, at;

	if (!s->session || s->count == WINDOW)
		return -1;
	header_len = syslog_header(header, s->own_host, line, len);
	if (put_frame(s, "syslog", (struct bytes){header, header_len},
		(struct bytes){line, len}) < 0)
		return -1;
	if (s->count == 0)
		expect_answer(s);
	at = (s->first + s->count++) % WINDOW;
	s->window[at].txnr = s->txnr;
	s->window[at].sequence = sequence;
	s->window[at].size = header_len + len;
	s->window[at].done = 0;
	return 0;
}

static void
relp_close(struct sink *s)
{
	loop_timer_off(s->loop, &s->retry_timer);
	loop_timer_off(s->loop, &s->answer_timer);
	if (s->session)
		put_frame(s, "close", NOTHING, NOTHING);
	tls_client_close(&s->tls);
	SSL_CTX_free(s->ctx);
	free(s);
}

const struct sink_ops sink_relp = {
    .kind = "relp",
    .open = relp_open,
    .start = relp_start,
    .send = relp_send,
    .again = relp_again,
    .close = relp_close,
};
