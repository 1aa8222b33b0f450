/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/ipc/messages.h"

#include <string.h>

#include "lib/base/buf.h"

static const char *const names[MSG_COUNT] = {[MSG_NONE] = "?",
#define NAME(name) [MSG_##name] = #name,
    MESSAGES(NAME)
#undef NAME
};

const char *
message_name(enum message_type type)
{
	return (unsigned)type < MSG_COUNT ? names[type] : "?";
}

void
message_init(struct message *m, enum message_type type)
{
	m->type = type;
	m->fd = -1;
	switch (type) {
#define ZERO(name)                                       \
	case MSG_##name:                                 \
		memset(&m->u.name, 0, sizeof m->u.name); \
		break;
		MESSAGES(ZERO)
#undef ZERO
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
}

void
message_wipe(struct message *m)
{
	switch (m->type) {
#define WIPE(name)                                            \
	case MSG_##name:                                      \
		explicit_bzero(&m->u.name, sizeof m->u.name); \
		break;
		MESSAGES(WIPE)
#undef WIPE
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
}

/* One field of a list that two messages have, with its count or size. */
#define COPY_NO_SIZE(name)
#define COPY_U8 COPY_NO_SIZE
#define COPY_U16 COPY_NO_SIZE
#define COPY_U32 COPY_NO_SIZE
#define COPY_U64 COPY_NO_SIZE
#define COPY_I64 COPY_NO_SIZE
#define COPY_RAW COPY_NO_SIZE
#define COPY_STR COPY_NO_SIZE
#define COPY_BYTES(name) to->name##_size = from->name##_size;
#define COPY_FIELD(kind, name, ...) \
	COPY_##kind(name);          \
	memcpy(&to->name, &from->name, sizeof to->name);

void
message_record_replayed(
    const struct msg_AUDIT_APPEND_REQ *from, struct msg_AUDIT_REPLAY_ANS *to)
{
	FIELDS_RECORD(COPY_FIELD)
}

void
message_replayed_record(
    const struct msg_AUDIT_REPLAY_ANS *from, struct msg_AUDIT_APPEND_REQ *to)
{
	FIELDS_RECORD(COPY_FIELD)
}

static void
put_string(struct writer *w, const char *s, size_t max)
{
	size_t size = strnlen(s, max + 1);

	if (size > max)
		w->failed = true;
	else
		writer_bytes(w, s, size);
}

static void
put_bytes(struct writer *w, const uint8_t *bytes, size_t size, size_t max)
{
	if (size > max)
		w->failed = true;
	else
		writer_bytes(w, bytes, size);
}

static void
put_strings(
    struct writer *w, const char *s, size_t count, size_t count_max, size_t max)
{
	if (count > count_max) {
		w->failed = true;
		return;
	}
	writer_u8(w, (uint8_t)count);
	for (size_t i = 0; i < count; i++)
		put_string(w, s + i * (max + 1), max);
}

static size_t
get_strings(struct reader *r, char *s, size_t count_max, size_t max)
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

/* encode and decode of each kind of field, side by side */
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
#define PUT_STR(name, n, m_) put_string(w, m->name, n);
#define GET_STR(name, n, m_) reader_string(r, m->name, n);
#define PUT_BYTES(name, n, m_) put_bytes(w, m->name, m->name##_size, n);
#define GET_BYTES(name, n, m_) m->name##_size = reader_bytes(r, m->name, n);
#define PUT_STRS(name, n, m_) \
	put_strings(w, m->name[0], m->name##_count, n, m_);
#define GET_STRS(name, n, m_) \
	m->name##_count = get_strings(r, m->name[0], n, m_);
#define PUT(kind, name, n, m_, ...) PUT_##kind(name, n, m_)
#define GET(kind, name, n, m_, ...) GET_##kind(name, n, m_)

#define CODEC(name)                                                          \
	static void put_##name(struct writer *w, const struct msg_##name *m) \
	{                                                                    \
		FIELDS_##name(PUT)                                           \
	}                                                                    \
	static void get_##name(struct reader *r, struct msg_##name *m)       \
	{                                                                    \
		FIELDS_##name(GET)                                           \
	}
MESSAGES(CODEC)

size_t
message_encode(const struct message *m, uint8_t out[MESSAGE_MAX])
{
	struct writer w;

	writer_init(&w, out, MESSAGE_MAX);
	writer_u16(&w, (uint16_t)m->type);
	switch (m->type) {
#define ENCODE(name)                        \
	case MSG_##name:                    \
		put_##name(&w, &m->u.name); \
		break;
		MESSAGES(ENCODE)
#undef ENCODE
	case MSG_NONE:
	case MSG_COUNT:
	default:
		return 0;
	}
	return w.failed ? 0 : w.used;
}

int
message_decode(struct message *m, const uint8_t *bytes, size_t size)
{
	struct reader r;

	reader_init(&r, bytes, size);
	m->fd = -1;
	m->type = (enum message_type)reader_u16(&r);
	switch (m->type) {
#define DECODE(name)                        \
	case MSG_##name:                    \
		get_##name(&r, &m->u.name); \
		break;
		MESSAGES(DECODE)
#undef DECODE
	case MSG_NONE:
	case MSG_COUNT:
	default:
		m->type = MSG_NONE;
		return -1;
	}
	return reader_end(&r);
}
