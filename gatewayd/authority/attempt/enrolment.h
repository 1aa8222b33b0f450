/* SPDX-License-Identifier: Apache-2.0 */
/* The data of an enrolment: the second round of an attempt (enrol.h). */
#ifndef AUTHORITY_ATTEMPT_ENROLMENT_H
#define AUTHORITY_ATTEMPT_ENROLMENT_H

#include "gatewayd/authority/attempt/attempt.h"
#include "gatewayd/authority/change/change.h"
#include "gatewayd/authority/factor/factor.h"

struct enrolment {
	struct authority *all;
	struct attempt *attempt;
	struct subject *subject; /* held */
	uint64_t invitation;	 /* the version that it is by */
	const struct factor_ops *ops;
	struct otp_form form;
	uint8_t seed[FACTOR_SEED_MAX]; /* until its code was right */
	struct credential credential;
	struct change *change; /* under way */
};

/* Begins the enrolment of the attempt, with a seed.  REASON_NONE, or why it
 * cannot be. */
enum reason enrolment_begin(struct attempt *a);
/* The attempt is over: wipes the seed and takes no further step. */
void enrolment_end(struct attempt *a);

#endif
