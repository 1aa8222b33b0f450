/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of an attempt: its one final record, and after the receipt the
 * session, the answer to whoever waits, and the memory.
 */
#ifndef AUTHORITY_ATTEMPT_ATTEMPT_END_H
#define AUTHORITY_ATTEMPT_ATTEMPT_END_H

#include "gatewayd/authority/attempt/attempt.h"

/* Writes the final record, unless it is on its way already. */
void attempt_end(struct attempt *a, enum outcome outcome, enum reason reason);
/* Ends the attempt at that time (clock_mono_ms()), if nothing has before. */
void attempt_end_at(struct attempt *a, uint64_t deadline);
/* Ends the conversation with the person, if there still is one.  The attempt
 * goes on. */
void attempt_end_conversation(struct attempt *a, enum result result);

#endif
