/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/ipc/messages.h"

#include <string.h>

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
message_replayed_record(const struct msg_AUDIT_REPLAY_ANS *from,
    struct msg_AUDIT_APPEND_REQ *to){FIELDS_RECORD(COPY_FIELD)}

#define CODEC(name)                                                          \
	static void put_##name(struct writer *w, const struct msg_##name *m) \
	{                                                                    \
		(void)w, (void)m; /* of a message without fields */          \
		FIELDS_##name(PUT_FIELD)                                     \
	}                                                                    \
	static void get_##name(struct reader *r, struct msg_##name *m)       \
	{                                                                    \
		(void)r, (void)m;                                            \
		FIELDS_##name(GET_FIELD)                                     \
	}
MESSAGES(CODEC)

    size_t message_encode(const struct message *m, uint8_t out[MESSAGE_MAX])
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
