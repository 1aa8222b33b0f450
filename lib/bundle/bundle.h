/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A policy bundle: a folder of *.policy and *.test files with a manifest, the
 * file "bundle", that names each by its SHA-256.  The manifest is a C2SP
 * signed-note (lib/record/note.h) that its author signs and somebody else,
 * its reviewer, as well:
 *
 *	sallyport policy bundle 1
 *	parent HASH-OF-THE-BUNDLE-BEFORE, or none
 *	author NAME
 *	time SECONDS-SINCE-1970
 *	reference TEXT
 *	file HASH NAME		(in the order of the names)
 *
 *	- NAME SIGNATURE
 *	- NAME SIGNATURE
 *
 * What is signed, and hashed to name the bundle, is all up to and with the
 * newline before the empty line.  There is one way to write each bundle.
 */

#define BUNDLE_FILE "bundle"
#define BUNDLE_FILES 128
#define BUNDLE_POLICIES 80 /* *.policy files and the time zones they name */
#define BUNDLE_NAME_MAX 64 /* of a file, of a person, of a reference */
#define BUNDLE_HASH_TEXT 65
#define BUNDLE_TEXT_MAX 32768
#define BUNDLE_TIME_MAX INT64_C(253402300799) /* the end of the year 9999 */

struct bundle {
	char parent[BUNDLE_HASH_TEXT]; /* "" for none */
	char author[BUNDLE_NAME_MAX + 1];
	char reference[BUNDLE_NAME_MAX + 1];
	int64_t time_unix;
	size_t file_count;
	struct bundle_file {
		char hash[BUNDLE_HASH_TEXT];
		char name[BUNDLE_NAME_MAX + 1];
	} file[BUNDLE_FILES];
	/* filled in by bundle_parse() */
	char hash[BUNDLE_HASH_TEXT];
	size_t body; /* bytes that are signed */
};

/* Lower-case hexadecimal of the SHA-256.  0, or -1 when libcrypto failed. */
int bundle_hash(const void *bytes, size_t len, char hash_r[BUNDLE_HASH_TEXT]);

/* Is this one? */
int bundle_hash_ok(const char *text);

/* NAME.policy or NAME.test of letters, digits, ".", "_" and "-", not hidden. */
int bundle_file_ok(const char *name);
/* A person: 1 to BUNDLE_NAME_MAX printable ASCII, no space, plus or slash. */
int bundle_person_ok(const char *name);
/* 1 to BUNDLE_NAME_MAX printable ASCII characters. */
int bundle_reference_ok(const char *text);

/* The signed part, with NUL.  0, or -1: a value is not allowed, the files are
 * not in order, or it does not fit. */
int bundle_format(
    const struct bundle *b, char text_r[BUNDLE_TEXT_MAX], size_t *len_r);

/* Reads a manifest; signatures are not looked at.  0, or -1. */
int bundle_parse(struct bundle *b, const char *text, size_t len);

enum bundle_match { BUNDLE_MATCH, BUNDLE_CHANGED, BUNDLE_UNLISTED };
enum bundle_match bundle_match(
    const struct bundle *b, const char *name, const void *bytes, size_t len);

#endif
