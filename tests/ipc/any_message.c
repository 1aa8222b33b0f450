/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/ipc/any_message.h"

#include <stdlib.h>
#include <string.h>

struct fill {
	enum any_fill how;
	unsigned nth, at;
	bool over; /* nth was found */
};

static size_t
length(struct fill *f, size_t max)
{
	switch (f->how) {
	case ANY_EMPTY:
		return 0;
	case ANY_FULL:
		return max;
	case ANY_RANDOM:
		return (size_t)rand() % (max + 1);
	case ANY_OVER:
		break;
	}
	if (f->at++ != f->nth)
		return 0;
	f->over = true;
	return max + 1;
}

static uint64_t
number(const struct fill *f)
{
	switch (f->how) {
	case ANY_FULL:
		return UINT64_MAX;
	case ANY_RANDOM:
		return (uint64_t)rand() << 40 ^ (uint64_t)rand();
	default:
		return 0;
	}
}

static void
bytes(const struct fill *f, uint8_t *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = (uint8_t)number(f);
}

/* no NUL inside; a text over its size has none at its end either */
static void
text(struct fill *f, char *to, size_t max)
{
	size_t size = length(f, max);

	for (size_t i = 0; i < size && i <= max; i++)
		to[i] = (char)(1 + (unsigned)rand() % 255);
	if (size <= max)
		to[size] = '\0';
}

#define FILL_U8(name, n, m_) m->name = (uint8_t)number(f);
#define FILL_ENUM(name, low, high) m->name = (uint8_t)(high);
#define FILL_U16(name, n, m_) m->name = (uint16_t)number(f);
#define FILL_U32(name, n, m_) m->name = (uint32_t)number(f);
#define FILL_U64(name, n, m_) m->name = number(f);
#define FILL_I64(name, n, m_) m->name = (int64_t)number(f);
#define FILL_RAW(name, n, m_) bytes(f, m->name, n);
#define FILL_STR(name, n, m_) text(f, m->name, n);
#define FILL_BYTES(name, n, m_)        \
	m->name##_size = length(f, n); \
	bytes(f, m->name, m->name##_size <= (n) ? m->name##_size : (n));
#define FILL_STRS(name, n, m_)                                  \
	m->name##_count = length(f, n);                         \
	for (size_t i = 0; i < m->name##_count && i < (n); i++) \
		text(f, m->name[i], m_);
#define FILL(kind, name, n, m_, ...) FILL_##kind(name, n, m_)

#define SAME_U8(name, n, m_) same &= a->name == b->name;
#define SAME_ENUM(name, n, m_) SAME_U8(name, n, m_)
#define SAME_U16(name, n, m_) SAME_U8(name, n, m_)
#define SAME_U32(name, n, m_) SAME_U8(name, n, m_)
#define SAME_U64(name, n, m_) SAME_U8(name, n, m_)
#define SAME_I64(name, n, m_) SAME_U8(name, n, m_)
#define SAME_RAW(name, n, m_) same &= memcmp(a->name, b->name, n) == 0;
#define SAME_STR(name, n, m_) same &= strcmp(a->name, b->name) == 0;
#define SAME_BYTES(name, n, m_)                     \
	same &= a->name##_size == b->name##_size && \
		memcmp(a->name, b->name, a->name##_size) == 0;
#define SAME_STRS(name, n, m_)                               \
	same &= a->name##_count == b->name##_count;          \
	for (size_t i = 0; same && i < a->name##_count; i++) \
		same &= strcmp(a->name[i], b->name[i]) == 0;
#define SAME(kind, name, n, m_, ...) SAME_##kind(name, n, m_)

#define MAX_U8(n, m_) 1
#define MAX_ENUM(n, m_) 1
#define MAX_U16(n, m_) 2
#define MAX_U32(n, m_) 4
#define MAX_U64(n, m_) 8
#define MAX_I64(n, m_) 8
#define MAX_RAW(n, m_) (n)
#define MAX_STR(n, m_) (2 + (n))
#define MAX_BYTES(n, m_) (2 + (n))
#define MAX_STRS(n, m_) (1 + (n) * (2 + (m_)))
#define MAX(kind, name, n, m_, ...) +MAX_##kind(n, m_)

#define FUNCTIONS(type)                                               \
	static void fill_##type(struct msg_##type *m, struct fill *f) \
	{                                                             \
		FIELDS_##type(FILL)                                   \
	}                                                             \
	static bool same_##type(                                      \
	    const struct msg_##type *a, const struct msg_##type *b)   \
	{                                                             \
		bool same = true;                                     \
                                                                      \
		FIELDS_##type(SAME) return same;                      \
	}
MESSAGES(FUNCTIONS)

bool
any_message(
    struct message *m, enum message_type type, enum any_fill how, unsigned nth)
{
	struct fill f = {.how = how, .nth = nth};

	message_init(m, type);
	switch (type) {
#define FILL_CASE(name)                      \
	case MSG_##name:                     \
		fill_##name(&m->u.name, &f); \
		break;
		MESSAGES(FILL_CASE)
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
	return how != ANY_OVER || f.over;
}

bool
any_message_equal(const struct message *a, const struct message *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
#define SAME_CASE(name)  \
	case MSG_##name: \
		return same_##name(&a->u.name, &b->u.name);
		MESSAGES(SAME_CASE)
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
	return false;
}

size_t
any_message_max(enum message_type type)
{
	switch (type) {
#define MAX_CASE(name)   \
	case MSG_##name: \
		return 2 FIELDS_##name(MAX);
		MESSAGES(MAX_CASE)
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
	return 0;
}
