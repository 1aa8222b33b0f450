/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint and a key, from anywhere: no input is signed by this key. */
#include "lib/record/checkpoint.h"

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
	struct checkpoint checkpoint;
	struct log_key key;
	const char *text = (const char *)data;

	if (log_key_parse_public(&key, text, size) == 0)
		log_key_free(&key);
	if (log_key_parse_public(&key, line, sizeof line - 1) < 0)
		abort();
	if (checkpoint_open(&key, text, size, &checkpoint) == CHECKPOINT_OK)
		abort();
	log_key_free(&key);
	return 0;
}
