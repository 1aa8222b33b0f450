/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/base/format.h"
#include "lib/base/hex.h"
#include "lib/record/note.h"

#define HEADER "sallyport policy bundle 1"
_Static_assert(FORMAT_BUNDLE_NUMBER == 1, "as in HEADER");
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

static int
values_ok(const struct bundle *b)
{
	if ((b->parent[0] != '\0' && !bundle_hash_ok(b->parent)) ||
	    !bundle_person_ok(b->author) ||
	    !bundle_reference_ok(b->reference) || b->time_unix < 1 ||
	    b->time_unix > BUNDLE_TIME_MAX || b->file_count > BUNDLE_FILES)
		return 0;
	for (size_t i = 0; i < b->file_count; i++)
		if (!bundle_file_ok(b->file[i].name) ||
		    !bundle_hash_ok(b->file[i].hash) ||
		    (i > 0 &&
			strcmp(b->file[i - 1].name, b->file[i].name) >= 0))
			return 0;
	return 1;
}

int
bundle_format(
    const struct bundle *b, char text_r[BUNDLE_TEXT_MAX], size_t *len_r)
{
	size_t len;

	if (!values_ok(b))
		return -1;
	len = (size_t)snprintf(text_r, BUNDLE_TEXT_MAX,
	    HEADER "\nparent %s\nauthor %s\ntime %" PRId64 "\nreference %s\n",
	    b->parent[0] != '\0' ? b->parent : "none", b->author, b->time_unix,
	    b->reference);
	for (size_t i = 0; i < b->file_count; i++)
		len += (size_t)snprintf(text_r + len, BUNDLE_TEXT_MAX - len,
		    "file %s %s\n", b->file[i].hash, b->file[i].name);
	*len_r = len;
	return 0;
}

/* "WORD value".  Whether the line has that word, and whether the value is a
 * right one, bundle_parse() sees when it writes all of it again. */
static int
take_value(struct note_text *rest, const char *word, char *out, size_t size)
{
	size_t skip = strlen(word) + 1;
	struct note_text line = {0};

	if (!note_next_line(rest, &line) || line.len <= skip ||
	    line.len - skip >= size)
		return -1;
	memcpy(out, line.text + skip, line.len - skip);
	out[line.len - skip] = '\0';
	return 0;
}

static int
take_file(struct note_text *rest, struct bundle *b)
{
	char value[HASH_DIGITS + 1 + BUNDLE_NAME_MAX + 1];
	struct bundle_file *file = &b->file[b->file_count];

	if (b->file_count == BUNDLE_FILES ||
	    take_value(rest, "file", value, sizeof value) < 0 ||
	    strlen(value) <= HASH_DIGITS + 1)
		return -1;
	memcpy(file->hash, value, HASH_DIGITS);
	snprintf(file->name, sizeof file->name, "%.*s", BUNDLE_NAME_MAX,
	    value + HASH_DIGITS + 1);
	b->file_count++;
	return 0;
}

static int
take_all(struct note_text *rest, struct bundle *b)
{
	char header[sizeof HEADER], seconds[24];
	struct note_text line;

	if (take_value(rest, "sallyport", header, sizeof header) < 0 ||
	    take_value(rest, "parent", b->parent, sizeof b->parent) < 0 ||
	    take_value(rest, "author", b->author, sizeof b->author) < 0 ||
	    take_value(rest, "time", seconds, sizeof seconds) < 0 ||
	    take_value(rest, "reference", b->reference, sizeof b->reference) <
		0)
		return -1;
	b->time_unix = strtoll(seconds, NULL, 10);
	if (strcmp(b->parent, "none") == 0)
		b->parent[0] = '\0';
	while (rest->len > 0 && rest->text[0] != '\n')
		if (take_file(rest, b) < 0)
			return -1;
	return note_next_line(rest, &line) ? 0 : -1;
}

int
bundle_parse(struct bundle *b, const char *text, size_t len)
{
	struct note_text rest = {text, len};
	char again[BUNDLE_TEXT_MAX];
	size_t size;

	memset(b, 0, sizeof *b);
	if (len > BUNDLE_TEXT_MAX || take_all(&rest, b) < 0)
		return -1;
	b->body = len - rest.len - 1;
	/* written in no other way than ours */
	if (bundle_format(b, again, &size) < 0 || size != b->body ||
	    memcmp(again, text, size) != 0)
		return -1;
	return bundle_hash(text, b->body, b->hash);
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
