/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of another version.  Three things are the same in every version, now
 * and later: the header (version, type, size), the number of SESSION_CLOSE,
 * and its payload.  So a session that a module of another release opened can
 * be closed, and all else is refused with a reason.  Needs libc only.
 */
#ifndef WIRE_PAMWIRE_VERSION_H
#define WIRE_PAMWIRE_VERSION_H

#include <stdbool.h>

#include "lib/wire/pamwire.h"

/* A frame of another version than ours, of any size.  What has no type that we
 * know is no frame at all. */
bool pamwire_is_other(const uint8_t header[PAMWIRE_HEADER]);

#define PAMWIRE_CLOSE_SIZE (PAMWIRE_HEADER + 2 + PAMWIRE_SESSION)
/* The header is of a SESSION_CLOSE, of any version. */
bool pamwire_is_close(const uint8_t header[PAMWIRE_HEADER]);
/* Its session.  -1: malformed. */
int pamwire_close_of_any(const uint8_t bytes[PAMWIRE_CLOSE_SIZE],
    struct pamwire_session_close *close_r);

#endif
