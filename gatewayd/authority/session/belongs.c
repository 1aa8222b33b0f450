/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/belongs.h"

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/link/process.h"
#include "gatewayd/authority/session/session.h"

/* Where in the chain; 0 is the process itself.  -1: not in it. */
static int
place_of(const struct process *w, int32_t pid)
{
	if (w->pid == pid)
		return 0;
	for (size_t i = 0; i < w->ancestor_count; i++)
		if (w->ancestor[i] == pid)
			return (int)i + 1;
	return -1;
}

/* The number that was seen was this session's process only if that was there
 * before the question, and is there still. */
static bool
was_there(const struct session *s, const struct process *w)
{
	return s->state >= SESSION_OPEN && s->pid_seen_ms <= w->asked_ms &&
	       peer_is_alive(s->process.fd);
}

bool
belongs_to(const struct process *w, const struct session *s)
{
	return w->known && was_there(s, w) && place_of(w, s->pid) >= 0;
}

struct session *
belongs_find(struct authority *all, const struct process *w)
{
	struct session *s, *nearest = NULL;
	struct table_item *next;
	size_t at = 0;
	int least = ANCESTORS_MAX + 1;

	if (!w->known)
		return NULL;
	while ((s = table_each(&all->sessions, &at, &next)) != NULL) {
		int place = was_there(s, w) ? place_of(w, s->pid) : -1;

		if (place >= 0 && place < least) {
			least = place;
			nearest = s;
		}
	}
	return nearest;
}
