/* SPDX-License-Identifier: Apache-2.0 */
/* A secret of bounded size.  Clearing wipes it, and no function prints it. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_MAX 512 /* PAM_MAX_RESP_SIZE */

struct secret {
	size_t size;
	uint8_t bytes[SECRET_MAX + 1]; /* always followed by a NUL */
};

/* 0, or -1 when the bytes do not fit: the secret is then empty. */
int secret_set(struct secret *s, const void *bytes, size_t size);
void secret_clear(struct secret *s);
/* Compares.  The time depends on the sizes only, never on the bytes. */
bool secret_equal(const void *a, size_t a_size, const void *b, size_t b_size);

#endif
