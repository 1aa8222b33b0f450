/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message is a list of fields, F(kind, name, n, m).  The list makes the
 * struct, the writer and the reader, so they always agree.  The kinds, in the
 * struct and on the wire:
 *   U8 U16 U32 U64 I64   integers, network byte order
 *   RAW(n)               n bytes as they are
 *   STR(max)             text without NUL: char[max + 1]; u16 length + bytes
 *   BYTES(max)           uint8_t[max] and <name>_size; u16 length + bytes
 *   STRS(count, max)     char[count][max + 1] and <name>_count
 *   ENUM(low, high)      one byte within these
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "lib/base/buf.h"

#define DECLARE_U8(name, n, m) uint8_t name;
#define DECLARE_U16(name, n, m) uint16_t name;
#define DECLARE_U32(name, n, m) uint32_t name;
#define DECLARE_U64(name, n, m) uint64_t name;
#define DECLARE_I64(name, n, m) int64_t name;
#define DECLARE_RAW(name, n, m) uint8_t name[n];
#define DECLARE_STR(name, n, m) char name[(n) + 1];
#define DECLARE_BYTES(name, n, m) \
	size_t name##_size;       \
	uint8_t name[n];
#define DECLARE_STRS(name, n, m) \
	size_t name##_count;     \
	char name[n][(m) + 1];
#define DECLARE_ENUM(name, low, high) uint8_t name;
#define DECLARE_FIELD(kind, name, n, m, ...) DECLARE_##kind(name, n, m)

/* PUT writes a field of *m with the writer w, GET reads it with the reader r.
 */
#define PUT_U8(name, n, m_) writer_u8(w, m->name);
#define GET_U8(name, n, m_) m->name = reader_u8(r);
#define PUT_U16(name, n, m_) writer_u16(w, m->name);
#define GET_U16(name, n, m_) m->name = reader_u16(r);
#define PUT_U32(name, n, m_) writer_u32(w, m->name);
#define GET_U32(name, n, m_) m->name = reader_u32(r);
#define PUT_U64(name, n, m_) writer_u64(w, m->name);
#define GET_U64(name, n, m_) m->name = reader_u64(r);
#define PUT_I64(name, n, m_) writer_u64(w, (uint64_t)m->name);
#define GET_I64(name, n, m_) m->name = (int64_t)reader_u64(r);
#define PUT_RAW(name, n, m_) writer_raw(w, m->name, n);
#define GET_RAW(name, n, m_) reader_raw(r, m->name, n);
#define PUT_STR(name, n, m_) writer_text(w, m->name, n);
#define GET_STR(name, n, m_) reader_string(r, m->name, n);
#define PUT_BYTES(name, n, m_) writer_bounded(w, m->name, m->name##_size, n);
#define GET_BYTES(name, n, m_) m->name##_size = reader_bytes(r, m->name, n);
#define PUT_STRS(name, n, m_) \
	writer_texts(w, m->name[0], m->name##_count, n, m_);
#define GET_STRS(name, n, m_) \
	m->name##_count = reader_texts(r, m->name[0], n, m_);
#define PUT_ENUM(name, low, high) writer_enum(w, m->name, low, high);
#define GET_ENUM(name, low, high) m->name = reader_enum(r, low, high);
#define PUT_FIELD(kind, name, n, m_, ...) PUT_##kind(name, n, m_)
#define GET_FIELD(kind, name, n, m_, ...) GET_##kind(name, n, m_)

#endif
