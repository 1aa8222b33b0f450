/* SPDX-License-Identifier: Apache-2.0 */
/* A receiver's copy of a log, which anybody may have written: what is taken
 * from it follows record by record on the log's end. */
#include "lib/record/log_lost.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_lost lost = {.origin = "bastion1"};
	const uint8_t *before = lost.leaf;

	if (log_lost_find(&lost, (const char *)data, size) == LOG_LOST_FOUND)
		for (size_t i = 0; i < lost.count; i++) {
			if (lost.record[i].sequence != i + 1 ||
			    memcmp(lost.record[i].prev, before,
				MERKLE_HASH_SIZE) != 0)
				abort();
			before = lost.record[i].leaf;
		}
	log_lost_free(&lost);
	return 0;
}
