/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_JSON_STRICT_H
#define LIBSALLYPORT_JSON_STRICT_H

#include <jansson.h>
#include <stddef.h>

/* The most levels of nested objects and arrays.  A JWK Set needs four. */
#define JSON_STRICT_DEPTH_MAX 8

/*
 * Parses a text that is one JSON object and nothing else.  Refuses duplicate
 * members, NUL in strings, and deep nesting.  Returns a new reference, or NULL.
 */
json_t *json_strict_object(const char *text, size_t len);

/* The string of this member.  NULL: there is none, or it is empty. */
const char *json_strict_string(const json_t *object, const char *name);

#endif
