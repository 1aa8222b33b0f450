/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/link/process.h"
#include "gatewayd/authority/session/belongs.h"
#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/token/jws.h"
#include "gatewayd/authority/token/keyring.h"
#include "gatewayd/authority/token/token_claims.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "policy/policy.h"

#define CLIENT_ID "sallyport"
#define DEADLINE_MS 5000

struct token_client {
	struct token_client *next, **at; /* in all->tokens */
	struct authority *all;
	struct channel channel;
	struct loop_timer timer;
	struct peer peer;
	struct msg_AUTHORITY_TOKEN_REQ request; /* while the parent is asked */
	struct process_question question;
	struct process asker;
};

static bool
may_have(const struct session *s, const char *audience)
{
	for (size_t i = 0; i < s->obligations->audience_count; i++)
		if (strcmp(s->obligations->audiences[i], audience) == 0)
			return true;
	return false;
}

static unsigned
amr(uint32_t verified)
{
	unsigned bits = 0;

	if ((verified & POLICY_PASSWORD) != 0)
		bits |= TOKEN_CLAIMS_PWD;
	if ((verified & POLICY_OTP) != 0)
		bits |= TOKEN_CLAIMS_OTP;
	if ((verified & (POLICY_PUBLICKEY | POLICY_FIDO2)) != 0)
		bits |= TOKEN_CLAIMS_POP;
	return bits;
}

/* DNs of the groups that the policy names: the others are nobody's business.
 * The whole DN, as two groups may share a short name. */
static size_t
groups_of(const struct session *s, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; s->groups != NULL && i < s->groups->count; i++)
		if (session_names_group(s, s->groups->dn[i]))
			names[count++] = s->groups->dn[i];
	return count;
}

/* -1: the signature could not be made. */
static int
sign(struct session *s, const char *audience, struct msg_AUTHORITY_TOKEN_ANS *t)
{
	int64_t now = clock_wall_ms() / 1000;
	uint32_t seconds = s->obligations->token_seconds;
	const char *names[GROUPS_MAX];
	char jti[TOKEN_CLAIMS_JTI + 1];
	struct token_claims c = {.iss = s->all->conf.issuer,
	    .sub = s->record.subject,
	    .aud = audience,
	    .client_id = CLIENT_ID,
	    .jti = jti,
	    .sid = s->id,
	    .preferred_username = s->record.name,
	    .acr = "sallyport",
	    .employment = employment_word(s->record.employment),
	    .iat = now,
	    .auth_time = s->granted_ms / 1000,
	    .amr = amr(s->record.verified),
	    .groups = names,
	    .group_count = groups_of(s, names)};

	if (seconds == 0)
		seconds = s->all->conf.token_seconds;
	c.exp = now + seconds;
	if (c.exp > s->ends_ms / 1000)
		c.exp = s->ends_ms / 1000;
	return token_claims_jti(jti) < 0 ||
		       jws_sign(s->all->keys, &c, (char *)t->token,
			   sizeof t->token, &t->token_size) < 0
		   ? -1
		   : 0;
}

static void
refuse(struct token_client *c, enum admin_status status, const char *text)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_TOKEN_ANS);
	m.u.AUTHORITY_TOKEN_ANS.status = (uint8_t)status;
	snprintf(m.u.AUTHORITY_TOKEN_ANS.text,
	    sizeof m.u.AUTHORITY_TOKEN_ANS.text, "%s", text);
	channel_post(&c->channel, &m);
}

/* The one that the request names; NULL: refused. */
static struct session *
session_of(struct token_client *c)
{
	struct session *s =
	    session_find(c->all, c->request.session, c->peer.cred.uid);

	if (s == NULL)
		refuse(c, ADMIN_NO, "no open session of yours has this id");
	return s;
}

static void
give_token(struct token_client *c, struct session *s)
{
	const struct msg_AUTHORITY_TOKEN_REQ *q = &c->request;
	struct msg_AUTHORITY_TOKEN_ANS *t;
	struct message m;

	message_init(&m, MSG_AUTHORITY_TOKEN_ANS);
	t = &m.u.AUTHORITY_TOKEN_ANS;
	t->status = ADMIN_NO;
	if (!may_have(s, q->audience)) {
		snprintf(t->text, sizeof t->text,
		    "the policy gives this session no token for audience "
		    "\"%.100s\"",
		    q->audience);
	} else if (sign(s, q->audience, t) < 0) {
		t->status = ADMIN_UNAVAILABLE;
		t->token_size = 0;
		snprintf(
		    t->text, sizeof t->text, "the token could not be signed");
	} else {
		t->status = ADMIN_OK;
	}
	channel_post(&c->channel, &m);
	message_wipe(&m);
}

