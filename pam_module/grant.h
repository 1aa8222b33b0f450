/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What authority grants at its own socket, and what the module keeps of it
 * between PAM calls.  sshd runs the calls in several processes, so all that
 * has to get across is the session's id, which is no secret.
 */
#ifndef PAM_MODULE_GRANT_H
#define PAM_MODULE_GRANT_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_modules.h>

#include "lib/wire/pamwire.h"
#include "pam_module/facts.h"

#define GRANT_ENV "SALLYPORT_SESSION"

enum grant_result { GRANT_GRANTED = 1, GRANT_DENIED, GRANT_UNAVAILABLE };

/* Kept in the PAM handle from a granted call to the next one. */
struct grant {
	uint8_t attempt[PAMWIRE_ATTEMPT];
	uint8_t account_ticket[PAMWIRE_TICKET];
	char session[PAMWIRE_SESSION + 1];
};

/* What a call at redeem.sock needs besides its own fields. */
struct grant_call {
	pam_handle_t *pamh;
	const char *path;
	int64_t deadline;
	const struct facts *facts;
	bool silent; /* PAM_SILENT: no texts */
};

/* Redeems the attempt with the nonce whose hash opened it. */
enum grant_result grant_redeem(const struct grant_call *, enum pamwire_phase,
    const uint8_t attempt[PAMWIRE_ATTEMPT], const uint8_t nonce[PAMWIRE_NONCE],
    struct grant *grant_r);
/* A fresh grant for the account phase, against the ticket of the last one.
 * g changes only when it was granted. */
enum grant_result grant_account(const struct grant_call *, struct grant *g);
enum grant_result grant_session_open(
    const struct grant_call *, const char *session);
/* path and deadline only */
void grant_session_close(const struct grant_call *, const char *session);

/* An authn phase begins: what was granted so far does not count any more, and
 * who is refused now shall not come in by the account phase alone.  -1: that
 * could not be noted; it was logged. */
int grant_begin(pam_handle_t *);
/* Keeps a copy, wiped with the handle, and sets GRANT_ENV.  -1: neither can be
 * relied on; it was logged. */
int grant_keep(pam_handle_t *, const struct grant *);
enum grant_state {
	GRANT_NOT_ASKED = 1, /* no authn phase in this process */
	GRANT_REFUSED,	     /* there was one, without a grant */
	GRANT_KEPT	     /* and this is it */
};
enum grant_state grant_state(pam_handle_t *, struct grant *grant_r);
/* The session's id, from what was kept or from the PAM environment. */
bool grant_session(pam_handle_t *, char session_r[PAMWIRE_SESSION + 1]);

#endif
