/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_BUNDLE_DIR_H
#define CLI_PROPOSAL_BUNDLE_DIR_H

#include "lib/bundle/bundle.h"
#include "policy/policy.h"

/*
 * A folder with a proposal and the files that it is about, read once.  So the
 * text that is hashed is the text that is tested and installed.
 */
struct bundle_dir {
	const char *path;
	size_t count; /* in the order of the names */
	struct policy_source file[BUNDLE_FILES];
	char *manifest; /* the text of the proposal; NULL: there is none yet */
	size_t manifest_size;
	struct bundle bundle; /* read from the manifest */
};

/* Reads all *.policy and *.test files, and the proposal.  Each of these returns
 * 0, or a cli_status after it has printed the reason. */
int bundle_dir_read(struct bundle_dir *d, const char *path);
void bundle_dir_free(struct bundle_dir *d);

/* 0 if there is a manifest, it is of these files, and its time is not in the
 * future. */
int bundle_dir_match(const struct bundle_dir *d);

/* Replaces the whole file PATH/NAME, and syncs it.  0, or -1 with errno. */
int bundle_dir_write(
    const char *path, const char *name, const char *text, size_t len);

#endif
