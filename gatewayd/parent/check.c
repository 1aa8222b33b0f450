/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/check.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/certificates.h"
#include "gatewayd/parent/policies.h"
#include "gatewayd/parent/read_file.h"
#include "gatewayd/parent/roles.h"
#include "lib/base/dn.h"
#include "lib/base/group_list.h"
#include "lib/base/log.h"
#include "lib/conf/conf_parse.h"

#define SEAL_KEY 32

struct checker {
	const char *file;
	struct checked *c;
	struct lex_errors *errors;
	bool root;
};

/* The user is a name or a number.  A number is the gid too. */
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
	if (p == NULL || p->pw_uid == 0 || p->pw_gid == 0)
		return -1;
	r->uid = p->pw_uid;
	r->gid = p->pw_gid;
	return 0;
}

/* No two roles may share a uid or gid: forward's group can read the log, and
 * no other role may. */
static void
check_apart(struct checker *k, enum role one, enum role other)
{
	const struct conf_role *a = roles_conf(&k->c->conf, one),
			       *b = roles_conf(&k->c->conf, other);

	if (a->uid == 0 || b->uid == 0)
		return; /* has an error already */
	if (a->uid == b->uid || a->gid == b->gid)
		lex_error_file(k->errors, k->file,
		    "%s and %s have the same %s: each role needs its own",
		    role_name(one), role_name(other),
		    a->uid == b->uid ? "user" : "group");
}

static void
check_users(struct checker *k)
{
	for (size_t i = 0; i < role_rows; i++) {
		struct conf_role *r = roles_conf(&k->c->conf, roles[i].role);

		r->drop = k->root;
		if (!k->root) {
			r->uid = getuid();
			r->gid = getgid();
			continue;
		}
		if (resolve(r) < 0)
			lex_error_file(k->errors, k->file,
			    "%s: user \"%s\" does not exist, or is root, or its "
			    "group is",
			    role_name(roles[i].role), r->user);
		for (size_t j = 0; j < i; j++)
			check_apart(k, roles[j].role, roles[i].role);
	}
	k->c->conf.directory.peer_uid = k->c->conf.login.role.uid;
}

static void
check_group(struct checker *k, const char *key, const char *name, uint32_t *gid)
{
	const struct group *g = name[0] != '\0' ? getgrnam(name) : NULL;

	if (name[0] == '\0')
		return;
	if (g == NULL || g->gr_gid == 0)
		lex_error_file(k->errors, k->file,
		    "%s \"%s\": there is no such local group, or it is root's",
		    key, name);
	else
		*gid = g->gr_gid;
}

/* Normalises the DNs: authority compares them in one spelling. */
static void
check_dns(
    struct checker *k, const char *key, char (*dn)[CONF_TEXT], uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		char out[CONF_TEXT];
		long size = dn_normalise(dn[i], out, sizeof out - 1);

		if (size < 0) {
			lex_error_file(k->errors, k->file,
			    "%s \"%s\" is no DN of a directory group", key,
			    dn[i]);
			continue;
		}
		memcpy(dn[i], out, (size_t)size);
		dn[i][size] = '\0';
	}
}

static void
check_helpdesk(struct checker *k)
{
	struct conf *c = &k->c->conf;

	check_group(k, "helpdesk-group", c->gateway.helpdesk_group,
	    &c->gateway.helpdesk_gid);
	check_group(k, "auditor-group", c->gateway.auditor_group,
	    &c->gateway.auditor_gid);
	check_dns(k, "protected", c->authority.protected,
	    c->authority.protected_count);
	check_dns(k, "helpdesk-people", c->authority.helpdesk_people,
	    c->authority.helpdesk_people_count);
}

static void
cannot_read(
    struct checker *k, const char *key, const char *path, const char *why)
{
	lex_error_file(k->errors, k->file, "%s %s: %s%s", key, path, why,
	    errno == ENOENT && strstr(key, "-key") != NULL
		? " (sallyport key init makes it)"
		: "");
}

static void
drop_text(char *text, size_t size)
{
	explicit_bzero(text, size);
	free(text);
}

/* The content of a file; the caller wipes and frees it.  NULL: the file cannot
 * be used.  secret: no other user may be able to read it. */
