/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_store.h"

#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HISTORY "history"
#define HISTORY_MAX (16 << 20)

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
	snprintf(s->folder, sizeof(s->folder), "%s.bundles", s->policy);
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

/* The link takes the place of a folder, which is kept aside, or of a link. */
static int
replace(const struct policy_store *s, const char *link)
{
	char aside[POLICY_STORE_PATH];
	struct stat st;
	int n;

	if (lstat(s->policy, &st) != 0)
		return errno == ENOENT ? rename(link, s->policy) : -1;
	if (!S_ISDIR(st.st_mode))
		return rename(link, s->policy);
	n = snprintf(aside, sizeof(aside), "%s/unsigned-%" PRId64, s->folder,
	    (int64_t)time(NULL));
	if (n < 0 || n >= (int)sizeof(aside)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (renameat2(AT_FDCWD, link, AT_FDCWD, s->policy, RENAME_EXCHANGE) !=
	    0)
		return -1;
	return rename(link, aside); /* the folder, under the link's name */
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
	n = snprintf(target, sizeof(target), "%s/%s",
	    slash != NULL ? slash + 1 : s->folder, bundle);
	if (n < 0 || n >= (int)sizeof(target))
		return cli_fail(CLI_UNKNOWN, "%s: path is too long", s->folder);
	snprintf(link, sizeof(link), "%s.new", s->policy);
	memcpy(above, s->policy, sizeof(above));
	slash = strrchr(above, '/');
	if (slash != NULL)
		slash[slash == above] = '\0';
	unlink(link);
	if (symlink(target, link) != 0 || replace(s, link) != 0 ||
	    sync_folder(slash != NULL ? above : ".") != 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", s->policy, strerror(errno));
	return 0;
}

int
policy_store_note(const struct policy_store *s, const struct policy_applied *a)
{
	char path[POLICY_STORE_PATH], line[512];
	int status = policy_store_path(s, HISTORY, path);
	int n, fd;

	if (status != 0)
		return status;
	n = snprintf(line, sizeof(line), "%" PRId64 " %s %s %s %s\n",
	    a->time_unix, a->restored ? "restored" : "applied", a->bundle,
	    a->reviewer, a->actor);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, line, (size_t)n) != n || fsync(fd) != 0)
		status = cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return status;
}

/* TIME STEP BUNDLE REVIEWER ACTOR; the last one may have spaces */
static int
parse_line(char *line, struct policy_applied *a)
{
	char *word[5] = {NULL}, *end;

	for (int i = 0; i < 4; i++)
		word[i] = strsep(&line, " ");
	word[4] = line;
	if (word[4] == NULL || strlen(word[2]) != BUNDLE_HASH_TEXT - 1)
		return -1;
	*a = (struct policy_applied){.time_unix = strtoll(word[0], &end, 10),
	    .restored = strcmp(word[1], "restored") == 0};
	snprintf(a->bundle, sizeof(a->bundle), "%.64s", word[2]);
	snprintf(a->reviewer, sizeof(a->reviewer), "%.64s", word[3]);
	snprintf(a->actor, sizeof(a->actor), "%.64s", word[4]);
	return *end == '\0' && a->time_unix > 0 ? 0 : -1;
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
	*list_r = calloc(lines + 1, sizeof(**list_r));
	if (*list_r == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		if (parse_line(line, &(*list_r)[(*count_r)++]) != 0) {
			free(*list_r);
			*list_r = NULL;
			return cli_fail(CLI_UNKNOWN, "%s:%zu: is malformed",
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
