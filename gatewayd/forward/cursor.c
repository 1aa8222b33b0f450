/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/format.h"
#include "lib/base/hex.h"

#define FILE_NAME_MAX (CURSOR_NAME_MAX + 16)
#define KEY_1 "sequence " /* the only line of format 1 */
#define FORMAT "cursor "
#define LEAF_DIGITS (2 * MERKLE_HASH_SIZE)
#define DIGITS_MAX 20 /* of UINT64_MAX */
#define LINE_MAX_SIZE (DIGITS_MAX + 1 + LEAF_DIGITS + 1)
#define TEXT_SIZE (sizeof FORMAT + DIGITS_MAX + CURSOR_PLACES * LINE_MAX_SIZE)

int
cursor_name_ok(const char *sink)
{
	size_t len = strlen(sink);

	return len > 0 && len <= CURSOR_NAME_MAX &&
	       strspn(sink,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789-_") == len;
}

uint64_t
cursor_sequence(const struct cursor *c)
{
	return c->count == 0 ? 0 : c->place[0].sequence;
}

static unsigned
distance_bits(uint64_t newest, uint64_t sequence)
{
	unsigned bits = 0;

	for (uint64_t d = newest - sequence; d > 0; d >>= 1)
		bits++;
	return bits;
}

/* Of all places whose distance has as many bits the oldest stays.  It is the
 * one that soon has a bit more, and by then another has come up behind it: so
 * no distance is left without a place for long. */
void
cursor_advance(struct cursor *c, const struct cursor_place *place)
{
	struct cursor old = *c;
	uint64_t newest = place->sequence;

	c->place[0] = *place;
	c->count = 1;
	for (size_t i = 0; i < old.count && c->count < CURSOR_PLACES; i++) {
		if (i + 1 < old.count &&
		    distance_bits(newest, old.place[i].sequence) ==
			distance_bits(newest, old.place[i + 1].sequence))
			continue;
		c->place[c->count++] = old.place[i];
	}
}

/* Digits, then the character END: the text behind it; NULL: it is not there. */
static const char *
parse_number(const char *at, char end, uint64_t *value_r)
{
	uint64_t value = 0;

	if (*at < '0' || *at > '9')
		return NULL;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (value > UINT64_MAX / 100)
			return NULL;
		value = value * 10 + (uint64_t)(*at - '0');
	}
	*value_r = value;
	return *at == end ? at + 1 : NULL;
}

static const char *
parse_place(const char *at, struct cursor_place *p)
{
	at = parse_number(at, ' ', &p->sequence);
	if (at == NULL || hex_decode(at, MERKLE_HASH_SIZE, p->leaf) < 0 ||
	    at[LEAF_DIGITS] != '\n')
		return NULL;
	return at + LEAF_DIGITS + 1;
}

/* Places, each older than the one before. */
static int
parse_places(const char *at, struct cursor *c)
{
	for (; *at != '\0'; c->count++) {
		struct cursor_place *p = &c->place[c->count];

		if (c->count == CURSOR_PLACES)
			return -1;
		at = parse_place(at, p);
		if (at == NULL || p->sequence == 0 ||
		    (c->count > 0 && p[-1].sequence <= p->sequence))
			return -1;
	}
	return 0;
}

static int
parse_1(const char *text, struct cursor *c, unsigned *format_r)
{
	const char *end;

	if (strncmp(text, KEY_1, strlen(KEY_1)) != 0)
		return -1;
	end = parse_number(text + strlen(KEY_1), '\n', &c->place[0].sequence);
	if (end == NULL || *end != '\0')
		return -1;
	*format_r = 1;
	c->count = c->place[0].sequence > 0;
	return 0;
}

static int
parse(const char *text, struct cursor *c, unsigned *format_r)
{
	uint64_t format;

	errno = EBADMSG;
	if (strncmp(text, FORMAT, strlen(FORMAT)) != 0)
		return parse_1(text, c, format_r);
	text = parse_number(text + strlen(FORMAT), '\n', &format);
	if (text == NULL || format > UINT32_MAX)
		return -1;
	*format_r = (unsigned)format;
	if (format != FORMAT_CURSOR_NUMBER) {
		errno = ENOTSUP;
		return -1;
	}
	return parse_places(text, c);
}

int
cursor_load(int dir, const char *sink, struct cursor *c_r, unsigned *format_r)
{
	char name[FILE_NAME_MAX], text[TEXT_SIZE] = "";
	ssize_t len;
	int fd;

	*c_r = (struct cursor){0};
	*format_r = 0;
	snprintf(name, sizeof name, "%s.cursor", sink);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	len = file_read(fd, text, sizeof text);
	close(fd);
	return len < 0 ? -1 : parse(text, c_r, format_r);
}

static size_t
write_text(const struct cursor *c, char text[TEXT_SIZE])
{
	char digits[HEX_ROOM(MERKLE_HASH_SIZE)];
	size_t len = (size_t)snprintf(
	    text, TEXT_SIZE, FORMAT "%d\n", FORMAT_CURSOR_NUMBER);

	for (size_t i = 0; i < c->count; i++) {
		hex_encode(c->place[i].leaf, MERKLE_HASH_SIZE, digits);
		len += (size_t)snprintf(text + len, TEXT_SIZE - len,
		    "%" PRIu64 " %s\n", c->place[i].sequence, digits);
	}
	return len;
}

int
cursor_save(int dir, const char *sink, const struct cursor *c)
{
	char name[FILE_NAME_MAX], new[FILE_NAME_MAX], text[TEXT_SIZE];
	size_t len = write_text(c, text);
	int fd, error;

	snprintf(name, sizeof name, "%s.cursor", sink);
	snprintf(new, sizeof new, "%s.cursor.new", sink);
	fd = openat(dir, new,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	if (file_write(fd, text, len) < 0 || fdatasync(fd) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	close(fd);
	return renameat(dir, new, dir, name);
}
