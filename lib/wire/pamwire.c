/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/pamwire.h"

#include <stdbool.h>
#include <string.h>

/*
 * One walk over the fields of a frame serves both directions, so that what is
 * written and what is read cannot drift apart.  The first failure sticks.
 */
struct walk {
	const uint8_t *in; /* reading; NULL when writing */
	uint8_t *out;
	size_t size, at;
	bool failed;
};

static void
raw(struct walk *w, void *field, size_t size)
{
	if (w->failed || size > w->size - w->at) {
		w->failed = true;
		return;
	}
	if (size > 0 && w->in == NULL)
		memcpy(w->out + w->at, field, size);
	else if (size > 0)
		memcpy(field, w->in + w->at, size);
	w->at += size;
}

static void
u8(struct walk *w, uint8_t *field, unsigned low, unsigned high)
{
	raw(w, field, 1);
	if (!w->failed && (*field < low || *field > high))
		w->failed = true;
}

static void
u16(struct walk *w, uint16_t *field)
{
	uint8_t b[2] = {(uint8_t)(*field >> 8), (uint8_t)*field};

	raw(w, b, sizeof b);
	if (w->in != NULL)
		*field = (uint16_t)(b[0] << 8 | b[1]);
}

static void
u32(struct walk *w, uint32_t *field)
{
	uint16_t high = (uint16_t)(*field >> 16), low = (uint16_t)*field;

	u16(w, &high);
	u16(w, &low);
	if (w->in != NULL)
		*field = (uint32_t)high << 16 | low;
}

static void
text(struct walk *w, char *field, size_t max)
{
	uint16_t size = 0;

	if (w->in == NULL)
		size = (uint16_t)strnlen(field, max + 1);
	u16(w, &size);
	if (size > max)
		w->failed = true;
	if (w->failed)
		return;
	raw(w, field, size);
	if (w->in == NULL || w->failed)
		return;
	field[size] = '\0';
	if (strlen(field) != size)
		w->failed = true;
}

