/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second round of a conversation, in which an invited person enrols an
 * authenticator.  It lets nobody in: whatever comes of it the attempt ends
 * refused, and the next one needs the new factor.
 *
 * The order: the code of the new seed, the invitation is spent in the store,
 * the record of the enrolment is on disk, the credential is in the store.  So
 * there is no credential without a record, and two devices cannot both come
 * of one invitation.
 */
#ifndef AUTHORITY_ATTEMPT_ENROL_H
#define AUTHORITY_ATTEMPT_ENROL_H

#include "gatewayd/authority/attempt/attempt.h"

/* The verdict is there.  True: the person was shown a seed and is asked for
 * its code.  False: refused, with the attempt's refusal as the reason. */
bool enrol_begin(struct attempt *a);
/* the answer to it */
void enrol_answer(struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m);
/* The attempt is over: the seed is wiped, and no further step is taken. */
void enrol_end(struct attempt *a);

#endif
