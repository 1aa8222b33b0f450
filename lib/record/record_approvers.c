/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_approvers.h"

#include <string.h>

/* One text and its length; an empty one also behind the last. */
static size_t
next_text(const struct msg_AUDIT_APPEND_REQ *r, size_t *at, const char **text_r)
{
	size_t left = r->approvers_size - *at, size;

	*text_r = (const char *)r->approvers + *at;
	size = strnlen(*text_r, left);
	*at += size < left ? size + 1 : size;
	return size;
}

bool
record_approvers_next(const struct msg_AUDIT_APPEND_REQ *r, size_t *at,
    struct record_approver *one_r)
{
	if (*at >= r->approvers_size)
		return false;
	one_r->approval.size = next_text(r, at, &one_r->approval.text);
	one_r->name.size = next_text(r, at, &one_r->name.text);
	one_r->uid.size = next_text(r, at, &one_r->uid.text);
	return true;
}

static void
write_text(struct json_write *w, const char *key, struct record_text text,
    size_t limit)
{
	size_t size = text.size < limit ? text.size : limit;

	/* the start of a character, if the text is cut */
	while (size > 0 && size < text.size &&
	       ((uint8_t)text.text[size] & 0xc0) == 0x80)
		size--;
	json_write_bytes(w, key, text.text, size);
}

void
record_approvers_write(
    struct json_write *w, const struct msg_AUDIT_APPEND_REQ *r, size_t limit)
{
	struct record_approver one;
	size_t at = 0;

	if (r->approvers_size == 0)
		return;
	json_write_array(w, "approvers");
	for (int i = 0;
	     i < RECORD_APPROVERS && record_approvers_next(r, &at, &one); i++) {
		json_write_object(w, NULL);
		write_text(w, "approval", one.approval, limit);
		write_text(w, "name", one.name, limit);
		if (one.uid.size > 0)
			write_text(w, "uid", one.uid, limit);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

/* 0, 1 if there is no room, -1: it is no text. */
static int
put(struct msg_AUDIT_APPEND_REQ *r, const json_t *text)
{
	size_t size = json_string_length(text) + 1;

	if (!json_is_string(text))
		return -1;
	if (size > sizeof r->approvers - r->approvers_size)
		return 1;
	memcpy(r->approvers + r->approvers_size, json_string_value(text), size);
	r->approvers_size += size;
	return 0;
}

static int
put_one(struct msg_AUDIT_APPEND_REQ *r, const json_t *one)
{
	const json_t *uid = json_object_get(one, "uid");
	size_t before = r->approvers_size;
	int result = put(r, json_object_get(one, "approval"));

	if (result == 0)
		result = put(r, json_object_get(one, "name"));
	if (result == 0 && uid != NULL)
		result = put(r, uid);
	else if (result == 0 && r->approvers_size < sizeof r->approvers)
		r->approvers[r->approvers_size++] = '\0';
	else if (result == 0)
		result = 1;
	if (result != 0)
		r->approvers_size = before;
	return result;
}

int
record_approvers_parse(const json_t *list, struct msg_AUDIT_APPEND_REQ *r)
{
	const json_t *one;
	int result = 0;
	size_t at;

	r->approvers_size = 0;
	if (list == NULL)
		return 0;
	if (!json_is_array(list))
		return -1;
	json_array_foreach(list, at, one)
	{
		if (result == 0)
			result = put_one(r, one);
	}
	return result < 0 ? -1 : 0;
}
