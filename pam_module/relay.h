/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation: the gateway's prompts to the person, the answers back.
 * The relay knows no factor and decides nothing.
 */
#ifndef PAM_MODULE_RELAY_H
#define PAM_MODULE_RELAY_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_modules.h>

#include "lib/wire/pamwire.h"
#include "pam_module/client.h"

/* rounds of one conversation; a gateway that asks on is broken */
#define RELAY_ROUNDS_MAX 16

struct relay {
	pam_handle_t *pamh;
	bool may_ask;  /* account phase: no */
	bool given_up; /* an answer was not to be had */
	char
	    waiting[PAMWIRE_MAX_TEXT + 1]; /* text for before the next prompt */
};

/* Puts one PROMPT to the person in a single PAM conversation.  sshd before
 * 10.3 holds texts back until the next prompt, so they are put on top of it.
 * Whatever goes wrong becomes the status of the answer, for the gateway to
 * write down. */
void relay_prompt(struct relay *r, const struct pamwire_prompt *p,
    struct pamwire_answer *answer_r);

/* From BEGIN, which f holds, to RESULT, which it holds then.  -1: the gateway
 * was silent, gone or malformed; logged.  A RESULT that says REDEEM after an
 * answer was refused counts as malformed. */
int relay_run(struct relay *r, struct client *c, struct pamwire_frame *f);

/* Shows a text that nobody has to answer.  Nothing depends on it. */
void relay_show(pam_handle_t *pamh, int style, const char *text);

#endif
