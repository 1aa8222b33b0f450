/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/secret.h"

#include <string.h>

int
secret_set(struct secret *s, const void *bytes, size_t size)
{
	secret_clear(s);
	if (size > SECRET_MAX)
		return -1;
	if (size > 0)
		memcpy(s->bytes, bytes, size);
	s->size = size;
	return 0;
}

void
secret_clear(struct secret *s)
{
	explicit_bzero(s, sizeof *s);
}

bool
secret_equal(const void *a, size_t a_size, const void *b, size_t b_size)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differs = 0;

	if (a_size != b_size)
		return false;
	for (size_t i = 0; i < a_size; i++)
		differs |= (uint8_t)(x[i] ^ y[i]);
	return differs == 0;
}
