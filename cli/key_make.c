/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_make.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "lib/base/file.h"
#include "lib/record/log_key.h"

/* O_EXCL: also a link that somebody left there is not followed. */
static int
create(const char *path, mode_t mode, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int error;

	if (fd < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	if (file_write(fd, bytes, len) == 0 && fchmod(fd, mode) == 0 &&
	    fsync(fd) == 0) {
		close(fd);
		return 0;
	}
	error = errno;
	close(fd);
	unlink(path);
	return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(error));
}

static int
create_pem(const char *path, EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int status;
	char *text;
	long len;

	if (!pkey || !bio ||
	    PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) !=
		1) {
		BIO_free(bio);
		return cli_fail(CLI_UNKNOWN, "%s: libcrypto made no key", path);
	}
	len = BIO_get_mem_data(bio, &text);
	status = create(path, 0600, text, (size_t)len);
	OPENSSL_cleanse(text, (size_t)len);
	BIO_free(bio);
	return status;
}

static int
make_token(const char *path)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	int status = create_pem(path, pkey);

	EVP_PKEY_free(pkey);
	return status;
}

static int
make_seal(const char *path)
{
	uint8_t bytes[KEY_MAKE_SEAL];
	int status;

	if (RAND_bytes(bytes, sizeof bytes) != 1)
		return cli_fail(CLI_UNKNOWN, "%s: libcrypto made no key", path);
	status = create(path, 0600, bytes, sizeof bytes);
	explicit_bzero(bytes, sizeof bytes);
	return status;
}

static int
make_checkpoint(const struct paths_keys *paths)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct log_key key = {.pkey = pkey};
	char text[LOG_KEY_TEXT_MAX];
	size_t len = sizeof key.public_key;
	int status;

	if (!pkey ||
	    EVP_PKEY_get_raw_public_key(pkey, key.public_key, &len) != 1 ||
	    log_key_set_name(&key, paths->origin) < 0 ||
	    log_key_format_public(&key, text) < 0)
		status = cli_fail(CLI_UNKNOWN, "%s: libcrypto made no key",
		    paths->checkpoint);
	else
		status = create_pem(paths->checkpoint, pkey);
	if (status == 0)
		status = create(paths->verifier, 0644, text, strlen(text));
	log_key_free(&key);
	return status;
}

/* The folder of a file, made where it is missing, and kept on disk. */
static int
with_folder(const char *path, int (*use)(const char *folder))
{
	const char *slash = strrchr(path, '/');
	char folder[PATHS_MAX] = ".";

	if (slash && slash > path) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
	}
	return use(folder);
}

/* Folders above may be passed through (roles live there); the keys' may not. */
static int
make_folder(const char *folder)
{
	char above[PATHS_MAX];
	size_t len = strlen(folder);

	memcpy(above, folder, len + 1);
	for (char *slash = strchr(above + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(above, 0711) < 0 && errno != EEXIST)
			return cli_fail(
			    CLI_UNKNOWN, "%s: %s", above, strerror(errno));
		*slash = '/';
	}
	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		return 0;
	return cli_fail(CLI_UNKNOWN, "%s: %s", folder, strerror(errno));
}

static int
sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return r == 0
		   ? 0
		   : cli_fail(CLI_UNKNOWN, "%s: %s", folder, strerror(errno));
}

static int
prepare(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return cli_fail(CLI_NO,
		    "%s exists already, so no key was made. Move it "
		    "away if you want to replace it",
		    path);
	if (errno != ENOENT && errno != ENOTDIR)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	return with_folder(path, make_folder);
}

int
key_make(const struct paths_keys *paths)
{
	const char *const all[] = {
	    paths->token, paths->seal, paths->checkpoint, paths->verifier};
	int status = 0;

	if (!log_key_name_ok(paths->origin))
		return cli_usage("\"%s\" is no name for a log: printable "
				 "ASCII without space and plus",
		    paths->origin);
	for (size_t i = 0; status == 0 && i < 4; i++)
		status = prepare(all[i]);
	if (status == 0)
		status = make_token(paths->token);
	if (status == 0)
		status = make_seal(paths->seal);
	if (status == 0)
		status = make_checkpoint(paths);
	for (size_t i = 0; status == 0 && i < 4; i++)
		status = with_folder(all[i], sync_folder);
	return status;
}

int
key_make_person(const struct paths_keys *paths)
{
	const char *const all[] = {paths->checkpoint, paths->verifier};
	int status = 0;

	for (size_t i = 0; status == 0 && i < 2; i++)
		status = prepare(all[i]);
	if (status == 0)
		status = make_checkpoint(paths);
	for (size_t i = 0; status == 0 && i < 2; i++)
		status = with_folder(all[i], sync_folder);
	return status;
}
