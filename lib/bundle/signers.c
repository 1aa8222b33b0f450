/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/signers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/bundle/bundle_verbs.h"
#include "lib/record/note.h"

#define SUFFIX ".pub"
#define KEY_TEXT_MAX 4096

static int __attribute__((format(printf, 2, 3)))
no(char why_r[SIGNERS_WHY], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why_r, SIGNERS_WHY, format, args);
	va_end(args);
	return -1;
}

static int
trust(const char *folder, const char *name, char why_r[SIGNERS_WHY])
{
	char path[512];

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >=
	    (int)sizeof path)
		return no(why_r, "%s: the path is too long", folder);
	return trust_path(path, why_r);
}

static int
is_key(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > sizeof SUFFIX - 1 &&
	       strcmp(entry->d_name + len - (sizeof SUFFIX - 1), SUFFIX) == 0;
}

static int
read_key(int dir, const char *folder, const char *name, struct log_key *key,
    char *why_r)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[KEY_TEXT_MAX];
	ssize_t len = -1;

	if (fd < 0)
		return no(why_r, "%s/%s: %s", folder, name, strerror(errno));
	if (trust(folder, name, why_r) < 0) {
		close(fd);
		return -1;
	}
	len = file_read(fd, text, sizeof text);
	close(fd);
	if (len <= 0 || log_key_parse_public(key, text, (size_t)len) < 0)
		return no(why_r,
		    "%s/%s: is no Ed25519 public key (a line of `sallyport "
		    "key person`, or PEM)",
		    folder, name);
	return 0;
}

/* One person, one key: two names for one key would be two persons in one. */
static int
add_key(struct signers *s, int dir, const char *folder, const char *name,
    char *why_r)
{
	struct log_key *key = &s->key[s->count];
	char person[BUNDLE_NAME_MAX + 1];
	size_t len = strlen(name) - (sizeof SUFFIX - 1);

	if (s->count == SIGNERS_MAX)
		return no(why_r, "%s: more than %d keys", folder, SIGNERS_MAX);
	if (len > BUNDLE_NAME_MAX)
		return no(why_r, "%s/%s: the name is too long", folder, name);
	memcpy(person, name, len);
	person[len] = '\0';
	if (!bundle_person_ok(person))
		return no(why_r, "%s/%s: is no person's name", folder, name);
	if (read_key(dir, folder, name, key, why_r) < 0)
		return -1;
	s->count++;
	if (key->name[0] != '\0' && strcmp(key->name, person) != 0)
		return no(
		    why_r, "%s/%s: is the key of %s", folder, name, key->name);
	if (log_key_set_name(key, person) < 0)
		return no(why_r, "%s/%s: libcrypto failed", folder, name);
	for (size_t i = 0; i + 1 < s->count; i++) {
		if (strcasecmp(s->key[i].name, person) == 0)
			return no(why_r,
			    "%s: %s and %s look like one name: "
			    "each person has one key",
			    folder, s->key[i].name, key->name);
		if (memcmp(s->key[i].public_key, key->public_key,
			LOG_KEY_PUBLIC_SIZE) == 0)
			return no(why_r,
			    "%s: %s and %s have the same key: each person "
			    "needs their own",
			    folder, s->key[i].name, key->name);
	}
	return 0;
}

int
signers_load(struct signers *s, const char *folder, char why_r[SIGNERS_WHY])
{
	struct dirent **found;
	int dir, n, result;

	memset(s, 0, sizeof *s);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return no(why_r, "%s: %s", folder, strerror(errno));
	n = scandirat(dir, ".", &found, is_key, alphasort);
	if (n < 0) {
		result = no(why_r, "%s: %s", folder, strerror(errno));
		close(dir);
		return result;
	}
	result = trust(folder, ".", why_r);
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result =
			    add_key(s, dir, folder, found[i]->d_name, why_r);
		free(found[i]);
	}
	free(found);
	close(dir);
	if (result < 0)
		signers_free(s);
	return result;
}

void
signers_free(struct signers *s)
{
	for (size_t i = 0; i < s->count; i++)
		log_key_free(&s->key[i]);
	s->count = 0;
}

bool
signers_have(const struct signers *s, const struct log_key *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->key[i].name, key->name) == 0)
			return memcmp(s->key[i].public_key, key->public_key,
				   LOG_KEY_PUBLIC_SIZE) == 0;
	return false;
}

static enum note_result
verify(const struct log_key *key, const struct bundle *b, const char *text,
    size_t len)
{
	struct note_text lines = {text + b->body + 1, len - b->body - 1};

	return note_verify(key, text, b->body, lines);
}

int
signers_verify_author(const struct signers *s, const struct bundle *b,
    struct bytes text, char why_r[SIGNERS_WHY])
{
	const struct log_key *key = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->key[i].name, b->author) == 0)
			key = &s->key[i];
	if (key == NULL)
		return no(why_r,
		    "its author %s is not among those who may sign", b->author);
	switch (verify(key, b, text.data, text.size)) {
	case NOTE_OK:
		return 0;
	case NOTE_UNSIGNED:
		return no(why_r, "its author %s has not signed it", b->author);
	case NOTE_MISMATCH:
		return no(why_r,
		    "the signature of its author %s does not match", b->author);
	case NOTE_UNAVAILABLE:
		break;
	}
	return no(why_r, "libcrypto failed");
}

/* Those beside the author; each has one name and one key here. */
static unsigned
count_others(const struct signers *s, const struct bundle *b, struct bytes text,
    const char **wrong_r, char *reviewer_r)
{
	unsigned count = 0;

	for (size_t i = 0; i < s->count; i++) {
		enum note_result result;

		if (strcmp(s->key[i].name, b->author) == 0)
			continue;
		result = verify(&s->key[i], b, text.data, text.size);
		if (result == NOTE_OK && count++ == 0)
			snprintf(reviewer_r, BUNDLE_NAME_MAX + 1, "%s",
			    s->key[i].name);
		if (result != NOTE_OK && result != NOTE_UNSIGNED)
			*wrong_r = s->key[i].name;
	}
	return count;
}

int
signers_verify(const struct signers *s, const struct bundle *b,
    struct bytes text, char reviewer_r[BUNDLE_NAME_MAX + 1],
    char why_r[SIGNERS_WHY])
{
	unsigned people = bundle_verb_people(bundle_verb_find(b->verb)), count;
	const char *wrong = NULL;

	if (signers_verify_author(s, b, text, why_r) < 0)
		return -1;
	count = 1 + count_others(s, b, text, &wrong, reviewer_r);
	if (count >= people)
		return 0;
	if (wrong != NULL)
		return no(why_r, "the signature of %s does not match", wrong);
	if (count == 1)
		return no(why_r,
		    "nobody but its author %s has signed it: somebody else "
		    "must (sallyport proposal sign)",
		    b->author);
	return no(why_r,
	    "%u people have signed it, and %u must (sallyport proposal sign)",
	    count, people);
}
