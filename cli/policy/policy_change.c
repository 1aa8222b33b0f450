/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/policy/policy_store.h"
#include "cli/policy/policy_try.h"
#include "cli/proposal/proposal_sign.h"
#include "lib/bundle/bundle_verbs.h"

/* The bundle that this is a change of: as told, or the one in force here. */
static int
find_parent(const char *told, char hash_r[BUNDLE_HASH_TEXT])
{
	struct policy_store store;
	int status;

	hash_r[0] = '\0';
	if (told == NULL) {
		status = policy_store_find(&store);
		if (status == 0)
			status = policy_store_present(&store, hash_r);
		if (status == 0 && hash_r[0] == '\0')
			snprintf(hash_r, BUNDLE_HASH_TEXT, BUNDLE_NONE);
		return status;
	}
	if (strcmp(told, BUNDLE_NONE) != 0 && !bundle_hash_ok(told))
		return cli_usage(
		    "--parent is either none or the %d digits of a hash",
		    BUNDLE_HASH_TEXT - 1);
	snprintf(hash_r, BUNDLE_HASH_TEXT, "%s", told);
	return 0;
}

/* The files of the folder; restores NULL: no earlier bundle. */
static int
list_files(struct bundle *b, const struct bundle_dir *d, const char *restores)
{
	for (; b->file_count < d->count; b->file_count++) {
		const struct policy_source *file = &d->file[b->file_count];
		struct bundle_file *listed = &b->file[b->file_count];

		snprintf(listed->name, sizeof listed->name, "%s", file->name);
		if (bundle_hash(file->text, file->length, listed->hash) != 0)
			return cli_fail(CLI_UNKNOWN, "libcrypto failed");
	}
	if (restores != NULL)
		bundle_add_argument(b, BUNDLE_RESTORES, restores);
	return 0;
}

int
policy_change_make(
    struct proposal_signing *s, struct bundle_dir *d, const char *restores)
{
	char parent[BUNDLE_HASH_TEXT];
	struct bundle *b = calloc(1, sizeof *b);
	int status;

	if (b == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	snprintf(b->verb, sizeof b->verb, "%s",
	    bundle_verb_word(BUNDLE_VERB_POLICY));
	status = policy_try(d);
	if (status == 0)
		status = find_parent(s->parent, parent);
	if (status == 0) {
		bundle_add_argument(b, BUNDLE_PARENT, parent);
		status = list_files(b, d, restores);
	}
	if (status == 0)
		status = proposal_make(s, d, b);
	free(b);
	return status;
}

int
policy_propose(int argc, char **argv)
{
	struct bundle_dir *d = calloc(1, sizeof *d);
	struct proposal_signing s = {0};
	int status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = proposal_options(&s, argc, argv, true);
	if (status == 0 && s.path == NULL)
		status = cli_usage("give one FOLDER");
	/* what was signed before is proposed anew */
	if (status == 0)
		status = bundle_dir_read(d, s.path);
	if (status == 0)
		status = policy_change_make(&s, d, NULL);
	bundle_dir_free(d);
	free(d);
	return status;
}
