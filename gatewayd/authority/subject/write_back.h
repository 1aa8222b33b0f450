/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store is to know of subjects, written in the background: last
 * accepted steps, tries, and the sequence of the log that all of it covers.
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
