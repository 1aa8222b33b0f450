/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry points.  Every one starts with a refusal in hand and leaves with
 * one of: PAM_SUCCESS, PAM_AUTHINFO_UNAVAIL, PAM_MAXTRIES (auth),
 * PAM_PERM_DENIED (account, session).  Each of these is final for every host;
 * PAM_SESSION_ERR is not: sudo goes on without a session (doc/PROTOCOL.pam,
 * section 7).
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>

#include "lib/wire/pamwire.h"
#include "pam_module/client.h"
#include "pam_module/grant.h"
#include "pam_module/host_facts.h"
#include "pam_module/options.h"
#include "pam_module/relay.h"
#include "pam_module/sha256.h"
#include "pam_module/show.h"

#define CLOSE_MS 5000 /* to report a session's end; nobody waits for it */
#define EXPORT __attribute__((visibility("default")))

/* One PAM call. */
struct call {
	pam_handle_t *pamh;
	struct options options;
	struct grant *grant; /* the handle's */
	int64_t deadline;
	bool silent; /* PAM_SILENT */
	uint8_t nonce[PAMWIRE_NONCE];
};

static int
call_start(
    struct call *c, pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	c->pamh = pamh;
	c->silent = ((unsigned)flags & PAM_SILENT) != 0;
	if (options_parse(&c->options, pamh, argc, argv) < 0)
		return -1;
	c->deadline = pamwire_io_now() + c->options.timeout;
	return 0;
}

/* A new attempt: what the handle had is over, and its facts are of now. */
static int
call_begin(struct call *c)
{
	c->grant = grant_begin(c->pamh);
	return c->grant == NULL ? -1
				: host_facts_gather(&c->grant->facts, c->pamh);
}

static void
call_end(struct call *c)
{
	explicit_bzero(c, sizeof *c);
}

static struct grant_call
at_redeem(const struct call *c)
{
	return (struct grant_call){.pamh = c->pamh,
	    .path = c->options.redeem,
	    .deadline = c->deadline,
	    .grant = c->grant,
	    .silent = c->silent};
}

static int
fill_begin(struct call *c, enum pamwire_phase phase, struct pamwire_begin *to)
{
	const struct host_facts *from = &c->grant->facts;

	if (getrandom(c->nonce, sizeof c->nonce, 0) !=
	    (ssize_t)sizeof c->nonce) {
		pam_syslog(c->pamh, LOG_ERR, "getrandom: %m");
		return -1;
	}
	to->phase = (uint8_t)phase;
	sha256(c->nonce, sizeof c->nonce, to->nonce_hash);
	FACTS(FACTS_COPY, STR)
	return 0;
}

/* Nobody was judged, so it says what it is: this gives nothing away. */
static void
show_unavailable(const struct call *c)
{
	if (!c->silent)
		relay_show(c->pamh, PAM_ERROR_MSG,
		    c->options.people->text[PEOPLE_NO_ANSWER]);
}

/* The reference is what the helpdesk looks up, so the person gets to see it. */
static void
show_refusal(const struct call *c, const struct pamwire_result_frame *r)
{
	char text[PAMWIRE_MAX_TEXT + PAMWIRE_MAX_REFERENCE + 82];
	char reference[PAMWIRE_MAX_REFERENCE + 1];
	const char *const arguments[] = {reference};
	size_t used;

	show_clean(reference, sizeof reference, r->reference);
	pam_syslog(c->pamh, LOG_NOTICE, "refused by the gateway%s%s",
	    reference[0] != '\0' ? ", reference " : "", reference);
	snprintf(text, sizeof text, "%s", r->text);
	if (reference[0] != '\0' && strstr(r->text, r->reference) == NULL) {
		used = strlen(text);
		if (used > 0)
			text[used++] = '\n';
		people_write(c->options.people, PEOPLE_REFERENCE, arguments,
		    text + used, sizeof text - used);
	}
	if (!c->silent)
		relay_show(c->pamh, PAM_ERROR_MSG, text);
}

/* BEGIN to RESULT at login.sock.  GRANT_GRANTED here says only that authority
 * may be asked. */
static enum grant_result
attempt(struct call *c, enum pamwire_phase phase,
    uint8_t attempt_r[PAMWIRE_ATTEMPT])
{
	struct relay relay = {
	    .pamh = c->pamh, .may_ask = phase == PAMWIRE_AUTHN};
	enum grant_result result = GRANT_UNAVAILABLE;
	struct pamwire_frame f;
	struct client client;

	pamwire_init(&f, PAMWIRE_TYPE_BEGIN);
	if (fill_begin(c, phase, &f.u.begin) < 0 ||
	    client_open(&client, c->pamh, c->options.login, c->deadline) < 0) {
		show_unavailable(c);
		return GRANT_UNAVAILABLE;
	}
	if (relay_run(&relay, &client, &f) == 0) {
		if (f.u.result.result == PAMWIRE_REDEEM)
			result = GRANT_GRANTED;
		else if (f.u.result.result == PAMWIRE_DENIED)
			result = GRANT_DENIED;
		memcpy(attempt_r, f.u.result.attempt, PAMWIRE_ATTEMPT);
		if (result == GRANT_UNAVAILABLE && f.u.result.text[0] == '\0')
			show_unavailable(c);
		if (result != GRANT_GRANTED)
			show_refusal(c, &f.u.result);
	} else {
		show_unavailable(c);
	}
	if (client_close(&client) < 0)
		result = GRANT_UNAVAILABLE;
	pamwire_wipe(&f);
	return result;
}

