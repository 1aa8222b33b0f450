/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of another version.  The header (version, type, size) and the numbers
 * of the types are the same in every version, now and later, so that what is
 * of another release is known as that and refused with a reason.  Needs libc
 * only.
 */
#ifndef WIRE_PAMWIRE_VERSION_H
#define WIRE_PAMWIRE_VERSION_H

#include <stdbool.h>

#include "lib/wire/pamwire.h"

/* A frame of another version than ours, of any size.  What has no type that we
 * know is no frame at all. */
bool pamwire_is_other(const uint8_t header[PAMWIRE_HEADER]);

#endif
