/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_AUDIT_AUDIT_H
#define GATEWAYD_AUDIT_AUDIT_H

#include "gatewayd/audit/segment.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"
#include "lib/record/log_key.h"
#include "lib/record/log_reader.h"
#include "lib/record/merkle.h"

/* The state of the audit role: one log, and the two who are told about it. */
struct audit {
	struct loop *loop;
	int dir; /* of the log */
	struct log_key key;
	struct merkle tree; /* over what is committed */
	struct segment segment;
	struct channel authority, forward;

	/* append.c: rendered, not yet on disk */
	uint8_t last[MERKLE_HASH_SIZE]; /* leaf hash of the last record */
	uint64_t cut; /* bytes of a torn line, for the next record to say */
	unsigned waiting;
	uint8_t leaf[RECEIPTS_MAX][MERKLE_HASH_SIZE];

	/* head.c */
	uint64_t signed_size;	 /* of the checkpoint on disk */
	uint64_t unsigned_since; /* clock_mono_ms(); 0: all is signed */
	int head_error;		 /* errno of the last try to write it; or 0 */
	struct loop_timer checkpoint_timer;

	/* replay.c */
	int replaying;
	struct log_reader reader;
	struct loop_timer replay_timer;
};

/* append.c */

/* Takes one record into the batch; it is answered by append_commit(). */
void append_record(struct audit *a, const struct msg_AUDIT_APPEND_REQ *r);
/* At the end of a round: one write and one sync for all that wait, then their
 * receipt.  After an error all of them are refused and the role ends. */
void append_commit(struct audit *a);
/* The sequence that everything up to is on disk. */
uint64_t append_committed(const struct audit *a);
/* Tells forward about it. */
void append_notify(struct audit *a);

/* head.c: the signed checkpoint, one a second and when it gets quiet */

void head_due(struct audit *a);
/* Now, if there is anything new.  -1: it could not be written (logged). */
int head_write(struct audit *a);

/* replay.c: what authority asks for at its start */

void replay_start(struct audit *a, uint64_t from);
void replay_stop(struct audit *a);

#endif
