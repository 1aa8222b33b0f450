/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What authority grants at its own socket, and what the module keeps of it in
 * the PAM handle from one call to the next.  The handle is where it all is:
 * nothing is read back from the PAM environment, where people can write
 * (pam_env's user_readenv).
 */
#ifndef PAM_MODULE_GRANT_H
#define PAM_MODULE_GRANT_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_modules.h>

#include "lib/wire/pamwire.h"
#include "pam_module/host_facts.h"

#define GRANT_ENV "SALLYPORT_SESSION" /* set for the person's shell */

enum grant_result { GRANT_GRANTED = 1, GRANT_DENIED, GRANT_UNAVAILABLE };

/* One attempt and what came of it.  The facts belong to it: they are gathered
 * when it begins, and every later call repeats them, whatever the application
 * makes of PAM_USER and its like on the way (sudo: the target's name). */
struct grant {
	struct host_facts facts;
	bool is_granted; /* by the last phase that was asked */
	uint8_t attempt[PAMWIRE_ATTEMPT];
	uint8_t ticket[PAMWIRE_TICKET]; /* for the next phase */
	char session[PAMWIRE_SESSION + 1];
	bool is_open; /* the session, by this handle */
};

/* What a call at redeem.sock needs besides its own fields. */
struct grant_call {
	pam_handle_t *pamh;
	const char *path;
	int64_t deadline;
	struct grant *grant;
	bool silent; /* PAM_SILENT: no texts */
};

/* An attempt begins: what was granted so far does not count any more, and who
 * is refused now shall not come in by a later phase.  Belongs to the handle,
 * and is wiped with it.  NULL: that could not be noted; it was logged. */
struct grant *grant_begin(pam_handle_t *pamh);
/* NULL: there was no attempt in this process. */
struct grant *grant_find(pam_handle_t *pamh);

/* Redeems the attempt with the nonce whose hash opened it. */
enum grant_result grant_redeem(const struct grant_call *call,
    enum pamwire_phase phase, const uint8_t attempt[PAMWIRE_ATTEMPT],
    const uint8_t nonce[PAMWIRE_NONCE]);
/* A fresh grant for the account phase, against the ticket of the last one. */
enum grant_result grant_account(const struct grant_call *call);
/* The session of the grant; of a grant that another process of the
 * application has, the one for these very facts. */
enum grant_result grant_session_open(const struct grant_call *call);
/* Nothing is said of a session that this handle did not open. */
void grant_session_close(const struct grant_call *call);

#endif
