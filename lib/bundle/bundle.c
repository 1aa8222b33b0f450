/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/hex.h"

#define HASH_DIGITS (BUNDLE_HASH_TEXT - 1)

int
bundle_hash(const void *bytes, size_t len, char hash_r[BUNDLE_HASH_TEXT])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	hex_encode(hash, HASH_DIGITS / 2, hash_r);
	return 0;
}

int
bundle_hash_ok(const char *text)
{
	return strlen(text) == HASH_DIGITS &&
	       strspn(text, "0123456789abcdef") == HASH_DIGITS;
}

int
bundle_reference_ok(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] >= 0x7f)
			return 0;
	return len > 0 && len <= BUNDLE_NAME_MAX;
}

int
bundle_person_ok(const char *name)
{
	return bundle_reference_ok(name) && strpbrk(name, " +/") == NULL;
}

int
bundle_file_ok(const char *name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t len = strlen(name);

	return len <= BUNDLE_NAME_MAX && name[0] != '.' &&
	       strspn(name, letters) == len &&
	       ((len > 7 && strcmp(name + len - 7, ".policy") == 0) ||
		   (len > 5 && strcmp(name + len - 5, ".test") == 0));
}

int
bundle_word_ok(const char *word)
{
	size_t len = strlen(word);

	return len > 0 && len <= BUNDLE_WORD_MAX &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz-") == len;
}

int
bundle_files_ok(const struct bundle *b)
{
	if (b->file_count > BUNDLE_FILES)
		return 0;
	for (size_t i = 0; i < b->file_count; i++)
		if (!bundle_file_ok(b->file[i].name) ||
		    !bundle_hash_ok(b->file[i].hash) ||
		    (i > 0 &&
			strcmp(b->file[i - 1].name, b->file[i].name) >= 0))
			return 0;
	return 1;
}

const char *
bundle_argument(const struct bundle *b, const char *word)
{
	for (size_t i = 0; i < b->argument_count; i++)
		if (strcmp(b->argument[i].word, word) == 0)
			return b->argument[i].value;
	return "";
}

int
bundle_add_argument(struct bundle *b, const char *word, const char *value)
{
	struct bundle_argument *a = &b->argument[b->argument_count];

	if (b->argument_count == BUNDLE_ARGUMENTS ||
	    strlen(word) >= sizeof a->word || strlen(value) >= sizeof a->value)
		return -1;
	snprintf(a->word, sizeof a->word, "%s", word);
	snprintf(a->value, sizeof a->value, "%s", value);
	b->argument_count++;
	return 0;
}

enum bundle_match
bundle_match(
    const struct bundle *b, const char *name, const void *bytes, size_t len)
{
	char hash[BUNDLE_HASH_TEXT];

	for (size_t i = 0; i < b->file_count; i++) {
		if (strcmp(b->file[i].name, name) != 0)
			continue;
		return bundle_hash(bytes, len, hash) == 0 &&
			       strcmp(hash, b->file[i].hash) == 0
			   ? BUNDLE_MATCH
			   : BUNDLE_CHANGED;
	}
	return BUNDLE_UNLISTED;
}
