/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_KEY_H
#define RECORD_LOG_KEY_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The key that signs a log's checkpoints: an Ed25519 key with a name, as in a
 * C2SP signed-note.  The name is the log's origin, for example
 * "bastion1.example.com/sallyport".
 */

#define LOG_KEY_NAME_MAX 127
#define LOG_KEY_PUBLIC_SIZE 32
#define LOG_KEY_ID_SIZE 4
#define LOG_KEY_TEXT_MAX 256 /* a verifier key line, with its newline */

struct log_key {
	char name[LOG_KEY_NAME_MAX + 1]; /* "": not known yet */
	uint8_t id[LOG_KEY_ID_SIZE];	 /* a hash of name and public key */
	uint8_t public_key[LOG_KEY_PUBLIC_SIZE];
	EVP_PKEY *pkey; /* with the private key if it was read */
};

/* 1 when NAME may name a key: 1 to LOG_KEY_NAME_MAX printable ASCII
 * characters, no space and no plus. */
int log_key_name_ok(const char *name);

/*
 * Reads an Ed25519 private key, in PEM (PKCS #8), from FD, and gives it NAME.
 * Wipes the bytes that it read.  0, or -1 if FD has no such key.
 */
int log_key_read_private(struct log_key *k, int fd, const char *name);

/*
 * Reads a public key.  TEXT is a verifier key line of C2SP signed-note
 * (NAME+HASH+BASE64), or PEM as `openssl pkey -pubout` writes it.  A PEM key
 * has no name; checkpoint_open() gives it that of the checkpoint.
 */
int log_key_parse_public(struct log_key *k, const char *text, size_t len);

/* Names a key that has no name.  0, or -1 if NAME is no name of a key. */
int log_key_set_name(struct log_key *k, const char *name);

/* Writes the verifier key line and a NUL into TEXT_R. */
int log_key_format_public(
    const struct log_key *k, char text_r[LOG_KEY_TEXT_MAX]);

void log_key_free(struct log_key *k);

#endif
