/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes changes of subjects to the store in the background: last accepted
 * steps, tries, and the last record of the log that the store has applied.
 */
#ifndef AUTHORITY_SUBJECT_WRITE_BACK_H
#define AUTHORITY_SUBJECT_WRITE_BACK_H

#include "gatewayd/authority/subject/subject.h"

/* Writes what is dirty now, as much as the store takes in one turn. */
void write_back_flush(struct subjects *all);
/* It is time: flushes, and writes how much of the log the store covers.  all is
 * the struct subjects, whose timer calls this. */
void write_back_due(void *all);

#endif
