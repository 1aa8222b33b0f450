/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/keyset.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keyset *set;
	sallyport_result r = keyset_parse((const char *)data, size, &set);

	if ((r == SALLYPORT_OK) != (set != NULL))
		abort();
	if (set && (set->count == 0 || set->count > SALLYPORT_KEYS_MAX))
		abort();
	keyset_free(&set);
	return 0;
}
