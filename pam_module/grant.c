/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/grant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <security/pam_ext.h>

#include "pam_module/client.h"
#include "pam_module/relay.h"

#define GRANT_DATA "sallyport_grant"

/* One question at redeem.sock; f is answered in place. */
static int
ask(const struct grant_call *call, struct pamwire_frame *f,
    enum pamwire_type answer)
{
	struct client c;
	int result;

	if (client_open(&c, call->pamh, call->path, call->deadline) < 0)
		return -1;
	result = client_ask(&c, f, answer);
	return client_close(&c) < 0 ? -1 : result;
}

static enum grant_result
ask_for_grant(const struct grant_call *call, struct pamwire_frame *f,
    const uint8_t attempt[PAMWIRE_ATTEMPT], struct grant *g)
{
	const struct pamwire_redeemed *r = &f->u.redeemed;
	struct grant granted;

	if (ask(call, f, PAMWIRE_TYPE_REDEEMED) < 0)
		return GRANT_UNAVAILABLE;
	if (r->result == PAMWIRE_DENIED)
		return GRANT_DENIED;
	if (r->result != PAMWIRE_GRANTED)
		return GRANT_UNAVAILABLE;
	memcpy(granted.attempt, attempt, sizeof granted.attempt);
	memcpy(granted.account_ticket, r->account_ticket,
	    sizeof granted.account_ticket);
	memcpy(granted.session, r->session, sizeof granted.session);
	*g = granted;
	explicit_bzero(&granted, sizeof granted);
	return GRANT_GRANTED;
}

enum grant_result
grant_redeem(const struct grant_call *call, enum pamwire_phase phase,
    const uint8_t attempt[PAMWIRE_ATTEMPT], const uint8_t nonce[PAMWIRE_NONCE],
    struct grant *g)
{
	const struct facts *facts = call->facts;
	struct pamwire_frame f;
	enum grant_result result;

	pamwire_init(&f, PAMWIRE_TYPE_REDEEM);
	f.u.redeem.phase = (uint8_t)phase;
	memcpy(f.u.redeem.attempt, attempt, PAMWIRE_ATTEMPT);
	memcpy(f.u.redeem.nonce, nonce, PAMWIRE_NONCE);
	memcpy(f.u.redeem.service, facts->service, sizeof facts->service);
	memcpy(f.u.redeem.username, facts->username, sizeof facts->username);
	memcpy(f.u.redeem.client, facts->client, sizeof facts->client);
	f.u.redeem.port = facts->port;
	f.u.redeem.local = facts->local;
	memcpy(f.u.redeem.auth_info, facts->auth_info, sizeof facts->auth_info);
	result = ask_for_grant(call, &f, attempt, g);
	pamwire_wipe(&f);
	return result;
}

enum grant_result
grant_account(const struct grant_call *call, struct grant *g)
{
	const struct facts *facts = call->facts;
	struct pamwire_frame f;
	enum grant_result result;

	pamwire_init(&f, PAMWIRE_TYPE_ACCOUNT);
	memcpy(f.u.account.attempt, g->attempt, sizeof g->attempt);
	memcpy(f.u.account.account_ticket, g->account_ticket,
	    sizeof g->account_ticket);
	memcpy(f.u.account.service, facts->service, sizeof facts->service);
	memcpy(f.u.account.username, facts->username, sizeof facts->username);
	memcpy(f.u.account.client, facts->client, sizeof facts->client);
	f.u.account.port = facts->port;
	result = ask_for_grant(call, &f, g->attempt, g);
	pamwire_wipe(&f);
	return result;
}

