/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proposal/bundle_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "lib/base/file.h"
#include "lib/bundle/bundle_form.h"

/* By the end of its name; one that a bundle cannot name is an error then: a
 * rule that nobody signed must not be lost in silence. */
static int
is_file(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && entry->d_name[0] != '.' &&
	       (strcmp(dot, ".policy") == 0 || strcmp(dot, ".test") == 0);
}

#define CLOCKS_APART 3600 /* seconds, of two people's machines */

static int
read_text(const char *path, char **text_r, size_t *size_r)
{
	char *text = malloc(LEX_SOURCE_MAX + 1);
	long size;

	if (text == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	size = cli_read_listed(path, text, LEX_SOURCE_MAX);
	if (size < 0) {
		cli_fail(CLI_UNKNOWN, "%s: %s", path, cli_read_problem());
		free(text);
		return CLI_UNKNOWN;
	}
	text[size] = '\0';
	*text_r = text;
	*size_r = (size_t)size;
	return 0;
}

static int
read_file(struct bundle_dir *d, const char *name)
{
	char path[PATHS_MAX + BUNDLE_NAME_MAX + 2];
	struct policy_source *file = &d->file[d->count];
	char *text = NULL;
	int status;

	if (!bundle_file_ok(name))
		return cli_fail(CLI_NO,
		    "%s/%s: is no name for a file of a bundle: at most %d of "
		    "A-Z a-z 0-9 . _ -",
		    d->path, name, BUNDLE_NAME_MAX);
	if (d->count == BUNDLE_FILES)
		return cli_fail(
		    CLI_NO, "%s: more than %d files", d->path, BUNDLE_FILES);
	snprintf(path, sizeof path, "%s/%s", d->path, name);
	status = read_text(path, &text, &file->length);
	if (status != 0)
		return status;
	file->text = text;
	file->name = strdup(name);
	if (file->name == NULL) {
		free(text);
		return cli_fail(CLI_UNKNOWN, "out of memory");
	}
	d->count++;
	return 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
read_files(struct bundle_dir *d)
{
	struct dirent **found;
	int n = scandir(d->path, &found, is_file, by_name);
	int status = 0;

	if (n < 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", d->path, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (status == 0)
			status = read_file(d, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return status;
}

int
bundle_dir_read(struct bundle_dir *d, const char *path)
{
	char manifest[PATHS_MAX + sizeof BUNDLE_FILE + 1];
	int status;

	*d = (struct bundle_dir){.path = path};
	if (strlen(path) >= PATHS_MAX)
		return cli_fail(CLI_UNKNOWN, "%s: the path is too long", path);
	status = read_files(d);
	snprintf(manifest, sizeof manifest, "%s/" BUNDLE_FILE, path);
	if (status == 0 && access(manifest, F_OK) == 0) {
		status = read_text(manifest, &d->manifest, &d->manifest_size);
		if (status == 0 && bundle_parse(&d->bundle, d->manifest,
				       d->manifest_size) != 0)
			status = cli_fail(CLI_NO,
			    "%s is no proposal of this release: remove it, and "
			    "propose again",
			    manifest);
	}
	if (status != 0)
		bundle_dir_free(d);
	return status;
}

void
bundle_dir_free(struct bundle_dir *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free((char *)(uintptr_t)d->file[i].name);
		free((char *)(uintptr_t)d->file[i].text);
	}
	free(d->manifest);
	d->manifest = NULL;
	d->count = 0;
}

int
bundle_dir_match(const struct bundle_dir *d)
{
	int status = 0;

	if (d->manifest == NULL)
		return cli_fail(CLI_NO,
		    "%s was not proposed yet: sallyport policy propose",
		    d->path);
	for (size_t i = 0; i < d->count; i++) {
		enum bundle_match match = bundle_match(&d->bundle,
		    d->file[i].name, d->file[i].text, d->file[i].length);

		if (match != BUNDLE_MATCH)
			status = cli_fail(CLI_NO, "%s/%s %s", d->path,
			    d->file[i].name,
			    match == BUNDLE_CHANGED
				? "was changed after it was proposed"
				: "is not in the bundle that was proposed");
	}
	if (status == 0 &&
	    d->bundle.time_unix > (int64_t)time(NULL) + CLOCKS_APART)
		status = cli_fail(CLI_NO,
		    "%s was proposed at a time in the future: set the clock, "
		    "and propose it again",
		    d->path);
	if (status == 0 && d->count != d->bundle.file_count)
		status = cli_fail(CLI_NO,
		    "%s lacks files of the bundle that was proposed", d->path);
	return status;
}

static int
write_whole(int fd, const char *text, size_t len)
{
	return file_write(fd, text, len) == 0 && fchmod(fd, 0644) == 0 &&
		       fsync(fd) == 0
		   ? 0
		   : -1;
}

int
bundle_dir_write(
    const char *path, const char *name, const char *text, size_t len)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char new[BUNDLE_NAME_MAX + 8];
	int fd, result = -1;

	if (dir < 0)
		return -1;
	snprintf(new, sizeof new, ".%.64s.new", name);
	unlinkat(dir, new, 0); /* left by one that was killed */
	fd = openat(dir, new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		result = write_whole(fd, text, len);
		close(fd);
	}
	if (result == 0)
		result = renameat(dir, new, dir, name);
	if (result == 0)
		result = fsync(dir);
	close(dir);
	return result;
}
