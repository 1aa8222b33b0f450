/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/invitation.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/link/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"

#define BINDING_MAX (SUBJECT_MAX + CREDENTIAL_NAME_MAX + 64)

static size_t
binding(const struct invitation *i, const char *subject, char *out, size_t size)
{
	int n =
	    snprintf(out, size, "sallyport invitation %s %s", subject, i->name);

	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

int
invitation_new(struct invitation *i, struct seal *seal, const char *subject,
    const char *name, int64_t now_ms)
{
	uint8_t start[INVITATION_START];
	char bound[BINDING_MAX];
	struct writer w;
	size_t size;

	*i = (struct invitation){0};
	if (snprintf(i->name, sizeof i->name, "%s", name) >=
	    (int)sizeof i->name)
		return -1;
	writer_init(&w, start, sizeof start);
	writer_u64(&w, (uint64_t)now_ms);
	size = binding(i, subject, bound, sizeof bound);
	return size == 0 ? -1
			 : seal_close(seal, (struct bytes){bound, size},
			       BYTES(start), i->sealed);
}

int64_t
invitation_start_ms(
    const struct invitation *i, struct seal *seal, const char *subject)
{
	uint8_t start[INVITATION_START];
	char bound[BINDING_MAX];
	size_t size = binding(i, subject, bound, sizeof bound);
	struct reader r;

	if (size == 0 || seal_open(seal, (struct bytes){bound, size},
			     BYTES(i->sealed), start) < 0)
		return 0;
	reader_init(&r, start, sizeof start);
	return (int64_t)reader_u64(&r);
}

int
invitation_encode(const struct invitation *i, struct store_value *value_r)
{
	struct writer w;

	writer_init(&w, value_r->data, sizeof value_r->data);
	writer_u8(&w, FORMAT_INVITATION_NUMBER);
	writer_bytes(&w, i->name, strlen(i->name));
	writer_raw(&w, i->sealed, sizeof i->sealed);
	value_r->size = w.used;
	return w.failed ? -1 : 0;
}

int
invitation_decode(struct invitation *i, const uint8_t *value, size_t size)
{
	struct reader r;

	*i = (struct invitation){0};
	reader_init(&r, value, size);
	if (store_value(FORMAT_INVITATION, reader_u8(&r)) < 0)
		return -1;
	reader_string(&r, i->name, CREDENTIAL_NAME_MAX);
	reader_raw(&r, i->sealed, sizeof i->sealed);
	return reader_end(&r);
}

bool
invitation_is_key(const char *key)
{
	const char *id = strrchr(key, '/');

	return id != NULL && strcmp(id + 1, INVITATION_ID) == 0;
}
