/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_CURSOR_H
#define GATEWAYD_FORWARD_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/merkle.h"

/*
 * How far a sink got: the file SINK.cursor in the directory DIR.  It is written
 * only after the receiver acknowledged the record.
 *
 *	cursor 2
 *	SEQUENCE LEAF
 *	...
 *
 * The first place is the newest record that was acknowledged.  LEAF is its leaf
 * hash in hexadecimal, so that the place names a record of one log and not only
 * a number.  The older places stand at distances that double: if the log was
 * put back and went on in another way, the newest one that it still has is
 * where both ways part.
 */

#define CURSOR_NAME_MAX 64
#define CURSOR_PLACES 64

struct cursor_place {
	uint64_t sequence;
	uint8_t leaf[MERKLE_HASH_SIZE]; /* 0: not known (format 1) */
};

struct cursor {
	size_t count;
	struct cursor_place place[CURSOR_PLACES]; /* the newest first */
};

/* A sink's name that can name a file: letters, digits, '-' and '_'. */
int cursor_name_ok(const char *sink);

/* The newest record that was acknowledged; 0: none. */
uint64_t cursor_sequence(const struct cursor *c);

/* The record at PLACE, which is newer than all before, was acknowledged. */
void cursor_advance(struct cursor *c, const struct cursor_place *place);

/* Without a file there is no place.  -1: errno; EBADMSG when the file is
 * something else, ENOTSUP when it has a format that is not read here.  The
 * file's format is in *FORMAT_R; 0: none. */
int cursor_load(
    int dir, const char *sink, struct cursor *c_r, unsigned *format_r);

/* Replaces it, whole and synced.  -1: errno. */
int cursor_save(int dir, const char *sink, const struct cursor *c);

#endif
