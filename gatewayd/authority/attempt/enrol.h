/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second round of a conversation, in which an invited person enrols an
 * authenticator.  It lets nobody in: the attempt is always refused, and the
 * next one needs the new factor.
 *
 * The order is fixed.  The person types the code of the new seed.  The store
 * spends the invitation.  The record of the enrolment is on disk.  The store
 * has the credential.  So every credential has a record, and one invitation
 * cannot enrol two authenticators.
 */
#ifndef AUTHORITY_ATTEMPT_ENROL_H
#define AUTHORITY_ATTEMPT_ENROL_H

#include "gatewayd/authority/attempt/attempt.h"

/* Begins after the verdict.  True: the person sees a seed, and is asked for its
 * code.  False: the attempt is refused, with its own reason. */
bool enrol_begin(struct attempt *a);
/* Takes the answer, the code of the new seed. */
void enrol_answer(struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m);

#endif
