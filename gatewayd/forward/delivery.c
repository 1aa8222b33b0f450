/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/delivery.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/role/certificates.h"
#include "lib/base/clock.h"
#include "lib/base/format.h"
#include "lib/base/log.h"

#define SAVE_MS 200
#define PATIENCE_MS 5000 /* a receiver may start anew meanwhile */

static void
save(struct delivery *d)
{
	if (d->acknowledged == d->saved)
		return;
	if (cursor_save(d->state_dir, d->name, d->acknowledged) < 0) {
		/* a restart sends some records twice: harmless */
		log_warn("sink %s: writing its cursor", d->name);
		return;
	}
	d->saved = d->acknowledged;
}

static void
on_save(void *arg)
{
	save(arg);
}

static void
stop_reading(struct delivery *d)
{
	if (d->reading)
		log_reader_close(&d->reader);
	d->reading = 0;
}

static int
start_reading(struct delivery *d)
{
	if (d->reading)
		return 0;
	if (log_reader_open(&d->reader, d->log_dir, d->acknowledged + 1) == 0) {
		d->reading = 1;
		return 0;
	}
	if (!d->stuck)
		log_warn("sink %s: the log does not have record %" PRIu64
			 ", nothing is delivered",
		    d->name, d->acknowledged + 1);
	d->stuck = 1;
	return -1;
}

/* Sends what is on disk until the sink has enough. */
static void
pump(struct delivery *d)
{
	struct log_line line;

	if (d->acknowledged >= d->committed || start_reading(d) < 0)
		return;
	d->stuck = 0;
	while (d->reader.next <= d->committed) {
		if (log_reader_next(&d->reader, &line) != LOG_READ_LINE) {
			log_warnx("sink %s: record %" PRIu64 " cannot be read",
			    d->name, d->reader.next);
			stop_reading(d);
			return;
		}
		if (d->ops->send(d->sink, line.sequence, line.text, line.len) ==
		    -1) {
			log_reader_back(&d->reader, &line);
			return;
		}
	}
}

static void
on_ready(void *arg)
{
	struct delivery *d = arg;

	d->broken = 0;
	pump(d);
}

static void
on_acknowledged(void *arg, uint64_t sequence)
{
	struct delivery *d = arg;

	d->acknowledged = sequence;
	d->moved = clock_mono_ms();
	if (!d->save_timer.active)
		loop_timer_at(d->loop, &d->save_timer,
		    clock_mono_ms() + SAVE_MS, on_save, d);
}

static void
on_broken(void *arg, const char *why)
{
	struct delivery *d = arg;

	snprintf(d->why, sizeof d->why, "%s", why);
	if (d->broken == 0)
		d->broken = clock_mono_ms();
	stop_reading(d);
}

static void
on_certificates(void *arg, const struct tls_peer_chain *chain)
{
	const struct delivery *d = arg;

	certificates_seen(d->name, chain);
}

static void
refuse_cursor(const struct delivery *d)
{
	char text[FORMAT_TEXT];

	if (errno == ENOTSUP)
		log_warnx("%s", format_refusal(FORMAT_CURSOR, d->name,
				    (unsigned)d->acknowledged, text));
	else
		log_warn("sink %s: reading %s.cursor; put right or remove it "
			 "(then all records are sent again)",
		    d->name, d->name);
}

int
delivery_start(
    struct delivery *d, struct loop *loop, int log_dir, int state_dir)
{
	const struct sink_events events = {.ready = on_ready,
	    .acknowledged = on_acknowledged,
	    .broken = on_broken,
	    .certificates = on_certificates,
	    .arg = d};

	d->loop = loop;
	d->log_dir = log_dir;
	d->state_dir = state_dir;
	if (cursor_load(state_dir, d->name, &d->acknowledged) < 0) {
		refuse_cursor(d);
		return -1;
	}
	d->saved = d->acknowledged;
	d->moved = d->broken = clock_mono_ms();
	snprintf(d->why, sizeof d->why, "none was made yet");
	log_info("sink %s: everything up to record %" PRIu64 " was delivered",
	    d->name, d->acknowledged);
	d->ops->start(d->sink, loop, &events);
	return 0;
}

const char *
delivery_trouble(struct delivery *d, char *text, size_t size)
{
	uint64_t now = clock_mono_ms();
	bool behind = d->acknowledged < d->committed;
	char next[64] = "";

	if (!behind)
		d->moved = now;
	if ((d->broken == 0 || now - d->broken < PATIENCE_MS) &&
	    now - d->moved < PATIENCE_MS)
		return NULL;
	if (behind)
		snprintf(next, sizeof next,
		    "record %" PRIu64 " is the next to deliver",
		    d->acknowledged + 1);
	if (d->broken > 0)
		snprintf(text, size,
		    "sink %.64s has no connection: %.200s: look at the "
		    "receiver%s%s",
		    d->name, d->why, behind ? "; " : "", next);
	else
		snprintf(text, size,
		    "sink %.64s is behind, %s: look at the receiver", d->name,
		    next);
	return text;
}

void
delivery_committed(struct delivery *d, uint64_t sequence)
{
	d->committed = sequence;
	if (d->acknowledged > sequence)
		log_warnx("sink %s has record %" PRIu64
			  ", the log ends with %" PRIu64
			  ": the log was put back or cut",
		    d->name, d->acknowledged, sequence);
	pump(d);
}

void
delivery_stop(struct delivery *d)
{
	d->ops->close(d->sink);
	d->sink = NULL;
	loop_timer_off(d->loop, &d->save_timer);
	save(d);
	stop_reading(d);
}
