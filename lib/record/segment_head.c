/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/segment_head.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/format.h"
#include "lib/record/checkpoint.h"
#include "lib/record/log_segment.h"
#include "lib/record/note.h"

#define FIRST_LINE "sallyport/head/v"
#define SUFFIX ".head"
#define HASH_LINE 45 /* base64 of a hash, and LF */
#define TEXT_MAX_SIZE \
	(sizeof FIRST_LINE + 16 + 64 * HASH_LINE + CHECKPOINT_TEXT_MAX)
#define NAME_SIZE (LOG_SEGMENT_NAME_SIZE + 8)

static int
name_of(uint64_t first, char name_r[NAME_SIZE])
{
	if (log_segment_name(first, name_r) < 0) {
		errno = ENOENT;
		return -1;
	}
	memcpy(strrchr(name_r, '.'), SUFFIX, sizeof SUFFIX);
	return 0;
}

uint64_t
segment_head_of(const char *name)
{
	char wanted[NAME_SIZE];
	uint64_t first = 0;

	for (const char *at = name; *at >= '0' && *at <= '9'; at++) {
		if (first > LOG_SEGMENT_SEQUENCE_MAX)
			return 0;
		first = first * 10 + (uint64_t)(*at - '0');
	}
	if (name_of(first, wanted) < 0 || strcmp(name, wanted) != 0)
		return 0;
	return first;
}

/* The lines before the checkpoint, with the empty one. */
static size_t
put_edge(const struct merkle *edge, char *text, size_t room)
{
	size_t len =
	    (size_t)snprintf(text, room, FIRST_LINE "%d\n", FORMAT_HEAD_NUMBER);

	for (unsigned height = 64; height-- > 0;)
		if ((edge->size >> height & 1) != 0) {
			EVP_EncodeBlock((uint8_t *)text + len,
			    edge->edge[height], MERKLE_HASH_SIZE);
			text[len + HASH_LINE - 1] = '\n';
			len += HASH_LINE;
		}
	text[len++] = '\n';
	return len;
}

static int
put_file(int dir, const char *name, const char *text, size_t len)
{
	char new[NAME_SIZE + 8];
	int fd, error;

	snprintf(new, sizeof new, "%s.new", name);
	fd = openat(dir, new,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return -1;
	if (fchmod(fd, 0640) < 0 || file_write(fd, text, len) < 0 ||
	    fdatasync(fd) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	close(fd);
	return renameat(dir, new, dir, name) < 0 ? -1 : fsync(dir);
}

int
segment_head_write(int dir, const struct log_key *k, struct merkle *edge)
{
	char name[NAME_SIZE], text[TEXT_MAX_SIZE];
	uint8_t root[MERKLE_HASH_SIZE];
	size_t len, more;

	if (name_of(edge->size + 1, name) < 0)
		return -1;
	len = put_edge(edge, text, sizeof text);
	if (merkle_root(edge, root) < 0 ||
	    checkpoint_sign(k, edge->size, root, text + len, &more) < 0) {
		errno = EIO;
		return -1;
	}
	return put_file(dir, name, text, len + more);
}

/* The hashes of a tree of that size, up to the empty line. */
static int
parse_edge(struct note_text *rest, uint64_t size, struct merkle *edge)
{
	struct note_text line;
	unsigned format;

	if (!note_next_line(rest, &line) ||
	    line.len != strlen(FIRST_LINE) + 1 ||
	    memcmp(line.text, FIRST_LINE, strlen(FIRST_LINE)) != 0)
		return -1;
	format = (unsigned)(line.text[line.len - 1] - '0');
	if (format_look(FORMAT_HEAD, format) != FORMAT_NOW)
		return -1;
	edge->size = size;
	for (unsigned height = 64; height-- > 0;)
		if ((size >> height & 1) != 0 &&
		    (!note_next_line(rest, &line) ||
			note_decode(line.text, line.len, edge->edge[height],
			    MERKLE_HASH_SIZE) < 0))
			return -1;
	return note_next_line(rest, &line) && line.len == 0 ? 0 : -1;
}

int
segment_head_parse(const char *text, size_t len, struct log_key *k,
    uint64_t first, struct merkle *edge_r)
{
	struct note_text rest = {text, len};
	uint8_t root[MERKLE_HASH_SIZE];
	struct checkpoint c;

	if (parse_edge(&rest, first - 1, edge_r) < 0 ||
	    checkpoint_open(k, rest.text, rest.len, &c) != CHECKPOINT_OK ||
	    c.size != first - 1 || merkle_root(edge_r, root) < 0)
		return -1;
	return memcmp(root, c.root, sizeof root) == 0 ? 0 : -1;
}

int
segment_head_read(
    int dir, uint64_t first, struct log_key *k, struct merkle *edge_r)
{
	char name[NAME_SIZE], text[TEXT_MAX_SIZE];
	ssize_t len;
	int fd;

	if (name_of(first, name) < 0)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	len = file_read(fd, text, sizeof text);
	close(fd);
	if (len < 0)
		return -1;
	if (segment_head_parse(text, (size_t)len, k, first, edge_r) == 0)
		return 0;
	errno = EBADMSG;
	return -1;
}
