/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "gatewayd/audit/audit.h"
#include "gatewayd/audit/log_recovery.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"

/* Records between two looks at the other channels, and how many may wait for
 * authority to read them. */
#define TURN 256
#define QUEUE_HIGH (CHANNEL_QUEUE_MAX / 2)

void
replay_stop(struct audit *a)
{
	if (!a->replaying)
		return;
	a->replaying = 0;
	loop_timer_off(a->loop, &a->replay_timer);
	log_reader_close(&a->reader);
}

/* authority must not go on with half of the log.  Our end brings us back with
 * a look at all of it. */
static void
give_up(struct audit *a)
{
	replay_stop(a);
	channel_close(&a->authority);
	loop_stop(a->loop);
}

static void
post_end(struct audit *a)
{
	struct message m;

	message_init(&m, MSG_AUDIT_REPLAY_ANS);
	m.u.AUDIT_REPLAY_ANS.end = 1;
	m.u.AUDIT_REPLAY_ANS.sequence = append_committed(a) + 1;
	channel_answer(&a->authority, &m);
}

/* -1: the line is no record.  A channel that does not take it breaks, and its
 * on_close ends the replay. */
static int
post_line(struct audit *a, const struct log_line *line)
{
	struct record_parsed parsed;
	const struct msg_AUDIT_APPEND_REQ *r = &parsed.record;
	struct message m;
	struct msg_AUDIT_REPLAY_ANS *ans = &m.u.AUDIT_REPLAY_ANS;

	if (record_parse(line->text, line->len, &parsed) < 0) {
		audit_refuse_line(&parsed, line->sequence);
		return -1;
	}
	message_init(&m, MSG_AUDIT_REPLAY_ANS);
	message_record_replayed(r, ans);
	ans->sequence = line->sequence;
	memcpy(ans->before, parsed.place.prev, sizeof ans->before);
	if (merkle_leaf(&a->tree, line->text, line->len, ans->hash) < 0)
		fatalx("SHA-256 failed");
	channel_answer(&a->authority, &m);
	return 0;
}

static void
say_where(const struct audit *a, uint64_t sequence)
{
	char name[LOG_SEGMENT_NAME_SIZE] = "";

	log_segment_name(a->reader.segment, name);
	log_warnx("the log could not be replayed: record %" PRIu64
		  " cannot be read in audit/%s of the state folder",
	    sequence, name);
}

static void
turn(void *arg)
{
	struct audit *a = arg;
	struct log_line line;

	for (int i = 0; i < TURN && a->replaying; i++) {
		uint64_t at = a->reader.next;

		if (a->authority.queued > QUEUE_HIGH)
			break;
		if (a->reader.next > append_committed(a)) {
			replay_stop(a);
			post_end(a);
			return;
		}
		if (log_reader_next(&a->reader, &line) != LOG_READ_LINE ||
		    post_line(a, &line) < 0) {
			say_where(a, at);
			give_up(a);
			return;
		}
	}
	if (a->replaying)
		loop_timer_at(
		    a->loop, &a->replay_timer, clock_mono_ms() + 1, turn, a);
}

/* Where the log begins later than asked, with its first record: authority
 * knows from its sequence whether something is missing. */
static int
open_from(struct audit *a, uint64_t from)
{
	struct log_segments list;

	if (log_reader_open(&a->reader, a->dir, from) == 0)
		return 0;
	if (errno != ENOENT || log_segment_list(a->dir, &list) < 0)
		return -1;
	if (list.count > 0 && list.first[0] > from)
		from = list.first[0];
	log_segment_list_free(&list);
	return log_reader_open(&a->reader, a->dir, from);
}

void
replay_start(struct audit *a, uint64_t from)
{
	replay_stop(a);
	append_commit(a);
	if (from == 0 || from > append_committed(a)) {
		post_end(a);
		return;
	}
	if (open_from(a, from) < 0) {
		log_warn("cannot open the log at record %" PRIu64, from);
		give_up(a);
		return;
	}
	a->replaying = 1;
	turn(a);
}
