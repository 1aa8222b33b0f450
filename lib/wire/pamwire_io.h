/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends and receives frames of pamwire.h over a connected stream socket, until
 * a deadline.  The socket may be blocking or not.  No SIGPIPE is raised, and
 * interrupted or short reads and writes are continued.  Needs libc only.
 */
#ifndef WIRE_PAMWIRE_IO_H
#define WIRE_PAMWIRE_IO_H

#include <stdint.h>

#include "lib/wire/pamwire.h"

enum pamwire_io {
	PAMWIRE_IO_DONE = 1,
	PAMWIRE_IO_CLOSED,    /* end of file, or an error: see errno */
	PAMWIRE_IO_TIMEOUT,   /* the deadline passed */
	PAMWIRE_IO_MALFORMED, /* no frame, or one that cannot be encoded */
	PAMWIRE_IO_VERSION    /* a frame of another version */
};

/* CLOCK_MONOTONIC in milliseconds, the clock of the deadlines below. */
int64_t pamwire_io_now(void);

enum pamwire_io pamwire_io_send(
    int fd, const struct pamwire_frame *f, int64_t deadline);
/*
 * first is the deadline for the first byte; the earlier of the two counts.  The
 * function reads nothing after the frame.  Of a frame of another version it
 * reads the header only: then the frame is empty, and its type is that version.
 */
enum pamwire_io pamwire_io_receive(
    int fd, struct pamwire_frame *f, int64_t first, int64_t deadline);

/* A text for the log, such as "closed by the gateway". */
const char *pamwire_io_text(enum pamwire_io result);

#endif
