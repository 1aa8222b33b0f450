/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_STORE_H
#define CLI_POLICY_POLICY_STORE_H

#include "cli/paths.h"
#include "cli/policy/bundle_dir.h"

#include <stdbool.h>

/*
 * Where applied bundles are kept: POLICY.bundles/HASH for each, and the file
 * "history" of who applied which.  POLICY itself is a link to the one in
 * force, so that it is replaced whole.
 */
#define POLICY_STORE_PATH (PATHS_MAX + 128)

struct policy_store {
	char policy[PATHS_MAX];
	char folder[POLICY_STORE_PATH];
};

/* One line of the history. */
struct policy_applied {
	int64_t time_unix;
	bool restored; /* a rollback */
	char bundle[BUNDLE_HASH_TEXT];
	char reviewer[BUNDLE_NAME_MAX + 1];
	char actor[BUNDLE_NAME_MAX + 1];
};

/* By the configuration.  0, or a cli_status after having said why, as all of
 * these. */
int policy_store_find(struct policy_store *s);
/* One at a time: makes the store where it is missing and holds it until lock_r
 * is closed, by the end of the process at the latest. */
int policy_store_lock(const struct policy_store *s, int *lock_r);
/* The bundle that is in the policy's place; "" where there is none. */
int policy_store_present(
    const struct policy_store *s, char hash_r[BUNDLE_HASH_TEXT]);
/* The folder of a bundle in the store. */
int policy_store_path(const struct policy_store *s, const char *bundle,
    char path_r[POLICY_STORE_PATH]);
/* Keeps it, unless it is there already. */
int policy_store_keep(const struct policy_store *s, const struct bundle_dir *d);
/* Puts one that is kept in the policy's place. */
int policy_store_use(const struct policy_store *s, const char *bundle);
int policy_store_note(
    const struct policy_store *s, const struct policy_applied *applied);
/* Oldest first; the caller frees *list_r. */
int policy_store_history(const struct policy_store *s,
    struct policy_applied **list_r, size_t *count_r);

#endif
