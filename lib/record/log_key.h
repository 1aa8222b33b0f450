/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_KEY_H
#define RECORD_LOG_KEY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

/*
 * The key that signs a log's checkpoints: Ed25519 with a name, as C2SP
 * signed-note has it.  The name is the log's origin, for example
 * "bastion1.example.com/sallyport".
 */

#define LOG_KEY_NAME_MAX 127
#define LOG_KEY_PUBLIC_SIZE 32
#define LOG_KEY_ID_SIZE 4
#define LOG_KEY_TEXT_MAX 256 /* a verifier key line, with its newline */

struct log_key {
	char name[LOG_KEY_NAME_MAX + 1]; /* "" when not known yet */
	uint8_t id[LOG_KEY_ID_SIZE];	 /* of name and public key */
	uint8_t public_key[LOG_KEY_PUBLIC_SIZE];
	EVP_PKEY *pkey; /* private part too where it signs */
};

/* 1 when NAME may name a key: 1 to LOG_KEY_NAME_MAX printable ASCII
 * characters, no space and no plus. */
int log_key_name_ok(const char *name);

/*
 * Reads an Ed25519 private key, PEM (PKCS #8), from FD and gives it NAME.
 * The bytes read are wiped.  0, or -1 when there is no such key in it.
 */
int log_key_read_private(struct log_key *k, int fd, const char *name);

/*
 * Reads a public key: a verifier key line of C2SP signed-note
 * (NAME+HASH+BASE64), or PEM as `openssl pkey -pubout` writes it; that one
 * has no name, and takes the name that the checkpoint shows.
 */
int log_key_parse_public(struct log_key *k, const char *text, size_t len);

/* Gives a key without name its name.  0, or -1 when NAME cannot be one. */
int log_key_set_name(struct log_key *k, const char *name);

/* Writes the verifier key line and NUL into TEXT_R. */
int log_key_format_public(
    const struct log_key *k, char text_r[LOG_KEY_TEXT_MAX]);

void log_key_free(struct log_key *k);

#endif
