/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/audit/audit.h"

#include <inttypes.h>

#include "gatewayd/common/clock.h"
#include "gatewayd/common/log.h"
#include "gatewayd/log/checkpoint_file.h"

#define INTERVAL_MS 1000

int
head_write(struct audit *a)
{
	uint8_t root[MERKLE_HASH_SIZE];

	if (a->tree.size == a->signed_size)
		return 0;
	if (merkle_root(&a->tree, root) == -1)
		fatalx("SHA-256 failed");
	if (checkpoint_file_write(a->dir, &a->key, a->tree.size, root) == -1) {
		log_warn("writing the checkpoint of %" PRIu64 " records",
		    a->tree.size);
		return -1;
	}
	a->signed_size = a->tree.size;
	return 0;
}

static void
on_timer(void *arg)
{
	struct audit *a = arg;

	if (head_write(a) == -1)
		head_due(a); /* the records are safe; their signature is late */
}

void
head_due(struct audit *a)
{
	if (!a->checkpoint_timer.active)
		loop_timer_at(a->loop, &a->checkpoint_timer,
		    clock_mono_ms() + INTERVAL_MS, on_timer, a);
}
