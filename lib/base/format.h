/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every format that Sallyport keeps on disk, with its number.  A release reads
 * the number below and the one before it, and writes the number below.  Any
 * other number is refused: an empty new file would forget open sessions, open
 * attempts, or the cursor of a sink.  doc/FORMATS is the same list for
 * administrators, and tests/structure compares the two.
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stddef.h>

/*	F(stem, number, oldest that is read, file below the state directory) */
#define FORMATS(F)                                        \
	F(STATE_DB, 1, 1, "store/state.db")               \
	F(CREDENTIAL, 2, 1, "store/state.db, credential") \
	F(APPROVAL, 2, 1, "store/state.db, approval")     \
	F(INVITATION, 1, 1, "store/state.db, invitation") \
	F(TRIES, 1, 1, "store/state.db, tries")           \
	F(COVERED, 2, 1, "store/state.db, covered")       \
	F(ATTEMPTS, 2, 1, "authority/attempts")           \
	F(SESSIONS, 2, 1, "authority/sessions")           \
	F(RECORD, 1, 1, "audit/*.log")                    \
	F(HEAD, 1, 1, "audit/*.head")                     \
	F(CURSOR, 2, 1, "forward/*.cursor")               \
	F(PROPOSAL, 2, 1, "bundle")                       \
	F(STATUS, 1, 1, "status")

enum format {
#define FORMAT_MEMBER(stem, number, oldest, file) FORMAT_##stem,
	FORMATS(FORMAT_MEMBER)
#undef FORMAT_MEMBER
};

/* FORMAT_SESSIONS_NUMBER, ...: the number that is written */
enum format_numbers {
#define FORMAT_MEMBER(stem, number, oldest, file) \
	FORMAT_##stem##_NUMBER = (number),
	FORMATS(FORMAT_MEMBER)
#undef FORMAT_MEMBER
};

enum format_is {
	FORMAT_NOW = 1, /* the number that is written today */
	FORMAT_BEFORE,	/* the number before: read it, and write it anew */
	FORMAT_REFUSED	/* any other: stop with format_refusal() */
};

enum format_is format_look(enum format f, unsigned found);

/*
 * Writes why the number found is refused: the format found, the formats that
 * this release reads, and the remedy.  name: the item, where a file has many;
 * NULL: the file itself.  Returns text_r.
 */
#define FORMAT_TEXT 320
const char *format_refusal(
    enum format f, const char *name, unsigned found, char text_r[FORMAT_TEXT]);

/* Writes the line for the log after items of an old number were written anew.
 * Returns text_r. */
const char *format_converted(
    enum format f, unsigned found, size_t count, char text_r[FORMAT_TEXT]);

#endif
