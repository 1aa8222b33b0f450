/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "lib/bundle/bundle.h"

#define FILES_MAX 256
#define ZONES_MAX 64
#define SUFFIX ".policy"
#define ZONEINFO "/usr/share/zoneinfo/"

/* All that was read, until the policy is parsed. */
struct files {
	struct policy_source source[FILES_MAX];
	char *name[FILES_MAX];
	char *text[FILES_MAX];
	size_t count;
	char *zone[ZONES_MAX];
	size_t zone_count;
};

typedef long read_fn(const char *path, char *buf, size_t size);

static char *
load_text(const char *path, read_fn *read, size_t *length_r,
    struct lex_errors *errors)
{
	/* one byte more than a lexer takes, for it to say so */
	char *text = malloc(LEX_SOURCE_MAX + 2);
	long length;

	if (text == NULL) {
		lex_error_file(errors, path, "out of memory");
		return NULL;
	}
	length = read(path, text, LEX_SOURCE_MAX + 1);
	if (length < 0) {
		lex_error_file(errors, path, "%s", cli_read_problem());
		free(text);
		return NULL;
	}
	text[length] = '\0';
	*length_r = (size_t)length;
	return text;
}

char *
policy_load_text(const char *path, size_t *length_r, struct lex_errors *errors)
{
	return load_text(path, cli_read, length_r, errors);
}

static int
find_zone(
    void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	struct files *files = context;
	char path[sizeof ZONEINFO + 256];
	char *data = malloc(LEX_SOURCE_MAX);
	long length = -1;

	if (data == NULL || files->zone_count == ZONES_MAX ||
	    strlen(name) > 255) {
		free(data);
		return -1;
	}
	snprintf(path, sizeof path, ZONEINFO "%s", name);
	length = cli_read(path, data, LEX_SOURCE_MAX);
	if (length < 0) {
		free(data);
		return -1;
	}
	files->zone[files->zone_count++] = data;
	*tzif_r = data;
	*length_r = (size_t)length;
	return 0;
}

static int
add_file(struct files *files, const char *path, read_fn *read,
    struct lex_errors *errors)
{
	const char *slash = strrchr(path, '/');
	size_t length;
	char *text, *name;

	if (files->count == FILES_MAX) {
		lex_error_file(
		    errors, path, "more than %d policy files", FILES_MAX);
		return -1;
	}
	text = load_text(path, read, &length, errors);
	if (text == NULL)
		return -1;
	name = strdup(slash != NULL ? slash + 1 : path);
	files->text[files->count] = text;
	files->name[files->count] = name;
	files->source[files->count++] = (struct policy_source){
	    name != NULL ? name : "policy", text, length};
	return 0;
}

static int
is_policy(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > sizeof SUFFIX - 1 &&
	       strcmp(entry->d_name + length - (sizeof SUFFIX - 1), SUFFIX) ==
		   0;
}

static int
add_folder(struct files *files, const char *path, struct lex_errors *errors)
{
	struct dirent **found;
	int count = scandir(path, &found, is_policy, alphasort);
	int status = 0;

	if (count < 0) {
		lex_error_file(errors, path, "%s", strerror(errno));
		return -1;
	}
	for (int i = 0; i < count; i++) {
		char file[PATHS_MAX + 257];

		snprintf(file, sizeof file, "%s/%s", path, found[i]->d_name);
		if (add_file(files, file, cli_read_listed, errors) != 0)
			status = -1;
		free(found[i]);
	}
	free(found);
	return status;
}

static int
read_files(struct files *files, const char *path, struct lex_errors *errors)
{
	struct stat st = {0};

	if (strlen(path) >= PATHS_MAX) {
		lex_error_file(errors, path, "the path is too long");
		return -1;
	}
	if (strcmp(path, "-") != 0 && stat(path, &st) != 0) {
		lex_error_file(errors, path, "%s", strerror(errno));
		return -1;
	}
	if (strcmp(path, "-") != 0 && S_ISDIR(st.st_mode))
		return add_folder(files, path, errors);
	return add_file(files, path, cli_read, errors);
}

static struct policy *
parse(struct files *files, const struct policy_source *sources, size_t count,
    struct lex_errors *errors)
{
	struct policy_zones zones = {.find = find_zone, .context = files};

	return policy_parse(sources, count, &zones, errors);
}

static void
free_files(struct files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->text[i]);
		free(files->name[i]);
	}
	for (size_t i = 0; i < files->zone_count; i++)
		free(files->zone[i]);
	free(files);
}

/* What gatewayd could not load is no policy here either. */
static bool
fits(const struct files *files, struct lex_errors *errors)
{
	if (files->count + files->zone_count <= BUNDLE_POLICIES)
		return true;
	lex_error_file(errors, "policy",
	    "%zu policy files and time zones; gatewayd takes "
	    "at most %d",
	    files->count + files->zone_count, BUNDLE_POLICIES);
	return false;
}

struct policy *
policy_load_all(char *const *paths, size_t count, struct lex_errors *errors)
{
	struct files *files = calloc(1, sizeof *files);
	struct policy *policy = NULL;
	int status = 0;

	if (files == NULL) {
		lex_error_file(errors, "policy", "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		status |= read_files(files, paths[i], errors);
	if (status == 0)
		policy = parse(files, files->source, files->count, errors);
	if (policy != NULL && !fits(files, errors)) {
		policy_free(policy);
		policy = NULL;
	}
	free_files(files);
	return policy;
}

struct policy *
policy_load_sources(const struct policy_source *sources, size_t count,
    size_t *zones_r, struct lex_errors *errors)
{
	struct files *files = calloc(1, sizeof *files);
	struct policy *policy;

	*zones_r = 0;
	if (files == NULL) {
		lex_error_file(errors, "policy", "out of memory");
		return NULL;
	}
	policy = parse(files, sources, count, errors);
	*zones_r = files->zone_count;
	free_files(files);
	return policy;
}

struct policy *
policy_load(const char *path, struct lex_errors *errors)
{
	struct policy *policy;
	char usual[PATHS_MAX];
	char *one;

	if (path == NULL && paths_policy(usual) != 0) {
		lex_error_file(errors, "policy",
		    "the configuration does not name the folder of the "
		    "policy");
		return NULL;
	}
	one = path != NULL ? strdup(path) : usual;
	if (one == NULL) {
		lex_error_file(errors, "policy", "out of memory");
		return NULL;
	}
	policy = policy_load_all(&one, 1, errors);
	if (one != usual)
		free(one);
	return policy;
}
