/* SPDX-License-Identifier: Apache-2.0 */
/* Which open session a process belongs to. */
#ifndef AUTHORITY_SESSION_BELONGS_H
#define AUTHORITY_SESSION_BELONGS_H

#include <stdbool.h>

struct authority;
struct session;
struct process;

/* True if it is the process that opened the session, or a descendant. */
bool belongs_to(const struct process *w, const struct session *s);
/* The open session to which the process belongs, the nearest one, or NULL. */
struct session *belongs_find(struct authority *all, const struct process *w);

#endif
