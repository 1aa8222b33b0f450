/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of another version.  The header (version, type, size) and the numbers
 * of the types are the same in every version, now and later.  So a module of
 * another release is recognised, and refused with a clear reason.  Needs libc
 * only.
 */
#ifndef WIRE_PAMWIRE_VERSION_H
#define WIRE_PAMWIRE_VERSION_H

#include <stdbool.h>

#include "lib/wire/pamwire.h"

/* True for the header of a frame of another version, whatever its size.  Bytes
 * without a known type are no frame. */
bool pamwire_is_other(const uint8_t header[PAMWIRE_HEADER]);

#endif
