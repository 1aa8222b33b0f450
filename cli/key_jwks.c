/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_jwks.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "lib/base/json_write.h"
#include "lib/base/jwk_write.h"
#include "lib/base/pem.h"

#define PEM_MAX 8192

/* The public key, or a private one's public half. */
static EVP_PKEY *
parse_pem(const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	EVP_PKEY *pkey = NULL;

	if (bio)
		pkey = PEM_read_bio_PUBKEY(bio, NULL, pem_no_password, NULL);
	BIO_free(bio);
	if (pkey)
		return pkey;
	bio = BIO_new_mem_buf(text, (int)len);
	if (bio)
		pkey =
		    PEM_read_bio_PrivateKey(bio, NULL, pem_no_password, NULL);
	BIO_free(bio);
	return pkey;
}

static int
write_key(struct json_write *w, const char *path)
{
	char text[PEM_MAX];
	char kid[JWK_KID + 1];
	const struct jwk_kind *kind;
	EVP_PKEY *pkey;
	long len = cli_read(path, text, sizeof text);
	int status = 0;

	if (len < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	pkey = parse_pem(text, (size_t)len);
	explicit_bzero(text, sizeof text);
	kind = pkey ? jwk_kind_of(pkey) : NULL;
	if (!pkey)
		status = cli_fail(
		    CLI_UNKNOWN, "%s: no unencrypted key in PEM form", path);
	else if (!kind)
		status = cli_fail(CLI_UNKNOWN,
		    "%s: key is not EC P-256, Ed25519 or RSA", path);
	else if (jwk_write_kid(kind, pkey, kid) < 0 ||
		 jwk_write(w, kind, pkey, kid) < 0)
		status = cli_fail(CLI_UNKNOWN, "%s: libcrypto failed", path);
	EVP_PKEY_free(pkey);
	return status;
}

static int
from_files(char **paths)
{
	char text[JWKS_MAX];
	struct json_write w;
	size_t len;

	json_write_init(&w, text, sizeof text);
	json_write_object(&w, NULL);
	json_write_array(&w, "keys");
	for (; *paths; paths++) {
		int status = write_key(&w, *paths);

		if (status != 0)
			return status;
	}
	json_write_array_end(&w);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) < 0)
		return cli_fail(CLI_UNKNOWN, "too many keys");
	printf("%.*s\n", (int)len, text);
	return CLI_YES;
}

static int
print_jwks(const uint8_t *jwks, size_t size)
{
	if (size == 0)
		return cli_fail(CLI_UNKNOWN, "gatewayd sent no keys");
	printf("%.*s\n", (int)size, (const char *)jwks);
	return CLI_YES;
}

static int
from_session(const char *socket)
{
	const struct msg_AUTHORITY_KEYS_ANS *answer;
	struct channel channel;
	struct message m;
	int status = connect_open(&channel, ROLE_SESSION, socket);

	if (status != 0)
		return status;
	message_init(&m, MSG_AUTHORITY_KEYS_REQ);
	answer = &m.u.AUTHORITY_KEYS_ANS;
	status = connect_send(&channel, &m);
	if (status == 0)
		status = connect_receive(&channel, &m, MSG_AUTHORITY_KEYS_ANS);
	channel_close(&channel);
	return status == 0 ? print_jwks(answer->jwks, answer->jwks_size)
			   : status;
}

static int
from_gateway(const char *socket)
{
	const struct msg_ADMIN_KEYS_ANS *answer;
	struct message m;
	int status;

	ask_init(&m, MSG_ADMIN_KEYS_REQ);
	answer = &m.u.ADMIN_KEYS_ANS;
	status = ask_once(socket, &m, MSG_ADMIN_KEYS_ANS, "");
	return status == 0 ? print_jwks(answer->jwks, answer->jwks_size)
			   : status;
}

int
key_jwks(int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"session", no_argument, NULL, 'S'},
	    /* what it prints is JSON anyway; its errors are not */
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	bool session = false;
	const char *socket = NULL;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			socket = optarg;
		else if (c == 'S')
			session = true;
	}
	if (optind < argc)
		return from_files(argv + optind);
	return session ? from_session(socket) : from_gateway(socket);
}
