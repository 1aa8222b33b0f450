/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/common/clock.h"
#include "gatewayd/parent/roles.h"
#include "policy/policy.h"

#define ZONEINFO "/usr/share/zoneinfo/"
#define SUFFIX ".policy"

struct checker {
	const char *file;
	struct checked *c;
	struct lex_errors *errors;
	bool root;
	/* what policy_parse() reads from */
	char *text[CHECK_FILES];
	char *zone_text[CHECK_FILES];
	size_t zone_size[CHECK_FILES];
};

/* The whole file, NUL-terminated; NULL: errno. */
static char *
read_file(const char *path, size_t *size_r)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = malloc(LEX_SOURCE_MAX + 2);
	size_t at = 0;
	ssize_t n = -1;

	if (fd < 0 || text == NULL)
		goto out;
	while (at <= LEX_SOURCE_MAX &&
	       (n = read(fd, text + at, LEX_SOURCE_MAX + 1 - at)) > 0)
		at += (size_t)n;
	if (n < 0)
		goto out;
	text[at] = '\0';
	*size_r = at;
	close(fd);
	return text;
out:
	if (fd >= 0)
		close(fd);
	free(text);
	return NULL;
}

/* A user's name or a number; a number is the gid too. */
static int
resolve(struct conf_role *r)
{
	struct passwd *p;
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(r->user, &end, 10);
	if (r->user[0] >= '0' && r->user[0] <= '9' && *end == '\0') {
		r->uid = r->gid = (uint32_t)n;
		return n == 0 || n >= UINT32_MAX || errno != 0 ? -1 : 0;
	}
	p = getpwnam(r->user);
	if (p == NULL || p->pw_uid == 0)
		return -1;
	r->uid = p->pw_uid;
	r->gid = p->pw_gid;
	return 0;
}

static void
check_users(struct checker *k)
{
	for (size_t i = 0; i < role_rows; i++) {
		struct conf_role *r = roles_conf(&k->c->conf, roles[i].role);
		const char *role = role_name(roles[i].role);

		r->drop = k->root;
		if (!k->root) {
			r->uid = getuid();
			r->gid = getgid();
			continue;
		}
		if (resolve(r) < 0)
			lex_error_file(k->errors, k->file,
			    "%s: user \"%s\" does not exist, or is root", role,
			    r->user);
		for (size_t j = 0; j < i; j++)
			if (roles_conf(&k->c->conf, roles[j].role)->uid ==
			    r->uid)
				lex_error_file(k->errors, k->file,
				    "%s and %s have the same user: each role "
				    "needs its own",
				    role_name(roles[j].role), role);
	}
	k->c->conf.directory.peer_uid = k->c->conf.login.role.uid;
}

/* A file that must be there; secret: nobody but its owner may read it. */
static void
check_file(struct checker *k, const char *key, const char *path, bool secret)
{
	struct stat st;
	int fd;

	if (path[0] == '\0')
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		lex_error_file(k->errors, k->file, "%s %s: %s%s", key, path,
		    strerror(errno),
		    secret && errno == ENOENT
			? " (sallyport key init makes keys)"
			: "");
	else if (!S_ISREG(st.st_mode))
		lex_error_file(
		    k->errors, k->file, "%s %s: not a file", key, path);
	else if (secret && (st.st_mode & 077) != 0)
		lex_error_file(k->errors, k->file,
		    "%s %s: others may read it; chmod 600 it", key, path);
	if (fd >= 0)
		close(fd);
}

static void
read_password(struct checker *k)
{
	struct conf_directory *d = &k->c->conf.directory;
	size_t size;
	char *text;

	check_file(k, "bind-password-file", d->bind_password_file, true);
	text = read_file(d->bind_password_file, &size);
	if (text == NULL)
		return; /* said above */
	if (size > 0 && text[size - 1] == '\n')
		text[--size] = '\0';
	if (size == 0 || size >= sizeof d->bind_password ||
	    strlen(text) != size)
		lex_error_file(k->errors, k->file,
		    "bind-password-file %s: must hold one password of 1 to "
		    "%zu bytes",
		    d->bind_password_file, sizeof d->bind_password - 1);
	else
		memcpy(d->bind_password, text, size + 1);
	explicit_bzero(text, size);
	free(text);
}

