/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a segment, from anywhere: no input is signed by this key. */
#include "lib/record/segment_head.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody here has its private half. */
static const char line[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct merkle edge;
	struct log_key key;
	uint64_t first;

	if (size < sizeof first)
		return 0;
	memcpy(&first, text, sizeof first);
	if (log_key_parse_public(&key, line, sizeof line - 1) < 0 ||
	    merkle_init(&edge) < 0)
		abort();
	if (segment_head_parse(text + sizeof first, size - sizeof first, &key,
		first, &edge) == 0)
		abort();
	merkle_free(&edge);
	log_key_free(&key);
	return 0;
}
