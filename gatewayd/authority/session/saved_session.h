/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open session as the file has it, so that it can continue after a restart
 * of authority: fields of its record, its times, its process, and its
 * obligations. The obligations are copies, because the policy may be another
 * one by then. There is no secret in it.
 */
#ifndef AUTHORITY_SESSION_SAVED_SESSION_H
#define AUTHORITY_SESSION_SAVED_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/session/alive.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"

/* Audiences and groups together.  Groups that alone are more than this fit no
 * token either (token_claims.h, TOKEN_CLAIMS_MAX). */
#define SAVED_SESSION_TEXT 8192
#define SAVED_SESSION_MAX 12288 /* bytes encoded */

struct saved_session {
	uint64_t turn; /* of two for one session the higher counts */
	struct alive_process process;
	uint32_t uid, seconds;
	int64_t granted_ms, opened_ms, ends_ms;
	uint64_t ends_boot_ms; /* the same moment, clock_boot_ms() */
	struct msg_AUDIT_APPEND_REQ record;    /* attempt and session id too */
	struct policy_obligations obligations; /* but for the audiences */
	size_t audience_count, group_count;
	size_t text_size; /* first audiences, then groups, each with its NUL */
	char text[SAVED_SESSION_TEXT];
};

/* false: it does not fit, nothing was added */
bool saved_session_add(struct saved_session *k, const char *text);

/* out holds SAVED_SESSION_MAX bytes; returns the size, 0 when it does not fit.
 */
size_t saved_session_encode(const struct saved_session *k, uint8_t *out);
/* Strict: every size, every text ended, all counts right.  -1: malformed. */
int saved_session_decode(
    struct saved_session *k, const uint8_t *in, size_t size);

/* The obligations in one piece of memory with their audiences: free() it.
 * NULL: no memory. */
struct policy_obligations *saved_session_obligations(
    const struct saved_session *k);
/* the text from that one on; each is followed by its NUL */
const char *saved_session_text(const struct saved_session *k, size_t number);

#endif
