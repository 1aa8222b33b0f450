/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_store.h"

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
#include "lib/bundle/bundle_form.h"

#define HISTORY "history"
#define HISTORY_MAX (16 << 20)
#define ASIDE_MAX 100

static const char *const steps[POLICY_STEP_COUNT] = {
    [POLICY_APPLIED] = "applied",
    [POLICY_RESTORED] = "restored",
    [POLICY_EMERGENCY] = "emergency",
    [POLICY_REVIEWED] = "reviewed",
    [POLICY_LOADED] = "loaded",
};

const char *
policy_step_word(enum policy_step step)
{
	return steps[step];
}

bool
policy_store_unreviewed(
    const struct policy_applied *list, size_t count, size_t i)
{
	if (list[i].step != POLICY_EMERGENCY)
		return false;
	for (size_t n = i + 1; n < count; n++)
		if (list[n].step == POLICY_REVIEWED &&
		    list[n].at_unix == list[i].time_unix &&
		    strcmp(list[n].bundle, list[i].bundle) == 0)
			return false;
	return true;
}

int
policy_store_find(struct policy_store *s)
{
	size_t len;
	int status = paths_policy(s->policy);

	if (status != 0)
		return status;
	len = strlen(s->policy);
	while (len > 1 && s->policy[len - 1] == '/')
		s->policy[--len] = '\0';
	snprintf(s->folder, sizeof s->folder, "%s.bundles", s->policy);
	return 0;
}