static char *
read_checked(struct checker *k, const char *key, const char *path, bool secret,
    size_t *size_r)
{
	char why[TRUST_WHY] = "it is gone", *text;
	struct stat st;

	if (path[0] == '\0')
		return NULL;
	text = read_file(path, size_r, why);
	if (text == NULL || stat(path, &st) < 0) {
		cannot_read(k, key, path, why);
	} else if (secret && (st.st_mode & 077) != 0) {
		lex_error_file(k->errors, k->file,
		    "%s %s: others may read it (mode %04o): chmod 600 %s", key,
		    path, st.st_mode & 07777, path);
	} else {
		return text;
	}
	if (text != NULL)
		drop_text(text, *size_r);
	return NULL;
}

/* What a file is for. */
enum content { SECRET, CERTIFICATES, REVOKED };

/* The size of the file; -1: it cannot be used. */
static ssize_t
keep_file(
    struct checker *k, const char *key, const char *path, enum content content)
{
	char why[CERTIFICATES_WHY];
	size_t size;
	char *text = read_checked(k, key, path, content == SECRET, &size);

	if (text == NULL)
		return -1;
	if ((content == CERTIFICATES &&
		certificates_validate(text, size, why) < 0) ||
	    (content == REVOKED &&
		certificates_validate_lists(text, size, why) < 0))
		lex_error_file(k->errors, k->file, "%s %s: %s", key, path, why);
	if (files_keep(&k->c->files, path, text, size, content == SECRET) < 0)
		cannot_read(k, key, path, strerror(errno));
	drop_text(text, size);
	return (ssize_t)size;
}

static void
read_password(struct checker *k)
{
	struct conf_directory *d = &k->c->conf.directory;
	size_t size;
	char *text = read_checked(
	    k, "bind-password-file", d->bind_password_file, true, &size);

	if (text == NULL)
		return;
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
	drop_text(text, size);
}

static void
check_files(struct checker *k)
{
	struct conf *c = &k->c->conf;
	ssize_t size;

	read_password(k);
	keep_file(k, "directory ca", c->directory.ca, CERTIFICATES);
	keep_file(k, "directory crl", c->directory.crl, REVOKED);
	size = keep_file(k, "seal-key", c->authority.seal_key, SECRET);
	if (size >= 0 && size != SEAL_KEY)
		lex_error_file(k->errors, k->file,
		    "seal-key %s: must be exactly %d random bytes (sallyport "
		    "key init makes one)",
		    c->authority.seal_key, SEAL_KEY);
	for (uint32_t i = 0; i < c->authority.token_key_count; i++)
		keep_file(k, "token-key", c->authority.token_key[i], SECRET);
	keep_file(k, "checkpoint-key", c->audit.checkpoint_key, SECRET);
	for (uint32_t i = 0; i < c->forward.sink_count; i++) {
		keep_file(k, "sink ca", c->forward.sink[i].ca, CERTIFICATES);
		keep_file(k, "sink certificate", c->forward.sink[i].certificate,
		    CERTIFICATES);
		keep_file(k, "sink key", c->forward.sink[i].key, SECRET);
	}
}

/* The programs of the roles exist, and no other user can change them. */
static void
check_programs(struct checker *k)
{
	const char *libexec = k->c->conf.gateway.libexec;
	char path[CONF_PATH + 32], why[TRUST_WHY];

	if (trust_path(libexec, why) < 0) {
		lex_error_file(k->errors, k->file, "libexec: %s", why);
		return;
	}
	for (size_t i = 0; i < role_rows; i++) {
		snprintf(path, sizeof path, "%s/%s", libexec,
		    role_name(roles[i].role));
		if (trust_path(path, why) < 0)
			lex_error_file(k->errors, k->file, "libexec: %s", why);
		else if (access(path, X_OK) < 0)
			lex_error_file(k->errors, k->file, "libexec: %s: %s",
			    path, strerror(errno));
	}
}

/* For authority, which compares it and records what it loads. */
static void
name_policy(struct conf_policy *p, const struct policies *policies)
{
	const struct reviewed *r = &policies->reviewed;

	memcpy(p->proved, policies->proved, sizeof p->proved);
	memcpy(p->bundle, r->bundle, sizeof p->bundle);
	memcpy(p->author, r->author, sizeof p->author);
	memcpy(p->reviewer, r->reviewer, sizeof p->reviewer);
	memcpy(p->reference, r->reference, sizeof p->reference);
}

static size_t
add_names(char *text, size_t at, char (*dn)[CONF_TEXT], uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		size_t size = strlen(dn[i]) + 1;

		memcpy(text + at, dn[i], size);
		at += size;
	}
	return at;
}