static void
check_files(struct checker *k)
{
	struct conf *c = &k->c->conf;

	read_password(k);
	check_file(k, "directory ca", c->directory.ca, false);
	check_file(k, "seal-key", c->authority.seal_key, true);
	for (uint32_t i = 0; i < c->authority.token_key_count; i++)
		check_file(k, "token-key", c->authority.token_key[i], true);
	check_file(k, "checkpoint-key", c->audit.checkpoint_key, true);
	for (uint32_t i = 0; i < c->forward.sink_count; i++) {
		check_file(k, "sink ca", c->forward.sink[i].ca, false);
		check_file(k, "sink certificate",
		    c->forward.sink[i].certificate, false);
		check_file(k, "sink key", c->forward.sink[i].key, true);
	}
}

/* ---- policy ---- */

static int
find_zone(
    void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	struct checker *k = context;
	size_t n = k->c->zone_count;
	char path[sizeof ZONEINFO + sizeof k->c->zone[0]];

	if (n == CHECK_FILES || strlen(name) >= sizeof k->c->zone[0])
		return -1;
	snprintf(path, sizeof path, ZONEINFO "%s", name);
	k->zone_text[n] = read_file(path, &k->zone_size[n]);
	if (k->zone_text[n] == NULL)
		return -1;
	snprintf(k->c->zone[n], sizeof k->c->zone[n], "%s", name);
	*tzif_r = k->zone_text[n];
	*length_r = k->zone_size[n];
	k->c->zone_count++;
	return 0;
}

static int
is_policy(const struct dirent *e)
{
	size_t size = strlen(e->d_name);

	return e->d_name[0] != '.' && size > sizeof SUFFIX - 1 &&
	       strcmp(e->d_name + size - (sizeof SUFFIX - 1), SUFFIX) == 0;
}

static void
find_policies(struct checker *k)
{
	const char *directory = k->c->conf.gateway.policy;
	struct dirent **found;
	int n = scandir(directory, &found, is_policy, alphasort);

	if (n < 0) {
		lex_error_file(k->errors, k->file, "policy %s: %s", directory,
		    strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		char *path = k->c->policy[k->c->policy_count];

		if (k->c->policy_count == CHECK_FILES)
			lex_error_file(k->errors, k->file,
			    "policy %s: more than %d files", directory,
			    CHECK_FILES);
		else if (snprintf(path, sizeof k->c->policy[0], "%s/%s",
			     directory,
			     found[i]->d_name) >= (int)sizeof k->c->policy[0])
			lex_error_file(k->errors, k->file,
			    "policy %s/%s: the path is too long", directory,
			    found[i]->d_name);
		else
			k->c->policy_count++;
		free(found[i]);
	}
	free(found);
}

static void
check_policy(struct checker *k)
{
	struct policy_zones zones = {.find = find_zone, .context = k};
	struct policy_source source[CHECK_FILES];
	struct policy *policy;
	size_t count = 0;

	find_policies(k);
	for (size_t i = 0; i < k->c->policy_count; i++) {
		const char *path = k->c->policy[i];

		k->text[i] = read_file(path, &source[count].length);
		if (k->text[i] == NULL) {
			lex_error_file(k->errors, path, "%s", strerror(errno));
			continue;
		}
		source[count].name = path;
		source[count++].text = k->text[i];
	}
	policy = policy_parse(source, count, &zones, k->errors);
	/* an assertion that does not hold is an error like any other */
	policy_prove_errors(policy, clock_wall_ms() / 1000, k->errors);
	k->c->rules = policy_rule_count(policy);
	policy_free(policy);
}

struct checked *
check_configuration(const char *file, bool root, struct lex_errors *errors)
{
	struct checker k = {.file = file, .errors = errors, .root = root};
	unsigned before = errors->count;
	size_t size;
	char *text;

	text = read_file(file, &size);
	if (text == NULL) {
		lex_error_file(errors, file, "%s", strerror(errno));
		return NULL;
	}
	k.c = calloc(1, sizeof *k.c);
	if (k.c == NULL) {
		lex_error_file(errors, file, "out of memory");
		free(text);
		return NULL;
	}
	if (conf_parse(&k.c->conf, file, text, size, errors) == 0) {
		check_users(&k);
		check_files(&k);
	}
	/* also then: all errors in one run */
	check_policy(&k);
	free(text);
	for (size_t i = 0; i < CHECK_FILES; i++) {
		free(k.text[i]);
		free(k.zone_text[i]);
	}
	if (errors->count == before)
		return k.c;
	checked_free(k.c);
	return NULL;
}

void
checked_free(struct checked *c)
{
	if (c == NULL)
		return;
	explicit_bzero(c, sizeof *c);
	free(c);
}