int
policy_store_present(
    const struct policy_store *s, char hash_r[BUNDLE_HASH_TEXT])
{
	char path[PATHS_MAX + sizeof BUNDLE_FILE + 1];
	char text[BUNDLE_TEXT_MAX + 1];
	struct bundle b;
	long len;

	hash_r[0] = '\0';
	snprintf(path, sizeof path, "%s/" BUNDLE_FILE, s->policy);
	len = cli_read(path, text, sizeof text);
	if (len < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (len < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	if (bundle_parse(&b, text, (size_t)len) != 0)
		return cli_fail(CLI_UNKNOWN,
		    "%s is not a policy bundle, so the policy in force is "
		    "unknown: sallyport policy rollback --emergency "
		    "restores one that was",
		    path);
	memcpy(hash_r, b.hash, BUNDLE_HASH_TEXT);
	return 0;
}

int
policy_store_path(const struct policy_store *s, const char *bundle,
    char path_r[POLICY_STORE_PATH])
{
	int n = snprintf(path_r, POLICY_STORE_PATH, "%s/%s", s->folder, bundle);

	return n > 0 && n < POLICY_STORE_PATH
		   ? 0
		   : cli_fail(CLI_UNKNOWN, "%s: path is too long", s->folder);
}

static int
write_all(const char *path, const struct bundle_dir *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (bundle_dir_write(path, d->file[i].name, d->file[i].text,
			d->file[i].length) != 0)
			return -1;
	return bundle_dir_write(
	    path, BUNDLE_FILE, d->manifest, d->manifest_size);
}

static int
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return result;
}

static int
make_folder(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return -1;
	return chmod(path, 0755);
}

int
policy_store_lock(const struct policy_store *s, int *lock_r)
{
	*lock_r = -1;
	if (make_folder(s->folder) == 0)
		*lock_r = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*lock_r >= 0 && flock(*lock_r, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK
		   ? cli_fail(CLI_UNKNOWN,
			 "another change of the policy is under way: try again "
			 "when it is done")
		   : cli_fail(
			 CLI_UNKNOWN, "%s: %s", s->folder, strerror(errno));
}

/* It was verified before it came here; what is there by its name may have been
 * changed, and is written over, file by file and as a whole. */
int
policy_store_keep(const struct policy_store *s, const struct bundle_dir *d)
{
	char path[POLICY_STORE_PATH];
	int status = policy_store_path(s, d->bundle.hash, path);

	if (status != 0)
		return status;
	if (make_folder(s->folder) != 0 || make_folder(path) != 0 ||
	    write_all(path, d) != 0 || sync_folder(s->folder) != 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	return 0;
}

/* A name in the store that is not there yet: what stood in the policy's place
 * is kept under it. */
static int
find_aside(const struct policy_store *s, char path_r[POLICY_STORE_PATH])
{
	struct stat st;

	for (int i = 0; i < ASIDE_MAX; i++) {
		int n = snprintf(path_r, POLICY_STORE_PATH,
		    "%s/unsigned-%" PRId64 "-%d", s->folder,
		    (int64_t)time(NULL), i);

		if (n < 0 || n >= POLICY_STORE_PATH) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (lstat(path_r, &st) != 0)
			return errno == ENOENT ? 0 : -1;
	}
	errno = EEXIST;
	return -1;
}

/* The link's name is free, whatever one that was killed has left there: a link,
 * or, when the two had changed places already, the folder. */
static int
clear(const struct policy_store *s, const char *link)
{
	char aside[POLICY_STORE_PATH];
	struct stat st;

	if (lstat(link, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISDIR(st.st_mode))
		return unlink(link);
	return find_aside(s, aside) == 0 ? rename(link, aside) : -1;
}

/* The link takes the place of a folder, which is kept aside, or of a link.
 * Where a file system cannot let two names change places there is no policy
 * for a moment; gatewayd does not look, and would let nobody in. */
static int
replace(const struct policy_store *s, const char *link)
{
	char aside[POLICY_STORE_PATH];
	struct stat st;

	if (lstat(s->policy, &st) != 0)
		return errno == ENOENT ? rename(link, s->policy) : -1;
	if (!S_ISDIR(st.st_mode))
		return rename(link, s->policy);
	if (find_aside(s, aside) != 0)
		return -1;
	if (renameat2(AT_FDCWD, link, AT_FDCWD, s->policy, RENAME_EXCHANGE) ==
	    0)
		return rename(link, aside); /* the folder, by the link's name */
	if ((errno != EINVAL && errno != ENOSYS) ||
	    rename(s->policy, aside) != 0)
		return -1;
	return rename(link, s->policy);
}

int
policy_store_use(const struct policy_store *s, const char *bundle)
{
	char link[POLICY_STORE_PATH], target[POLICY_STORE_PATH];
	char above[PATHS_MAX];
	char *slash;
	int n;

	/* relative: a whole tree may be moved */
	slash = strrchr(s->folder, '/');
	n = snprintf(target, sizeof target, "%s/%s",
	    slash != NULL ? slash + 1 : s->folder, bundle);
	if (n < 0 || n >= (int)sizeof target)
		return cli_fail(CLI_UNKNOWN, "%s: path is too long", s->folder);
	snprintf(link, sizeof link, "%s.new", s->policy);
	memcpy(above, s->policy, sizeof above);
	slash = strrchr(above, '/');
	if (slash != NULL)
		slash[slash == above] = '\0';
	if (clear(s, link) != 0 || symlink(target, link) != 0 ||
	    replace(s, link) != 0 ||
	    sync_folder(slash != NULL ? above : ".") != 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", s->policy, strerror(errno));
	return 0;
}

/* Where the last whole line ends; what is behind it was cut off by a full disk
 * or a power failure. -1 with errno. */
static off_t
find_end(int fd)
{
	off_t at = lseek(fd, 0, SEEK_END);
	char last = '\n';

	while (at > 0) {
		if (pread(fd, &last, 1, at - 1) != 1)
			return -1;
		if (last == '\n')
			break;
		at--;
	}
	return at;
}

/* A whole line or none. */
static int
append_line(int fd, const char *line, size_t len)
{
	off_t end = find_end(fd);
	int error;

	if (end < 0 || ftruncate(fd, end) != 0)
		return -1;
	errno = ENOSPC; /* a short write says nothing */
	if (pwrite(fd, line, len, end) == (ssize_t)len)
		return fsync(fd);
	error = errno;
	if (ftruncate(fd, end) == 0)
		fsync(fd);
	errno = error;
	return -1;
}

int
policy_store_note(const struct policy_store *s, const struct policy_applied *a)
{
	char path[POLICY_STORE_PATH], line[512];
	int status = policy_store_path(s, HISTORY, path);
	int n, fd;

	if (status != 0)
		return status;
	n = snprintf(line, sizeof line, "%" PRId64 " %s %s %s ", a->time_unix,
	    steps[a->step], a->bundle, a->reviewer);
	if (a->step == POLICY_REVIEWED)
		n += snprintf(line + n, sizeof line - (size_t)n, "%" PRId64 " ",
		    a->at_unix);
	n += snprintf(line + n, sizeof line - (size_t)n, "%s\n", a->actor);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || fchmod(fd, 0644) != 0 ||
	    append_line(fd, line, (size_t)n) != 0)
		status = cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return status;
}

static int
parse_time(const char *text, int64_t *seconds_r)
{
	char *end;

	*seconds_r = strtoll(text, &end, 10);
	return *end == '\0' && *seconds_r > 0 && *seconds_r <= BUNDLE_TIME_MAX
		   ? 0
		   : -1;
}

/* TIME STEP BUNDLE REVIEWER ACTOR; the last one may have spaces.  A review has
 * the time of the emergency before the actor. */
static int
parse_line(char *line, struct policy_applied *a)
{
	char *word[4] = {NULL}, *at;
	unsigned step = 0;

	*a = (struct policy_applied){0};
	for (int i = 0; i < 4; i++)
		word[i] = strsep(&line, " ");
	while (word[1] != NULL && step < POLICY_STEP_COUNT &&
	       strcmp(word[1], steps[step]) != 0)
		step++;
	a->step = (enum policy_step)step;
	if (step == POLICY_REVIEWED) {
		at = strsep(&line, " ");
		if (at == NULL || parse_time(at, &a->at_unix) != 0)
			return -1;
	}
	/* a folder is named by the hash */
	if (line == NULL || step >= POLICY_LOADED || !bundle_hash_ok(word[2]) ||
	    parse_time(word[0], &a->time_unix) != 0)
		return -1;
	snprintf(a->bundle, sizeof a->bundle, "%.64s", word[2]);
	snprintf(a->reviewer, sizeof a->reviewer, "%.64s", word[3]);
	snprintf(a->actor, sizeof a->actor, "%.64s", line);
	return 0;
}

static int
parse_all(char *text, const char *path, struct policy_applied **list_r,
    size_t *count_r)
{
	size_t lines = 0;
	char *rest = text;
	char *line;

	for (const char *p = text; *p != '\0'; p++)
		lines += *p == '\n';
	*list_r = calloc(lines + 1, sizeof **list_r);
	if (*list_r == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		if (parse_line(line, &(*list_r)[(*count_r)++]) != 0) {
			free(*list_r);
			*list_r = NULL;
			return cli_fail(CLI_UNKNOWN,
			    "%s:%zu: the line is malformed: it has the form "
			    "TIME STEP BUNDLE REVIEWER ACTOR",
			    path, *count_r);
		}
	return 0;
}

int
policy_store_history(const struct policy_store *s,
    struct policy_applied **list_r, size_t *count_r)
{
	char path[POLICY_STORE_PATH];
	int status = policy_store_path(s, HISTORY, path);
	char *text;
	long len;

	*list_r = NULL;
	*count_r = 0;
	if (status != 0)
		return status;
	text = malloc(HISTORY_MAX);
	if (text == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	len = cli_read(path, text, HISTORY_MAX - 1);
	if (len >= 0) {
		text[len] = '\0';
		status = parse_all(text, path, list_r, count_r);
	} else if (errno != ENOENT) {
		status = cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	}
	free(text);
	return status;
}