/* ---- the process that asks is one of the session's own ---- */

/* Is it the opener of the session, or below it, or of its login?  Who is above
 * the opener does not matter. */
static void
ask_who(struct token_client *c, const struct session *s, int pidfd,
    process_fn answered)
{
	c->question.until = s->pid;
	if (process_ask(c->all, &c->question, pidfd, answered, c) < 0)
		refuse(c, ADMIN_UNAVAILABLE,
		    "gatewayd cannot identify the process that asks: "
		    "try again");
}

static void
on_opener(void *arg, const struct process *opener)
{
	struct token_client *c = arg;
	struct session *s = session_of(c);

	if (s == NULL)
		return;
	if (process_is_of_login(&c->asker, opener, s->uid))
		give_token(c, s);
	else
		refuse(c, ADMIN_NO,
		    "this process is not in the session of this id: ask from "
		    "the session's own shell");
}

static void
on_asker(void *arg, const struct process *asker)
{
	struct token_client *c = arg;
	struct session *s = session_of(c);

	if (s == NULL)
		return;
	if (belongs_to(asker, s)) {
		give_token(c, s);
		return;
	}
	c->asker = *asker;
	ask_who(c, s, s->process.fd, on_opener);
}

static void
take_request(struct token_client *c, const struct msg_AUTHORITY_TOKEN_REQ *q)
{
	const struct session *s;

	c->request = *q;
	s = session_of(c);
	if (s != NULL)
		ask_who(c, s, c->peer.pidfd, on_asker);
}

/* ---- connections ---- */

static void
give_keys(struct token_client *c)
{
	struct msg_AUTHORITY_KEYS_ANS *k;
	struct message m;

	message_init(&m, MSG_AUTHORITY_KEYS_ANS);
	k = &m.u.AUTHORITY_KEYS_ANS;
	if (keyring_jwks(c->all->keys, (char *)k->jwks, sizeof k->jwks,
		&k->jwks_size) != KEYRING_OK)
		k->jwks_size = 0;
	channel_post(&c->channel, &m);
}

static void
end(struct token_client *c)
{
	*c->at = c->next;
	if (c->next != NULL)
		c->next->at = c->at;
	loop_timer_off(c->all->loop, &c->timer);
	process_forget(&c->question);
	channel_close(&c->channel);
	close(c->peer.pidfd);
	free(c);
}

static void
on_deadline(void *arg)
{
	end(arg);
}

static void
on_close(void *arg)
{
	end(arg);
}

static void
on_message(void *arg, struct message *m)
{
	struct token_client *c = arg;

	if (c->question.answered != NULL)
		end(c); /* it does not wait for its answer */
	else if (m->type == MSG_AUTHORITY_TOKEN_REQ)
		take_request(c, &m->u.AUTHORITY_TOKEN_REQ);
	else if (m->type == MSG_AUTHORITY_KEYS_REQ)
		give_keys(c);
	else
		channel_unexpected(&c->channel, m);
}

static bool
has_room(const struct authority *all, uint32_t uid)
{
	size_t count = 0, of_uid = 0;

	for (const struct token_client *c = all->tokens; c != NULL;
	     c = c->next) {
		count++;
		of_uid += c->peer.cred.uid == uid;
	}
	return count < TOKEN_CLIENTS_ALL && of_uid < TOKEN_CLIENTS_UID;
}

void
token_begin(struct authority *all, int fd)
{
	struct token_client *c = NULL;
	struct peer peer;

	if (peer_open(fd, &peer) < 0) {
		close(fd);
		return;
	}
	if (!has_room(all, peer.cred.uid) ||
	    (c = calloc(1, sizeof *c)) == NULL) {
		close(peer.pidfd);
		close(fd);
		return;
	}
	c->all = all;
	c->peer = peer;
	c->at = &all->tokens;
	c->next = all->tokens;
	if (c->next != NULL)
		c->next->at = &c->next;
	all->tokens = c;
	channel_init(&c->channel, fd, ROLE_AUTHORITY, ROLE_SESSION);
	c->channel.one_by_one = c->channel.accepted = true;
	loop_timer_at(all->loop, &c->timer, clock_mono_ms() + DEADLINE_MS,
	    on_deadline, c);
	if (channel_serve(&c->channel, all->loop, on_message, on_close, c) <
	    0) {
		log_warn("epoll");
		end(c);
	}
}
