/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/grant.h"

#include <security/pam_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

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
result_of(uint8_t result)
{
	switch (result) {
	case PAMWIRE_GRANTED:
		return GRANT_GRANTED;
	case PAMWIRE_DENIED:
		return GRANT_DENIED;
	default:
		return GRANT_UNAVAILABLE;
	}
}

static enum grant_result
ask_for_grant(const struct grant_call *call, struct pamwire_frame *f,
    const uint8_t attempt[PAMWIRE_ATTEMPT])
{
	const struct pamwire_redeemed *r = &f->u.redeemed;
	struct grant *g = call->grant;
	enum grant_result result;

	g->is_granted = false;
	if (ask(call, f, PAMWIRE_TYPE_REDEEMED) < 0)
		return GRANT_UNAVAILABLE;
	result = result_of(r->result);
	if (result != GRANT_GRANTED)
		return result;
	if (attempt != g->attempt)
		memcpy(g->attempt, attempt, sizeof g->attempt);
	memcpy(g->ticket, r->account_ticket, sizeof g->ticket);
	memcpy(g->session, r->session, sizeof g->session);
	g->is_granted = true;
	return GRANT_GRANTED;
}

enum grant_result
grant_redeem(const struct grant_call *call, enum pamwire_phase phase,
    const uint8_t attempt[PAMWIRE_ATTEMPT], const uint8_t nonce[PAMWIRE_NONCE])
{
	const struct host_facts *from = &call->grant->facts;
	struct pamwire_frame f;
	struct pamwire_redeem *to = &f.u.redeem;
	enum grant_result result;

	pamwire_init(&f, PAMWIRE_TYPE_REDEEM);
	to->phase = (uint8_t)phase;
	memcpy(to->attempt, attempt, PAMWIRE_ATTEMPT);
	memcpy(to->nonce, nonce, PAMWIRE_NONCE);
	FACTS_OF_ALL(FACTS_COPY, STR)
	FACTS_OF_PROOF(FACTS_COPY)
	result = ask_for_grant(call, &f, attempt);
	pamwire_wipe(&f);
	return result;
}

enum grant_result
grant_account(const struct grant_call *call)
{
	const struct grant *g = call->grant;
	const struct host_facts *from = &g->facts;
	struct pamwire_frame f;
	struct pamwire_account *to = &f.u.account;
	enum grant_result result;

	pamwire_init(&f, PAMWIRE_TYPE_ACCOUNT);
	memcpy(to->attempt, g->attempt, sizeof g->attempt);
	memcpy(to->account_ticket, g->ticket, sizeof g->ticket);
	FACTS_OF_ALL(FACTS_COPY, STR)
	result = ask_for_grant(call, &f, g->attempt);
	pamwire_wipe(&f);
	return result;
}

/* For the person's shell, which finds its tokens by it. */
static int
set_environment(pam_handle_t *pamh, const char *session)
{
	char setting[sizeof GRANT_ENV + 1 + PAMWIRE_SESSION];

	snprintf(setting, sizeof setting, "%s=%s", GRANT_ENV, session);
	if (pam_putenv(pamh, setting) == PAM_SUCCESS)
		return 0;
	pam_syslog(pamh, LOG_ERR, "PAM does not store %s", GRANT_ENV);
	return -1;
}

void
grant_session_close(const struct grant_call *call)
{
	struct grant *g = call->grant;
	const struct host_facts *from = &g->facts;
	struct pamwire_frame f;
	struct pamwire_session_close *to = &f.u.session_close;

	if (!g->is_open)
		return;
	g->is_open = false;
	pamwire_init(&f, PAMWIRE_TYPE_SESSION_CLOSE);
	memcpy(to->session, g->session, sizeof to->session);
	FACTS_OF_ALL(FACTS_COPY, STR)
	ask(call, &f, PAMWIRE_TYPE_SESSION_ANS);
}

enum grant_result
grant_session_open(const struct grant_call *call)
{
	struct grant *g = call->grant;
	const struct host_facts *from = &g->facts;
	struct pamwire_frame f;
	struct pamwire_session_open *to = &f.u.session_open;
	enum grant_result result = GRANT_UNAVAILABLE;

	pamwire_init(&f, PAMWIRE_TYPE_SESSION_OPEN);
	memcpy(to->session, g->session, sizeof to->session);
	memcpy(to->ticket, g->ticket, sizeof to->ticket);
	FACTS_OF_ALL(FACTS_COPY, STR)
	FACTS_OF_ACCOUNT(FACTS_COPY)
	FACTS_OF_SESSION(FACTS_COPY)
	if (ask(call, &f, PAMWIRE_TYPE_SESSION_ANS) == 0) {
		result = result_of(f.u.session_ans.result);
		if (!call->silent)
			relay_show(
			    call->pamh, PAM_TEXT_INFO, f.u.session_ans.text);
	}
	if (result == GRANT_GRANTED) {
		memcpy(g->session, f.u.session_ans.session, sizeof g->session);
		g->is_open = true;
	}
	explicit_bzero(g->ticket, sizeof g->ticket); /* it counts once */
	pamwire_wipe(&f);
	if (g->is_open && set_environment(call->pamh, g->session) < 0) {
		grant_session_close(call);
		result = GRANT_UNAVAILABLE;
	}
	return result;
}

/* ---- what the handle keeps ---- */

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

struct grant *
grant_find(pam_handle_t *pamh)
{
	const void *data = NULL;

	if (pam_get_data(pamh, GRANT_DATA, &data) != PAM_SUCCESS)
		return NULL;
	/* const for other modules: it is ours */
	return (struct grant *)(uintptr_t)data;
}

struct grant *
grant_begin(pam_handle_t *pamh)
{
	struct grant *g = grant_find(pamh);

	if (g != NULL) {
		explicit_bzero(g, sizeof *g);
		return g;
	}
	g = calloc(1, sizeof *g);
	if (g == NULL) {
		pam_syslog(pamh, LOG_ERR, "no memory to keep the grant");
		return NULL;
	}
	if (pam_set_data(pamh, GRANT_DATA, g, forget) == PAM_SUCCESS)
		return g;
	forget(pamh, g, 0);
	pam_syslog(pamh, LOG_ERR, "PAM does not store the grant");
	return NULL;
}
