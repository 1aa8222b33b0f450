/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_list.h"

#include <string.h>

#define A RECORD_IN(RECORD_ATTEMPT)
#define S RECORD_IN(RECORD_SESSION)
#define D (RECORD_IN(RECORD_ADMIN) | RECORD_IN(RECORD_INTENT))
#define O RECORD_OPEN
#define K RECORD_KEPT
#define AD (A | D)
#define SD (S | D)
#define ASD (A | S | D)
#define ASK (A | S | K)
#define SDK (S | D | K)
#define ASOK (A | S | O | K)
#define ASDO (ASD | O)
#define ASDK (ASD | K)
#define ASDOK (ASD | O | K)

#define OFFSET(name) offsetof(struct msg_AUDIT_APPEND_REQ, name)
#define ROOM_U8(name, n) 1, 0
#define ROOM_U16(name, n) 2, 0
#define ROOM_U32(name, n) 4, 0
#define ROOM_U64(name, n) 8, 0
#define ROOM_I64(name, n) 8, 0
#define ROOM_RAW(name, n) n, 0
#define ROOM_STR(name, n) n, 0
#define ROOM_BYTES(name, n) n, OFFSET(name##_size)
#define ROW(type, name, n, m, at, key, form, lives)                     \
	{#name, RECORD_TYPE_##type, OFFSET(name), ROOM_##type(name, n), \
	    RECORD_AT_##at, key, RECORD_FORM_##form, lives},

const struct record_field record_fields[] = {FIELDS_RECORD(ROW){.name = NULL}};

#define NAME_MAX_PACKED 64
#define NAME_FITS(type, name, ...) \
	_Static_assert(sizeof #name <= NAME_MAX_PACKED, "a packed name fits");
FIELDS_RECORD(NAME_FITS)

#define PACKED(type, name, n, m, at, key, form, lives, mask)       \
	+(((lives) & (mask)) != 0                                  \
		? sizeof #name + 3 + (FIRST(ROOM_##type(name, n))) \
		: 0)
#define FIRST(...) FIRST_OF(__VA_ARGS__, 0)
#define FIRST_OF(first, ...) (first)
#define PACKED_OPEN(...) PACKED(__VA_ARGS__, RECORD_OPEN)
#define PACKED_KEPT(...) PACKED(__VA_ARGS__, RECORD_KEPT)
_Static_assert(2 FIELDS_RECORD(PACKED_OPEN) <= RECORD_OPEN_MAX,
    "an open attempt has room for its fields: raise RECORD_OPEN_MAX");
_Static_assert(2 FIELDS_RECORD(PACKED_KEPT) <= RECORD_KEPT_MAX,
    "an open session has room for its fields: raise RECORD_KEPT_MAX");

void *
record_at(struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field)
{
	return (char *)record + field->offset;
}

const void *
record_value(
    const struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field)
{
	return (const char *)record + field->offset;
}

static size_t
bytes_size(
    const struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field)
{
	size_t size;

	memcpy(&size, (const char *)record + field->size_offset, sizeof size);
	return size < field->size ? size : field->size;
}

size_t
record_size(
    const struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field)
{
	switch (field->type) {
	case RECORD_TYPE_STR:
		return strnlen(record_value(record, field), field->size);
	case RECORD_TYPE_BYTES:
		return bytes_size(record, field);
	case RECORD_TYPE_U8:
	case RECORD_TYPE_U16:
	case RECORD_TYPE_U32:
	case RECORD_TYPE_U64:
	case RECORD_TYPE_I64:
	case RECORD_TYPE_RAW:
		break;
	}
	return field->size;
}

uint64_t
record_number(
    const struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field)
{
	const void *at = record_value(record, field);

	switch (field->type) {
	case RECORD_TYPE_U8:
		return *(const uint8_t *)at;
	case RECORD_TYPE_U16:
		return *(const uint16_t *)at;
	case RECORD_TYPE_U32:
		return *(const uint32_t *)at;
	case RECORD_TYPE_U64:
		return *(const uint64_t *)at;
	case RECORD_TYPE_I64:
		return *(const int64_t *)at > 0 ? *(const uint64_t *)at : 0;
	case RECORD_TYPE_RAW:
	case RECORD_TYPE_STR:
	case RECORD_TYPE_BYTES:
		break;
	}
	return 0;
}

uint64_t
record_number_max(const struct record_field *field)
{
	return field->size < sizeof(uint64_t)
		   ? (UINT64_C(1) << (field->size * 8)) - 1
		   : INT64_MAX;
}

void
record_set_number(struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *field, uint64_t value)
{
	void *at = record_at(record, field);

	switch (field->type) {
	case RECORD_TYPE_U8:
		*(uint8_t *)at = (uint8_t)value;
		break;
	case RECORD_TYPE_U16:
		*(uint16_t *)at = (uint16_t)value;
		break;
	case RECORD_TYPE_U32:
		*(uint32_t *)at = (uint32_t)value;
		break;
	case RECORD_TYPE_U64:
		*(uint64_t *)at = value;
		break;
	case RECORD_TYPE_I64:
		*(int64_t *)at = (int64_t)value;
		break;
	case RECORD_TYPE_RAW:
	case RECORD_TYPE_STR:
	case RECORD_TYPE_BYTES:
		break;
	}
}

static void
set_size(struct msg_AUDIT_APPEND_REQ *record, const struct record_field *field,
    size_t size)
{
	memcpy((char *)record + field->size_offset, &size, sizeof size);
}

void
record_clear(struct msg_AUDIT_APPEND_REQ *record, unsigned lives)
{
	for (const struct record_field *f = record_fields; f->name; f++) {
		if ((f->lives & lives) != 0)
			continue;
		memset(record_at(record, f), 0,
		    f->size + (f->type == RECORD_TYPE_STR));
		if (f->type == RECORD_TYPE_BYTES)
			set_size(record, f, 0);
	}
}

static void
pack_one(struct writer *w, const struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *f)
{
	size_t size = record_size(record, f);
	uint64_t number;
	uint8_t value[8];

	writer_bytes(w, f->name, strlen(f->name));
	if (f->type >= RECORD_TYPE_RAW) {
		writer_bytes(w, record_value(record, f), size);
		return;
	}
	number = record_number(record, f);
	for (size_t i = 0; i < size; i++)
		value[i] = (uint8_t)(number >> 8 * (size - 1 - i));
	writer_bytes(w, value, size);
}

void
record_pack(
    struct writer *w, const struct msg_AUDIT_APPEND_REQ *record, unsigned lives)
{
	for (const struct record_field *f = record_fields; f->name; f++)
		if ((f->lives & lives) != 0)
			pack_one(w, record, f);
	writer_bytes(w, "", 0); /* no name: the end */
}

/* The bytes of a value, exactly what its field holds. */
static void
take(struct reader *r, struct msg_AUDIT_APPEND_REQ *record,
    const struct record_field *f, const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;

	if (size > f->size || (f->type <= RECORD_TYPE_RAW && size != f->size) ||
	    (f->type == RECORD_TYPE_STR && memchr(bytes, '\0', size) != NULL)) {
		r->failed = true;
		return;
	}
	if (f->type >= RECORD_TYPE_RAW) {
		memcpy(record_at(record, f), bytes, size);
		if (f->type == RECORD_TYPE_BYTES)
			set_size(record, f, size);
		return;
	}
	for (size_t i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	record_set_number(record, f, number);
}

static const struct record_field *
find(const char *name)
{
	for (const struct record_field *f = record_fields; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

void
record_unpack(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, unsigned lives)
{
	uint8_t value[VALUE_MAX];
	char name[NAME_MAX_PACKED];

	for (;;) {
		const struct record_field *f;
		size_t size;

		reader_string(r, name, sizeof name - 1);
		if (r->failed || name[0] == '\0')
			return;
		size = reader_bytes(r, value, sizeof value);
		f = find(name);
		if (!r->failed && f != NULL && (f->lives & lives) != 0)
			take(r, record, f, value, size);
	}
}

void
record_unpack_one(
    struct reader *r, struct msg_AUDIT_APPEND_REQ *record, const char *name)
{
	const struct record_field *f = find(name);
	uint8_t value[VALUE_MAX];
	size_t size = f->size;

	if (f->type >= RECORD_TYPE_STR)
		size = reader_bytes(r, value, f->size);
	else
		reader_raw(r, value, size);
	if (!r->failed)
		take(r, record, f, value, size);
}
