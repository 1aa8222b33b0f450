/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_DELIVERY_H
#define FORWARD_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/forward/cursor.h"
#include "gatewayd/forward/sink.h"
#include "lib/base/loop.h"
#include "lib/record/log_reader.h"

/*
 * Delivers the records of the log to one sink: each at least once, in order,
 * and none before it is on disk.  Only an acknowledgement moves the cursor
 * forward. The cursor moves back when an older log was restored: then the
 * receiver gets some records a second time, and misses none.
 */
struct delivery {
	char name[CURSOR_NAME_MAX + 1];
	const struct sink_ops *ops;
	struct sink *sink;
	struct loop *loop;
	int log_dir, state_dir; /* the caller's */
	uint64_t committed;	/* the last record on disk, as audit says */
	struct cursor cursor;	/* the records that were acknowledged */
	uint64_t saved;		/* the sequence in the cursor file */
	bool told;		/* committed is known */
	bool compared;		/* the cursor was compared with the log */
	struct merkle hash;
	/* the records that were sent, at sequence modulo SINK_WINDOW_MAX */
	struct cursor_place sent[SINK_WINDOW_MAX];
	int reading;
	int stuck;	 /* the log does not have the next record */
	uint64_t moved;	 /* clock_mono_ms() when it last had nothing to do, or
			  * something was taken */
	uint64_t broken; /* since when there is no connection; 0: there is */
	char why[512];	 /* why there is no connection */
	struct log_reader reader;
	struct loop_timer save_timer;
};

/* Starts; the caller has set name, ops and sink.  -1: the cursor cannot be
 * read, which was logged. */
int delivery_start(
    struct delivery *d, struct loop *loop, int log_dir, int state_dir);
/* audit has started again: the log may be another one now. */
void delivery_log_opened(struct delivery *d);
/* The records up to SEQUENCE are on disk. */
void delivery_committed(struct delivery *d, uint64_t sequence);
/* NULL while it delivers; "" for a moment without a connection; else the fault
 * that has kept it from delivering for some time. */
const char *delivery_trouble(struct delivery *d, char *text, size_t size);
void delivery_stop(struct delivery *d);

#endif
