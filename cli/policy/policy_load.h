/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_LOAD_H
#define CLI_POLICY_POLICY_LOAD_H

#include "policy/policy.h"

/*
 * The policy of a folder (its files NAME.policy), of one file, or, for NULL,
 * of the gateway's configuration.  NULL after having added what is wrong to
 * errors.
 */
struct policy *policy_load(const char *path, struct lex_errors *errors);

/* The same of several folders and files, read as one policy. */
struct policy *policy_load_all(
    char *const *paths, size_t count, struct lex_errors *errors);

/* The same of texts that were read already, and how many time zones they name.
 */
struct policy *policy_load_sources(const struct policy_source *sources,
    size_t count, size_t *zones_r, struct lex_errors *errors);

/* A whole text file, freed by the caller; NULL after an error. */
char *policy_load_text(
    const char *path, size_t *length_r, struct lex_errors *errors);

#endif
