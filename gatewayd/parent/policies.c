/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/policies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/parent/files.h"
#include "gatewayd/parent/read_file.h"
#include "gatewayd/role/role.h"
#include "lib/base/clock.h"
#include "lib/conf/lex.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"

#define ZONEINFO "/usr/share/zoneinfo/"
#define SUFFIX ".policy"

_Static_assert(POLICIES_MAX + CONF_TOKEN_KEYS + 3 <= ROLE_FILES_MAX,
    "authority takes no more files");
_Static_assert(POLICY_ATTRIBUTES_MAX == CONF_ATTRIBUTES &&
		   POLICY_ATTRIBUTE_NAME_MAX + 1 == CONF_ATTRIBUTE,
    "directory is told of every attribute");

struct loading {
	struct policies *policies;
	struct lex_errors *errors;
	const char *config;
	const char *directory;
	char *text[POLICIES_MAX]; /* policy_parse() reads from these */
	size_t size[POLICIES_MAX];
	struct policy_source source[POLICIES_MAX];
	char why[TRUST_WHY];	      /* why the last file cannot be used */
	char path[POLICIES_MAX][512]; /* its name in errors */
	size_t sources;
};

/* Reads and keeps a file.  The index of its text, or -1 with l->why. */
static int
keep(struct loading *l, const char *kind, const char *name, const char *path,
    size_t *size_r)
{
	struct policies *p = l->policies;
	size_t n = p->count, room = sizeof p->text[0].name;

	if (n == POLICIES_MAX) {
		snprintf(l->why, sizeof l->why,
		    "more than %d files and time zones", POLICIES_MAX);
		return -1;
	}
	if (snprintf(p->text[n].name, room, "%s/%s", kind, name) >= (int)room) {
		snprintf(l->why, sizeof l->why, "its name is too long");
		return -1;
	}
	l->text[n] = read_file(path, size_r, l->why);
	if (l->text[n] == NULL)
		return -1;
	l->size[n] = *size_r;
	p->text[n].fd = files_seal(l->text[n], *size_r);
	if (p->text[n].fd < 0) {
		snprintf(l->why, sizeof l->why, "%s", strerror(errno));
		return -1;
	}
	return (int)p->count++;
}

