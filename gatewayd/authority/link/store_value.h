/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte of a value in the store is the number of its format.  tries
 * and covered had none in format 1: their first byte is 0 there, since both
 * begin with a number that is small.
 */
#ifndef AUTHORITY_LINK_STORE_VALUE_H
#define AUTHORITY_LINK_STORE_VALUE_H

#include <stdint.h>

#include "lib/base/format.h"
#include "lib/ipc/messages.h"

/* A value, made to be put there. */
struct store_value {
	uint8_t data[VALUE_MAX];
	size_t size;
};

/* 0: this release reads that number, its own or the one before.  -1: another
 * release wrote it, as was logged; nothing of it is used. */
int store_value(enum format format, uint8_t first);

#endif
