/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_attributes.h"

#include <string.h>

struct texts {
	const char *at;
	size_t left;
};

/* The next text and its length; an empty one also behind the last. */
static size_t
next(struct texts *t, const char **text_r)
{
	size_t size = strnlen(t->at, t->left);

	*text_r = t->at;
	t->at += size < t->left ? size + 1 : size;
	t->left -= size < t->left ? size + 1 : size;
	return size;
}

void
record_attributes_write(
    struct json_write *w, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct texts t = {(const char *)r->attributes, r->attributes_size};
	const char *text;
	size_t size;

	if (t.left == 0)
		return;
	json_write_array(w, "attributes");
	while (t.left > 0) {
		size = next(&t, &text);
		json_write_object(w, NULL);
		json_write_bytes(w, "name", text, size);
		json_write_array(w, "values");
		while ((size = next(&t, &text)) > 0)
			json_write_bytes(w, NULL, text, size);
		json_write_array_end(w);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

/* 1: no room for it */
static int
put(struct msg_AUDIT_APPEND_REQ *r, const json_t *text)
{
	size_t size = text == NULL ? 1 : json_string_length(text) + 1;

	if (text != NULL && !json_is_string(text))
		return -1;
	if (size > sizeof r->attributes - r->attributes_size)
		return 1;
	memcpy(r->attributes + r->attributes_size,
	    text == NULL ? "" : json_string_value(text), size);
	r->attributes_size += size;
	return 0;
}

static int
put_one(struct msg_AUDIT_APPEND_REQ *r, const json_t *one)
{
	const json_t *name = json_object_get(one, "name"), *value;
	const json_t *values = json_object_get(one, "values");
	int result;
	size_t at;

	if (!json_is_string(name) || !json_is_array(values))
		return -1;
	result = put(r, name);
	json_array_foreach(values, at, value)
	{
		if (result == 0)
			result =
			    json_string_length(value) > 0 ? put(r, value) : -1;
	}
	return result == 0 ? put(r, NULL) : result;
}

int
record_attributes_parse(const json_t *list, struct msg_AUDIT_APPEND_REQ *r)
{
	const json_t *one;
	int result = 0;
	size_t at;

	r->attributes_size = 0;
	if (list == NULL)
		return 0;
	if (!json_is_array(list))
		return -1;
	json_array_foreach(list, at, one)
	{
		if (result == 0)
			result = put_one(r, one);
	}
	if (result == 0)
		return 0;
	r->attributes_size = 0;
	r->attributes_cut = 1;
	return result < 0 ? -1 : 0;
}
