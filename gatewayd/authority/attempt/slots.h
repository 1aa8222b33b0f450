/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of open attempts, a file mapped into memory.  A slot is written
 * when an attempt opens and cleared when its final record is on disk, so that
 * after kill -9 of everything each attempt that was open is still known, is
 * recorded as orphaned, and counts as a try if answers had been given.  The
 * kernel keeps the pages; they are not synced, as a power cut lets nobody in.
 */
#ifndef AUTHORITY_ATTEMPT_SLOTS_H
#define AUTHORITY_ATTEMPT_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ipc/messages.h"

#define SLOTS_COUNT 4096 /* open attempts at most */

struct slots;

/* Takes the fd; makes the file's size right.  NULL: the reason was logged. */
struct slots *slots_open(int fd);
void slots_close(struct slots *s);

/* Keeps the fields that an orphaned record needs (RECORD_OPEN).  Returns the
 * slot's number, or -1: all are taken. */
int slots_take(struct slots *s, const struct msg_AUDIT_APPEND_REQ *r);
/* more is known of it, such as the subject */
void slots_write(
    struct slots *s, int slot, const struct msg_AUDIT_APPEND_REQ *r);
/* its answers are being judged: a try, whatever becomes of us */
void slots_reserved(struct slots *s, int slot);
void slots_clear(struct slots *s, int slot);

/* The log has the final record of that attempt: its slot is free. */
void slots_recorded(struct slots *s, const uint8_t attempt[ATTEMPT_ID]);
/* Left over from the process before: the slots from *at on; returns the slot
 * and moves *at past it, -1 at the end.  reserved_r: it is a try. */
int slots_left(
    struct slots *s, int *at, struct msg_AUDIT_APPEND_REQ *r, bool *reserved_r);

#endif
