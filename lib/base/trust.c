/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel */

struct walk {
	char done[PATH_MAX]; /* looked at, no link in it; "" is the root */
	char rest[PATH_MAX]; /* not looked at yet */
	unsigned links;
	char *why;
};

static bool
is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* A link has no mode of its own: whoever may write its folder may replace it.
 */
static bool
others_write(const struct stat *st)
{
	if (S_ISLNK(st->st_mode) || (st->st_mode & 022) == 0)
		return false;
	return !S_ISDIR(st->st_mode) || (st->st_mode & S_ISVTX) == 0;
}

static int
judge(struct walk *w, const char *path, const struct stat *st)
{
	if (!is_ours(st))
		snprintf(w->why, TRUST_WHY,
		    "%.400s belongs to uid %u (mode %04o), and that user could "
		    "let people in: chown -h root %.400s",
		    path, st->st_uid, st->st_mode & 07777, path);
	else if (others_write(st))
		snprintf(w->why, TRUST_WHY,
		    "%.400s (owner %u, mode %04o) can be written by other users "
		    "than its owner, and they could let people in: "
		    "chmod go-w %.400s",
		    path, st->st_uid, st->st_mode & 07777, path);
	else
		return 0;
	errno = EPERM;
	return -1;
}

static int
too_long(struct walk *w, const char *path)
{
	snprintf(w->why, TRUST_WHY, "%.400s: the path is too long", path);
	return -1;
}

/* The target goes on from the root, or from the folder of the link. */
static int
follow(struct walk *w, const char *link)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlink(link, target, sizeof target - 1);

	if (n < 0 || ++w->links > LINKS_MAX) {
		snprintf(w->why, TRUST_WHY, "%.400s: %s", link,
		    strerror(n < 0 ? errno : ELOOP));
		return -1;
	}
	target[n] = '\0';
	memcpy(rest, w->rest, sizeof rest);
	if (snprintf(w->rest, sizeof w->rest, "%s/%s", target, rest) >=
	    (int)sizeof w->rest)
		return too_long(w, link);
	if (target[0] == '/')
		w->done[0] = '\0';
	return 0;
}

/* Takes the next name off the rest; "" when there is none. */
static void
next_name(struct walk *w, char name_r[NAME_MAX + 2])
{
	char *from = w->rest + strspn(w->rest, "/");
	size_t size = strcspn(from, "/"), kept = size;

	if (kept > NAME_MAX + 1)
		kept = NAME_MAX + 1;
	memcpy(name_r, from, kept);
	name_r[kept] = '\0';
	memmove(w->rest, from + size, strlen(from + size) + 1);
}

/* 1: go on, 0: the whole path is good */
static int
step(struct walk *w)
{
	char name[NAME_MAX + 2], path[PATH_MAX];
	struct stat st;

	next_name(w, name);
	if (name[0] == '\0')
		return 0;
	if (strcmp(name, ".") == 0)
		return 1;
	if (strcmp(name, "..") == 0) {
		char *slash = strrchr(w->done, '/');

		if (slash != NULL)
			*slash = '\0';
		return 1;
	}
	if (snprintf(path, sizeof path, "%s/%s", w->done, name) >=
	    (int)sizeof path)
		return too_long(w, w->done);
	if (lstat(path, &st) < 0) {
		snprintf(
		    w->why, TRUST_WHY, "%.400s: %s", path, strerror(errno));
		return -1;
	}
	if (judge(w, path, &st) < 0)
		return -1;
	if (S_ISLNK(st.st_mode))
		return follow(w, path) < 0 ? -1 : 1;
	memcpy(w->done, path, sizeof path);
	return 1;
}

int
trust_path(const char *path, char why[TRUST_WHY])
{
	struct walk w = {.why = why};
	char here[PATH_MAX] = "";
	struct stat st;
	int more;

	if (path[0] != '/' && getcwd(here, sizeof here) == NULL) {
		snprintf(why, TRUST_WHY, "%.400s: %s", path, strerror(errno));
		return -1;
	}
	if (snprintf(w.rest, sizeof w.rest, "%s/%s", here, path) >=
	    (int)sizeof w.rest)
		return too_long(&w, path);
	if (lstat("/", &st) < 0) {
		snprintf(why, TRUST_WHY, "/: %s", strerror(errno));
		return -1;
	}
	if (judge(&w, "/", &st) < 0)
		return -1;
	do
		more = step(&w);
	while (more > 0);
	return more;
}
