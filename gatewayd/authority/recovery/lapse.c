/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recovery/lapse.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/session/session_file.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

struct grant {
	struct table_item item; /* in all->recovery.grants */
	struct msg_AUDIT_APPEND_REQ record;
};

static int
add(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct grant *g = calloc(1, sizeof *g);

	if (g == NULL)
		return -1;
	message_replayed_record(m, &g->record);
	if (table_add(&all->recovery.grants, &g->item, g->record.session,
		strlen(g->record.session), g) == 0)
		return 0;
	free(g);
	return -1;
}

static void
drop(struct authority *all, struct grant *g)
{
	table_remove(&all->recovery.grants, &g->item);
	free(g);
}

int
lapse_replayed(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct grant *g;

	if (m->session[0] == '\0')
		return 0;
	g = table_find(&all->recovery.grants, m->session, strlen(m->session));
	if (m->kind == RECORD_SESSION && g != NULL)
		drop(all, g);
	if (m->kind != RECORD_ATTEMPT || m->outcome != OUTCOME_GRANTED ||
	    g != NULL)
		return 0;
	return add(all, m);
}

int
lapse_record(struct authority *all)
{
	struct table_item *next;
	struct grant *g;
	size_t at = 0;
	unsigned count = 0;
	int result = 0;

	while ((g = table_each(&all->recovery.grants, &at, &next)) != NULL) {
		struct msg_AUDIT_APPEND_REQ *r = &g->record;

		/* one that is kept was opened: session_restart.c has its
		 * records */
		if (!session_file_has(all->session_file, r->session)) {
			r->kind = RECORD_SESSION;
			r->outcome = OUTCOME_LAPSED;
			r->time_ms = clock_wall_ms();
			reason_write(REASON_GATEWAY_RESTARTED, r->reason);
			if (audit_append_done(&all->audit, r, NULL, NULL) < 0)
				result = -1;
			count++;
		}
		drop(all, g);
	}
	if (count > 0)
		log_info("%u grants were not opened", count);
	return result;
}
