/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/delivery.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/role/server_chain.h"
#include "lib/base/clock.h"
#include "lib/base/format.h"
#include "lib/base/log.h"

#define SAVE_MS 200
#define PATIENCE_MS 5000 /* a receiver may start anew meanwhile */

static void
save(struct delivery *d)
{
	uint64_t sequence = cursor_sequence(&d->cursor);

	if (sequence == d->saved)
		return;
	if (cursor_save(d->state_dir, d->name, &d->cursor) < 0) {
		/* a restart sends some records twice: harmless */
		log_warn("sink %s: cannot write its cursor", d->name);
		return;
	}
	d->saved = sequence;
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

/* ---- is the log the one that the receiver knows? ---- */

enum compared { COMPARED_SAME = 1, COMPARED_OTHER, COMPARED_UNAVAILABLE };

static enum compared
compare(struct delivery *d, const struct cursor_place *place)
{
	static const uint8_t unknown[MERKLE_HASH_SIZE];
	enum compared result = COMPARED_UNAVAILABLE;
	uint8_t leaf[MERKLE_HASH_SIZE];
	struct log_reader reader;
	struct log_line line;

	if (place->sequence > d->committed)
		return COMPARED_OTHER;
	if (memcmp(place->leaf, unknown, sizeof unknown) == 0)
		return COMPARED_SAME; /* as far as format 1 says */
	if (log_reader_open(&reader, d->log_dir, place->sequence) < 0)
		return errno == ENOENT ? COMPARED_OTHER : COMPARED_UNAVAILABLE;
	if (log_reader_next(&reader, &line) == LOG_READ_LINE &&
	    merkle_leaf(&d->hash, line.text, line.len, leaf) == 0)
		result = memcmp(leaf, place->leaf, sizeof leaf) == 0
			     ? COMPARED_SAME
			     : COMPARED_OTHER;
	log_reader_close(&reader);
	return result;
}

/* The receiver may hold more of the other past than the places say: it gets
 * again what it has, which is harmless, and nothing is left out. */
static void
go_back(struct delivery *d, size_t places)
{
	uint64_t had = cursor_sequence(&d->cursor);

	d->cursor.count -= places;
	memmove(d->cursor.place, d->cursor.place + places,
	    d->cursor.count * sizeof d->cursor.place[0]);
	log_warnx("sink %s: the receiver's record %" PRIu64
		  " is not the one of this log, which was restored from an "
		  "older copy: records from %" PRIu64 " on are sent again",
	    d->name, had, cursor_sequence(&d->cursor) + 1);
	stop_reading(d);
	save(d);
	d->ops->again(d->sink, "the log was put back");
}

/* False: the log cannot be read now; the next round tries again. */
static bool
is_compared(struct delivery *d)
{
	size_t i = 0;

	for (; !d->compared && i < d->cursor.count; i++) {
		enum compared c = compare(d, &d->cursor.place[i]);

		if (c == COMPARED_UNAVAILABLE)
			return false;
		if (c == COMPARED_SAME)
			break;
	}
	if (!d->compared && i > 0)
		go_back(d, i);
	d->compared = true;
	return true;
}

static int
start_reading(struct delivery *d)
{
	uint64_t next = cursor_sequence(&d->cursor) + 1;

	if (d->reading)
		return 0;
	if (log_reader_open(&d->reader, d->log_dir, next) == 0) {
		d->reading = 1;
		return 0;
	}
	if (!d->stuck)
		log_warn("sink %s: the log does not have record %" PRIu64
			 ", nothing is delivered",
		    d->name, next);
	d->stuck = 1;
	return -1;
}

/* Before it is sent: the acknowledgement may come at once. */
static int
remember(struct delivery *d, const struct log_line *line)
{
	struct cursor_place *place = &d->sent[line->sequence % SINK_WINDOW_MAX];

	place->sequence = line->sequence;
	return merkle_leaf(&d->hash, line->text, line->len, place->leaf);
}

/* Sends what is on disk until the sink has enough. */
static void
pump(struct delivery *d)
{
	struct log_line line;

	if (!d->told || !is_compared(d) ||
	    cursor_sequence(&d->cursor) >= d->committed || start_reading(d) < 0)
		return;
	d->stuck = 0;
	while (d->reader.next <= d->committed) {
		if (log_reader_next(&d->reader, &line) != LOG_READ_LINE ||
		    remember(d, &line) < 0) {
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
	const struct cursor_place *place = &d->sent[sequence % SINK_WINDOW_MAX];

	if (place->sequence != sequence)
		return; /* of what was sent before the cursor went back */
	cursor_advance(&d->cursor, place);
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

	server_chain_seen(d->name, chain);
}

static void
refuse_cursor(const struct delivery *d, unsigned format)
{
	char text[FORMAT_TEXT];

	if (errno == ENOTSUP)
		log_warnx(
		    "%s", format_refusal(FORMAT_CURSOR, d->name, format, text));
	else
		log_warn("sink %s: cannot read %s.cursor: correct the file, "
			 "or remove it to send all records again",
		    d->name, d->name);
}

static void
convert(const struct delivery *d)
{
	char text[FORMAT_TEXT];

	if (cursor_save(d->state_dir, d->name, &d->cursor) < 0)
		log_warn("sink %s: writing its cursor", d->name);
	else
		log_info("%s", format_converted(FORMAT_CURSOR, 1, 1, text));
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
	unsigned format = 0;

	d->loop = loop;
	d->log_dir = log_dir;
	d->state_dir = state_dir;
	if (merkle_init(&d->hash) < 0) {
		log_warnx("no SHA-256");
		return -1;
	}
	if (cursor_load(state_dir, d->name, &d->cursor, &format) < 0) {
		refuse_cursor(d, format);
		return -1;
	}
	d->saved = cursor_sequence(&d->cursor);
	if (format == 1)
		convert(d);
	d->moved = d->broken = clock_mono_ms();
	snprintf(d->why, sizeof d->why, "none was made yet");
	log_info("sink %s: everything up to record %" PRIu64 " was delivered",
	    d->name, d->saved);
	d->ops->start(d->sink, loop, &events);
	return 0;
}

const char *
delivery_trouble(struct delivery *d, char *text, size_t size)
{
	uint64_t now = clock_mono_ms();
	uint64_t acknowledged = cursor_sequence(&d->cursor);
	bool behind = acknowledged < d->committed;
	char next[64] = "";

	if (!behind)
		d->moved = now;
	if ((d->broken == 0 || now - d->broken < PATIENCE_MS) &&
	    now - d->moved < PATIENCE_MS)
		return d->broken == 0 ? NULL : "";
	if (behind)
		snprintf(next, sizeof next,
		    "record %" PRIu64 " is the next to deliver",
		    acknowledged + 1);
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
delivery_log_opened(struct delivery *d)
{
	d->told = d->compared = false;
}

void
delivery_committed(struct delivery *d, uint64_t sequence)
{
	d->committed = sequence;
	d->told = true;
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
	merkle_free(&d->hash);
}
