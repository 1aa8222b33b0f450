/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation.  The relay shows the gateway's prompts to the person, and
 * sends the answers back.  It knows no factor and decides nothing.
 */
#ifndef PAM_MODULE_RELAY_H
#define PAM_MODULE_RELAY_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/wire/pamwire.h"
#include "pam_module/client.h"

/* The most rounds of one conversation.  A gateway that asks more is broken. */
#define RELAY_ROUNDS_MAX 16

struct relay {
	pam_handle_t *pamh;
	bool may_ask;  /* account phase: no */
	bool given_up; /* an answer was not to be had */
	char
	    waiting[PAMWIRE_MAX_TEXT + 1]; /* text for before the next prompt */
};

/*
 * Shows one PROMPT to the person in a single PAM conversation.  sshd
 * before 10.3 holds texts back until the next prompt, so texts are put above
 * that prompt.  A failure becomes the status of the answer, and the gateway
 * records it.
 */
void relay_prompt(struct relay *r, const struct pamwire_prompt *p,
    struct pamwire_answer *answer_r);

/* Runs a conversation.  f is the BEGIN frame, and the RESULT frame afterwards.
 * -1: the gateway was silent, gone or malformed, which was logged.  A RESULT of
 * REDEEM after an aborted answer counts as malformed. */
int relay_run(struct relay *r, struct client *c, struct pamwire_frame *f);

/* Shows a text without a prompt.  A failure is ignored. */
void relay_show(pam_handle_t *pamh, int style, const char *text);

#endif
