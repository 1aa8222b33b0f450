/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/note.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define DASH "\xe2\x80\x94 "
#define SIGNATURE_SIZE 64
#define BLOB_SIZE (LOG_KEY_ID_SIZE + SIGNATURE_SIZE)
#define BLOB_BASE64_SIZE 92 /* of 68 bytes, with one '=' */

int
note_next_line(struct note_text *rest, struct note_text *line_r)
{
	const char *end = memchr(rest->text, '\n', rest->len);

	if (end == NULL)
		return 0;
	line_r->text = rest->text;
	line_r->len = (size_t)(end - rest->text);
	rest->text += line_r->len + 1;
	rest->len -= line_r->len + 1;
	return 1;
}

int
note_decode(const char *text, size_t len, uint8_t *bytes_r, size_t size)
{
	uint8_t bytes[3 * 32], again[4 * 32 + 1];

	if (len != (size + 2) / 3 * 4 || len > sizeof again - 1 ||
	    EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)len) < 0)
		return -1;
	EVP_EncodeBlock(again, bytes, (int)size);
	if (memcmp(again, text, len) != 0)
		return -1;
	memcpy(bytes_r, bytes, size);
	return 0;
}

int
note_sign(const struct log_key *k, const char *text, size_t len,
    char line_r[NOTE_LINE_MAX])
{
	char blob_text[BLOB_BASE64_SIZE + 1];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t size = SIGNATURE_SIZE;
	uint8_t blob[BLOB_SIZE];
	int ok;

	memcpy(blob, k->id, LOG_KEY_ID_SIZE);
	ok = ctx != NULL &&
	     EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey) == 1 &&
	     EVP_DigestSign(ctx, blob + LOG_KEY_ID_SIZE, &size,
		 (const uint8_t *)text, len) == 1 &&
	     size == SIGNATURE_SIZE;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return -1;
	EVP_EncodeBlock((uint8_t *)blob_text, blob, BLOB_SIZE);
	snprintf(line_r, NOTE_LINE_MAX, DASH "%s %s\n", k->name, blob_text);
	return 0;
}

/* 1 and the signature when LINE is one by K's name and id. */
static int
parse_signature(const struct note_text *line, const struct log_key *k,
    uint8_t signature_r[SIGNATURE_SIZE])
{
	const size_t dash = sizeof DASH - 1, name = strlen(k->name);
	uint8_t blob[BLOB_SIZE];

	if (line->len != dash + name + 1 + BLOB_BASE64_SIZE ||
	    memcmp(line->text, DASH, dash) != 0 ||
	    memcmp(line->text + dash, k->name, name) != 0 ||
	    line->text[dash + name] != ' ' ||
	    note_decode(line->text + dash + name + 1, BLOB_BASE64_SIZE, blob,
		sizeof blob) < 0 ||
	    memcmp(blob, k->id, LOG_KEY_ID_SIZE) != 0)
		return 0;
	memcpy(signature_r, blob + LOG_KEY_ID_SIZE, SIGNATURE_SIZE);
	return 1;
}

static enum note_result
verify(const struct log_key *k, const char *text, size_t len,
    const uint8_t signature[SIGNATURE_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum note_result result = NOTE_UNAVAILABLE;

	if (ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k->pkey) == 1)
		result = EVP_DigestVerify(ctx, signature, SIGNATURE_SIZE,
			     (const uint8_t *)text, len) == 1
			     ? NOTE_OK
			     : NOTE_MISMATCH;
	EVP_MD_CTX_free(ctx);
	return result;
}

enum note_result
note_verify(const struct log_key *k, const char *text, size_t len,
    struct note_text lines)
{
	uint8_t signature[SIGNATURE_SIZE];
	struct note_text line;

	while (note_next_line(&lines, &line))
		if (parse_signature(&line, k, signature))
			return verify(k, text, len, signature);
	return NOTE_UNSIGNED;
}
