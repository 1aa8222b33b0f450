/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proposal/proposals.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/record/note.h"

static const char *const marks[] = {
    [PROPOSALS_BEGUN] = "begun", [PROPOSALS_APPLIED] = "applied"};

int
proposals_find(struct proposals *q)
{
	return paths_proposals(q->state, q->folder);
}

static int
path_of(const struct proposals *q, const char *hash, const char *name,
    char path_r[PROPOSALS_PATH])
{
	int n = snprintf(path_r, PROPOSALS_PATH, "%s/%s%s%s", q->folder, hash,
	    name[0] != '\0' ? "/" : "", name);

	return n > 0 && n < PROPOSALS_PATH
		   ? 0
		   : cli_fail(CLI_UNKNOWN, "%s: path is too long", q->folder);
}

static int
is_hash(const struct dirent *entry)
{
	return bundle_hash_ok(entry->d_name);
}

/* Where there is no folder, there are no proposals. */
static int
list(const struct proposals *q, struct dirent ***found_r)
{
	int n = scandir(q->folder, found_r, is_hash, alphasort);

	if (n < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*found_r = NULL;
		n = 0;
	}
	if (n < 0)
		cli_fail(CLI_UNKNOWN, "%s: %s", q->folder, strerror(errno));
	return n;
}

static int
find_one(
    const struct proposals *q, const char *told, char path_r[PROPOSALS_PATH])
{
	struct dirent **found;
	int n = list(q, &found), count = 0, status = 0;

	if (n < 0)
		return CLI_UNKNOWN;
	for (int i = 0; i < n; i++) {
		if (strncmp(found[i]->d_name, told, strlen(told)) == 0 &&
		    count++ == 0)
			status = path_of(q, found[i]->d_name, "", path_r);
		free(found[i]);
	}
	free(found);
	if (count == 1)
		return status;
	return cli_fail(CLI_NO,
	    count == 0 ? "%s is neither a folder nor a proposal here: "
			 "sallyport proposal list"
		       : "%s begins more than one proposal: give more digits",
	    told);
}

int
proposals_locate(
    const struct proposals *q, const char *told, char path_r[PROPOSALS_PATH])
{
	size_t len = strlen(told);
	struct stat st;

	if (stat(told, &st) != 0 && len >= PROPOSALS_LEAST &&
	    strspn(told, "0123456789abcdef") == len)
		return find_one(q, told, path_r);
	if (len >= PROPOSALS_PATH)
		return cli_fail(CLI_UNKNOWN, "%s: the path is too long", told);
	memcpy(path_r, told, len + 1);
	return 0;
}

bool
proposals_writable(const struct proposals *q)
{
	return access(q->folder, W_OK) == 0 ||
	       (errno == ENOENT && access(q->state, W_OK) == 0);
}

static int
make_folder(const char *path, mode_t mode)
{
	if (mkdir(path, mode) == 0)
		return chmod(path, mode);
	return errno == EEXIST ? 0 : -1;
}

int
proposals_lock(const struct proposals *q, bool make, int *lock_r)
{
	*lock_r = -1;
	if ((!make || make_folder(q->state, 0711) == 0) &&
	    make_folder(q->folder, 0755) == 0)
		*lock_r = open(q->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*lock_r >= 0 && flock(*lock_r, LOCK_EX) == 0)
		return 0;
	return cli_fail(CLI_UNKNOWN, "%s: %s", q->folder, strerror(errno));
}

/* Has the text this line among its signatures? */
static bool
has_line(const char *text, size_t len, size_t body, struct note_text line)
{
	struct note_text rest = {text + body + 1, len - body - 1}, other;

	while (note_next_line(&rest, &other))
		if (other.len == line.len &&
		    memcmp(other.text, line.text, line.len) == 0)
			return true;
	return false;
}