/* PAMWIRE_SESSION characters of base64url, or none where that is allowed */
static void
session(struct walk *w, char *field, bool may_be_empty)
{
	static const char base64url[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	text(w, field, PAMWIRE_SESSION);
	if (w->failed || (may_be_empty && field[0] == '\0'))
		return;
	if (strspn(field, base64url) != PAMWIRE_SESSION)
		w->failed = true;
}

static void
walk_begin(struct walk *w, struct pamwire_begin *f)
{
	u8(w, &f->phase, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT);
	raw(w, f->nonce_hash, sizeof f->nonce_hash);
	text(w, f->service, PAMWIRE_MAX_SERVICE);
	text(w, f->username, PAMWIRE_MAX_USERNAME);
	u8(w, &f->local, 0, 1);
	text(w, f->client, PAMWIRE_MAX_ADDRESS);
	u16(w, &f->port);
	text(w, f->tty, PAMWIRE_MAX_TTY);
	text(w, f->ruser, PAMWIRE_MAX_USERNAME);
	text(w, f->auth_info, PAMWIRE_MAX_AUTH_INFO);
	u32(w, &f->uid);
}

static void
walk_prompt(struct walk *w, struct pamwire_prompt *f)
{
	u8(w, &f->count, 1, PAMWIRE_MAX_PROMPTS);
	for (int i = 0; !w->failed && i < f->count; i++) {
		u8(w, &f->item[i].style, PAMWIRE_ECHO_OFF, PAMWIRE_INFO);
		text(w, f->item[i].text, PAMWIRE_MAX_TEXT);
	}
}

static void
walk_answer(struct walk *w, struct pamwire_answer *f)
{
	u8(w, &f->status, PAMWIRE_ANSWERED, PAMWIRE_UNREADABLE);
	u8(w, &f->count, 0, PAMWIRE_MAX_PROMPTS);
	if (f->status != PAMWIRE_ANSWERED && f->count != 0)
		w->failed = true;
	for (int i = 0; !w->failed && i < f->count; i++) {
		u16(w, &f->item[i].size);
		if (f->item[i].size > PAMWIRE_MAX_ANSWER)
			w->failed = true;
		else
			raw(w, f->item[i].bytes, f->item[i].size);
	}
}

static void
walk_result(struct walk *w, struct pamwire_result_frame *f)
{
	u8(w, &f->result, PAMWIRE_REDEEM, PAMWIRE_MALFORMED);
	raw(w, f->attempt, sizeof f->attempt);
	text(w, f->text, PAMWIRE_MAX_TEXT);
	text(w, f->reference, PAMWIRE_MAX_REFERENCE);
}

static void
walk_redeem(struct walk *w, struct pamwire_redeem *f)
{
	u8(w, &f->phase, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT);
	raw(w, f->attempt, sizeof f->attempt);
	raw(w, f->nonce, sizeof f->nonce);
	text(w, f->service, PAMWIRE_MAX_SERVICE);
	text(w, f->username, PAMWIRE_MAX_USERNAME);
	text(w, f->client, PAMWIRE_MAX_ADDRESS);
	u16(w, &f->port);
	u8(w, &f->local, 0, 1);
	text(w, f->auth_info, PAMWIRE_MAX_AUTH_INFO);
}

static void
walk_account(struct walk *w, struct pamwire_account *f)
{
	raw(w, f->attempt, sizeof f->attempt);
	raw(w, f->account_ticket, sizeof f->account_ticket);
	text(w, f->service, PAMWIRE_MAX_SERVICE);
	text(w, f->username, PAMWIRE_MAX_USERNAME);
	text(w, f->client, PAMWIRE_MAX_ADDRESS);
	u16(w, &f->port);
}

static void
walk_verdict(struct walk *w, uint8_t *result)
{
	u8(w, result, PAMWIRE_DENIED, PAMWIRE_GRANTED);
	if (*result == PAMWIRE_MALFORMED)
		w->failed = true;
}

static void
walk_redeemed(struct walk *w, struct pamwire_redeemed *f)
{
	walk_verdict(w, &f->result);
	session(w, f->session, f->result != PAMWIRE_GRANTED);
	raw(w, f->account_ticket, sizeof f->account_ticket);
	u32(w, &f->session_seconds);
}

static void
walk_session_open(struct walk *w, struct pamwire_session_open *f)
{
	session(w, f->session, true);
	raw(w, f->ticket, sizeof f->ticket);
	text(w, f->service, PAMWIRE_MAX_SERVICE);
	text(w, f->username, PAMWIRE_MAX_USERNAME);
	text(w, f->client, PAMWIRE_MAX_ADDRESS);
	u16(w, &f->port);
	text(w, f->tty, PAMWIRE_MAX_TTY);
	u32(w, &f->uid);
}

static void
walk_session_close(struct walk *w, struct pamwire_session_close *f)
{
	session(w, f->session, false);
	text(w, f->service, PAMWIRE_MAX_SERVICE);
	text(w, f->username, PAMWIRE_MAX_USERNAME);
	text(w, f->client, PAMWIRE_MAX_ADDRESS);
	u16(w, &f->port);
}

static void
walk_session_ans(struct walk *w, struct pamwire_session_ans *f)
{
	walk_verdict(w, &f->result);
	session(w, f->session, f->result != PAMWIRE_GRANTED);
	text(w, f->text, PAMWIRE_MAX_TEXT);
}

static void
walk_frame(struct walk *w, struct pamwire_frame *f)
{
	switch (f->type) {
	case PAMWIRE_TYPE_BEGIN:
		walk_begin(w, &f->u.begin);
		break;
	case PAMWIRE_TYPE_PROMPT:
		walk_prompt(w, &f->u.prompt);
		break;
	case PAMWIRE_TYPE_ANSWER:
		walk_answer(w, &f->u.answer);
		break;
	case PAMWIRE_TYPE_RESULT:
		walk_result(w, &f->u.result);
		break;
	case PAMWIRE_TYPE_REDEEM:
		walk_redeem(w, &f->u.redeem);
		break;
	case PAMWIRE_TYPE_ACCOUNT:
		walk_account(w, &f->u.account);
		break;
	case PAMWIRE_TYPE_REDEEMED:
		walk_redeemed(w, &f->u.redeemed);
		break;
	case PAMWIRE_TYPE_SESSION_OPEN:
		walk_session_open(w, &f->u.session_open);
		break;
	case PAMWIRE_TYPE_SESSION_CLOSE:
		walk_session_close(w, &f->u.session_close);
		break;
	case PAMWIRE_TYPE_SESSION_ANS:
		walk_session_ans(w, &f->u.session_ans);
		break;
	default:
		w->failed = true;
	}
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
	struct walk w = {
	    .out = out, .size = PAMWIRE_MAX_FRAME, .at = PAMWIRE_HEADER};
	size_t payload;

	/* writing only reads the fields */
	walk_frame(&w, (struct pamwire_frame *)(uintptr_t)f);
	if (w.failed)
		return 0;
	payload = w.at - PAMWIRE_HEADER;
	out[0] = PAMWIRE_VERSION;
	out[1] = f->type;
	out[2] = (uint8_t)(payload >> 8);
	out[3] = (uint8_t)payload;
	return w.at;
}

int
pamwire_decode(struct pamwire_frame *f, const uint8_t *bytes, size_t size)
{
	struct walk w = {.in = bytes, .size = size, .at = PAMWIRE_HEADER};

	pamwire_init(f, 0);
	if (size < PAMWIRE_HEADER || pamwire_frame_size(bytes) != size)
		return -1;
	f->type = bytes[1];
	walk_frame(&w, f);
	if (w.failed || w.at != size) {
		pamwire_wipe(f);
		return -1;
	}
	return 0;
}
