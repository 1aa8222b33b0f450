/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/log_key.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/hex.h"
#include "lib/base/pem.h"

/* C2SP signed-note, "Signature types" */
#define TYPE_ED25519 0x01
#define PRIVATE_TEXT_MAX 4096
#define BLOB_SIZE (1 + LOG_KEY_PUBLIC_SIZE)
#define BLOB_BASE64_SIZE 44 /* of 33 bytes, no padding */

int
log_key_name_ok(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] >= 0x7f || name[i] == '+')
			return 0;
	return len > 0 && len <= LOG_KEY_NAME_MAX;
}

/* id = first four bytes of SHA-256(name || 0x0A || 0x01 || public key) */
int
log_key_set_name(struct log_key *k, const char *name)
{
	char text[LOG_KEY_NAME_MAX + 3 + LOG_KEY_PUBLIC_SIZE];
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t len;

	if (!log_key_name_ok(name))
		return -1;
	snprintf(k->name, sizeof k->name, "%s", name);
	len = (size_t)snprintf(text, sizeof text, "%s\n%c", name, TYPE_ED25519);
	memcpy(text + len, k->public_key, LOG_KEY_PUBLIC_SIZE);
	len += LOG_KEY_PUBLIC_SIZE;
	if (EVP_Digest(text, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	memcpy(k->id, hash, sizeof k->id);
	return 0;
}

/* Takes the public half out of pkey, which must be Ed25519. */
static int
set_public(struct log_key *k)
{
	size_t len = sizeof k->public_key;

	if (k->pkey == NULL || EVP_PKEY_get_id(k->pkey) != EVP_PKEY_ED25519)
		return -1;
	if (EVP_PKEY_get_raw_public_key(k->pkey, k->public_key, &len) != 1)
		return -1;
	return len == sizeof k->public_key ? 0 : -1;
}

int
log_key_read_private(struct log_key *k, int fd, const char *name)
{
	char text[PRIVATE_TEXT_MAX];
	BIO *bio = NULL;
	ssize_t len;

	*k = (struct log_key){0};
	len = file_read(fd, text, sizeof text);
	if (len > 0)
		bio = BIO_new_mem_buf(text, (int)len);
	if (bio != NULL)
		k->pkey =
		    PEM_read_bio_PrivateKey(bio, NULL, pem_no_password, NULL);
	BIO_free(bio);
	explicit_bzero(text, sizeof text);
	if (set_public(k) == 0 && log_key_set_name(k, name) == 0)
		return 0;
	log_key_free(k);
	return -1;
}

static int
parse_pem(struct log_key *k, const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);

	if (bio != NULL)
		k->pkey = PEM_read_bio_PUBKEY(bio, NULL, pem_no_password, NULL);
	BIO_free(bio);
	return set_public(k);
}

/* NAME+HHHHHHHH+BASE64, without its newline. */
static int
parse_line(struct log_key *k, const char *text, size_t len)
{
	char name[LOG_KEY_NAME_MAX + 1], id_text[2 * LOG_KEY_ID_SIZE + 1];
	uint8_t blob[BLOB_SIZE];
	const char *plus = memchr(text, '+', len);
	size_t name_len = plus == NULL ? 0 : (size_t)(plus - text);

	if (name_len == 0 || name_len > LOG_KEY_NAME_MAX ||
	    len != name_len + 10 + BLOB_BASE64_SIZE || plus[9] != '+')
		return -1;
	memcpy(name, text, name_len);
	name[name_len] = '\0';
	if (EVP_DecodeBlock(blob, (const uint8_t *)plus + 10,
		BLOB_BASE64_SIZE) != BLOB_SIZE ||
	    blob[0] != TYPE_ED25519)
		return -1;
	k->pkey = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, blob + 1, LOG_KEY_PUBLIC_SIZE);
	if (set_public(k) < 0 || log_key_set_name(k, name) < 0)
		return -1;
	hex_encode(k->id, sizeof k->id, id_text);
	return memcmp(id_text, plus + 1, 8) == 0 ? 0 : -1;
}

int
log_key_parse_public(struct log_key *k, const char *text, size_t len)
{
	int result;

	*k = (struct log_key){0};
	if (len > PRIVATE_TEXT_MAX)
		return -1;
	if (len > 0 && text[0] == '-') {
		result = parse_pem(k, text, len);
	} else {
		while (len > 0 && text[len - 1] == '\n')
			len--;
		result = parse_line(k, text, len);
	}
	if (result < 0)
		log_key_free(k);
	return result;
}

int
log_key_format_public(const struct log_key *k, char text_r[LOG_KEY_TEXT_MAX])
{
	uint8_t blob[BLOB_SIZE] = {TYPE_ED25519};
	char base64[BLOB_BASE64_SIZE + 1], id_text[HEX_ROOM(sizeof k->id)];

	if (k->name[0] == '\0')
		return -1;
	memcpy(blob + 1, k->public_key, LOG_KEY_PUBLIC_SIZE);
	EVP_EncodeBlock((uint8_t *)base64, blob, sizeof blob);
	hex_encode(k->id, sizeof k->id, id_text);
	snprintf(
	    text_r, LOG_KEY_TEXT_MAX, "%s+%s+%s\n", k->name, id_text, base64);
	return 0;
}

void
log_key_free(struct log_key *k)
{
	EVP_PKEY_free(k->pkey);
	explicit_bzero(k, sizeof *k);
}
