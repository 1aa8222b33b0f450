/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/nearest.h"
#include "lib/base/otp_form.h"
#include "lib/base/people.h"
#include "lib/conf/conf_keys.h"
#include "lib/conf/conf_profiles.h"
#include "lib/conf/conf_renamed.h"
#include "lib/conf/lex.h"

#define SINK_NAME \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
#define SINK_NAME_MAX 64
#define OTP_ISSUER_MAX 32

struct parser {
	struct lex lex;
	struct conf *conf;
	struct lex_errors *errors;
	struct lex_token
	    at[CONF_BLOCKS]; /* the blocks' names; no text: not seen */
};

/* ---- one value ---- */

static uint64_t
unit_of(enum conf_kind kind, const char *unit)
{
	static const struct {
		enum conf_kind kind;
		const char *unit;
		uint64_t times;
	} units[] = {
	    {CONF_KIND_NUMBER, "", 1},
	    {CONF_KIND_MILLISECONDS, "ms", 1},
	    {CONF_KIND_MILLISECONDS, "s", 1000},
	    {CONF_KIND_MILLISECONDS, "m", 60 * 1000},
	    {CONF_KIND_MILLISECONDS, "h", 60 * 60 * 1000},
	    {CONF_KIND_SECONDS, "s", 1},
	    {CONF_KIND_SECONDS, "m", 60},
	    {CONF_KIND_SECONDS, "h", 60 * 60},
	    {CONF_KIND_SECONDS, "d", 24 * 60 * 60},
	    {CONF_KIND_BYTES64, "K", 1u << 10},
	    {CONF_KIND_BYTES64, "M", 1u << 20},
	    {CONF_KIND_BYTES64, "G", 1u << 30},
	};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (units[i].kind == kind && strcmp(units[i].unit, unit) == 0)
			return units[i].times;
	return 0;
}

static const char *
form_of(enum conf_kind kind)
{
	switch (kind) {
	case CONF_KIND_MILLISECONDS:
		return "a time such as 300ms, 5s, 10m, 8h";
	case CONF_KIND_SECONDS:
		return "a time such as 30s, 10m, 8h, 7d";
	case CONF_KIND_BYTES64:
		return "a size such as 512K, 64M, 1G";
	default:
		return "a number";
	}
}

static void
take_number(struct parser *p, const struct conf_key *k,
    const struct lex_token *t, const char *text, char *base)
{
	char *end;
	uint64_t n, times;

	n = strtoull(text, &end, 10);
	times = unit_of(k->kind, end);
	if (text[0] < '0' || text[0] > '9' || times == 0 ||
	    n > UINT64_MAX / times) {
		lex_error(p->errors, &p->lex, t, "%s takes %s", k->name,
		    form_of(k->kind));
		return;
	}
	n *= times;
	if (n < k->least || n > k->greatest) {
		lex_error(p->errors, &p->lex, t,
		    "%s must be from %llu to %llu%s", k->name,
		    (unsigned long long)k->least,
		    (unsigned long long)k->greatest,
		    k->kind == CONF_KIND_MILLISECONDS ? " milliseconds"
		    : k->kind == CONF_KIND_SECONDS    ? " seconds"
		    : k->kind == CONF_KIND_BYTES64    ? " bytes"
						      : "");
		return;
	}
	if (k->kind == CONF_KIND_BYTES64)
		memcpy(base + k->offset, &n, sizeof n);
	else
		memcpy(base + k->offset, &(uint32_t){(uint32_t)n},
		    sizeof(uint32_t));
}

static void
take_text(struct parser *p, const struct conf_key *k, const struct lex_token *t,
    const char *text, char *out)
{
	size_t size = strlen(text);

	if (size >= k->size)
		lex_error(p->errors, &p->lex, t,
		    "%s has at most %zu characters", k->name, k->size - 1);
	else if ((k->kind == CONF_KIND_PATH || k->kind == CONF_KIND_PATHS) &&
		 text[0] != '/')
		lex_error(p->errors, &p->lex, t, "%s must be an absolute path",
		    k->name);
	else if (size == 0)
		lex_error(
		    p->errors, &p->lex, t, "%s must not be empty", k->name);
	else
		memcpy(out, text, size + 1);
}

