/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/fixed.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

#define NAME "fixed"

struct lines {
	char *out;
	size_t used;
	bool failed;
};

static void __attribute__((format(printf, 2, 3)))
add(struct lines *l, const char *format, ...)
{
	size_t room = FIXED_TEXT - l->used;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(l->out + l->used, room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		l->failed = true;
	else
		l->used += (size_t)n;
}

/* Compares content: a key file that only has another path is the same key. */
static void
add_file(struct lines *l, const char *key, const struct files *files,
    const char *path)
{
	unsigned char text[4096], hash[EVP_MAX_MD_SIZE];
	int fd = files_open(files, path);
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof text, 0);
	unsigned size = 0;

	if (fd >= 0)
		close(fd);
	if (n < 0 ||
	    EVP_Digest(text, (size_t)n, hash, &size, EVP_sha256(), NULL) != 1)
		l->failed = true;
	explicit_bzero(text, sizeof text);
	add(l, "%s ", key);
	for (unsigned i = 0; i < size; i++)
		add(l, "%02x", hash[i]);
	add(l, "\n");
}

int
fixed_text(struct checked *c, char out[FIXED_TEXT])
{
	struct lines l = {.out = out};

	out[0] = '\0';
	add(&l, "runtime %s\n", c->conf.gateway.runtime);
	add(&l, "state %s\n", c->conf.gateway.state);
	add(&l, "module-uid %u\n", c->conf.gateway.module_uid);
	add(&l, "helpdesk-group %u\n", c->conf.gateway.helpdesk_gid);
	add(&l, "auditor-group %u\n", c->conf.gateway.auditor_gid);
	for (size_t i = 0; i < role_rows; i++) {
		const struct conf_role *r = roles_conf(&c->conf, roles[i].role);

		add(&l, "user of %s %u %u\n", role_name(roles[i].role), r->uid,
		    r->gid);
	}
	add_file(&l, "seal-key", &c->files, c->conf.authority.seal_key);
	add_file(&l, "checkpoint-key", &c->files, c->conf.audit.checkpoint_key);
	add(&l, "origin %s\n", c->conf.audit.origin);
	return l.failed ? -1 : 0;
}

/* The key is the words before the value.  "user of NAME" has three. */
static void
take_key(const char *line, char key_r[FIXED_KEY])
{
	size_t size = strcspn(line, " \n");

	if (strncmp(line, "user of ", 8) == 0)
		size = 8 + strcspn(line + 8, " \n");
	snprintf(key_r, FIXED_KEY, "%.*s", (int)size, line);
}

bool
fixed_same(const char *old, const char *new, char key_r[FIXED_KEY])
{
	while (*old != '\0' && *new != '\0') {
		size_t a = strcspn(old, "\n"), b = strcspn(new, "\n");

		if (a != b || memcmp(old, new, a) != 0)
			break;
		old += a + (old[a] == '\n');
		new += b + (new[b] == '\n');
	}
	if (*old == '\0' && *new == '\0')
		return true;
	take_key(*new != '\0' ? new : old, key_r);
	return false;
}

void
fixed_write(struct checked *c)
{
	char text[FIXED_TEXT], path[CONF_PATH + 16];
	int fd;

	snprintf(path, sizeof path, "%s/" NAME, c->conf.gateway.runtime);
	fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fixed_text(c, text) < 0 ||
	    dprintf(fd, "%d\n%s", (int)getpid(), text) < 0)
		log_warn("%s", path);
	if (fd >= 0)
		close(fd);
}

/* The values of the gatewayd that wrote the file.  NULL: it has ended. */
static const char *
text_of_running(const char *text)
{
	char *rest;
	long pid = strtol(text, &rest, 10);

	if (pid <= 0 || *rest != '\n' ||
	    (kill((pid_t)pid, 0) < 0 && errno != EPERM))
		return NULL;
	return rest + 1;
}

bool
fixed_refused(struct checked *c, char key_r[FIXED_KEY])
{
	char path[CONF_PATH + 16], old[FIXED_TEXT + 16], new[FIXED_TEXT];
	const char *running = NULL;
	int fd;

	snprintf(path, sizeof path, "%s/" NAME, c->conf.gateway.runtime);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	if (file_read(fd, old, sizeof old) > 0)
		running = text_of_running(old);
	close(fd);
	return running != NULL && fixed_text(c, new) == 0 &&
	       !fixed_same(running, new, key_r);
}
