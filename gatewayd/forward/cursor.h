/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_CURSOR_H
#define GATEWAYD_FORWARD_CURSOR_H

#include <stdint.h>

/*
 * How far a sink got: a file SINK.cursor with one line, "sequence N", in the
 * directory DIR.  It is written only after the receiver acknowledged N.  This
 * is format 1; a later one begins with a line "cursor FORMAT".
 */

#define CURSOR_NAME_MAX 64

/* A sink's name that can name a file: letters, digits, '-' and '_'. */
int cursor_name_ok(const char *sink);

/* 0 in *SEQUENCE_R when there is no cursor yet.  -1: errno; EBADMSG when the
 * file is something else, ENOTSUP when it has a later format, and then that is
 * in *SEQUENCE_R. */
int cursor_load(int dir, const char *sink, uint64_t *sequence_r);

/* Replaces it, whole and synced.  -1: errno. */
int cursor_save(int dir, const char *sink, uint64_t sequence);

#endif
