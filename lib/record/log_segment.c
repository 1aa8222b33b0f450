/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/log_segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DIGITS 12
#define SUFFIX ".log"

int
log_segment_name(uint64_t first, char name_r[LOG_SEGMENT_NAME_SIZE])
{
	if (first == 0 || first > LOG_SEGMENT_SEQUENCE_MAX)
		return -1;
	snprintf(
	    name_r, LOG_SEGMENT_NAME_SIZE, "%0*" PRIu64 SUFFIX, DIGITS, first);
	return 0;
}

int
log_segment_lock(int dir)
{
	return flock(dir, LOCK_EX | LOCK_NB);
}

/* The sequence in a segment's name; 0 when it is not one. */
static uint64_t
parse_name(const char *name)
{
	uint64_t first = 0;

	if (strlen(name) != DIGITS + strlen(SUFFIX) ||
	    strcmp(name + DIGITS, SUFFIX) != 0)
		return 0;
	for (int i = 0; i < DIGITS; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		first = first * 10 + (uint64_t)(name[i] - '0');
	}
	return first;
}

static int
add(struct log_segments *list, uint64_t first)
{
	uint64_t *more;

	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count == 0 ? 1 : 2 * list->count;

		more = reallocarray(list->first, room, sizeof *more);
		if (more == NULL)
			return -1;
		list->first = more;
	}
	list->first[list->count++] = first;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int
log_segment_list(int dir, struct log_segments *list_r)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	*list_r = (struct log_segments){0};
	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (errno = 0, (entry = readdir(d)) != NULL) {
		uint64_t first = parse_name(entry->d_name);

		if (first != 0 && add(list_r, first) < 0)
			break;
	}
	if (errno != 0) {
		log_segment_list_free(list_r);
		closedir(d);
		return -1;
	}
	closedir(d);
	if (list_r->count > 1)
		qsort(list_r->first, list_r->count, sizeof(uint64_t), compare);
	return 0;
}

void
log_segment_list_free(struct log_segments *list)
{
	free(list->first);
	*list = (struct log_segments){0};
}
