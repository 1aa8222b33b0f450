/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/buf.h"

#include <string.h>

void
writer_init(struct writer *w, void *data, size_t size)
{
	*w = (struct writer){.data = data, .size = size};
}

void
writer_raw(struct writer *w, const void *bytes, size_t size)
{
	if (w->failed || size > w->size - w->used) {
		w->failed = true;
		return;
	}
	if (size > 0)
		memcpy(w->data + w->used, bytes, size);
	w->used += size;
}

void
writer_u8(struct writer *w, uint8_t v)
{
	writer_raw(w, &v, 1);
}

void
writer_u16(struct writer *w, uint16_t v)
{
	writer_u8(w, (uint8_t)(v >> 8));
	writer_u8(w, (uint8_t)v);
}

void
writer_u32(struct writer *w, uint32_t v)
{
	writer_u16(w, (uint16_t)(v >> 16));
	writer_u16(w, (uint16_t)v);
}

void
writer_u64(struct writer *w, uint64_t v)
{
	writer_u32(w, (uint32_t)(v >> 32));
	writer_u32(w, (uint32_t)v);
}

void
writer_bytes(struct writer *w, const void *bytes, size_t size)
{
	if (size > UINT16_MAX) {
		w->failed = true;
		return;
	}
	writer_u16(w, (uint16_t)size);
	writer_raw(w, bytes, size);
}

void
reader_init(struct reader *r, const void *data, size_t size)
{
	*r = (struct reader){.data = data, .size = size};
}

void
reader_raw(struct reader *r, void *out, size_t size)
{
	if (r->failed || size > r->size - r->at) {
		r->failed = true;
		if (size > 0)
			memset(out, 0, size);
		return;
	}
	if (size > 0)
		memcpy(out, r->data + r->at, size);
	r->at += size;
}

uint8_t
reader_u8(struct reader *r)
{
	uint8_t v;

	reader_raw(r, &v, 1);
	return v;
}

uint16_t
reader_u16(struct reader *r)
{
	unsigned high = reader_u8(r);

	return (uint16_t)(high << 8 | reader_u8(r));
}

uint32_t
reader_u32(struct reader *r)
{
	uint32_t high = reader_u16(r);

	return high << 16 | reader_u16(r);
}

uint64_t
reader_u64(struct reader *r)
{
	uint64_t high = reader_u32(r);

	return high << 32 | reader_u32(r);
}

size_t
reader_bytes(struct reader *r, void *out, size_t max)
{
	size_t size = reader_u16(r);

	if (size > max)
		r->failed = true;
	if (r->failed)
		return 0;
	reader_raw(r, out, size);
	return r->failed ? 0 : size;
}

void
reader_string(struct reader *r, char *out, size_t max)
{
	size_t size = reader_bytes(r, out, max);

	if (memchr(out, '\0', size) != NULL) {
		r->failed = true;
		size = 0;
	}
	out[size] = '\0';
}

int
reader_end(const struct reader *r)
{
	return r->failed || r->at != r->size ? -1 : 0;
}

void
writer_text(struct writer *w, const char *s, size_t max)
{
	size_t size = strnlen(s, max + 1);

	if (size > max)
		w->failed = true;
	else
		writer_bytes(w, s, size);
}

void
writer_bounded(struct writer *w, const uint8_t *bytes, size_t size, size_t max)
{
	if (size > max)
		w->failed = true;
	else
		writer_bytes(w, bytes, size);
}

void
writer_texts(
    struct writer *w, const char *s, size_t count, size_t count_max, size_t max)
{
	if (count > count_max) {
		w->failed = true;
		return;
	}
	writer_u8(w, (uint8_t)count);
	for (size_t i = 0; i < count; i++)
		writer_text(w, s + i * (max + 1), max);
}

size_t
reader_texts(struct reader *r, char *s, size_t count_max, size_t max)
{
	size_t count = reader_u8(r);

	if (count > count_max)
		r->failed = true;
	if (r->failed)
		return 0;
	for (size_t i = 0; i < count; i++)
		reader_string(r, s + i * (max + 1), max);
	return count;
}

void
writer_enum(struct writer *w, uint8_t value, unsigned low, unsigned high)
{
	if (value < low || value > high)
		w->failed = true;
	writer_u8(w, value);
}

uint8_t
reader_enum(struct reader *r, unsigned low, unsigned high)
{
	uint8_t value = reader_u8(r);

	if (value < low || value > high)
		r->failed = true;
	return value;
}
