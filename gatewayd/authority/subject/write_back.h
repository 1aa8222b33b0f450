/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes changes of subjects to the store in the background: last accepted
 * steps, tries, and the last record of the log that the store has applied.
 */
#ifndef AUTHORITY_SUBJECT_WRITE_BACK_H
#define AUTHORITY_SUBJECT_WRITE_BACK_H

struct subjects;

/* Something has become dirty, or the log has grown: the store has it within
 * half a second, and how much of the log it covers. */
void write_back_soon(struct subjects *all);
/* Writes what is dirty now, as much as the store takes in one turn. */
void write_back_flush(struct subjects *all);

#endif
