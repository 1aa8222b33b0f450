/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/enrolment.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum reason
enrolment_begin(struct attempt *a)
{
	struct enrolment *e = calloc(1, sizeof *e);

	if (e == NULL)
		return REASON_OUT_OF_MEMORY;
	*e = (struct enrolment){.all = a->all,
	    .attempt = a,
	    .subject = a->subject,
	    .ops = factor_of(FACTOR_KIND_INVITED),
	    .form = factor_form(&a->all->conf),
	    .invitation = a->subject->invitation->version};
	subject_keep(&a->all->subjects, e->subject);
	a->enrolment = e;
	return RAND_bytes(e->seed, (int)otp_form_seed_size(&e->form)) == 1
		   ? REASON_NONE
		   : REASON_NO_RANDOMNESS;
}

static void
release(struct enrolment *e)
{
	subject_release(&e->all->subjects, e->subject);
	explicit_bzero(e, sizeof *e);
	free(e);
}

void
enrolment_end(struct attempt *a)
{
	struct enrolment *e = a->enrolment;

	a->enrolment = NULL;
	if (e == NULL)
		return;
	if (e->change != NULL)
		change_forget(e->change);
	release(e);
}
