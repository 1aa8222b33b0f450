/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/credential/credential_value.h"

#include <string.h>

#include "gatewayd/authority/credential/credential_1.h"
#include "gatewayd/authority/link/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"
#include "lib/base/words.h"

#define TAG_BINDING "sallyport credential "

/* The tag is for this subject, and for all that stands before it. */
static size_t
tag_binding(const char *subject, const uint8_t *value, size_t size,
    uint8_t out[VALUE_MAX + SUBJECT_MAX + sizeof TAG_BINDING])
{
	size_t at = sizeof TAG_BINDING - 1, length = strlen(subject) + 1;

	memcpy(out, TAG_BINDING, at);
	memcpy(out + at, subject, length);
	memcpy(out + at + length, value, size);
	return at + length + size;
}

static void
write_all(struct writer *w, const struct credential *c)
{
	writer_u8(w, FORMAT_CREDENTIAL_NUMBER);
	writer_u8(w, c->kind);
	writer_bytes(w, c->id, strlen(c->id));
	writer_bytes(w, c->name, strlen(c->name));
	writer_bytes(w, c->label, strlen(c->label));
	writer_u64(w, (uint64_t)c->created_ms);
	writer_u64(w, c->step);
	writer_u8(w, c->form.algorithm);
	writer_u8(w, c->form.digits);
	writer_u8(w, c->form.period);
	writer_u8(w, c->number);
	writer_u32(w, (uint32_t)c->drift);
	writer_u64(w, (uint64_t)c->resynchronised_ms);
	writer_u64(w, (uint64_t)c->used_ms);
	writer_bytes(w, c->replaces, strlen(c->replaces));
	writer_bytes(w, c->serial, strlen(c->serial));
	writer_bytes(w, c->sealed, c->sealed_size);
}

static void
read_all(struct reader *r, struct credential *c)
{
	c->kind = reader_u8(r);
	reader_string(r, c->id, CREDENTIAL_ID_MAX);
	reader_string(r, c->name, CREDENTIAL_NAME_MAX);
	reader_string(r, c->label, CREDENTIAL_LABEL_MAX);
	c->created_ms = (int64_t)reader_u64(r);
	c->step = reader_u64(r);
	c->form.algorithm = reader_u8(r);
	c->form.digits = reader_u8(r);
	c->form.period = reader_u8(r);
	c->number = reader_u8(r);
	c->drift = (int32_t)reader_u32(r);
	c->resynchronised_ms = (int64_t)reader_u64(r);
	c->used_ms = (int64_t)reader_u64(r);
	reader_string(r, c->replaces, CREDENTIAL_ID_MAX);
	reader_string(r, c->serial, CREDENTIAL_SERIAL_MAX);
	c->sealed_size = reader_bytes(r, c->sealed, sizeof c->sealed);
}

int
credential_value_encode(const struct credential *c, struct seal *seal,
    const char *subject, struct store_value *value_r)
{
	uint8_t bound[VALUE_MAX + SUBJECT_MAX + sizeof TAG_BINDING];
	uint8_t tag[SEAL_OVERHEAD];
	struct writer w;
	size_t size;

	writer_init(&w, value_r->data, sizeof value_r->data);
	write_all(&w, c);
	if (w.failed || !c->intact)
		return -1;
	size = tag_binding(subject, value_r->data, w.used, bound);
	if (seal_close(seal, (struct bytes){bound, size}, (struct bytes){"", 0},
		tag) < 0)
		return -1;
	writer_raw(&w, tag, sizeof tag);
	value_r->size = w.used;
	return w.failed ? -1 : 0;
}

int
credential_value_decode(struct credential *c, struct seal *seal,
    const char *subject, const uint8_t *value, size_t size)
{
	uint8_t bound[VALUE_MAX + SUBJECT_MAX + sizeof TAG_BINDING];
	uint8_t tag[SEAL_OVERHEAD], none[1];
	struct reader r;

	*c = (struct credential){0};
	if (size > 0 && value[0] == 1)
		return credential_1_decode(c, seal, subject, value, size);
	reader_init(&r, value, size);
	if (size > VALUE_MAX ||
	    store_value(FORMAT_CREDENTIAL, reader_u8(&r)) < 0)
		return -1;
	read_all(&r, c);
	reader_raw(&r, tag, sizeof tag);
	if (reader_end(&r) < 0 || factor_kind_word(c->kind) == NULL ||
	    !otp_form_is_valid(&c->form) || c->sealed_size < SEAL_OVERHEAD)
		return -1;
	c->intact = seal_open(seal,
			(struct bytes){bound, tag_binding(subject, value,
						  size - sizeof tag, bound)},
			BYTES(tag), none) == 0;
	return 0;
}
