/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of somebody else, as one argument. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>

struct bytes {
	const void *data;
	size_t size;
};

/* all of an array */
#define BYTES(array) ((struct bytes){array, sizeof(array)})

#endif
