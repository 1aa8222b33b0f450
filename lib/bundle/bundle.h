/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A proposal is what one person asks for and others have to sign before it is
 * done: one mechanism for all that needs two people.  What is asked for is the
 * verb (bundle_verbs.h).  A bundle is the proposal and the files that it is
 * about, such as those of a policy.  The proposal is the file "bundle" of their
 * folder.  It has the SHA-256 of each file.  It is a C2SP signed-note
 * (lib/record/note.h), which its author and others sign:
 *
 *	sallyport proposal 2
 *	verb WORD
 *	author NAME
 *	time SECONDS-SINCE-1970
 *	expires SECONDS-SINCE-1970
 *	reference TEXT
 *	argument WORD VALUE	(in the order of the words, each once)
 *	file HASH NAME		(in the order of the names)
 *
 *	- NAME SIGNATURE
 *	- NAME SIGNATURE
 *
 * The signatures cover everything before the empty line.  The proposal's name
 * is the hash of the same bytes.  There is one way to write each proposal.
 */

#define BUNDLE_FILE "bundle"
#define BUNDLE_FILES 128
#define BUNDLE_POLICIES 80 /* *.policy files and the time zones they name */
#define BUNDLE_NAME_MAX 64 /* bytes of a file's or person's name, reference */
#define BUNDLE_HASH_TEXT 65
#define BUNDLE_TEXT_MAX 32768
#define BUNDLE_WORD_MAX 16 /* bytes of a verb, or of an argument's word */
#define BUNDLE_VALUE_MAX 128
#define BUNDLE_ARGUMENTS 8
#define BUNDLE_LASTS_MAX (366 * 86400) /* from its time until it expires */
#define BUNDLE_TIME_MAX INT64_C(253402300799) /* the end of the year 9999 */

struct bundle {
	char verb[BUNDLE_WORD_MAX + 1];
	char author[BUNDLE_NAME_MAX + 1];
	char reference[BUNDLE_NAME_MAX + 1];
	int64_t time_unix;
	int64_t expires_unix; /* 0: of format 1, which cannot be applied */
	size_t argument_count;
	struct bundle_argument {
		char word[BUNDLE_WORD_MAX + 1];
		char value[BUNDLE_VALUE_MAX + 1];
	} argument[BUNDLE_ARGUMENTS];
	size_t file_count;
	struct bundle_file {
		char hash[BUNDLE_HASH_TEXT];
		char name[BUNDLE_NAME_MAX + 1];
	} file[BUNDLE_FILES];
	/* filled in by bundle_parse() of bundle_form.h */
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

/* The value of the argument, or "". */
const char *bundle_argument(const struct bundle *b, const char *word);
/* Adds an argument; the words must come in their order.  -1: there are too
 * many, or it does not fit. */
int bundle_add_argument(struct bundle *b, const char *word, const char *value);

/* 1 for a verb or the word of an argument: a to z and "-". */
int bundle_word_ok(const char *word);
/* 1 if they have names and hashes, and are in order. */
int bundle_files_ok(const struct bundle *b);

/* Compares a file with the bundle's hash of it.  UNLISTED: it has none. */
enum bundle_match { BUNDLE_MATCH, BUNDLE_CHANGED, BUNDLE_UNLISTED };
enum bundle_match bundle_match(
    const struct bundle *b, const char *name, const void *bytes, size_t len);

#endif