static int
find_zone(
    void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	struct loading *l = context;
	char path[sizeof ZONEINFO + 256];
	int n;

	if (snprintf(path, sizeof path, ZONEINFO "%s", name) >=
	    (int)sizeof path)
		return -1;
	n = keep(l, "zone", name, path, length_r);
	if (n < 0) {
		if (errno == EPERM)
			lex_error_file(l->errors, path, "%s", l->why);
		return -1;
	}
	*tzif_r = l->text[n];
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
take(struct loading *l, const char *name)
{
	char *path = l->path[l->sources];
	struct policy_source *s = &l->source[l->sources];
	int n;

	if (snprintf(path, sizeof l->path[0], "%s/%s", l->directory, name) >=
	    (int)sizeof l->path[0]) {
		lex_error_file(l->errors, l->config,
		    "policy %s/%s: the path is too long", l->directory, name);
		return;
	}
	n = keep(l, "policy", name, path, &s->length);
	if (n < 0) {
		lex_error_file(l->errors, path, "%s", l->why);
		return;
	}
	s->name = path;
	s->text = l->text[n];
	l->sources++;
}

static void
take_all(struct loading *l)
{
	struct dirent **found;
	int n;

	/* another user could add a file to this directory */
	if (trust_path(l->directory, l->why) < 0 && errno != ENOENT) {
		lex_error_file(l->errors, l->config, "policy: %s", l->why);
		return;
	}
	n = scandir(l->directory, &found, is_policy, alphasort);
	if (n < 0) {
		lex_error_file(l->errors, l->config, "policy %s: %s",
		    l->directory, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		if (l->sources < POLICIES_MAX)
			take(l, found[i]->d_name);
		else if (l->sources == POLICIES_MAX && i == POLICIES_MAX)
			lex_error_file(l->errors, l->config,
			    "policy %s: more than %d files", l->directory,
			    POLICIES_MAX);
		free(found[i]);
	}
	free(found);
}

static void
take_attributes(struct policies *p, const struct policy *policy)
{
	const char *const *names;
	size_t count;

	names = policy_attribute_names(policy, &count);
	for (size_t i = 0; i < count; i++)
		snprintf(
		    p->attribute[i], sizeof p->attribute[i], "%s", names[i]);
	p->attribute_count = (uint32_t)count;
}

static void
take_groups(struct loading *l, const struct policy *policy)
{
	struct policies *p = l->policies;
	size_t room = 0, size = 0;
	const char *dn;

	for (size_t i = 0; i < policy_group_count(policy); i++) {
		dn = policy_group(policy, i, &size);
		room += dn != NULL ? size + 1 : 0;
	}
	p->groups = calloc(1, room + 1);
	if (p->groups == NULL) {
		lex_error_file(l->errors, l->config, "out of memory");
		return;
	}
	for (size_t i = 0; i < policy_group_count(policy); i++) {
		dn = policy_group(policy, i, &size);
		if (dn == NULL)
			continue;
		if (size > GROUP_MAX || memchr(dn, '\0', size) != NULL)
			lex_error_file(l->errors, l->config,
			    "policy: the group %.*s has a DN of more than %d bytes, or with a NUL",
			    (int)size, dn, GROUP_MAX);
		memcpy(p->groups + p->groups_size, dn, size);
		p->groups_size += size + 1;
	}
}

/* What is proved is what was parsed, whatever becomes of the files. */
static void
hash_texts(struct loading *l)
{
	struct policies *p = l->policies;
	struct proved_text list[POLICIES_MAX];

	for (size_t i = 0; i < p->count; i++)
		list[i] = (struct proved_text){
		    p->text[i].name, l->text[i], l->size[i]};
	if (proved_hash(list, p->count, p->proved) < 0)
		lex_error_file(
		    l->errors, l->config, "the policy could not be hashed");
}

void
policies_load(struct policies *p, const char *directory, const char *signers,
    const char *config, struct lex_errors *errors)
{
	struct loading *l = calloc(1, sizeof *l);
	struct policy_zones zones = {.find = find_zone, .context = l};

	*p = (struct policies){0};
	if (l == NULL) {
		lex_error_file(errors, config, "out of memory");
		return;
	}
	l->policies = p;
	l->errors = errors;
	l->config = config;
	l->directory = directory;
	take_all(l);
	if (signers[0] != '\0')
		reviewed_check(&p->reviewed,
		    &(struct reviewed_policy){directory, l->source, l->sources},
		    signers, config, errors);
	else
		reviewed_none(&p->reviewed,
		    &(struct reviewed_policy){directory, l->source, l->sources},
		    config, errors);
	p->unproved = policy_parse(l->source, l->sources, &zones, errors);
	hash_texts(l);
	policy_carried_warn(p->unproved, errors);
	policy_carried(p->unproved, errors);
	p->rules = policy_rule_count(p->unproved);
	take_attributes(p, p->unproved);
	take_groups(l, p->unproved);
	for (size_t i = 0; i < POLICIES_MAX; i++)
		free(l->text[i]);
	free(l);
}

bool
policies_prove(const struct policies *p, struct lex_errors *errors)
{
	return policy_prove_errors(
		   p->unproved, clock_wall_ms() / 1000, errors) == 0;
}

void
policies_proved(struct policies *p)
{
	policy_free(p->unproved);
	p->unproved = NULL;
}

void
policies_close(struct policies *p)
{
	policies_proved(p);
	for (size_t i = 0; i < p->count; i++)
		close(p->text[i].fd);
	p->count = 0;
	free(p->groups);
	p->groups = NULL;
	p->groups_size = 0;
}
