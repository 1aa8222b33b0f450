/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/auth_info.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/ipc/messages.h"
#include "policy/policy.h"

#define CERTIFICATE "-cert-v01@openssh.com"
#define BLOB_MAX AUTH_INFO_MAX

/*
 * Certificates (PROTOCOL.certkeys of OpenSSH): the type, a nonce, the fields of
 * the key, then all that the authority of the certificate says.  What sshd and
 * ssh-keygen -l name it by is the key alone: its own type and these fields.
 */
static const struct certificate {
	const char *type, *key_type;
	unsigned fields;
} certificates[] = {
    {"ssh-rsa" CERTIFICATE, "ssh-rsa", 2},
    {"ssh-dss" CERTIFICATE, "ssh-dss", 4},
    {"ssh-ed25519" CERTIFICATE, "ssh-ed25519", 1},
    {"ecdsa-sha2-nistp256" CERTIFICATE, "ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384" CERTIFICATE, "ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521" CERTIFICATE, "ecdsa-sha2-nistp521", 2},
    {"sk-ssh-ed25519" CERTIFICATE, "sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256" CERTIFICATE, "sk-ecdsa-sha2-nistp256@openssh.com",
	3},
};

struct bytes {
	const uint8_t *at;
	size_t left;
};

/* What was cut by the module ends with this, and is no base64 then. */
static bool
is_cut(const char *text, size_t size)
{
	return size >= 3 && memcmp(text + size - 3, "...", 3) == 0;
}

/* The key's blob; 0 when it is not base64.  Of one that was cut the part that
 * is there. */
static size_t
blob(const char *text, size_t size, uint8_t *out)
{
	int n;

	if (is_cut(text, size))
		size = (size - 3) / 4 * 4;
	if (size == 0 || size % 4 != 0 || size > BLOB_MAX)
		return 0;
	n = EVP_DecodeBlock(out, (const uint8_t *)text, (int)size);
	while (size > 0 && text[size - 1] == '=') {
		size--;
		n--;
	}
	return n < 0 ? 0 : (size_t)n;
}

/* A string of RFC 4251, section 5, with its length; false: it is not whole. */
static bool
take_string(struct bytes *b, struct bytes *string_r)
{
	size_t size;

	if (b->left < 4)
		return false;
	size = (size_t)b->at[0] << 24 | (size_t)b->at[1] << 16 |
	       (size_t)b->at[2] << 8 | b->at[3];
	if (size > b->left - 4)
		return false;
	*string_r = (struct bytes){b->at, size + 4};
	b->at += size + 4;
	b->left -= size + 4;
	return true;
}

static const struct certificate *
certificate_of(const struct bytes *type)
{
	for (size_t i = 0; i < sizeof certificates / sizeof certificates[0];
	     i++)
		if (strlen(certificates[i].type) == type->left - 4 &&
		    memcmp(certificates[i].type, type->at + 4,
			type->left - 4) == 0)
			return &certificates[i];
	return NULL;
}

/* The blob of the key that the certificate is for.  -1: it is not whole. */
static int
key_of_certificate(const struct certificate *c, struct bytes *rest,
    uint8_t out[BLOB_MAX], size_t *size_r)
{
	size_t size = strlen(c->key_type);
	struct bytes nonce, field;

	memcpy(out, (const uint8_t[]){0, 0, 0, (uint8_t)size}, 4);
	memcpy(out + 4, c->key_type, size);
	size += 4;
	if (!take_string(rest, &nonce))
		return -1;
	for (unsigned i = 0; i < c->fields; i++) {
		if (!take_string(rest, &field) || field.left > BLOB_MAX - size)
			return -1;
		memcpy(out + size, field.at, field.left);
		size += field.left;
	}
	*size_r = size;
	return 0;
}

static int
fingerprint_of(const char *text, size_t size, char *out, size_t out_size)
{
	uint8_t bytes[BLOB_MAX], key[BLOB_MAX], hash[EVP_MAX_MD_SIZE],
	    printed[64];
	struct bytes rest = {bytes, blob(text, size, bytes)}, type;
	struct bytes named = rest;
	const struct certificate *c;
	unsigned hash_size;

	if (rest.left == 0)
		return -1;
	c = take_string(&rest, &type) ? certificate_of(&type) : NULL;
	if (c == NULL && is_cut(text, size))
		return -1;
	if (c != NULL) {
		if (key_of_certificate(c, &rest, key, &named.left) < 0)
			return -1;
		named.at = key;
	}
	if (EVP_Digest(named.at, named.left, hash, &hash_size, EVP_sha256(),
		NULL) != 1)
		return -1;
	EVP_EncodeBlock(printed, hash, (int)hash_size);
	printed[43] = '\0'; /* 32 bytes, without the padding */
	return snprintf(out, out_size, "SHA256:%s", (char *)printed) > 0 ? 0
									 : -1;
}

void
auth_info_parse(
    const char *info, uint32_t *factors_r, char *fingerprint, size_t size)
{
	static const char method[] = "publickey ";
	const char *type, *key, *end;

	*factors_r = 0;
	fingerprint[0] = '\0';
	if (strncmp(info, method, sizeof method - 1) != 0)
		return;
	type = info + sizeof method - 1;
	key = strchr(type, ' ');
	if (key == NULL || key == type)
		return;
	key++;
	end = key + strcspn(key, " \n");
	if (fingerprint_of(key, (size_t)(end - key), fingerprint, size) == 0)
		*factors_r = POLICY_PUBLICKEY;
}

int
auth_info_hash(const char *info, uint8_t hash[32])
{
	unsigned size;

	return EVP_Digest(
		   info, strlen(info), hash, &size, EVP_sha256(), NULL) == 1 &&
		       size == 32
		   ? 0
		   : -1;
}
