/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of open attempts as it was until November 2026.  The first start
 * of a later version finds in it what the last version left open.
 */
#ifndef AUTHORITY_ATTEMPT_ATTEMPT_TABLE_1_H
#define AUTHORITY_ATTEMPT_ATTEMPT_TABLE_1_H

#include <stdbool.h>

#include "lib/ipc/messages.h"

struct attempt_table_1;

/* Reads the file whole.  NULL: it is not of that version, or no memory. */
struct attempt_table_1 *attempt_table_1_read(int fd);
/* Calls with each attempt that was open; reserved: it is a try. */
void attempt_table_1_each(const struct attempt_table_1 *file,
    void (*open)(
	void *arg, const struct msg_AUDIT_APPEND_REQ *record, bool reserved),
    void *arg);
void attempt_table_1_free(struct attempt_table_1 *file);

#endif
