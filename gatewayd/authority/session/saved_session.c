/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/saved_session.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/record/record_list.h"

/* No session's turn: version 1 begins with the turn. */
#define VERSION_2 UINT64_C(0xffffffff00000002)

#define REST_MAX 256 /* of what is neither record nor text */
_Static_assert(
    RECORD_KEPT_MAX + SAVED_SESSION_TEXT + REST_MAX <= SAVED_SESSION_MAX,
    "what is kept of a session has room");

bool
saved_session_add(struct saved_session *k, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof k->text - k->text_size)
		return false;
	memcpy(k->text + k->text_size, text, size);
	k->text_size += size;
	return true;
}

const char *
saved_session_text(const struct saved_session *k, size_t number)
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

/* As saved_session.c wrote them until November 2026, one after the other. */
static void
read_record_1(struct reader *r, struct msg_AUDIT_APPEND_REQ *out)
{
	static const char *const names[] = {"attempt", "session", "reference",
	    "rule", "username", "name", "subject", "employment", "client",
	    "port", "service", "host", "tty", "required", "verified",
	    "obtainable", "session_seconds", "key_fingerprint", "actor",
	    "approval", "approver", "approval_service", "approval_ends_ms"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		record_unpack_one(r, out, names[i]);
}

size_t
saved_session_encode(const struct saved_session *k, uint8_t *out)
{
	const struct alive_process *p = &k->process;
	struct writer w;

	writer_init(&w, out, SAVED_SESSION_MAX);
	writer_u64(&w, VERSION_2);
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
	record_pack(&w, &k->record, RECORD_KEPT);
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
is_whole(const struct saved_session *k)
{
	size_t count = 0;

	for (size_t i = 0; i < k->text_size; i++)
		count += k->text[i] == '\0';
	return k->group_count <= GROUPS_MAX &&
	       count == k->audience_count + k->group_count &&
	       (k->text_size == 0 || k->text[k->text_size - 1] == '\0');
}

int
saved_session_decode(struct saved_session *k, const uint8_t *in, size_t size)
{
	struct alive_process *p = &k->process;
	struct reader r;
	uint64_t version;

	memset(k, 0, sizeof *k);
	reader_init(&r, in, size);
	version = reader_u64(&r);
	k->turn = version == VERSION_2 ? reader_u64(&r) : version;
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
	if (version == VERSION_2)
		record_unpack(&r, &k->record, RECORD_KEPT);
	else
		read_record_1(&r, &k->record);
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
saved_session_obligations(const struct saved_session *k)
{
	size_t texts =
	    (size_t)(saved_session_text(k, k->audience_count) - k->text);
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
