/* SPDX-License-Identifier: Apache-2.0 */
/* A person's last attempts, for who helps them.  The log has all of them; this
 * is what this process has seen. */
#ifndef AUTHORITY_SUBJECT_RECENT_H
#define AUTHORITY_SUBJECT_RECENT_H

#include "lib/ipc/messages.h"

#define RECENT_ATTEMPTS 5

struct recent_attempt {
	int64_t time_ms;
	uint8_t outcome;
	char reason[REASON_MAX + 1];
	char service[SERVICE_MAX + 1];
	char client[ADDRESS_MAX + 1];
	char reference[REFERENCE_MAX + 1];
};

struct recent {
	unsigned count; /* ever */
	struct recent_attempt attempt[RECENT_ATTEMPTS];
};

/* *recent is NULL before the first; where there is no memory it stays so. */
void recent_add(struct recent **recent, const struct msg_AUDIT_APPEND_REQ *r);
/* The nth before the last one; NULL: there is none. */
const struct recent_attempt *recent_get(
    const struct recent *recent, unsigned n);

#endif
