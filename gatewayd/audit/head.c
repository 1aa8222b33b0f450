/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>

#include "gatewayd/audit/audit.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/record/checkpoint_file.h"

/* After the last record of a burst, and after the first at the latest. */
#define IDLE_MS 50
#define INTERVAL_MS 1000

int
head_write(struct audit *a)
{
	uint8_t root[MERKLE_HASH_SIZE];

	if (a->tree.size == a->signed_size)
		return 0;
	if (merkle_root(&a->tree, root) < 0)
		fatalx("SHA-256 failed");
	if (checkpoint_file_write(a->dir, &a->key, a->tree.size, root) < 0) {
		if (a->head_error == 0)
			log_warn("cannot write the checkpoint of %" PRIu64
				 " records",
			    a->tree.size);
		a->head_error = errno != 0 ? errno : EIO;
		return -1;
	}
	a->head_error = 0;
	a->signed_size = a->tree.size;
	return 0;
}

static void
on_timer(void *arg)
{
	struct audit *a = arg;

	a->unsigned_since = 0;
	if (head_write(a) < 0)
		head_due(a); /* the records are safe; their signature is late */
}

void
head_due(struct audit *a)
{
	uint64_t now = clock_mono_ms(), deadline;

	if (a->unsigned_since == 0)
		a->unsigned_since = now;
	deadline = a->unsigned_since + INTERVAL_MS;
	if (deadline > now + IDLE_MS)
		deadline = now + IDLE_MS;
	loop_timer_at(a->loop, &a->checkpoint_timer, deadline, on_timer, a);
}
