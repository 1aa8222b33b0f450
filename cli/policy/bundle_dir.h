/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_BUNDLE_DIR_H
#define CLI_POLICY_BUNDLE_DIR_H

#include "lib/bundle/bundle.h"
#include "policy/policy.h"

/*
 * A folder of policy files and tables, read once: what is hashed, tried and
 * installed is the same text.
 */
struct bundle_dir {
	const char *path;
	size_t count; /* in the order of the names */
	struct policy_source file[BUNDLE_FILES];
	char *manifest; /* NULL: there is none yet */
	size_t manifest_size;
	struct bundle bundle; /* read from it */
};

/* All *.policy and *.test files, and the manifest.  0, or a cli_status after
 * having said why. */
int bundle_dir_read(struct bundle_dir *d, const char *path);
void bundle_dir_free(struct bundle_dir *d);

/* Is there a manifest, of these files, and not of times to come?  The same
 * results. */
int bundle_dir_match(const struct bundle_dir *d);

/* The policy is one, its assertions hold, its tables come out.  The same. */
int bundle_dir_try(const struct bundle_dir *d);

/* Replaces PATH/NAME as a whole, and on disk.  0, or -1 with errno. */
int bundle_dir_write(
    const char *path, const char *name, const char *text, size_t len);

#endif
