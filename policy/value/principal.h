/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_PRINCIPAL_H
#define POLICY_VALUE_PRINCIPAL_H

#include "policy/model.h"

/*
 * Keys of policy.principals, for definitions and for requests alike.
 * key holds PRINCIPAL_KEY_MAX bytes (2 for an employment).
 * Each returns the size, or -1 if the text is malformed or too long.
 */
long principal_key_name(enum principal_kind kind, const char *name, char *key);
long principal_key_group(const char *dn, char *key);
long principal_key_attribute(const char *name, const char *value, char *key);
long principal_key_employment(enum policy_employment employment, char key[2]);

/* employee, contractor, vendor; else unknown */
enum policy_employment principal_employment(const struct lex_token *token);

/* "group cn=sre,...", as explanations show a key. */
#define PRINCIPAL_TEXT 512
const char *principal_text(
    const struct intern_key *key, char out[PRINCIPAL_TEXT]);

#endif