/* d gets the signatures that only the other one has. */
static int
merge(struct bundle_dir *d, const struct bundle_dir *other)
{
	size_t body = d->bundle.body, size = d->manifest_size;
	char *text;
	struct note_text line, rest = {other->manifest + body + 1,
				   other->manifest_size - body - 1};

	if (strcmp(d->bundle.hash, other->bundle.hash) != 0)
		return 0; /* no proposal of this name */
	text = malloc(size + other->manifest_size);
	if (text == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	memcpy(text, d->manifest, size);
	while (note_next_line(&rest, &line)) {
		if (has_line(text, size, body, line) ||
		    size + line.len + 1 > BUNDLE_TEXT_MAX)
			continue;
		memcpy(text + size, line.text, line.len);
		size += line.len;
		text[size++] = '\n';
	}
	free(d->manifest);
	d->manifest = text;
	d->manifest_size = size;
	return 0;
}

static int
merge_kept(struct bundle_dir *d, const char *path)
{
	struct bundle_dir *kept;
	struct stat st;
	int status;

	if (stat(path, &st) != 0)
		return 0;
	kept = calloc(1, sizeof *kept);
	if (kept == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = bundle_dir_read(kept, path);
	if (status == 0 && kept->manifest != NULL)
		status = merge(d, kept);
	bundle_dir_free(kept);
	free(kept);
	return status;
}

/* The proposal comes last: without it the folder is none. */
static int
write_all(const struct proposals *q, const char *path, struct bundle_dir *d)
{
	int above, result = make_folder(path, 0755);

	for (size_t i = 0; result == 0 && i < d->count; i++)
		result = bundle_dir_write(
		    path, d->file[i].name, d->file[i].text, d->file[i].length);
	if (result == 0)
		result = bundle_dir_write(
		    path, BUNDLE_FILE, d->manifest, d->manifest_size);
	above = open(q->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (result == 0)
		result = above < 0 ? -1 : fsync(above);
	if (above >= 0)
		close(above);
	return result;
}

int
proposals_put(const struct proposals *q, struct bundle_dir *d, bool make)
{
	char path[PROPOSALS_PATH];
	int lock, status = path_of(q, d->bundle.hash, "", path);

	if (status == 0)
		status = proposals_lock(q, make, &lock);
	if (status != 0)
		return status;
	status = merge_kept(d, path);
	if (status == 0 && write_all(q, path, d) != 0)
		status = cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	close(lock);
	return status;
}

int
proposals_set(
    const struct proposals *q, const char *hash, enum proposals_mark mark)
{
	char path[PROPOSALS_PATH], text[32];
	int n =
	    snprintf(text, sizeof text, "%" PRId64 "\n", (int64_t)time(NULL));
	int status = path_of(q, hash, "", path);

	if (status == 0 &&
	    bundle_dir_write(path, marks[mark], text, (size_t)n) != 0)
		status = cli_fail(CLI_UNKNOWN, "%s/%s: %s", path, marks[mark],
		    strerror(errno));
	return status;
}

int
proposals_get(
    const struct proposals *q, const char *hash, enum proposals_mark *mark_r)
{
	*mark_r = PROPOSALS_OPEN;
	for (int m = PROPOSALS_APPLIED; m > PROPOSALS_OPEN; m--) {
		char path[PROPOSALS_PATH];
		struct stat st;

		if (path_of(q, hash, marks[m], path) != 0)
			return CLI_UNKNOWN;
		if (lstat(path, &st) == 0) {
			*mark_r = (enum proposals_mark)m;
			return 0;
		}
		if (errno != ENOENT && errno != ENOTDIR)
			return cli_fail(
			    CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	}
	return 0;
}

/* One that was killed while it was kept has no proposal yet. */
static int
show(const struct proposals *q, const char *hash,
    int (*one)(void *, const struct bundle_dir *, enum proposals_mark),
    void *arg)
{
	char path[PROPOSALS_PATH];
	enum proposals_mark mark;
	struct bundle_dir *d = calloc(1, sizeof *d);
	int status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = path_of(q, hash, "", path);
	if (status == 0)
		status = bundle_dir_read(d, path);
	if (status == 0)
		status = proposals_get(q, hash, &mark);
	if (status == 0 && d->manifest != NULL &&
	    strcmp(d->bundle.hash, hash) == 0)
		status = one(arg, d, mark);
	bundle_dir_free(d);
	free(d);
	return status;
}

int
proposals_each(const struct proposals *q,
    int (*one)(void *arg, const struct bundle_dir *d, enum proposals_mark mark),
    void *arg)
{
	struct dirent **found;
	int n = list(q, &found), status = 0;

	if (n < 0)
		return CLI_UNKNOWN;
	for (int i = 0; i < n; i++) {
		if (status == 0)
			status = show(q, found[i]->d_name, one, arg);
		free(found[i]);
	}
	free(found);
	return status;
}
