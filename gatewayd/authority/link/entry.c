/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/entry.h"

#include <string.h>
#include <strings.h>

#include "lib/base/utf8.h"

enum reason
entry_state_reason(uint8_t state)
{
	switch (state) {
	case ACCOUNT_ACTIVE:
		return REASON_NONE;
	case ACCOUNT_DISABLED:
		return REASON_ACCOUNT_DISABLED;
	case ACCOUNT_EXPIRED:
		return REASON_ACCOUNT_EXPIRED;
	case ACCOUNT_LOCKED:
	case ACCOUNT_MAYBE_LOCKED:
		return REASON_ACCOUNT_LOCKED;
	case ACCOUNT_PASSWORD_EXPIRED:
		return REASON_PASSWORD_EXPIRED;
	case ACCOUNT_MUST_CHANGE:
		return REASON_PASSWORD_MUST_CHANGE;
	default:
		return REASON_DIRECTORY_MALFORMED;
	}
}

bool
entry_is_sound(const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	if (m->status != LOOKUP_FOUND)
		return false;
	for (size_t i = 0; i < m->group_count; i++)
		if (!utf8_is_text(m->group[i], strlen(m->group[i])))
			return false;
	/* the store's keys are paths: subject/ID/... */
	return m->subject[0] != '\0' && strchr(m->subject, '/') == NULL &&
	       utf8_is_text(m->subject, strlen(m->subject)) &&
	       strcasecmp(m->name, name) == 0;
}

enum reason
entry_reason(const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	switch (m->status) {
	case LOOKUP_FOUND:
		break;
	case LOOKUP_UNKNOWN:
		return REASON_UNKNOWN_PERSON;
	case LOOKUP_AMBIGUOUS:
		return REASON_AMBIGUOUS_PERSON;
	case LOOKUP_UNAVAILABLE:
		return REASON_DIRECTORY_UNAVAILABLE;
	default:
		return REASON_DIRECTORY_MALFORMED;
	}
	if (!entry_is_sound(name, m))
		return REASON_DIRECTORY_MALFORMED;
	return entry_state_reason(m->state);
}
