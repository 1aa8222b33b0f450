/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_NOTE_H
#define RECORD_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/log_key.h"

/*
 * A C2SP signed-note is a text, an empty line, and signature lines
 *
 *	- NAME BASE64-OF-KEY-ID-AND-SIGNATURE
 *
 * where "-" is an em dash (U+2014).  Checkpoints are notes, and so are the
 * bundles of a policy.
 */

#define NOTE_LINE_MAX 256 /* a signature line with its newline and a NUL */

struct note_text {
	const char *text;
	size_t len;
};

enum note_result {
	NOTE_OK,
	NOTE_UNSIGNED,	  /* no signature by this key */
	NOTE_MISMATCH,	  /* this key's signature is wrong */
	NOTE_UNAVAILABLE, /* libcrypto failed */
};

/* Takes the next line off REST.  LINE_R is the line without its newline.
 * Returns 1, or 0 when REST has no whole line. */
int note_next_line(struct note_text *rest, struct note_text *line_r);

/* Decodes base64 of exactly SIZE bytes (at most 96).  Only the canonical form
 * is accepted.  0, or -1. */
int note_decode(const char *text, size_t len, uint8_t *bytes_r, size_t size);

/* Signs TEXT, which must end with a newline, and writes the signature line.
 * 0, or -1. */
int note_sign(const struct log_key *k, const char *text, size_t len,
    char line_r[NOTE_LINE_MAX]);

/* Looks for this key's signature of TEXT among the signature LINES, and
 * verifies it. */
enum note_result note_verify(const struct log_key *k, const char *text,
    size_t len, struct note_text lines);

#endif
