/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_STORE_H
#define CLI_POLICY_POLICY_STORE_H

#include <stdbool.h>

#include "cli/paths.h"
#include "cli/proposal/bundle_dir.h"

/*
 * The store of applied bundles.  Each bundle is in POLICY.bundles/HASH.  The
 * file "history" says who applied which bundle.  POLICY is a symbolic link to
 * the bundle in force, so one rename replaces the whole policy.
 */
#define POLICY_STORE_PATH (PATHS_MAX + 128)

struct policy_store {
	char policy[PATHS_MAX];
	char folder[POLICY_STORE_PATH];
};

enum policy_step {
	POLICY_APPLIED,
	POLICY_RESTORED,  /* an earlier one, as two people proposed */
	POLICY_EMERGENCY, /* an earlier one, by one person */
	POLICY_REVIEWED,  /* two people have looked at an emergency */
	POLICY_LOADED,	  /* gatewayd found it there: of the log, not of here */
	POLICY_STEP_COUNT
};

/* One line of the history. */
struct policy_applied {
	int64_t time_unix;
	enum policy_step step;
	char bundle[BUNDLE_HASH_TEXT];
	char reviewer[BUNDLE_NAME_MAX + 1];
	char actor[BUNDLE_NAME_MAX + 1];
	int64_t at_unix; /* of the emergency that was reviewed */
	/* POLICY_LOADED: what the record says */
	char author[BUNDLE_NAME_MAX + 1];
	char reference[BUNDLE_NAME_MAX + 1];
};

/* "applied", ... */
const char *policy_step_word(enum policy_step step);
/* Is this an emergency that nobody has reviewed?  i is its place in the list.
 */
bool policy_store_unreviewed(
    const struct policy_applied *list, size_t count, size_t i);

/* Finds the store by the configuration.  Each of these returns 0, or a
 * cli_status after it has printed the reason. */
int policy_store_find(struct policy_store *s);
/* Makes the store if it is missing, and locks it until lock_r is closed or the
 * process ends. */
int policy_store_lock(const struct policy_store *s, int *lock_r);
/* The bundle in force; "" if there is none. */
int policy_store_present(
    const struct policy_store *s, char hash_r[BUNDLE_HASH_TEXT]);
/* The folder of a bundle in the store. */
int policy_store_path(const struct policy_store *s, const char *bundle,
    char path_r[POLICY_STORE_PATH]);
/* Adds a bundle to the store, unless the store has it. */
int policy_store_keep(const struct policy_store *s, const struct bundle_dir *d);
/* Puts a bundle of the store in force. */
int policy_store_use(const struct policy_store *s, const char *bundle);
int policy_store_note(
    const struct policy_store *s, const struct policy_applied *applied);
/* Reads the history, oldest first.  The caller frees *list_r. */
int policy_store_history(const struct policy_store *s,
    struct policy_applied **list_r, size_t *count_r);

#endif
