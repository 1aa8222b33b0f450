/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/bundle/proved.h"
#include "lib/conf/lex.h"
#include "policy/policy.h"

#define TEXT_MOST (1024 * 1024)

struct text {
	char *bytes;
	size_t size;
};

/* policy_parse() reads from these, so they must outlive its call */
struct source {
	struct role_handed *handed;
	size_t count;
	struct policy_source file[ROLE_FILES_MAX];
	struct text text[ROLE_FILES_MAX];
};

static int
read_all(int fd, struct text *t)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size < 0 || st.st_size > TEXT_MOST)
		return -1;
	t->size = (size_t)st.st_size;
	t->bytes = malloc(t->size + 1);
	if (t->bytes == NULL)
		return -1;
	return file_read(fd, t->bytes, t->size + 1) == (ssize_t)t->size ? 0
									: -1;
}

static int
find_zone(
    void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	struct source *s = context;

	for (size_t i = 0; i < s->handed->file_count; i++) {
		const char *n = s->handed->file[i].name;

		if (strncmp(n, "zone/", 5) != 0 || strcmp(n + 5, name) != 0)
			continue;
		if (s->text[i].bytes == NULL &&
		    read_all(s->handed->file[i].fd, &s->text[i]) < 0)
			return -1;
		*tzif_r = s->text[i].bytes;
		*length_r = s->text[i].size;
		return 0;
	}
	return -1;
}

static int
read_policies(struct source *s, char *text, size_t size)
{
	struct role_handed *h = s->handed;

	for (size_t i = 0; i < h->file_count; i++) {
		if (strncmp(h->file[i].name, "policy/", 7) != 0)
			continue;
		if (read_all(h->file[i].fd, &s->text[i]) < 0) {
			snprintf(text, size, "%.200s cannot be read",
			    h->file[i].name);
			return -1;
		}
		s->file[s->count++] = (struct policy_source){
		    h->file[i].name + 7, s->text[i].bytes, s->text[i].size};
	}
	return 0;
}

/* The parent proved the assertions of these very texts before it handed them
 * over: no login waits for a proof. */
static bool
was_proved(const struct source *s)
{
	const struct conf_authority *conf = s->handed->conf;
	struct proved_text list[ROLE_FILES_MAX];
	char hash[PROVED_HASH];
	size_t count = 0;

	for (size_t i = 0; i < s->handed->file_count; i++) {
		if (s->text[i].bytes != NULL)
			list[count++] =
			    (struct proved_text){s->handed->file[i].name,
				s->text[i].bytes, s->text[i].size};
	}
	return proved_hash(list, count, hash) == 0 &&
	       strcmp(hash, conf->policy.proved) == 0;
}

static struct snapshot *
parse(struct source *s, char *text, size_t size)
{
	struct policy_zones zones = {.find = find_zone, .context = s};
	struct snapshot *new = calloc(1, sizeof *new);
	struct lex_errors *errors = calloc(1, sizeof *errors);

	if (new == NULL || errors == NULL) {
		snprintf(text, size, "out of memory");
		goto bad;
	}
	lex_errors_init(errors);
	new->policy = policy_parse(s->file, s->count, &zones, errors);
	if (new->policy == NULL) {
		snprintf(text, size, "the policy has errors");
		lex_errors_print(errors, stderr);
		goto bad;
	}
	/* The parent proved these same texts, with the zones that they name,
	 * which are read while they are parsed: no login waits for a proof. */
	if (!was_proved(s)) {
		snprintf(text, size,
		    "the policy that was given is not the one that was proved");
		goto bad;
	}
	new->users = 1;
	free(errors);
	return new;
bad:
	if (new != NULL)
		policy_free(new->policy);
	free(errors);
	free(new);
	return NULL;
}

struct snapshot *
snapshot_load(struct role_handed *handed, char *text, size_t size)
{
	struct source *s = calloc(1, sizeof *s);
	struct snapshot *new = NULL;

	if (s == NULL) {
		snprintf(text, size, "out of memory");
		return NULL;
	}
	s->handed = handed;
	if (read_policies(s, text, size) == 0)
		new = parse(s, text, size);
	for (size_t i = 0; i < ROLE_FILES_MAX; i++)
		free(s->text[i].bytes);
	free(s);
	if (new == NULL)
		return NULL;
	new->group_list =
	    ((const struct conf_authority *)handed->conf)->group_list;
	log_info("policy: %zu rules", policy_rule_count(new->policy));
	return new;
}

bool
snapshot_was_asked(
    const struct snapshot *s, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	return s->group_list == m->group_list;
}

struct snapshot *
snapshot_hold(struct snapshot *s)
{
	s->users++;
	return s;
}

void
snapshot_release(struct snapshot *s)
{
	if (s == NULL || --s->users > 0)
		return;
	policy_free(s->policy);
	free(s);
}