static void
keep_groups(struct checker *k)
{
	struct policies *p = &k->c->policies;
	struct conf_authority *a = &k->c->conf.authority;
	char *text = malloc(
	    p->groups_size + sizeof a->protected + sizeof a->helpdesk_people);
	size_t size = p->groups_size;

	if (text == NULL || p->groups == NULL) {
		lex_error_file(k->errors, k->file, "out of memory");
		free(text);
		return;
	}
	memcpy(text, p->groups, size);
	size = add_names(text, size, a->protected, a->protected_count);
	size =
	    add_names(text, size, a->helpdesk_people, a->helpdesk_people_count);
	a->group_list = group_list_number(text, size);
	if (files_keep(&k->c->files, FILES_GROUPS, text, size, false) < 0)
		lex_error_file(
		    k->errors, k->file, "groups: %s", strerror(errno));
	free(text);
}

/* directory has no policy, so it is told which attributes and groups the policy
 * names. */
static void
tell_directory(struct checker *k)
{
	struct conf_directory *d = &k->c->conf.directory;

	d->policy_attribute_count = k->c->policies.attribute_count;
	memcpy(d->policy_attribute, k->c->policies.attribute,
	    sizeof d->policy_attribute);
	keep_groups(k);
}

struct checked *
check_configuration(
    const char *file, bool root, bool prove, struct lex_errors *errors)
{
	struct checker k = {.file = file, .errors = errors, .root = root};
	unsigned before = errors->count;
	char why[TRUST_WHY], *text;
	size_t size;

	text = read_file(file, &size, why);
	if (text == NULL) {
		lex_error_file(errors, file, "%s", why);
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
		check_helpdesk(&k);
		if (roles_fill(&k.c->conf) < 0)
			lex_error_file(errors, file,
			    "runtime and state: a path is too long");
		check_files(&k);
		check_programs(&k);
	}
	/* also after an error: one run shows all errors */
	policies_load(&k.c->policies, k.c->conf.gateway.policy,
	    k.c->conf.gateway.policy_signers, file, errors);
	/* an assertion that does not hold is an error too */
	if (prove) {
		policies_prove(&k.c->policies, errors);
		policies_proved(&k.c->policies);
	}
	name_policy(&k.c->conf.authority.policy, &k.c->policies);
	tell_directory(&k);
	free(text);
	if (errors->count == before)
		return k.c;
	checked_free(k.c);
	return NULL;
}

static struct lex_errors *
new_errors(void)
{
	struct lex_errors *errors = calloc(1, sizeof *errors);

	if (errors == NULL)
		fatalx("out of memory");
	lex_errors_init(errors);
	return errors;
}

static void
say_faults(const struct lex_errors *errors)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL || lex_errors_print(errors, f) < 0 || fclose(f) == EOF)
		fatalx("out of memory");
	log_faults(text);
	free(text);
}

static void
find_first(const struct lex_errors *errors, char where_r[CHECK_WHERE])
{
	const struct lex_finding *f = errors->finding;
	const struct lex_finding *end = f + errors->kept;
	char line[16] = "";

	while (f < end && f->warning)
		f++;
	snprintf(where_r, CHECK_WHERE, "the configuration");
	if (f == end)
		return;
	if (f->line > 0)
		snprintf(line, sizeof line, ":%u", f->line);
	snprintf(where_r, CHECK_WHERE, "%.*s%s", (int)f->file_length,
	    errors->text + f->file, line);
}

static struct checked *
check_aloud(const char *file, bool prove, char *where_r)
{
	struct lex_errors *errors = new_errors();
	struct checked *c =
	    check_configuration(file, geteuid() == 0, prove, errors);

	say_faults(errors);
	if (c == NULL && where_r != NULL)
		find_first(errors, where_r);
	free(errors);
	return c;
}

struct checked *
check_whole(const char *file)
{
	return check_aloud(file, true, NULL);
}

struct checked *
check_unproved(const char *file, char where_r[CHECK_WHERE])
{
	return check_aloud(file, false, where_r);
}

bool
check_prove(const struct checked *c)
{
	struct lex_errors *errors = new_errors();
	bool holds = policies_prove(&c->policies, errors);

	say_faults(errors);
	free(errors);
	return holds;
}

void
checked_free(struct checked *c)
{
	if (c == NULL)
		return;
	policies_close(&c->policies);
	files_close(&c->files);
	explicit_bzero(c, sizeof *c);
	free(c);
}
