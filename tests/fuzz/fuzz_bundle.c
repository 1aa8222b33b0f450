/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A proposal and the key of one who may sign it, from anywhere.
 * alice and bob have signed one proposal, and their private halves are not
 * here: whatever else is verified is not what they signed.
 */
#include "lib/bundle/bundle_form.h"
#include "lib/bundle/bundle_verbs.h"
#include "lib/bundle/signers.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char alice[] =
    "alice+5b93b914+AR3e3p8m2dVcCEoxGIi42IMnte7iKPOIEqMlVzBWWN8I\n";
static const char bob[] =
    "bob+2515923b+AUgqG06hDsQeI19fIcb8pnpx/OC+Y1kWrXXlnEv4Vww4\n";
/* corpus/bundle/signed */
static const char signed_hash[] =
    "0161769430184e28a90ff11cd327b9b5ca949081b832978c6d9fe1dfa5d9221d";

static char folder[] = "/tmp/sallyport-fuzz-XXXXXX";
static struct signers both;
static char why[SIGNERS_WHY];

static void
put(const char *name, const void *bytes, size_t size)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd =
	    openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	close(fd);
	close(dir);
}

static void
clean_up(void)
{
	static const char *const names[] = {"alice.pub", "bob.pub", "eve.pub"};
	char path[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	signers_free(&both);
}

static void
prepare(void)
{
	if (mkdtemp(folder) == NULL)
		abort();
	atexit(clean_up);
	put("alice.pub", alice, strlen(alice));
	put("bob.pub", bob, strlen(bob));
	if (signers_load(&both, folder, why) < 0 || both.count != 2)
		abort();
}

static void
try_manifest(const char *text, size_t size)
{
	static struct bundle b;
	char reviewer[BUNDLE_NAME_MAX + 1];

	if (bundle_parse(&b, text, size) < 0)
		return;
	if (b.body >= size || text[b.body] != '\n' ||
	    !bundle_person_ok(b.author) || b.file_count > BUNDLE_FILES ||
	    b.argument_count > BUNDLE_ARGUMENTS || !bundle_verb_fits(&b))
		abort();
	for (size_t i = 0; i < b.file_count; i++)
		if (!bundle_file_ok(b.file[i].name) ||
		    bundle_match(&b, b.file[i].name, text, size) !=
			BUNDLE_CHANGED)
			abort();
	if (signers_verify(
		&both, &b, (struct bytes){text, size}, reviewer, why) == 0 &&
	    (strcmp(b.hash, signed_hash) != 0 || strcmp(reviewer, "bob") != 0))
		abort();
}

/* Beside the two; another one is in with a name and a key of its own. */
static void
try_key(const void *bytes, size_t size)
{
	static struct signers s;
	char line[LOG_KEY_TEXT_MAX];

	put("eve.pub", bytes, size);
	if (signers_load(&s, folder, why) < 0)
		return;
	if (s.count != 3 || strcmp(s.key[2].name, "eve") != 0 ||
	    memcmp(s.key[2].public_key, s.key[0].public_key,
		LOG_KEY_PUBLIC_SIZE) == 0 ||
	    memcmp(s.key[2].public_key, s.key[1].public_key,
		LOG_KEY_PUBLIC_SIZE) == 0 ||
	    log_key_format_public(&s.key[2], line) < 0)
		abort();
	signers_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (both.count == 0)
		prepare();
	try_manifest((const char *)data, size);
	try_key(data, size);
	return 0;
}
