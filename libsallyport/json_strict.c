/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/json_strict.h"

#include <stdbool.h>

/*
 * jansson recurses to depth 2048, which is a lot of somebody else's stack:
 * counted before it starts.
 */
static bool
is_shallow(const char *text, size_t len)
{
	unsigned int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_STRICT_DEPTH_MAX)
				return false;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

json_t *
json_strict_object(const char *text, size_t len)
{
	json_t *root;

	if (!is_shallow(text, len))
		return NULL;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return NULL;
	}
	return root;
}

const char *
json_strict_string(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s && *s ? s : NULL;
}
