/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into the lab's sshd (su, sudo, pamtester), so that Debian's own
 * binaries run unchanged and yet touch nothing outside the lab's directory:
 *
 * - PAM service files are read from LAB_ROOT/etc/pam.d, through libpam's own
 *   pam_start_confdir(3);
 * - the empty directory for sshd's privilege separation, btmp and lastlog are
 *   those under LAB_ROOT/var, and nothing is written to utmp and wtmp.
 *
 * LAB_ROOT is read once at start, since sshd empties its environment before it
 * calls modules.
 */
#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#define EXPORT __attribute__((visibility("default")))

struct stat;
struct utmp;

/* Not from the headers: with _FORTIFY_SOURCE those define open inline. */
int open(const char *path, int flags, ...);
int stat(const char *path, struct stat *st);
int chroot(const char *path);
void login(const struct utmp *entry);
int logout(const char *line);
void logwtmp(const char *line, const char *name, const char *host);

static char lab_root[PATH_MAX / 2];

__attribute__((constructor)) static void
preload_init(void)
{
	const char *root = getenv("LAB_ROOT");

	if (root != NULL && strlen(root) < sizeof lab_root)
		memcpy(lab_root, root, strlen(root) + 1);
}

/* PATH, or its place in the lab, written to BUF of PATH_MAX bytes. */
static const char *
moved(const char *path, char *buf)
{
	static const struct {
		const char *from, *to;
	} places[] = {
	    {"/run/sshd", "var/empty"},
	    {"/var/log/btmp", "var/btmp"},
	    {"/var/log/lastlog", "var/lastlog"},
	};

	if (lab_root[0] == '\0')
		return path;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (strcmp(path, places[i].from) != 0)
			continue;
		snprintf(buf, PATH_MAX, "%s/%s", lab_root, places[i].to);
		return buf;
	}
	return path;
}

static void *
next(const char *symbol)
{
	void *found = dlsym(RTLD_NEXT, symbol);

	if (found == NULL)
		abort();
	return found;
}

EXPORT int
open(const char *path, int flags, ...)
{
	static int (*libc_open)(const char *, int, ...);
	char buf[PATH_MAX];
	va_list ap;
	unsigned int mode;

	if (libc_open == NULL)
		*(void **)&libc_open = next("open");
	va_start(ap, flags);
	mode = va_arg(ap, unsigned int);
	va_end(ap);
	return libc_open(moved(path, buf), flags, mode);
}

EXPORT int
stat(const char *path, struct stat *st)
{
	static int (*libc_stat)(const char *, struct stat *);
	char buf[PATH_MAX];

	if (libc_stat == NULL)
		*(void **)&libc_stat = next("stat");
	return libc_stat(moved(path, buf), st);
}

EXPORT int
chroot(const char *path)
{
	static int (*libc_chroot)(const char *);
	char buf[PATH_MAX];

	if (libc_chroot == NULL)
		*(void **)&libc_chroot = next("chroot");
	return libc_chroot(moved(path, buf));
}

/* libc would write to the host's utmp and wtmp. */
EXPORT void
login(const struct utmp *entry)
{
	(void)entry;
}

EXPORT int
logout(const char *line)
{
	(void)line;
	return 1;
}

EXPORT void
logwtmp(const char *line, const char *name, const char *host)
{
	(void)line;
	(void)name;
	(void)host;
}

EXPORT int
pam_start(const char *service, const char *user, const struct pam_conv *conv,
    pam_handle_t **pamh)
{
	char buf[PATH_MAX];

	if (lab_root[0] == '\0')
		return pam_start_confdir(service, user, conv, NULL, pamh);
	snprintf(buf, sizeof buf, "%s/etc/pam.d", lab_root);
	return pam_start_confdir(service, user, conv, buf, pamh);
}
