/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/cursor.h"
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/format.h"

#define FILE_NAME_MAX (CURSOR_NAME_MAX + 16)
#define KEY "sequence "
#define FORMAT "cursor " /* the first line from format 2 on */
#define TEXT_SIZE 40

int
cursor_name_ok(const char *sink)
{
	size_t len = strlen(sink);

	return len > 0 && len <= CURSOR_NAME_MAX &&
	       strspn(sink,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789-_") == len;
}

/* The number between KEY and the newline, and nothing else. */
static int
parse(const char *text, uint64_t *sequence_r)
{
	const char *at = text + strlen(KEY);
	uint64_t value = 0;

	if (strncmp(text, KEY, strlen(KEY)) != 0 || *at == '\n')
		return -1;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (value > UINT64_MAX / 100)
			return -1;
		value = value * 10 + (uint64_t)(*at - '0');
	}
	if (strcmp(at, "\n") != 0)
		return -1;
	*sequence_r = value;
	return 0;
}

int
cursor_load(int dir, const char *sink, uint64_t *sequence_r)
{
	char name[FILE_NAME_MAX], text[TEXT_SIZE] = "";
	ssize_t len;
	int fd;

	*sequence_r = 0;
	snprintf(name, sizeof name, "%s.cursor", sink);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	len = file_read(fd, text, sizeof text);
	close(fd);
	if (len < 0)
		return -1;
	if (strncmp(text, FORMAT, strlen(FORMAT)) == 0) {
		*sequence_r = strtoull(text + strlen(FORMAT), NULL, 10);
		errno = ENOTSUP;
		return -1;
	}
	if (parse(text, sequence_r) < 0) {
		errno = EBADMSG;
		return -1;
	}
	return 0;
}

int
cursor_save(int dir, const char *sink, uint64_t sequence)
{
	char name[FILE_NAME_MAX], new[FILE_NAME_MAX], text[TEXT_SIZE];
	int fd, len, error;

	snprintf(name, sizeof name, "%s.cursor", sink);
	snprintf(new, sizeof new, "%s.cursor.new", sink);
	len = snprintf(text, sizeof text, KEY "%" PRIu64 "\n", sequence);
	fd = openat(dir, new,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	if (file_write(fd, text, (size_t)len) < 0 || fdatasync(fd) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	close(fd);
	return renameat(dir, new, dir, name);
}
