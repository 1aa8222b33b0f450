/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grant of authority, which the module keeps in the PAM handle from one
 * call to the next.  Nothing is read from the PAM environment, because people
 * can write there (pam_env's user_readenv).
 */
#ifndef PAM_MODULE_GRANT_H
#define PAM_MODULE_GRANT_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/wire/pamwire.h"
#include "pam_module/host_facts.h"

#define GRANT_ENV "SALLYPORT_SESSION" /* set for the person's shell */

enum grant_result { GRANT_GRANTED = 1, GRANT_DENIED, GRANT_UNAVAILABLE };

/* One attempt and its grant.  Its facts are gathered when it begins, and every
 * later call repeats them.  The application may change PAM_USER on the way:
 * sudo sets the target's name. */
struct grant {
	struct host_facts facts;
	bool is_granted; /* by the last phase that was asked */
	uint8_t attempt[PAMWIRE_ATTEMPT];
	uint8_t ticket[PAMWIRE_TICKET]; /* for the next phase */
	char session[PAMWIRE_SESSION + 1];
	bool is_open; /* the session, by this handle */
};

/* The arguments of every call at redeem.sock. */
struct grant_call {
	pam_handle_t *pamh;
	const char *path;
	int64_t deadline;
	struct grant *grant;
	bool silent; /* PAM_SILENT: no texts */
};

/* Begins an attempt.  Earlier grants do not count any more, so a refused person
 * cannot get in by a later phase.  The PAM handle owns the attempt, and wipes
 * it at its end.  NULL: the reason was logged. */
struct grant *grant_begin(pam_handle_t *pamh);
/* The attempt of this process, or NULL. */
struct grant *grant_find(pam_handle_t *pamh);

/* Redeems the attempt with the nonce whose hash opened it. */
enum grant_result grant_redeem(const struct grant_call *call,
    enum pamwire_phase phase, const uint8_t attempt[PAMWIRE_ATTEMPT],
    const uint8_t nonce[PAMWIRE_NONCE]);
/* Gets a fresh grant for the account phase, with the ticket of the last one. */
enum grant_result grant_account(const struct grant_call *call);
/* The session of the grant; of a grant that another process of the
 * application has, the one for these very facts. */
enum grant_result grant_session_open(const struct grant_call *call);
/* Closes the session, if this handle opened it. */
void grant_session_close(const struct grant_call *call);

#endif