static void
take_one(struct parser *p, const struct conf_key *k, const struct lex_token *t,
    char *base)
{
	char text[LEX_TOKEN_MAX + 1];
	uint32_t count;

	if (t->kind == LEX_BAD) {
		lex_error(p->errors, &p->lex, t, "%s", t->problem);
		return;
	}
	if (lex_text(t, text, sizeof text) < 0) {
		lex_error(
		    p->errors, &p->lex, t, "expected a value for %s", k->name);
		return;
	}
	switch (k->kind) {
	case CONF_KIND_TEXT:
	case CONF_KIND_PATH:
		take_text(p, k, t, text, base + k->offset);
		break;
	case CONF_KIND_TEXTS:
	case CONF_KIND_PATHS:
		memcpy(&count, base + k->count_offset, sizeof count);
		if (count == k->most) {
			lex_error(p->errors, &p->lex, t,
			    "more than %zu values for %s", k->most, k->name);
			break;
		}
		take_text(p, k, t, text, base + k->offset + count * k->size);
		count++;
		memcpy(base + k->count_offset, &count, sizeof count);
		break;
	case CONF_KIND_YES_NO:
		if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
			lex_error(p->errors, &p->lex, t, "%s takes yes or no",
			    k->name);
		else
			*(bool *)(base + k->offset) = text[0] == 'y';
		break;
	default:
		take_number(p, k, t, text, base);
	}
}

/* ---- statements ---- */

static bool
ends(const struct lex_token *t)
{
	return t->kind == LEX_NEWLINE || t->kind == LEX_END || lex_is(t, "}");
}

static bool
is_block(const struct lex_token *t)
{
	for (size_t i = 0; i < CONF_BLOCKS; i++)
		if (lex_is(t, conf_blocks[i].name))
			return true;
	return false;
}

static const struct conf_renamed *
find_renamed(const char *block, const struct lex_token *t)
{
	for (const struct conf_renamed *r = conf_renamed; r->block != NULL; r++)
		if (strcmp(r->block, block) == 0 && lex_is(t, r->before))
			return r;
	return NULL;
}

/* The key that it is now, or NULL: it has no effect. */
static const struct conf_key *
take_renamed(struct parser *p, const struct conf_key *keys,
    const struct lex_token *t, const struct conf_renamed *r)
{
	if (r->now == NULL) {
		lex_warning(p->errors, &p->lex, t,
		    "%s: \"%s\" has no effect any more; remove it: the next "
		    "release does not know it",
		    r->block, r->before);
		return NULL;
	}
	lex_warning(p->errors, &p->lex, t,
	    "%s: \"%s\" is \"%s\" now; write that: the next release does not "
	    "know \"%s\"",
	    r->block, r->before, r->now, r->before);
	while (keys->name != NULL && strcmp(keys->name, r->now) != 0)
		keys++;
	return keys->name != NULL ? keys : NULL;
}

