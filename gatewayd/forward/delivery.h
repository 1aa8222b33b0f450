/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_DELIVERY_H
#define GATEWAYD_FORWARD_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/forward/cursor.h"
#include "gatewayd/forward/sink.h"
#include "lib/base/loop.h"
#include "lib/record/log_reader.h"

/*
 * Brings the records of the log to one sink: each at least once, in order,
 * none before it is on disk.  The cursor moves by acknowledgements only, and
 * back when the log was put back: then the receiver gets again, with what it
 * has already, all that it has not.
 */
struct delivery {
	char name[CURSOR_NAME_MAX + 1];
	const struct sink_ops *ops;
	struct sink *sink;
	struct loop *loop;
	int log_dir, state_dir; /* the caller's */
	uint64_t committed;	/* audit says these are on disk */
	struct cursor cursor;	/* what the receiver acknowledged */
	uint64_t saved;		/* in the cursor file */
	bool told;		/* committed is known */
	bool compared;		/* cursor and log are of one past */
	struct merkle hash;
	/* of what was sent, at its sequence modulo SINK_WINDOW_MAX */
	struct cursor_place sent[SINK_WINDOW_MAX];
	int reading;
	int stuck;	 /* the log does not have what comes next */
	uint64_t moved;	 /* clock_mono_ms() when it last had nothing to do, or
			  * something was taken */
	uint64_t broken; /* since when there is no connection; 0: there is */
	char why[512];	 /* there is none */
	struct log_reader reader;
	struct loop_timer save_timer;
};

/* NAME, OPS and SINK are set.  -1: the cursor cannot be read (logged). */
int delivery_start(
    struct delivery *d, struct loop *loop, int log_dir, int state_dir);
/* audit has begun anew: the log may be another one than it was. */
void delivery_log_opened(struct delivery *d);
/* Everything up to and with SEQUENCE is on disk. */
void delivery_committed(struct delivery *d, uint64_t sequence);
/* NULL, or what keeps it from delivering, when for longer than a moment. */
const char *delivery_trouble(struct delivery *d, char *text, size_t size);
void delivery_stop(struct delivery *d);

#endif
