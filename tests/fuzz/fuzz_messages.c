/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes from another role: refused, or the one encoding of what was read,
 * within the size that some route gives it or the largest message. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ipc/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct message m;
	static uint8_t again[MESSAGE_MAX];

	if (message_decode(&m, bytes, size) != 0)
		return 0;
	if (message_encode(&m, again) != size ||
	    memcmp(again, bytes, size) != 0)
		abort();
	message_wipe(&m);
	return 0;
}