static const struct conf_key *
find_key(struct parser *p, const struct conf_key *keys,
    const struct lex_token *t, const char *block)
{
	const struct conf_renamed *renamed = find_renamed(block, t);
	const char *names[CONF_KEYS_MOST];
	size_t count = 0;
	const char *near;

	if (renamed != NULL)
		return take_renamed(p, keys, t, renamed);
	for (const struct conf_key *k = keys; k->name != NULL; k++) {
		if (lex_is(t, k->name))
			return k;
		names[count++] = k->name;
	}
	if (t->kind == LEX_BAD) {
		lex_error(p->errors, &p->lex, t, "%s", t->problem);
		return NULL;
	}
	if (is_block(t)) {
		lex_error(p->errors, &p->lex, t,
		    "%s has no key \"%.*s\"; is a \"}\" missing before it?",
		    block, (int)t->length, t->text);
		return NULL;
	}
	near = nearest(t->text, t->length, names, count);
	lex_error(p->errors, &p->lex, t, "%s has no key \"%.*s\"%s%s%s", block,
	    (int)t->length, t->text, near != NULL ? "; did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	return NULL;
}

/* key value..., up to the end of the line or the closing brace */
static void
take_statement(struct parser *p, const struct conf_key *keys, const char *block,
    char *base, bool *given)
{
	struct lex_token name = lex_next(&p->lex), t;
	const struct conf_key *k = find_key(p, keys, &name, block);
	bool list = k != NULL &&
		    (k->kind == CONF_KIND_TEXTS || k->kind == CONF_KIND_PATHS);
	size_t values = 0;

	if (k != NULL && given[k - keys] && !list)
		lex_error(p->errors, &p->lex, &name,
		    "%s was given before: give it once", k->name);
	if (k != NULL)
		given[k - keys] = true;
	for (t = lex_peek(&p->lex); !ends(&t); t = lex_peek(&p->lex)) {
		lex_next(&p->lex);
		if (k == NULL)
			continue;
		if (values++ > 0 && !list) {
			lex_error(p->errors, &p->lex, &t, "%s takes one value",
			    k->name);
			k = NULL;
			continue;
		}
		take_one(p, k, &t, base);
	}
	if (k != NULL && values == 0)
		lex_error(p->errors, &p->lex, &t, "%s needs a value", k->name);
}

static void
skip_newlines(struct parser *p)
{
	while (lex_peek(&p->lex).kind == LEX_NEWLINE)
		lex_next(&p->lex);
}

static void take_sink(struct parser *p);

/* The braces of a block and what is in them; start is the block's name. */
static void
take_body(struct parser *p, const struct conf_key *keys,
    const struct lex_token *start, const char *name, char *base)
{
	bool given[CONF_KEYS_MOST] = {false};
	struct lex_token t = lex_next(&p->lex);

	if (!lex_is(&t, "{")) {
		lex_error(p->errors, &p->lex, &t, "expected \"{\"");
		lex_skip_statement(&p->lex);
		return;
	}
	for (;;) {
		skip_newlines(p);
		t = lex_peek(&p->lex);
		if (lex_is(&t, "}"))
			break;
		if (t.kind == LEX_END) {
			lex_error(p->errors, &p->lex, start,
			    "%s has no closing \"}\"", name);
			return;
		}
		if (keys == conf_blocks[CONF_FORWARD].keys &&
		    lex_is(&t, "sink"))
			take_sink(p);
		else
			take_statement(p, keys, name, base, given);
	}
	lex_next(&p->lex);
	for (const struct conf_key *k = keys; k->name != NULL; k++)
		if (k->required && !given[k - keys])
			lex_error(p->errors, &p->lex, start, "%s needs %s",
			    name, k->name);
}

static void
take_sink(struct parser *p)
{
	struct conf_forward *f = &p->conf->forward;
	struct lex_token start = lex_next(&p->lex), name = lex_next(&p->lex);
	struct conf_sink spare = {0};
	struct conf_sink *s = &spare;
	static const struct conf_key name_key = {
	    "sink", CONF_KIND_TEXT, 0, sizeof s->name, 0, 0, 0, 0, true};
	char text[LEX_TOKEN_MAX + 1];

	if (lex_text(&name, text, sizeof text) < 0) {
		lex_error(
		    p->errors, &p->lex, &name, "expected a name for the sink");
		lex_skip_statement(&p->lex);
		return;
	}
	for (uint32_t i = 0; i < f->sink_count; i++)
		if (strcmp(f->sink[i].name, text) == 0)
			lex_error(p->errors, &p->lex, &name,
			    "there is a sink \"%s\" already", text);
	if (f->sink_count == CONF_SINKS)
		lex_error(p->errors, &p->lex, &name, "more than %d sinks",
		    CONF_SINKS);
	else
		s = &f->sink[f->sink_count++];
	take_text(p, &name_key, &name, text, s->name);
	/* it names the file of the cursor */
	if (strspn(text, SINK_NAME) != strlen(text) ||
	    strlen(text) > SINK_NAME_MAX)
		lex_error(p->errors, &p->lex, &name,
		    "a sink's name has letters, digits, \"-\" and \"_\", %d "
		    "at most",
		    SINK_NAME_MAX);
	s->port = 2514;
	take_body(p, conf_sink_keys, &start, "sink", (char *)s);
	if (s->kind[0] != '\0' && strcmp(s->kind, "relp") != 0)
		lex_error(p->errors, &p->lex, &start,
		    "a sink's kind is relp, not \"%s\"", s->kind);
	if ((s->certificate[0] == '\0') != (s->key[0] == '\0'))
		lex_error(p->errors, &p->lex, &start,
		    "certificate and key go together");
	if (s->server_name[0] == '\0')
		memcpy(s->server_name, s->host, sizeof s->server_name);
}

/* The rest of a statement that means nothing, with all that it has in braces:
 * what is in there is not wrong too. */
static void
skip_block(struct parser *p)
{
	struct lex_token t;
	unsigned depth = 0;

	for (t = lex_peek(&p->lex); t.kind != LEX_END; t = lex_peek(&p->lex)) {
		if (t.kind == LEX_NEWLINE && depth == 0)
			return;
		lex_next(&p->lex);
		if (lex_is(&t, "{"))
			depth++;
		else if (lex_is(&t, "}") && (depth == 0 || --depth == 0))
			return;
	}
}

static void
take_block(struct parser *p)
{
	const char *names[CONF_BLOCKS];
	struct lex_token t = lex_next(&p->lex);
	const char *near;

	for (size_t i = 0; i < CONF_BLOCKS; i++) {
		names[i] = conf_blocks[i].name;
		if (!lex_is(&t, conf_blocks[i].name))
			continue;
		if (p->at[i].text != NULL)
			lex_error(p->errors, &p->lex, &t,
			    "there is a block %s before this one: keep one of them",
			    conf_blocks[i].name);
		p->at[i] = t;
		take_body(p, conf_blocks[i].keys, &t, conf_blocks[i].name,
		    (char *)p->conf + conf_blocks[i].offset);
		return;
	}
	if (t.kind == LEX_BAD) {
		lex_error(p->errors, &p->lex, &t, "%s", t.problem);
		skip_block(p);
		return;
	}
	near = nearest(t.text, t.length, names, CONF_BLOCKS);
	lex_error(p->errors, &p->lex, &t,
	    "\"%.*s\" is no block of gatewayd.conf%s%s%s", (int)t.length,
	    t.text, near != NULL ? "; did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	skip_block(p);
}

/* ---- what must fit together ---- */

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Passwords go over the net to these. */
static void
fit_uri(struct parser *p, const char *uri)
{
	const struct conf_directory *d = &p->conf->directory;
	const struct lex_token *at = &p->at[CONF_DIRECTORY];
	bool ldaps = begins(uri, "ldaps://"), ldap = begins(uri, "ldap://");

	if (!ldaps && !ldap)
		lex_error(p->errors, &p->lex, at,
		    "uri %s: write it as ldaps://HOST[:PORT]", uri);
	else if (ldaps && d->start_tls)
		lex_error(p->errors, &p->lex, at,
		    "uri %s: start-tls is for ldap://, ldaps:// has TLS "
		    "already",
		    uri);
	else if (ldap && !d->start_tls && !begins(uri, "ldap://127.") &&
		 !begins(uri, "ldap://[::1]"))
		lex_error(p->errors, &p->lex, at,
		    "uri %s: passwords would cross the network in plaintext; "
		    "use ldaps:// or start-tls",
		    uri);
	else if (ldap && !d->start_tls && !d->insecure)
		lex_error(p->errors, &p->lex, at,
		    "uri %s: passwords would be in plaintext, and a program "
		    "that takes that port of this machine could read them; "
		    "use ldaps:// or start-tls, or say \"insecure yes\"",
		    uri);
	else if ((ldaps || d->start_tls) && d->ca[0] == '\0')
		lex_error(p->errors, &p->lex, at,
		    "uri %s needs the key ca: the file with the certificate of the CA that signs the server's",
		    uri);
}

static void
fit_otp(struct parser *p, const struct conf_authority *a)
{
	const struct otp_form form = {
	    (uint8_t)otp_algorithm_find(a->otp_algorithm),
	    (uint8_t)a->otp_digits, (uint8_t)a->otp_period_seconds};

	if (!otp_form_is_valid(&form))
		lex_error(p->errors, &p->lex, &p->at[CONF_AUTHORITY],
		    "otp-algorithm must be sha1, sha256 or sha512, otp-digits 6 or 8, and otp-period 30s or 60s");
	/* the one colon of a label parts issuer and name */
	if (strpbrk(a->otp_issuer, ":/?#[]") != NULL ||
	    strlen(a->otp_issuer) > OTP_ISSUER_MAX)
		lex_error(p->errors, &p->lex, &p->at[CONF_AUTHORITY],
		    "otp-issuer is a short name such as \"Example\", without "
		    "any of :/?#[]");
}

static void
fit_directory(struct parser *p, struct conf_directory *d)
{
	char text[CONF_TEXT + 128];

	for (uint32_t i = 0; i < d->uri_count; i++)
		fit_uri(p, d->uri[i]);
	conf_profile_fill(d);
	if (conf_profile_fault(d, text, sizeof text) != NULL)
		lex_error(
		    p->errors, &p->lex, &p->at[CONF_DIRECTORY], "%s", text);
}

static void
fit(struct parser *p)
{
	struct conf *c = p->conf;

	fit_directory(p, &c->directory);
	if (people_find(c->gateway.language) == NULL)
		lex_error(p->errors, &p->lex, &p->at[CONF_GATEWAY],
		    "there are no words in the language \"%s\": "
		    "gatewayd.conf(5) lists the languages",
		    c->gateway.language);
	/* else login hangs up before authority has said no */
	if (c->authority.attempt_deadline > c->login.deadline)
		lex_error(p->errors, &p->lex, &p->at[CONF_AUTHORITY],
		    "attempt-deadline must not be more than login's deadline");
	/* who could not be told from others could act on themselves */
	if (c->gateway.helpdesk_group[0] != '\0' &&
	    c->authority.helpdesk_people_count == 0)
		lex_error(p->errors, &p->lex, &p->at[CONF_AUTHORITY],
		    "helpdesk-group needs helpdesk-people: the directory's groups with the people of the helpdesk. The helpdesk may not act on them");
	fit_otp(p, &c->authority);
	if (c->authority.stop_tries <= c->authority.max_tries)
		lex_error(p->errors, &p->lex, &p->at[CONF_AUTHORITY],
		    "stop-tries must be more than max-tries");
	if (strpbrk(c->audit.origin, " \t+") != NULL)
		lex_error(p->errors, &p->lex, &p->at[CONF_AUDIT],
		    "origin must not contain a blank or \"+\"");
}

/* ---- what follows from other keys ---- */

static void
below(char *out, size_t size, const char *directory, const char *name)
{
	if (out[0] == '\0' &&
	    snprintf(out, size, "%s/%s", directory, name) >= (int)size)
		out[0] = '\0';
}

static void
derive(struct conf *c)
{
	struct conf_authority *a = &c->authority;

	memcpy(a->host, c->gateway.host, sizeof a->host);
	memcpy(a->issuer, c->gateway.issuer, sizeof a->issuer);
	if (a->otp_issuer[0] == '\0')
		memcpy(a->otp_issuer, c->gateway.issuer, sizeof a->otp_issuer);
	memcpy(a->language, c->gateway.language, sizeof a->language);
	below(
	    a->seal_key, sizeof a->seal_key, c->gateway.state, "keys/seal.key");
	below(a->token_key[0], sizeof a->token_key[0], c->gateway.state,
	    "keys/token.pem");
	if (a->token_key_count == 0)
		a->token_key_count = 1;
	below(c->audit.checkpoint_key, sizeof c->audit.checkpoint_key,
	    c->gateway.state, "keys/checkpoint.pem");
	below(c->audit.origin, sizeof c->audit.origin, c->gateway.host,
	    "sallyport");
	c->login.peer_uid = c->gateway.module_uid;
	a->peer_uid = c->gateway.module_uid;
	snprintf(
	    c->login.authority, sizeof c->login.authority, "authority.sock");
	snprintf(
	    c->login.directory, sizeof c->login.directory, "directory.sock");
}

int
conf_parse(struct conf *conf, const char *file, const char *text, size_t size,
    struct lex_errors *errors)
{
	struct parser p = {.conf = conf, .errors = errors};
	unsigned before = errors->count;

	conf_defaults(conf);
	lex_init(&p.lex, file, text, size);
	for (skip_newlines(&p); lex_peek(&p.lex).kind != LEX_END;
	     skip_newlines(&p))
		take_block(&p);
	for (size_t i = 0; i < CONF_BLOCKS; i++)
		if (p.at[i].text == NULL)
			lex_error_file(errors, file, "the block %s is missing",
			    conf_blocks[i].name);
	if (errors->count == before)
		fit(&p);
	if (errors->count != before)
		return -1;
	derive(conf);
	return 0;
}
