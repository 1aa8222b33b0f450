/* SPDX-License-Identifier: Apache-2.0 */
/* The audit process itself, driven as gatewayd and authority drive it. */
#ifndef TESTS_AUDIT_AUDIT_WORLD_H
#define TESTS_AUDIT_AUDIT_WORLD_H

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"
#include "tests/audit/role_fixture.h"
#include "tests/record/log_fixture.h"

#define AUDIT_WORLD_FIRST "000000000001.log"

#define AUDIT_WORLD_SENT 6000

struct audit_world {
	struct log_fixture f;
	struct log_key public_key;
	struct role_fixture p;
	struct channel authority, forward;
	uint64_t segment_bytes;
	/* what receipts said, by sequence */
	uint8_t leaf[AUDIT_WORLD_SENT + 1][MERKLE_HASH_SIZE];
	uint64_t receipted, failed;
	unsigned sent; /* attempt numbers given away */
};

int audit_world_set_up(void **state);
int audit_world_tear_down(void **state);
int audit_world_start(struct audit_world *w);
int audit_world_end(struct audit_world *w);
void audit_world_start_fails(struct audit_world *w);
void audit_world_append(struct audit_world *w);
/* Takes one receipt message; 0 when none comes. */
int audit_world_take_receipt(struct audit_world *w, int timeout_ms);
void audit_world_append_and_wait(struct audit_world *w, unsigned count);
/* The log holds each record that has a receipt, with that hash.  Returns the
 * number of records. */
uint64_t audit_world_check_log(struct audit_world *w);
void audit_world_add_bytes(
    struct audit_world *w, const char *bytes, size_t len);

#endif
