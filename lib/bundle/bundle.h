/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A policy bundle is a folder of *.policy and *.test files with a manifest.
 * The manifest is the file "bundle".  It has the SHA-256 of each of the files.
 * It is a C2SP signed-note (lib/record/note.h), which two people sign, the
 * author and a reviewer:
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
 * The signatures cover everything before the empty line.  The bundle's name is
 * the hash of the same bytes.  There is one way to write each bundle.
 */

#define BUNDLE_FILE "bundle"
#define BUNDLE_FILES 128
#define BUNDLE_POLICIES 80 /* *.policy files and the time zones they name */
#define BUNDLE_NAME_MAX 64 /* bytes of a file's or person's name, reference */
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
	size_t body; /* the number of bytes that are signed */
};

/* Writes the SHA-256 as lower-case hexadecimal.  -1: libcrypto failed. */
int bundle_hash(const void *bytes, size_t len, char hash_r[BUNDLE_HASH_TEXT]);

/* 1 if the text is such a hash. */
int bundle_hash_ok(const char *text);

/* 1 for NAME.policy and NAME.test.  NAME has letters, digits, ".", "_" and "-",
 * and does not begin with ".". */
int bundle_file_ok(const char *name);
/* 1 for a person's name: 1 to BUNDLE_NAME_MAX printable ASCII characters
 * without space, plus or slash. */
int bundle_person_ok(const char *name);
/* 1 for a reference: 1 to BUNDLE_NAME_MAX printable ASCII characters. */
int bundle_reference_ok(const char *text);

/* Writes the signed part, and a NUL.  -1: a value is not allowed, the files are
 * not in order, or the text does not fit. */
int bundle_format(
    const struct bundle *b, char text_r[BUNDLE_TEXT_MAX], size_t *len_r);

/* Reads a manifest without verifying its signatures.  0, or -1: malformed. */
int bundle_parse(struct bundle *b, const char *text, size_t len);

/* Compares a file with the bundle's hash of it.  UNLISTED: it has none. */
enum bundle_match { BUNDLE_MATCH, BUNDLE_CHANGED, BUNDLE_UNLISTED };
enum bundle_match bundle_match(
    const struct bundle *b, const char *name, const void *bytes, size_t len);

#endif
