/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/audit/heads.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/record/log_segment.h"
#include "lib/record/record_parse.h"
#include "lib/record/segment_head.h"

#define TAIL_SIZE (RECORD_LINE_MAX + 2) /* a line, and the LF before it */

struct heads_edge {
	uint64_t size;
	uint8_t edge[64][MERKLE_HASH_SIZE];
};

static bool
has_segment(const struct log_segments *list, uint64_t first)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->first[i] == first)
			return true;
	return false;
}

/* A head whose segment is not there, or 0. */
static int
find_orphan(int dir, const struct log_segments *list, uint64_t *first_r)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	uint64_t first;
	int error;

	*first_r = 0;
	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (errno = 0, (entry = readdir(d)) != NULL) {
		first = segment_head_of(entry->d_name);
		if (first != 0 && !has_segment(list, first))
			*first_r = first;
	}
	error = errno;
	closedir(d);
	errno = error;
	return error == 0 ? 0 : -1;
}

/* All segments that this log is known to have had. */
static int
check_names(int dir, const struct log_segments *list)
{
	char name[LOG_SEGMENT_NAME_SIZE];
	uint64_t first;

	if (find_orphan(dir, list, &first) < 0) {
		log_warn("cannot list the log directory");
		return -1;
	}
	if (first == 0)
		return 0;
	log_segment_name(first, name);
	log_warnx("%s of the log is gone, and its head is there: put back "
		  "what was moved; run sallyport audit verify, and keep a copy "
		  "of the directory",
	    name);
	return -1;
}

/* The end of a segment; its length, or -1. */
static ssize_t
read_end(int dir, uint64_t first, char text_r[TAIL_SIZE])
{
	char name[LOG_SEGMENT_NAME_SIZE];
	struct stat st;
	ssize_t got = -1;
	off_t at;
	int fd;

	if (log_segment_name(first, name) < 0)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0) {
		at = st.st_size < TAIL_SIZE ? 0 : st.st_size - TAIL_SIZE;
		got = pread(fd, text_r, TAIL_SIZE, at);
	}
	close(fd);
	return got;
}

/* Of the record SEQUENCE, which is to be the last one of the segment FIRST.
 * That one is closed, so it ends with its LF. */
static int
last_leaf(int dir, uint64_t first, uint64_t sequence, struct heads_place *place)
{
	char text[TAIL_SIZE];
	struct record_parsed parsed;
	ssize_t got = read_end(dir, first, text);
	const char *line;
	size_t len;

	if (got < 2 || text[got - 1] != '\n')
		return -1;
	line = memrchr(text, '\n', (size_t)got - 1);
	line = line == NULL ? text : line + 1;
	len = (size_t)(text + got - 1 - line);
	if (record_parse(line, len, &parsed) < 0 ||
	    parsed.place.sequence != sequence)
		return -1;
	return merkle_leaf(place->tree, line, len, place->last);
}

int
heads_find(struct heads_place *place, int dir, struct log_key *k, uint64_t size)
{
	struct log_segments list;
	int result;

	place->first = 1;
	if (log_segment_list(dir, &list) < 0) {
		log_warn("cannot list the log directory");
		return -1;
	}
	result = check_names(dir, &list);
	for (size_t i = list.count; result == 0 && i-- > 1;) {
		uint64_t first = list.first[i];

		/* the newest that is good: an older one costs time alone */
		if (list.first[0] != 1 || first - 1 > size ||
		    segment_head_read(dir, first, k, place->tree) < 0 ||
		    last_leaf(dir, list.first[i - 1], first - 1, place) < 0)
			continue;
		place->first = first;
		break;
	}
	if (place->first == 1) {
		place->tree->size = 0;
		memset(place->last, 0, sizeof place->last);
	}
	log_segment_list_free(&list);
	return result;
}

int
heads_add(struct heads *h, const struct merkle *tree)
{
	struct heads_edge *more =
	    reallocarray(h->edge, h->count + 1, sizeof *more);

	if (more == NULL)
		return -1;
	h->edge = more;
	more = &h->edge[h->count++];
	more->size = tree->size;
	memcpy(more->edge, tree->edge, sizeof more->edge);
	return 0;
}

void
heads_write(struct heads *h, int dir, const struct log_key *k)
{
	struct merkle tree;

	if (h->count == 0 || merkle_init(&tree) < 0)
		return;
	for (size_t i = 0; i < h->count; i++) {
		tree.size = h->edge[i].size;
		memcpy(tree.edge, h->edge[i].edge, sizeof tree.edge);
		if (segment_head_write(dir, k, &tree) == 0)
			continue;
		log_warn("cannot write the head of segment %" PRIu64
			 ": the next start reads more of the log",
		    tree.size + 1);
		break;
	}
	merkle_free(&tree);
}

void
heads_free(struct heads *h)
{
	free(h->edge);
	*h = (struct heads){0};
}
