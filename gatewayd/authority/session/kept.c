/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/kept.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"

bool
kept_add(struct kept *k, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof k->text - k->text_size)
		return false;
	memcpy(k->text + k->text_size, text, size);
	k->text_size += size;
	return true;
}

const char *
kept_text(const struct kept *k, size_t number)
{
	const char *at = k->text;

	while (number-- > 0)
		at += strlen(at) + 1;
	return at;
}

static void
write_text(struct writer *w, const char *text)
{
	writer_bytes(w, text, strlen(text));
}

static void
write_record(struct writer *w, const struct msg_AUDIT_APPEND_REQ *r)
{
	writer_raw(w, r->attempt, sizeof r->attempt);
	write_text(w, r->session);
	write_text(w, r->reference);
	write_text(w, r->rule);
	writer_bytes(w, r->username, r->username_size);
	write_text(w, r->name);
	write_text(w, r->subject);
	writer_u8(w, r->employment);
	write_text(w, r->client);
	writer_u16(w, r->port);
	write_text(w, r->service);
	write_text(w, r->host);
	write_text(w, r->tty);
	writer_u32(w, r->required);
	writer_u32(w, r->verified);
	writer_u32(w, r->obtainable);
	writer_u32(w, r->session_seconds);
	write_text(w, r->key_fingerprint);
	write_text(w, r->actor); /* who ends it */
	write_text(w, r->approval);
	write_text(w, r->approver);
	write_text(w, r->approval_service);
	writer_u64(w, (uint64_t)r->approval_ends_ms);
}

static void
read_record(struct reader *r, struct msg_AUDIT_APPEND_REQ *out)
{
	reader_raw(r, out->attempt, sizeof out->attempt);
	reader_string(r, out->session, sizeof out->session - 1);
	reader_string(r, out->reference, sizeof out->reference - 1);
	reader_string(r, out->rule, sizeof out->rule - 1);
	out->username_size = reader_bytes(r, out->username, USERNAME_MAX);
	reader_string(r, out->name, sizeof out->name - 1);
	reader_string(r, out->subject, sizeof out->subject - 1);
	out->employment = reader_u8(r);
	reader_string(r, out->client, sizeof out->client - 1);
	out->port = reader_u16(r);
	reader_string(r, out->service, sizeof out->service - 1);
	reader_string(r, out->host, sizeof out->host - 1);
	reader_string(r, out->tty, sizeof out->tty - 1);
	out->required = reader_u32(r);
	out->verified = reader_u32(r);
	out->obtainable = reader_u32(r);
	out->session_seconds = reader_u32(r);
	reader_string(r, out->key_fingerprint, sizeof out->key_fingerprint - 1);
	reader_string(r, out->actor, sizeof out->actor - 1);
	reader_string(r, out->approval, sizeof out->approval - 1);
	reader_string(r, out->approver, sizeof out->approver - 1);
	reader_string(
	    r, out->approval_service, sizeof out->approval_service - 1);
	out->approval_ends_ms = (int64_t)reader_u64(r);
}

size_t
kept_encode(const struct kept *k, uint8_t *out)
{
	const struct alive_process *p = &k->process;
	struct writer w;

	writer_init(&w, out, KEPT_MAX);
	writer_u64(&w, k->turn);
	write_text(&w, p->place.boot);
	writer_u64(&w, p->place.pids);
	writer_u64(&w, p->place.times);
	writer_u32(&w, (uint32_t)p->pid);
	writer_u64(&w, p->seen_ms);
	writer_u32(&w, k->uid);
	writer_u32(&w, k->seconds);
	writer_u64(&w, (uint64_t)k->granted_ms);
	writer_u64(&w, (uint64_t)k->opened_ms);
	writer_u64(&w, (uint64_t)k->ends_ms);
	writer_u64(&w, k->ends_boot_ms);
	write_record(&w, &k->record);
	writer_u32(&w, k->obligations.session_seconds);
	writer_u32(&w, k->obligations.token_seconds);
	writer_u32(&w, k->obligations.lease_seconds);
	writer_u32(&w, k->obligations.grace_seconds);
	writer_u16(&w, (uint16_t)k->audience_count);
	writer_u16(&w, (uint16_t)k->group_count);
	writer_bytes(&w, k->text, k->text_size);
	return w.failed ? 0 : w.used;
}

/* As many texts as were said, the last one ended. */
static bool
is_whole(const struct kept *k)
{
	size_t count = 0;

	for (size_t i = 0; i < k->text_size; i++)
		count += k->text[i] == '\0';
	return k->group_count <= GROUPS_MAX &&
	       count == k->audience_count + k->group_count &&
	       (k->text_size == 0 || k->text[k->text_size - 1] == '\0');
}

int
kept_decode(struct kept *k, const uint8_t *in, size_t size)
{
	struct alive_process *p = &k->process;
	struct reader r;

	memset(k, 0, sizeof *k);
	reader_init(&r, in, size);
	k->turn = reader_u64(&r);
	reader_string(&r, p->place.boot, ALIVE_BOOT);
	p->place.pids = reader_u64(&r);
	p->place.times = reader_u64(&r);
	p->pid = (int32_t)reader_u32(&r);
	p->seen_ms = reader_u64(&r);
	k->uid = reader_u32(&r);
	k->seconds = reader_u32(&r);
	k->granted_ms = (int64_t)reader_u64(&r);
	k->opened_ms = (int64_t)reader_u64(&r);
	k->ends_ms = (int64_t)reader_u64(&r);
	k->ends_boot_ms = reader_u64(&r);
	read_record(&r, &k->record);
	k->obligations.session_seconds = reader_u32(&r);
	k->obligations.token_seconds = reader_u32(&r);
	k->obligations.lease_seconds = reader_u32(&r);
	k->obligations.grace_seconds = reader_u32(&r);
	k->audience_count = reader_u16(&r);
	k->group_count = reader_u16(&r);
	k->text_size = reader_bytes(&r, k->text, sizeof k->text);
	return reader_end(&r) == 0 && is_whole(k) &&
		       k->record.session[0] != '\0'
		   ? 0
		   : -1;
}

struct policy_obligations *
kept_obligations(const struct kept *k)
{
	size_t texts = (size_t)(kept_text(k, k->audience_count) - k->text);
	size_t list = k->audience_count * sizeof(char *);
	struct policy_obligations *o = malloc(sizeof *o + list + texts);
	const char **audience;
	char *text;

	if (o == NULL)
		return NULL;
	*o = k->obligations;
	audience = (const char **)(void *)(o + 1);
	text = (char *)(audience + k->audience_count);
	memcpy(text, k->text, texts);
	for (size_t i = 0; i < k->audience_count; i++) {
		audience[i] = text;
		text += strlen(text) + 1;
	}
	o->audiences = audience;
	o->audience_count = k->audience_count;
	return o;
}
