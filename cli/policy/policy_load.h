/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_LOAD_H
#define CLI_POLICY_POLICY_LOAD_H

#include "policy/policy.h"

/*
 * Reads the policy of a folder (its files NAME.policy) or of one file.  path
 * NULL: the configured policy.  NULL with the faults in errors.
 */
struct policy *policy_load(const char *path, struct lex_errors *errors);

/* The same for several folders and files, read as one policy. */
struct policy *policy_load_all(
    char *const *paths, size_t count, struct lex_errors *errors);

/* The same for texts that were read already.  Sets the number of time zones. */
struct policy *policy_load_sources(const struct policy_source *sources,
    size_t count, size_t *zones_r, struct lex_errors *errors);

/* Reads a whole text file, which the caller frees.  NULL after an error. */
char *policy_load_text(
    const char *path, size_t *length_r, struct lex_errors *errors);

#endif
