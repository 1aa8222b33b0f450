/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of pamwire.h over a connected stream socket, by a deadline.  Any
 * socket mode will do; no signal is raised, interruptions and short reads and
 * writes are carried on.  Needs libc only.
 */
#ifndef WIRE_PAMWIRE_IO_H
#define WIRE_PAMWIRE_IO_H

#include <stdint.h>

#include "lib/wire/pamwire.h"

enum pamwire_io {
	PAMWIRE_IO_DONE = 1,
	PAMWIRE_IO_CLOSED,    /* end of file, or errno says why */
	PAMWIRE_IO_TIMEOUT,   /* the deadline passed */
	PAMWIRE_IO_MALFORMED, /* not a frame, or one that cannot be sent */
	PAMWIRE_IO_VERSION    /* a frame of another version */
};

/* CLOCK_MONOTONIC in milliseconds: what the deadlines below are in. */
int64_t pamwire_io_now(void);

enum pamwire_io pamwire_io_send(
    int fd, const struct pamwire_frame *f, int64_t deadline);
/* first: the deadline for the first byte; the smaller one counts.  Takes
 * nothing past the frame off the socket.  Of another version only the header is
 * taken; the frame is then empty, but for its type, which is that version. */
enum pamwire_io pamwire_io_receive(
    int fd, struct pamwire_frame *f, int64_t first, int64_t deadline);

/* "closed by the gateway", ... for the log */
const char *pamwire_io_text(enum pamwire_io result);

#endif
