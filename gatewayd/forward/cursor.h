/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_CURSOR_H
#define FORWARD_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/merkle.h"

/*
 * The cursor of a sink is the file SINK.cursor in the directory DIR.  forward
 * writes a record's place only after the receiver acknowledged that record.
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

/* 1 if the sink's name can be a file's name: letters, digits, '-' and '_'. */
int cursor_name_ok(const char *sink);

/* The newest record that was acknowledged; 0: none. */
uint64_t cursor_sequence(const struct cursor *c);

/* Adds PLACE: the receiver acknowledged that record, the newest so far. */
void cursor_advance(struct cursor *c, const struct cursor_place *place);

/*
 * Reads the file.  If there is none, the cursor has no place.  -1 with errno:
 * EBADMSG when the file is no cursor, ENOTSUP when this release does not read
 * its format.  *FORMAT_R is the file's format; 0: there is no file.
 */
int cursor_load(
    int dir, const char *sink, struct cursor *c_r, unsigned *format_r);

/* Replaces the whole file, and syncs it.  -1: errno. */
int cursor_save(int dir, const char *sink, const struct cursor *c);

#endif
