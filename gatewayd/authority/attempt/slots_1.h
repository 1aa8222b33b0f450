/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of open attempts as it was until November 2026.  The first start
 * of a later version finds in it what the last version left open.
 */
#ifndef AUTHORITY_SLOTS_1_H
#define AUTHORITY_SLOTS_1_H

#include <stdbool.h>

#include "lib/ipc/messages.h"

struct slots_1;

/* Reads the file whole.  NULL: it is not of that version, or no memory. */
struct slots_1 *slots_1_read(int fd);
/* Calls with each attempt that was open; reserved: it is a try. */
void slots_1_each(const struct slots_1 *file,
    void (*open)(
	void *arg, const struct msg_AUDIT_APPEND_REQ *record, bool reserved),
    void *arg);
void slots_1_free(struct slots_1 *file);

#endif
