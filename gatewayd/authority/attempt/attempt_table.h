/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of open attempts, a file mapped into memory.  A slot is written
 * when an attempt opens and cleared when its final record is on disk, so that
 * after kill -9 of everything each attempt that was open is still known, is
 * recorded as orphaned, and counts as a try if answers had been given.  The
 * kernel keeps the pages; they are not synced, as a power cut lets nobody in.
 */
#ifndef AUTHORITY_ATTEMPT_ATTEMPT_TABLE_H
#define AUTHORITY_ATTEMPT_ATTEMPT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ipc/messages.h"

#define ATTEMPT_TABLE_COUNT 4096 /* open attempts at most */

struct attempt_table;

/* Takes the fd; makes the file's size right.  NULL: the reason was logged. */
struct attempt_table *attempt_table_open(int fd);
void attempt_table_close(struct attempt_table *s);

/* Keeps the fields that an orphaned record needs (RECORD_OPEN).  Returns the
 * slot's number, or -1: all are taken. */
int attempt_table_take(
    struct attempt_table *s, const struct msg_AUDIT_APPEND_REQ *r);
/* Writes the fields again, when more of them are known, such as the subject. */
void attempt_table_write(
    struct attempt_table *s, int slot, const struct msg_AUDIT_APPEND_REQ *r);
/* The answers are being judged: the attempt counts as a try from now on. */
void attempt_table_reserved(struct attempt_table *s, int slot);
void attempt_table_clear(struct attempt_table *s, int slot);

/* The log has the final record of that attempt: frees its slot. */
void attempt_table_recorded(
    struct attempt_table *s, const uint8_t attempt[ATTEMPT_ID]);
/* Left over from the process before: the slots from *at on; returns the slot
 * and moves *at past it, -1 at the end.  reserved_r: it is a try. */
int attempt_table_left(struct attempt_table *s, int *at,
    struct msg_AUDIT_APPEND_REQ *r, bool *reserved_r);

#endif