enum grant_result
grant_session_open(const struct grant_call *call, const char *session)
{
	const struct facts *facts = call->facts;
	struct pamwire_session_open *o;
	struct pamwire_frame f;

	pamwire_init(&f, PAMWIRE_TYPE_SESSION_OPEN);
	o = &f.u.session_open;
	memcpy(o->session, session, sizeof o->session);
	memcpy(o->service, facts->service, sizeof facts->service);
	memcpy(o->username, facts->username, sizeof facts->username);
	memcpy(o->client, facts->client, sizeof facts->client);
	o->port = facts->port;
	memcpy(o->tty, facts->tty, sizeof facts->tty);
	o->uid = facts->uid;
	if (ask(call, &f, PAMWIRE_TYPE_SESSION_ANS) < 0)
		return GRANT_UNAVAILABLE;
	if (!call->silent)
		relay_show(call->pamh, PAM_TEXT_INFO, f.u.session_ans.text);
	switch (f.u.session_ans.result) {
	case PAMWIRE_GRANTED:
		return GRANT_GRANTED;
	case PAMWIRE_DENIED:
		return GRANT_DENIED;
	default:
		return GRANT_UNAVAILABLE;
	}
}

void
grant_session_close(const struct grant_call *call, const char *session)
{
	struct pamwire_frame f;

	pamwire_init(&f, PAMWIRE_TYPE_SESSION_CLOSE);
	memcpy(f.u.session_close.session, session,
	    sizeof f.u.session_close.session);
	ask(call, &f, PAMWIRE_TYPE_SESSION_ANS);
}

/* Runs in forked children too (PAM_DATA_SILENT): wipes, tells nobody. */
static void
forget(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	if (data == NULL)
		return;
	explicit_bzero(data, sizeof(struct grant));
	free(data);
}

static int
store(pam_handle_t *pamh, const struct grant *g)
{
	struct grant *kept = malloc(sizeof *kept);

	if (kept == NULL) {
		pam_syslog(pamh, LOG_ERR, "no memory to keep the grant");
		return -1;
	}
	*kept = *g;
	if (pam_set_data(pamh, GRANT_DATA, kept, forget) == PAM_SUCCESS)
		return 0;
	forget(pamh, kept, 0);
	pam_syslog(pamh, LOG_ERR, "PAM does not keep the grant");
	return -1;
}

int
grant_begin(pam_handle_t *pamh)
{
	static const struct grant none;

	if (store(pamh, &none) < 0)
		return -1;
	if (pam_getenv(pamh, GRANT_ENV) == NULL ||
	    pam_putenv(pamh, GRANT_ENV) == PAM_SUCCESS)
		return 0;
	pam_syslog(pamh, LOG_ERR, "PAM does not forget %s", GRANT_ENV);
	return -1;
}

int
grant_keep(pam_handle_t *pamh, const struct grant *g)
{
	char setting[sizeof GRANT_ENV + 1 + PAMWIRE_SESSION];

	snprintf(setting, sizeof setting, "%s=%s", GRANT_ENV, g->session);
	if (pam_putenv(pamh, setting) != PAM_SUCCESS) {
		pam_syslog(pamh, LOG_ERR, "PAM does not keep %s", GRANT_ENV);
		return -1;
	}
	return store(pamh, g);
}

enum grant_state
grant_state(pam_handle_t *pamh, struct grant *g)
{
	const void *data = NULL;

	if (pam_get_data(pamh, GRANT_DATA, &data) != PAM_SUCCESS ||
	    data == NULL)
		return GRANT_NOT_ASKED;
	memcpy(g, data, sizeof *g);
	return g->session[0] != '\0' ? GRANT_KEPT : GRANT_REFUSED;
}

static bool
is_session(const char *s)
{
	return strlen(s) == PAMWIRE_SESSION &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789-_") == PAMWIRE_SESSION;
}

bool
grant_session(pam_handle_t *pamh, char session[PAMWIRE_SESSION + 1])
{
	const char *value;
	struct grant g;

	switch (grant_state(pamh, &g)) {
	case GRANT_KEPT:
		memcpy(session, g.session, sizeof g.session);
		explicit_bzero(&g, sizeof g);
		return true;
	case GRANT_REFUSED:
		return false;
	case GRANT_NOT_ASKED:
		break;
	}
	value = pam_getenv(pamh, GRANT_ENV);
	if (value == NULL || !is_session(value))
		return false;
	memcpy(session, value, PAMWIRE_SESSION + 1);
	return true;
}
