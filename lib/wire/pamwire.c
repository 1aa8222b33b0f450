/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/pamwire.h"

#include <stdbool.h>
#include <string.h>

static bool
is_session(const char *text, bool may_be_empty)
{
	static const char base64url[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	return (may_be_empty && text[0] == '\0') ||
	       (strlen(text) == PAMWIRE_SESSION &&
		   strspn(text, base64url) == PAMWIRE_SESSION);
}

static void
put_session(struct writer *w, const char *text, bool may_be_empty)
{
	if (text[PAMWIRE_SESSION] != '\0' || !is_session(text, may_be_empty))
		w->failed = true;
	writer_text(w, text, PAMWIRE_SESSION);
}

static void
get_session(struct reader *r, char *text, bool may_be_empty)
{
	reader_string(r, text, PAMWIRE_SESSION);
	if (!is_session(text, may_be_empty))
		r->failed = true;
}

#define PUT_SESSION(name, n, m_) put_session(w, m->name, (n) != 0);
#define GET_SESSION(name, n, m_) get_session(r, m->name, (n) != 0);
#define PUT_VERDICT(name, n, m_)          \
	if (m->name == PAMWIRE_MALFORMED) \
		w->failed = true;         \
	writer_enum(w, m->name, PAMWIRE_DENIED, PAMWIRE_GRANTED);
#define GET_VERDICT(name, n, m_)                                   \
	m->name = reader_enum(r, PAMWIRE_DENIED, PAMWIRE_GRANTED); \
	if (m->name == PAMWIRE_MALFORMED)                          \
		r->failed = true;

#define CODEC(NAME, type)                                              \
	static void put_##NAME(struct writer *w, const struct type *m) \
	{                                                              \
		FIELDS_PAM_##NAME(PUT_FIELD)                           \
	}                                                              \
	static void get_##NAME(struct reader *r, struct type *m)       \
	{                                                              \
		FIELDS_PAM_##NAME(GET_FIELD)                           \
	}
CODEC(BEGIN, pamwire_begin)
CODEC(RESULT, pamwire_result_frame)
CODEC(REDEEM, pamwire_redeem)
CODEC(ACCOUNT, pamwire_account)
CODEC(REDEEMED, pamwire_redeemed)
CODEC(SESSION_OPEN, pamwire_session_open)
CODEC(SESSION_CLOSE, pamwire_session_close)
CODEC(SESSION_ANS, pamwire_session_ans)

static void
put_PROMPT(struct writer *w, const struct pamwire_prompt *m)
{
	writer_enum(w, m->count, 1, PAMWIRE_MAX_PROMPTS);
	for (int i = 0; !w->failed && i < m->count; i++) {
		writer_enum(
		    w, m->item[i].style, PAMWIRE_ECHO_OFF, PAMWIRE_INFO);
		writer_text(w, m->item[i].text, PAMWIRE_MAX_TEXT);
	}
}

static void
get_PROMPT(struct reader *r, struct pamwire_prompt *m)
{
	m->count = reader_enum(r, 1, PAMWIRE_MAX_PROMPTS);
	for (int i = 0; !r->failed && i < m->count; i++) {
		m->item[i].style =
		    reader_enum(r, PAMWIRE_ECHO_OFF, PAMWIRE_INFO);
		reader_string(r, m->item[i].text, PAMWIRE_MAX_TEXT);
	}
}

static void
put_ANSWER(struct writer *w, const struct pamwire_answer *m)
{
	writer_enum(w, m->status, PAMWIRE_ANSWERED, PAMWIRE_UNREADABLE);
	writer_enum(w, m->count, 0, PAMWIRE_MAX_PROMPTS);
	if (m->status != PAMWIRE_ANSWERED && m->count != 0)
		w->failed = true;
	for (int i = 0; !w->failed && i < m->count; i++)
		writer_bounded(
		    w, m->item[i].bytes, m->item[i].size, PAMWIRE_MAX_ANSWER);
}

static void
get_ANSWER(struct reader *r, struct pamwire_answer *m)
{
	m->status = reader_enum(r, PAMWIRE_ANSWERED, PAMWIRE_UNREADABLE);
	m->count = reader_enum(r, 0, PAMWIRE_MAX_PROMPTS);
	if (m->status != PAMWIRE_ANSWERED && m->count != 0)
		r->failed = true;
	for (int i = 0; !r->failed && i < m->count; i++)
		m->item[i].size = (uint16_t)reader_bytes(
		    r, m->item[i].bytes, PAMWIRE_MAX_ANSWER);
}

/* Who is granted has a session, and nobody else. */
static bool
is_consistent(const struct pamwire_frame *f)
{
	if (f->type == PAMWIRE_TYPE_REDEEMED)
		return f->u.redeemed.result != PAMWIRE_GRANTED ||
		       f->u.redeemed.session[0] != '\0';
	if (f->type == PAMWIRE_TYPE_SESSION_ANS)
		return f->u.session_ans.result != PAMWIRE_GRANTED ||
		       f->u.session_ans.session[0] != '\0';
	return true;
}

#define FRAMES(M)                       \
	M(BEGIN, begin)                 \
	M(PROMPT, prompt)               \
	M(ANSWER, answer)               \
	M(RESULT, result)               \
	M(REDEEM, redeem)               \
	M(ACCOUNT, account)             \
	M(REDEEMED, redeemed)           \
	M(SESSION_OPEN, session_open)   \
	M(SESSION_CLOSE, session_close) \
	M(SESSION_ANS, session_ans)

static void
put_frame(struct writer *w, const struct pamwire_frame *f)
{
	switch (f->type) {
#define PUT_FRAME(NAME, name)              \
	case PAMWIRE_TYPE_##NAME:          \
		put_##NAME(w, &f->u.name); \
		break;
		FRAMES(PUT_FRAME)
#undef PUT_FRAME
	default:
		w->failed = true;
	}
	if (!is_consistent(f))
		w->failed = true;
}

static void
get_frame(struct reader *r, struct pamwire_frame *f)
{
	switch (f->type) {
#define GET_FRAME(NAME, name)              \
	case PAMWIRE_TYPE_##NAME:          \
		get_##NAME(r, &f->u.name); \
		break;
		FRAMES(GET_FRAME)
#undef GET_FRAME
	default:
		r->failed = true;
	}
	if (!is_consistent(f))
		r->failed = true;
}

void
pamwire_init(struct pamwire_frame *f, enum pamwire_type type)
{
	memset(f, 0, sizeof *f);
	f->type = (uint8_t)type;
}

void
pamwire_wipe(struct pamwire_frame *f)
{
	explicit_bzero(f, sizeof *f);
}

size_t
pamwire_frame_size(const uint8_t header[PAMWIRE_HEADER])
{
	size_t payload = (size_t)header[2] << 8 | header[3];

	if (header[0] != PAMWIRE_VERSION || header[1] < PAMWIRE_TYPE_BEGIN ||
	    header[1] > PAMWIRE_TYPE_SESSION_ANS ||
	    payload > PAMWIRE_MAX_PAYLOAD)
		return 0;
	return PAMWIRE_HEADER + payload;
}

size_t
pamwire_encode(const struct pamwire_frame *f, uint8_t out[PAMWIRE_MAX_FRAME])
{
	struct writer w;

	writer_init(&w, out + PAMWIRE_HEADER, PAMWIRE_MAX_PAYLOAD);
	put_frame(&w, f);
	if (w.failed)
		return 0;
	out[0] = PAMWIRE_VERSION;
	out[1] = f->type;
	out[2] = (uint8_t)(w.used >> 8);
	out[3] = (uint8_t)w.used;
	return PAMWIRE_HEADER + w.used;
}

int
pamwire_decode(struct pamwire_frame *f, const uint8_t *bytes, size_t size)
{
	struct reader r;

	pamwire_init(f, 0);
	if (size < PAMWIRE_HEADER || pamwire_frame_size(bytes) != size)
		return -1;
	f->type = bytes[1];
	reader_init(&r, bytes + PAMWIRE_HEADER, size - PAMWIRE_HEADER);
	get_frame(&r, f);
	if (reader_end(&r) < 0) {
		pamwire_wipe(f);
		return -1;
	}
	return 0;
}