/* A yes of authority's counts for the user that it was given to, who has an
 * account here. */
static enum grant_result
hold(struct call *c, enum grant_result result)
{
	const struct host_facts *facts = &c->grant->facts;

	if (result == GRANT_GRANTED &&
	    (!facts->local || !host_facts_same_user(facts, c->pamh))) {
		pam_syslog(c->pamh, LOG_ERR,
		    "refused: the username is not the one that was granted, "
		    "or has no account here");
		result = GRANT_DENIED;
	}
	c->grant->is_granted = result == GRANT_GRANTED;
	return result;
}

/* A whole attempt: granted only by authority. */
static enum grant_result
attempt_and_redeem(struct call *c, enum pamwire_phase phase)
{
	const struct grant_call redeem = at_redeem(c);
	uint8_t id[PAMWIRE_ATTEMPT];
	enum grant_result result = attempt(c, phase, id);

	if (result == GRANT_GRANTED)
		result = grant_redeem(&redeem, phase, id, c->nonce);
	return hold(c, result);
}

static int
code_of(enum grant_result result, int denied)
{
	switch (result) {
	case GRANT_GRANTED:
		return PAM_SUCCESS;
	case GRANT_DENIED:
		return denied;
	case GRANT_UNAVAILABLE:
		break;
	}
	return PAM_AUTHINFO_UNAVAIL;
}

EXPORT int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	enum grant_result result = GRANT_UNAVAILABLE;
	struct call c = {.pamh = pamh};

	/* first: whatever fails here, an older grant is gone */
	if (call_begin(&c) == 0 && call_start(&c, pamh, flags, argc, argv) == 0)
		result = attempt_and_redeem(&c, PAMWIRE_AUTHN);
	call_end(&c);
	return code_of(result, PAM_MAXTRIES);
}

static enum grant_result
account(struct call *c)
{
	struct grant_call redeem;

	c->grant = grant_find(c->pamh);
	if (c->grant == NULL)
		return call_begin(c) < 0
			   ? GRANT_UNAVAILABLE
			   : attempt_and_redeem(c, PAMWIRE_ACCOUNT);
	if (!c->grant->is_granted) {
		pam_syslog(c->pamh, LOG_ERR,
		    "refused: the auth stack went on after a refusal; give "
		    "pam_sallyport.so the control flags of its man page");
		return GRANT_DENIED;
	}
	redeem = at_redeem(c);
	return hold(c, grant_account(&redeem));
}

EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	enum grant_result result = GRANT_UNAVAILABLE;
	struct call c = {0};

	if (call_start(&c, pamh, flags, argc, argv) == 0)
		result = account(&c);
	call_end(&c);
	return code_of(result, PAM_PERM_DENIED);
}

/* Runs in several processes of sshd that have nothing of ours, one of them
 * after "Accepted" was said: there is nothing to do and nothing to refuse. */
EXPORT int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

/* The session is for the name that was granted; or by it, where the person is
 * the one who asks, and PAM_USER is the target by now (sudo). */
static bool
is_for(const struct host_facts *facts, pam_handle_t *pamh)
{
	return host_facts_same_user(facts, pamh) ||
	       (facts->username[0] != '\0' &&
		   strcmp(facts->ruser, facts->username) == 0);
}

static enum grant_result
open_session(struct call *c)
{
	struct grant_call redeem;

	c->grant = grant_find(c->pamh);
	if (c->grant == NULL) {
		/* sshd: another process of it has the grant */
		if (call_begin(c) < 0)
			return GRANT_UNAVAILABLE;
	} else if (!c->grant->is_granted) {
		pam_syslog(c->pamh, LOG_ERR,
		    "refused: no session was granted; is pam_sallyport.so in "
		    "the account stack?");
		return GRANT_DENIED;
	}
	if (!is_for(&c->grant->facts, c->pamh)) {
		pam_syslog(c->pamh, LOG_ERR,
		    "refused: the session is for another user than the one "
		    "that was granted");
		return GRANT_DENIED;
	}
	redeem = at_redeem(c);
	return grant_session_open(&redeem);
}

EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	enum grant_result result = GRANT_UNAVAILABLE;
	struct call c = {0};

	if (call_start(&c, pamh, flags, argc, argv) == 0)
		result = open_session(&c);
	if (result != GRANT_GRANTED)
		pam_syslog(pamh, LOG_ERR, "refused: session not opened");
	call_end(&c);
	return code_of(result, PAM_PERM_DENIED);
}

EXPORT int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct grant_call redeem = {.pamh = pamh, .grant = grant_find(pamh)};
	struct options options;

	(void)flags;
	if (redeem.grant != NULL &&
	    options_parse(&options, pamh, argc, argv) == 0) {
		redeem.path = options.redeem;
		redeem.deadline =
		    pamwire_io_now() +
		    (options.timeout < CLOSE_MS ? options.timeout : CLOSE_MS);
		grant_session_close(&redeem);
	}
	return PAM_SUCCESS;
}
