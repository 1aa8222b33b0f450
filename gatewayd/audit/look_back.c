/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/audit/look_back.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/record/log_segment.h"
#include "lib/record/segment_head.h"

/* About half a millisecond of hashing, in a twentieth of the time. */
#define LINES 256
#define PAUSE_MS 10

void
look_back_stop(struct look_back *l)
{
	if (!l->running)
		return;
	l->running = false;
	loop_timer_off(l->loop, &l->timer);
	log_reader_close(&l->reader);
	merkle_free(&l->tree);
}

__attribute__((format(printf, 2, 3))) static void
finish(struct look_back *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(l->fault, sizeof l->fault, format, args);
	va_end(args);
	log_warnx("%s", l->fault);
	look_back_stop(l);
}

/* All before the segment FIRST was hashed: is it what was signed then? */
static int
is_as_signed(struct look_back *l, uint64_t first)
{
	uint8_t root[MERKLE_HASH_SIZE], was[MERKLE_HASH_SIZE];
	struct merkle edge;
	int result = -1;

	if (merkle_init(&edge) < 0)
		return -1;
	if (segment_head_read(l->dir, first, l->key, &edge) < 0)
		result = first == l->end ? 0 : 1; /* the next one tells */
	else if (merkle_root(&l->tree, root) == 0 &&
		 merkle_root(&edge, was) == 0)
		result = memcmp(root, was, sizeof root) == 0;
	merkle_free(&edge);
	return result;
}

/* The segment before FIRST is read.  1: go on. */
static int
close_segment(struct look_back *l, uint64_t first)
{
	switch (is_as_signed(l, first)) {
	case 1:
		break;
	case 0:
		finish(l,
		    "records %" PRIu64 " to %" PRIu64
		    " of the log are not those that were signed: sallyport "
		    "audit verify names them",
		    l->segment, first - 1);
		return 0;
	default:
		finish(l, "the log could not be verified: SHA-256 failed");
		return 0;
	}
	if (first < l->end) {
		l->segment = first;
		return 1;
	}
	log_info("the records before %" PRIu64 ", which the start did not "
		 "read, are those that were signed",
	    l->end);
	look_back_stop(l);
	return 0;
}

static int
add_line(struct look_back *l)
{
	struct log_line line;
	uint8_t leaf[MERKLE_HASH_SIZE];
	char name[LOG_SEGMENT_NAME_SIZE] = "";

	if (log_reader_next(&l->reader, &line) != LOG_READ_LINE) {
		log_segment_name(l->segment, name);
		finish(l,
		    "record %" PRIu64 " of the log is gone: look at %s and "
		    "the file after it, and put back what was moved; "
		    "sallyport audit verify",
		    l->reader.next, name);
		return 0;
	}
	if (line.segment != l->segment && close_segment(l, line.segment) == 0)
		return 0;
	if (merkle_leaf(&l->tree, line.text, line.len, leaf) < 0 ||
	    merkle_append(&l->tree, leaf) < 0) {
		finish(l, "the log could not be verified: SHA-256 failed");
		return 0;
	}
	if (l->tree.size + 1 == l->end)
		return close_segment(l, l->end);
	return 1;
}

static void
turn(void *arg)
{
	struct look_back *l = arg;
	for (int i = 0; i < LINES; i++)
		if (add_line(l) == 0)
			return;
	loop_timer_at(l->loop, &l->timer, clock_mono_ms() + PAUSE_MS, turn, l);
}

void
look_back_start(struct look_back *l, uint64_t first)
{
	l->fault[0] = '\0';
	if (first <= 1)
		return; /* the start has read all of it */
	if (merkle_init(&l->tree) < 0)
		return;
	if (log_reader_open(&l->reader, l->dir, 1) < 0) {
		merkle_free(&l->tree);
		snprintf(l->fault, sizeof l->fault,
		    "the log could not be verified: %s", strerror(errno));
		return;
	}
	l->running = true;
	l->end = first;
	l->segment = 1;
	loop_timer_at(l->loop, &l->timer, clock_mono_ms() + PAUSE_MS, turn, l);
}

const char *
look_back_trouble(const struct look_back *l)
{
	return l->fault[0] != '\0' ? l->fault : NULL;
}
