/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/loaded.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GONE " (deleted)"

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

enum loaded
loaded_program(long pid)
{
	char link[64], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/%ld/exe", pid);
	length = readlink(link, path, sizeof path - 1);
	if (length < 0)
		return LOADED_UNKNOWN;
	path[length] = '\0';
	return ends_with(path, GONE) ? LOADED_REPLACED : LOADED_NOW;
}

/* A line of maps ends with the path; several lines are of one file. */
static enum loaded
look(FILE *maps, const char *name)
{
	enum loaded found = LOADED_UNKNOWN;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, maps) > 0) {
		char *path = strchr(line, '/'), *base;
		bool gone;

		if (path == NULL)
			continue;
		path[strcspn(path, "\n")] = '\0';
		gone = ends_with(path, GONE);
		if (gone)
			path[strlen(path) - strlen(GONE)] = '\0';
		base = strrchr(path, '/') + 1;
		if (strcmp(base, name) == 0 && found != LOADED_REPLACED)
			found = gone ? LOADED_REPLACED : LOADED_NOW;
	}
	free(line);
	return found;
}

static void
count(const char *pid, const char *name, struct loaded_count *count_r)
{
	enum loaded found;
	char path[64];
	FILE *maps;

	snprintf(path, sizeof path, "/proc/%.20s/maps", pid);
	maps = fopen(path, "re");
	if (maps == NULL) {
		count_r->unknown++;
		return;
	}
	found = look(maps, name);
	fclose(maps);
	count_r->processes += found != LOADED_UNKNOWN;
	count_r->replaced += found == LOADED_REPLACED;
}

void
loaded_file(const char *name, struct loaded_count *count_r)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	*count_r = (struct loaded_count){0};
	if (proc == NULL) {
		count_r->unknown = 1;
		return;
	}
	while ((entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			count(entry->d_name, name, count_r);
	closedir(proc);
}
