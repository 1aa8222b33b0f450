/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/groups.h"

#include <stdlib.h>
#include <string.h>

struct groups *
groups_copy(size_t count, char (*dn)[GROUP_MAX + 1])
{
	struct groups *g;
	size_t size = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		size += strlen(dn[i]) + 1;
	g = calloc(1, sizeof *g + size);
	if (g == NULL)
		return NULL;
	g->count = count;
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(dn[i]) + 1;

		memcpy(g->text + at, dn[i], n);
		g->dn[i] = g->text + at;
		at += n;
	}
	return g;
}

void
groups_record(const struct groups *g, struct msg_AUDIT_APPEND_REQ *r)
{
	r->groups_size = 0;
	r->groups_cut = 0;
	for (size_t i = 0; i < g->count; i++) {
		size_t n = strlen(g->dn[i]) + 1;

		if (n > sizeof r->groups - r->groups_size) {
			r->groups_cut = 1;
			return;
		}
		memcpy(r->groups + r->groups_size, g->dn[i], n);
		r->groups_size += n;
	}
}
