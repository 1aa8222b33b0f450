/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "gatewayd/audit/heads.h"
#include "gatewayd/audit/look_back.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"
#include "lib/record/log_key.h"
#include "lib/record/log_reader.h"
#include "lib/record/merkle.h"
#include "lib/record/segment.h"

/* The state of the audit role: one log, and its channels. */
struct audit {
	struct loop *loop;
	int dir; /* of the log */
	struct log_key key;
	struct merkle tree; /* over the committed records */
	struct segment segment;
	struct channel authority, forward;

	/* append.c: rendered, not yet on disk */
	uint8_t last[MERKLE_HASH_SIZE]; /* leaf hash of the last record */
	uint64_t cut; /* bytes of a torn line; the next record states them */
	unsigned waiting;
	uint8_t leaf[RECEIPTS_MAX][MERKLE_HASH_SIZE];
	struct loop_timer notify_timer; /* active: forward is not told yet */

	/* head.c */
	uint64_t signed_size;	 /* of the checkpoint on disk */
	uint64_t unsigned_since; /* clock_mono_ms(); 0: all is signed */
	int head_error;		 /* errno of its last write; 0: it worked */
	struct loop_timer checkpoint_timer;

	struct heads heads; /* of a segment that was just begun */

	struct look_back look_back;

	/* replay.c */
	int replaying;
	struct log_reader reader;
	struct loop_timer replay_timer;
};

/* append.c */

/* Adds one record to the batch.  append_commit() sends its receipt. */
void append_record(struct audit *a, const struct msg_AUDIT_APPEND_REQ *r);
/* Writes and syncs the batch at once, then sends one receipt for it.  After an
 * error the whole batch is refused and the role ends.  To be called at the end
 * of each round. */
void append_commit(struct audit *a);
/* The sequence of the last record on disk. */
uint64_t append_committed(const struct audit *a);
/* Tells forward that sequence; append_commit() does so a little later. */
void append_notify(struct audit *a);

/* head.c: writes the signed checkpoint, once a second and after the last record
 */

void head_due(struct audit *a);
/* Writes it now if there are new records.  -1: it failed, which was logged. */
int head_write(struct audit *a);

/* replay.c: sends the records that authority asks for at its start */

void replay_start(struct audit *a, uint64_t from);
void replay_stop(struct audit *a);

#endif
