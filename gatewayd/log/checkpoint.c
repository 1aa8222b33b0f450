/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/log/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define DASH "\xe2\x80\x94 "
#define ROOT_BASE64_SIZE 44 /* of 32 bytes, with one '=' */
#define SIGNATURE_SIZE 64
#define BLOB_SIZE (LOG_KEY_ID_SIZE + SIGNATURE_SIZE)
#define BLOB_BASE64_SIZE 92 /* of 68 bytes, with one '=' */

struct line {
	const char *text;
	size_t len; /* without the newline */
};

const char *
checkpoint_strerror(enum checkpoint_result result)
{
	switch (result) {
	case CHECKPOINT_OK:
		return "is good";
	case CHECKPOINT_MALFORMED:
		return "is malformed";
	case CHECKPOINT_UNSIGNED:
		return "is not signed by this key";
	case CHECKPOINT_MISMATCH:
		return "does not match its signature";
	case CHECKPOINT_UNAVAILABLE:
		break;
	}
	return "could not be verified";
}

static int
sign(const struct log_key *k, const char *text, size_t len,
    uint8_t signature_r[SIGNATURE_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t size = SIGNATURE_SIZE;
	int ok;

	ok = ctx != NULL &&
	     EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey) == 1 &&
	     EVP_DigestSign(
		 ctx, signature_r, &size, (const uint8_t *)text, len) == 1;
	EVP_MD_CTX_free(ctx);
	return ok && size == SIGNATURE_SIZE ? 0 : -1;
}

int
checkpoint_sign(const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE], char text_r[CHECKPOINT_TEXT_MAX],
    size_t *len_r)
{
	char root_text[ROOT_BASE64_SIZE + 1], blob_text[BLOB_BASE64_SIZE + 1];
	uint8_t blob[BLOB_SIZE];
	int len, tail;

	EVP_EncodeBlock((uint8_t *)root_text, root, MERKLE_HASH_SIZE);
	len = snprintf(text_r, CHECKPOINT_TEXT_MAX, "%s\n%" PRIu64 "\n%s\n",
	    k->name, size, root_text);
	memcpy(blob, k->id, LOG_KEY_ID_SIZE);
	if (sign(k, text_r, (size_t)len, blob + LOG_KEY_ID_SIZE) == -1)
		return -1;
	EVP_EncodeBlock((uint8_t *)blob_text, blob, BLOB_SIZE);
	tail = snprintf(text_r + len, CHECKPOINT_TEXT_MAX - (size_t)len,
	    "\n" DASH "%s %s\n", k->name, blob_text);
	*len_r = (size_t)len + (size_t)tail;
	return 0;
}

/* Takes the next line off the text; 0 when there is no whole line. */
static int
next_line(struct line *rest, struct line *line_r)
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

/* Base64 of exactly SIZE bytes, in its one canonical form. */
static int
decode(const char *text, size_t len, uint8_t *bytes_r, size_t size)
{
	uint8_t bytes[3 * 32], again[4 * 32 + 1];

	if (len != (size + 2) / 3 * 4 || len > sizeof(again) - 1 ||
	    EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)len) == -1)
		return -1;
	EVP_EncodeBlock(again, bytes, (int)size);
	if (memcmp(again, text, len) != 0)
		return -1;
	memcpy(bytes_r, bytes, size);
	return 0;
}

static int
parse_size(const struct line *line, uint64_t *size_r)
{
	uint64_t value = 0;

	if (line->len == 0 || line->len > 19 ||
	    (line->text[0] == '0' && line->len > 1))
		return -1;
	for (size_t i = 0; i < line->len; i++) {
		if (line->text[i] < '0' || line->text[i] > '9')
			return -1;
		value = value * 10 + (uint64_t)(line->text[i] - '0');
	}
	*size_r = value;
	return 0;
}

/* The three lines, and whatever extensions follow, up to the empty line. */
static int
parse_body(struct line *rest, struct checkpoint *c)
{
	struct line line;

	if (!next_line(rest, &line) || line.len == 0 ||
	    line.len > LOG_KEY_NAME_MAX)
		return -1;
	memcpy(c->origin, line.text, line.len);
	c->origin[line.len] = '\0';
	if (!log_key_name_ok(c->origin))
		return -1;
	if (!next_line(rest, &line) || parse_size(&line, &c->size) == -1)
		return -1;
	if (!next_line(rest, &line) ||
	    decode(line.text, line.len, c->root, sizeof(c->root)) == -1)
		return -1;
	while (next_line(rest, &line))
		if (line.len == 0)
			return 0;
	return -1;
}

/* 1 and the signature when LINE is one by K's name and id. */
static int
parse_signature(const struct line *line, const struct log_key *k,
    uint8_t signature_r[SIGNATURE_SIZE])
{
	const size_t dash = sizeof(DASH) - 1, name = strlen(k->name);
	uint8_t blob[BLOB_SIZE];

	if (line->len != dash + name + 1 + BLOB_BASE64_SIZE ||
	    memcmp(line->text, DASH, dash) != 0 ||
	    memcmp(line->text + dash, k->name, name) != 0 ||
	    line->text[dash + name] != ' ' ||
	    decode(line->text + dash + name + 1, BLOB_BASE64_SIZE, blob,
		sizeof(blob)) == -1 ||
	    memcmp(blob, k->id, LOG_KEY_ID_SIZE) != 0)
		return 0;
	memcpy(signature_r, blob + LOG_KEY_ID_SIZE, SIGNATURE_SIZE);
	return 1;
}

static enum checkpoint_result
verify(const struct log_key *k, const char *text, size_t len,
    const uint8_t signature[SIGNATURE_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum checkpoint_result result = CHECKPOINT_UNAVAILABLE;

	if (ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k->pkey) == 1)
		result = EVP_DigestVerify(ctx, signature, SIGNATURE_SIZE,
			     (const uint8_t *)text, len) == 1
			     ? CHECKPOINT_OK
			     : CHECKPOINT_MISMATCH;
	EVP_MD_CTX_free(ctx);
	return result;
}

enum checkpoint_result
checkpoint_open(struct log_key *k, const char *text, size_t len,
    struct checkpoint *checkpoint_r)
{
	struct line rest = {text, len}, line;
	struct checkpoint c = {0};
	uint8_t signature[SIGNATURE_SIZE];
	size_t body;

	if (len > CHECKPOINT_TEXT_MAX || parse_body(&rest, &c) == -1)
		return CHECKPOINT_MALFORMED;
	body = len - rest.len - 1; /* the empty line is not signed */
	if (k->name[0] == '\0' && log_key_set_name(k, c.origin) == -1)
		return CHECKPOINT_UNAVAILABLE;
	if (strcmp(k->name, c.origin) != 0)
		return CHECKPOINT_UNSIGNED;
	while (next_line(&rest, &line)) {
		enum checkpoint_result result;

		if (!parse_signature(&line, k, signature))
			continue;
		result = verify(k, text, body, signature);
		if (result == CHECKPOINT_OK)
			*checkpoint_r = c;
		return result;
	}
	return CHECKPOINT_UNSIGNED;
}
