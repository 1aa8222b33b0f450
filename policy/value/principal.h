/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_PRINCIPAL_H
#define POLICY_VALUE_PRINCIPAL_H

#include "policy/model.h"

/*
 * These write keys of policy.principals (model.h).  Definitions and requests
 * both use them, so equal principals have equal keys.  key holds
 * PRINCIPAL_KEY_MAX bytes, for an employment 2.
 * Each returns the key's size, or -1 if the text is malformed or too long.
 */
long principal_key_name(enum principal_kind kind, const char *name, char *key);
long principal_key_group(const char *dn, char *key);
long principal_key_attribute(const char *name, const char *value, char *key);
long principal_key_employment(enum policy_employment employment, char key[2]);

/* Which of the facts that may be unknown this key asks for; 0: none. */
uint64_t principal_fact(
    const struct policy *policy, const struct intern_key *key);

/* The employment that the word names: unknown if it names none. */
enum policy_employment principal_employment(const struct lex_token *token);

/* Writes a key as explanations show it: "group cn=sre,...".  Returns out. */
#define PRINCIPAL_TEXT 512
const char *principal_text(
    const struct intern_key *key, char out[PRINCIPAL_TEXT]);

#endif
