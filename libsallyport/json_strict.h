/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JSON_STRICT_H
#define JSON_STRICT_H

#include <jansson.h>
#include <stddef.h>

/* Objects and arrays inside each other: a JWK Set needs four. */
#define JSON_STRICT_DEPTH_MAX 8

/*
 * One JSON object, nothing after it; duplicate members, NUL in strings and
 * deep nesting are refused.  Returns a new reference, or NULL.
 */
json_t *json_strict_object(const char *text, size_t len);

/* The member's string; NULL when it is missing, empty or no string. */
const char *json_strict_string(const json_t *object, const char *name);

#endif
