/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/read_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/conf/lex.h"

static char *
read_all(const char *path, size_t *size_r)
{
	/* file_open() does not wait for a fifo: the whole gateway would wait */
	int fd = file_open(path), error;
	char *text = malloc(LEX_SOURCE_MAX + 2);
	ssize_t size;

	if (fd < 0 || text == NULL)
		goto bad;
	size = file_read(fd, text, LEX_SOURCE_MAX + 2);
	if (size < 0)
		goto bad;
	*size_r = (size_t)size;
	close(fd);
	return text;
bad:
	error = errno;
	if (fd >= 0)
		close(fd);
	free(text);
	errno = error;
	return NULL;
}

char *
read_file(const char *path, size_t *size_r, char why[TRUST_WHY])
{
	char *text;

	text = read_all(path, size_r);
	if (text == NULL) {
		snprintf(why, TRUST_WHY, "%s",
		    errno == EINVAL ? "not a file" : strerror(errno));
	} else if (trust_path(path, why) < 0) {
		explicit_bzero(text, *size_r);
		free(text);
		text = NULL;
		errno = EPERM;
	}
	return text;
}
