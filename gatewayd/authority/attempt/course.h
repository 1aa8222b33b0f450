/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of an attempt, from BEGIN to its one final record.  The order is
 * fixed.  Look the person up.  Collect answers.  Reserve the try.  Let
 * directory bind with the password, and verify the code.  Ask the policy again
 * with the proven factors.  Write the record.  Grant only after its receipt.
 */
#ifndef AUTHORITY_ATTEMPT_COURSE_H
#define AUTHORITY_ATTEMPT_COURSE_H

#include <stdbool.h>

#include "gatewayd/authority/attempt/attempt.h"

struct pamwire_redeem;

/*
 * Begins an attempt.  Calls login_channel_collect() or login_channel_result(),
 * later or at once.  NULL: there is no room; no attempt began, and no record is
 * needed.
 */
struct attempt *course_open(struct authority *all, struct login_channel *c,
    const struct msg_AUTHORITY_OPEN_REQ *m);
void course_answer(struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m);
/* The conversation has ended.  The attempt does not use it any more. */
void course_gone(struct attempt *a);

/*
 * If the person was asked for no factor, a permit depends only on the factors
 * that sshd had proven, as login reports them.  So no grant is recorded before
 * the module reports the same: this is the module's report.  True: the report
 * matches, and redeem_decided() will be called later.  False: there is no such
 * attempt, or the report differs.
 */
bool course_claim(struct authority *all, const struct pamwire_redeem *m,
    struct redeem *redeem);

/* from directory */
void course_verdict(
    struct authority *all, const struct msg_DIRECTORY_VERDICT_NOTE *m);
/* directory is gone, so no verdict will come. */
void course_without_verdict(struct authority *all);

#endif
