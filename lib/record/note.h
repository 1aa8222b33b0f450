/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_NOTE_H
#define RECORD_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/log_key.h"

/*
 * A C2SP signed-note: a text, an empty line, and signature lines
 *
 *	- NAME BASE64-OF-KEY-ID-AND-SIGNATURE
 *
 * where "-" is an em dash (U+2014).  Checkpoints are notes, and so are the
 * bundles of a policy.
 */

#define NOTE_LINE_MAX 256 /* a signature line, its newline and NUL */

struct note_text {
	const char *text;
	size_t len;
};

enum note_result {
	NOTE_OK,
	NOTE_UNSIGNED,	  /* no signature by this key */
	NOTE_MISMATCH,	  /* a signature by this key, and it is wrong */
	NOTE_UNAVAILABLE, /* libcrypto failed */
};

/* Takes the next line off REST, without its newline; 0 when there is no whole
 * line. */
int note_next_line(struct note_text *rest, struct note_text *line_r);

/* Base64 of exactly SIZE bytes (96 at most), in its one canonical form. */
int note_decode(const char *text, size_t len, uint8_t *bytes_r, size_t size);

/* The signature line of TEXT, which ends with a newline.  0, or -1. */
int note_sign(const struct log_key *k, const char *text, size_t len,
    char line_r[NOTE_LINE_MAX]);

/* Is one of the signature LINES behind TEXT by this key, and right? */
enum note_result note_verify(const struct log_key *k, const char *text,
    size_t len, struct note_text lines);

#endif
