/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/common/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/common/lex.h"
#include "gatewayd/common/nearest.h"

enum kind {
	TEXT,
	PATH, /* absolute */
	NUMBER,
	MILLISECONDS, /* 300ms 5s 10m 8h */
	SECONDS,
	BYTES64, /* 64M */
	YES_NO,
	TEXTS, /* several values; may be repeated */
	PATHS
};

struct key {
	const char *name;
	enum kind kind;
	size_t offset;		   /* in the block's struct */
	size_t size;		   /* of one text */
	size_t count_offset, most; /* TEXTS, PATHS */
	uint64_t least, greatest;
	bool required;
};

struct block {
	const char *name;
	size_t offset;
	const struct key *keys;
};

#define FIELD(type, field) offsetof(struct type, field)
#define ROOM(type, field) sizeof(((struct type *)0)->field)
#define KEY_TEXT(type, name, field, required)                                  \
	{                                                                      \
		name, TEXT, FIELD(type, field), ROOM(type, field), 0, 0, 0, 0, \
		    required                                                   \
	}
#define KEY_PATH(type, name, field, required)                                  \
	{                                                                      \
		name, PATH, FIELD(type, field), ROOM(type, field), 0, 0, 0, 0, \
		    required                                                   \
	}
#define KEY_NUMBER(type, name, kind, field, least, greatest)              \
	{                                                                 \
		name, kind, FIELD(type, field), 0, 0, 0, least, greatest, \
		    false                                                 \
	}
#define KEY_YES_NO(type, name, field)                                  \
	{                                                              \
		name, YES_NO, FIELD(type, field), 0, 0, 0, 0, 0, false \
	}
#define KEY_LIST(type, name, kind, field, count, required)                   \
	{                                                                    \
		name, kind, FIELD(type, field), ROOM(type, field[0]),        \
		    FIELD(type, count),                                      \
		    ROOM(type, field) / ROOM(type, field[0]), 0, 0, required \
	}
#define KEY_END                                     \
	{                                           \
		NULL, TEXT, 0, 0, 0, 0, 0, 0, false \
	}

#define HOUR (60u * 60)
#define DAY (24u * HOUR)

static const struct key gateway_keys[] = {
    KEY_TEXT(conf_gateway, "host", host, true),
    KEY_TEXT(conf_gateway, "issuer", issuer, true),
    KEY_PATH(conf_gateway, "runtime", runtime, false),
    KEY_PATH(conf_gateway, "state", state, false),
    KEY_PATH(conf_gateway, "libexec", libexec, false),
    KEY_PATH(conf_gateway, "policy", policy, false),
    KEY_NUMBER(conf_gateway, "module-uid", NUMBER, module_uid, 0, UINT32_MAX),
    KEY_END,
};

static const struct key login_keys[] = {
    KEY_TEXT(conf_login, "user", role.user, false),
    KEY_NUMBER(
	conf_login, "max-conversations", NUMBER, max_conversations, 1, 4000),
    KEY_NUMBER(conf_login, "max-per-client", NUMBER, max_per_client, 1, 4000),
    KEY_NUMBER(
	conf_login, "deadline", MILLISECONDS, deadline, 1000, HOUR * 1000),
    KEY_YES_NO(conf_login, "one-line", one_line),
    KEY_END,
};

static const struct key directory_keys[] = {
    KEY_TEXT(conf_directory, "user", role.user, false),
    KEY_LIST(conf_directory, "uri", TEXTS, uri, uri_count, true),
    KEY_YES_NO(conf_directory, "start-tls", start_tls),
    KEY_PATH(conf_directory, "ca", ca, false),
    KEY_TEXT(conf_directory, "bind-dn", bind_dn, true),
    KEY_PATH(conf_directory, "bind-password-file", bind_password_file, true),
    KEY_TEXT(conf_directory, "base", base, true),
    KEY_TEXT(conf_directory, "object-class", object_class, false),
    KEY_TEXT(conf_directory, "username-attribute", username_attribute, false),
    KEY_TEXT(conf_directory, "id-attribute", id_attribute, false),
    KEY_TEXT(
	conf_directory, "employment-attribute", employment_attribute, false),
    KEY_TEXT(conf_directory, "group-attribute", group_attribute, false),
    KEY_TEXT(conf_directory, "group-base", group_base, false),
    KEY_NUMBER(conf_directory, "connect-timeout", MILLISECONDS, connect_timeout,
	100, 60000),
    KEY_NUMBER(conf_directory, "operation-timeout", MILLISECONDS,
	operation_timeout, 100, 60000),
    KEY_NUMBER(conf_directory, "search-connections", NUMBER, search_connections,
	1, 16),
    KEY_NUMBER(
	conf_directory, "bind-connections", NUMBER, bind_connections, 1, 64),
    KEY_END,
};

static const struct key authority_keys[] = {
    KEY_TEXT(conf_authority, "user", role.user, false),
    KEY_PATH(conf_authority, "seal-key", seal_key, false),
    KEY_LIST(
	conf_authority, "token-key", PATHS, token_key, token_key_count, false),
    KEY_NUMBER(conf_authority, "attempt-deadline", MILLISECONDS,
	attempt_deadline, 1000, HOUR * 1000),
    KEY_NUMBER(
	conf_authority, "deny-delay", MILLISECONDS, deny_delay, 0, 30000),
    KEY_NUMBER(conf_authority, "redeem-timeout", MILLISECONDS, redeem_timeout,
	1000, 600000),
    KEY_NUMBER(conf_authority, "max-tries", NUMBER, max_tries, 1, 1000),
    KEY_NUMBER(
	conf_authority, "lockout", SECONDS, lockout_seconds, 1, 365 * DAY),
    KEY_NUMBER(
	conf_authority, "session", SECONDS, session_seconds, 60, 30 * DAY),
    KEY_NUMBER(conf_authority, "token", SECONDS, token_seconds, 10, DAY),
    KEY_END,
};

static const struct key store_keys[] = {
    KEY_TEXT(conf_store, "user", role.user, false),
    KEY_END,
};

static const struct key audit_keys[] = {
    KEY_TEXT(conf_audit, "user", role.user, false),
    KEY_PATH(conf_audit, "checkpoint-key", checkpoint_key, false),
    KEY_TEXT(conf_audit, "origin", origin, false),
    KEY_NUMBER(conf_audit, "segment", BYTES64, segment_bytes, 65536,
	(uint64_t)1 << 32),
    KEY_END,
};

static const struct key forward_keys[] = {
    KEY_TEXT(conf_forward, "user", role.user, false),
    KEY_END,
};

static const struct key sink_keys[] = {
    KEY_TEXT(conf_sink, "kind", kind, true),
    KEY_TEXT(conf_sink, "host", host, true),
    KEY_NUMBER(conf_sink, "port", NUMBER, port, 1, 65535),
    KEY_TEXT(conf_sink, "server-name", server_name, false),
    KEY_PATH(conf_sink, "ca", ca, true),
    KEY_PATH(conf_sink, "certificate", certificate, false),
    KEY_PATH(conf_sink, "key", key, false),
    KEY_END,
};

static const struct block blocks[] = {
    {"gateway", offsetof(struct conf, gateway), gateway_keys},
    {"login", offsetof(struct conf, login), login_keys},
    {"directory", offsetof(struct conf, directory), directory_keys},
    {"authority", offsetof(struct conf, authority), authority_keys},
    {"store", offsetof(struct conf, store), store_keys},
    {"audit", offsetof(struct conf, audit), audit_keys},
    {"forward", offsetof(struct conf, forward), forward_keys},
};
#define BLOCKS (sizeof blocks / sizeof blocks[0])
#define KEYS_MOST 32

struct parser {
	struct lex lex;
	struct conf *conf;
	struct lex_errors *errors;
	bool seen[BLOCKS];
};

/* Every default fits: test_conf looks at them. */
static void
set(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}
#define SET(field, text) set(field, sizeof(field), text)

static void
set_defaults(struct conf *c)
{
	memset(c, 0, sizeof *c);
	SET(c->gateway.runtime, "/run/sallyport");
	SET(c->gateway.state, "/var/lib/sallyport");
	SET(c->gateway.libexec, SALLYPORT_LIBEXECDIR);
	SET(c->gateway.policy, SALLYPORT_SYSCONFDIR "/sallyport/policy.d");
	SET(c->login.role.user, "_sallyport-login");
	c->login.max_conversations = 1024;
	c->login.max_per_client = 64;
	c->login.deadline = 100000;
	SET(c->directory.role.user, "_sallyport-directory");
	SET(c->directory.object_class, "posixAccount");
	SET(c->directory.username_attribute, "uid");
	SET(c->directory.id_attribute, "entryUUID");
	SET(c->directory.employment_attribute, "employeeType");
	c->directory.connect_timeout = 3000;
	c->directory.operation_timeout = 5000;
	c->directory.search_connections = 1;
	c->directory.bind_connections = 4;
	SET(c->authority.role.user, "_sallyport-authority");
	c->authority.attempt_deadline = 95000;
	c->authority.deny_delay = 1000;
	c->authority.redeem_timeout = 30000;
	c->authority.max_tries = 10;
	c->authority.lockout_seconds = 15 * 60;
	c->authority.session_seconds = 8 * HOUR;
	c->authority.token_seconds = 5 * 60;
	SET(c->store.role.user, "_sallyport-store");
	SET(c->audit.role.user, "_sallyport-audit");
	c->audit.segment_bytes = 64u << 20;
	SET(c->forward.role.user, "_sallyport-forward");
}

/* ---- one value ---- */

static uint64_t
unit_of(enum kind kind, const char *unit)
{
	static const struct {
		enum kind kind;
		const char *unit;
		uint64_t times;
	} units[] = {
	    {NUMBER, "", 1},
	    {MILLISECONDS, "ms", 1},
	    {MILLISECONDS, "s", 1000},
	    {MILLISECONDS, "m", 60 * 1000},
	    {MILLISECONDS, "h", HOUR * 1000},
	    {SECONDS, "s", 1},
	    {SECONDS, "m", 60},
	    {SECONDS, "h", HOUR},
	    {SECONDS, "d", DAY},
	    {BYTES64, "K", 1u << 10},
	    {BYTES64, "M", 1u << 20},
	    {BYTES64, "G", 1u << 30},
	};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (units[i].kind == kind && strcmp(units[i].unit, unit) == 0)
			return units[i].times;
	return 0;
}

static const char *
form_of(enum kind kind)
{
	switch (kind) {
	case MILLISECONDS:
		return "a time such as 300ms, 5s, 10m, 8h";
	case SECONDS:
		return "a time such as 30s, 10m, 8h, 7d";
	case BYTES64:
		return "a size such as 512K, 64M, 1G";
	default:
		return "a number";
	}
}

static void
take_number(struct parser *p, const struct key *k, const struct lex_token *t,
    const char *text, char *base)
{
	char *end;
	uint64_t n, times;

	n = strtoull(text, &end, 10);
	times = unit_of(k->kind, end);
	if (text[0] < '0' || text[0] > '9' || times == 0 ||
	    n > UINT64_MAX / times) {
		lex_error(
		    p->errors, &p->lex, t, "expected %s", form_of(k->kind));
		return;
	}
	n *= times;
	if (n < k->least || n > k->greatest) {
		lex_error(p->errors, &p->lex, t,
		    "%s must be from %llu to %llu%s", k->name,
		    (unsigned long long)k->least,
		    (unsigned long long)k->greatest,
		    k->kind == MILLISECONDS ? " milliseconds"
		    : k->kind == SECONDS    ? " seconds"
		    : k->kind == BYTES64    ? " bytes"
					    : "");
		return;
	}
	if (k->kind == BYTES64)
		memcpy(base + k->offset, &n, sizeof n);
	else
		memcpy(base + k->offset, &(uint32_t){(uint32_t)n},
		    sizeof(uint32_t));
}

static void
take_text(struct parser *p, const struct key *k, const struct lex_token *t,
    const char *text, char *out)
{
	size_t size = strlen(text);

	if (size >= k->size)
		lex_error(p->errors, &p->lex, t, "longer than %zu characters",
		    k->size - 1);
	else if ((k->kind == PATH || k->kind == PATHS) && text[0] != '/')
		lex_error(p->errors, &p->lex, t, "%s must be an absolute path",
		    k->name);
	else if (size == 0)
		lex_error(
		    p->errors, &p->lex, t, "%s must not be empty", k->name);
	else
		memcpy(out, text, size + 1);
}

static void
take_one(struct parser *p, const struct key *k, const struct lex_token *t,
    char *base)
{
	char text[LEX_TOKEN_MAX + 1];
	uint32_t count;

	if (lex_text(t, text, sizeof text) < 0) {
		lex_error(
		    p->errors, &p->lex, t, "expected a value for %s", k->name);
		return;
	}
	switch (k->kind) {
	case TEXT:
	case PATH:
		take_text(p, k, t, text, base + k->offset);
		break;
	case TEXTS:
	case PATHS:
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
	case YES_NO:
		if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
			lex_error(p->errors, &p->lex, t, "expected yes or no");
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
	for (size_t i = 0; i < BLOCKS; i++)
		if (lex_is(t, blocks[i].name))
			return true;
	return false;
}

static const struct key *
find_key(struct parser *p, const struct key *keys, const struct lex_token *t,
    const char *block)
{
	const char *names[KEYS_MOST];
	size_t count = 0;
	const char *near;

	for (const struct key *k = keys; k->name != NULL; k++) {
		if (lex_is(t, k->name))
			return k;
		names[count++] = k->name;
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
take_statement(struct parser *p, const struct key *keys, const char *block,
    char *base, bool *given)
{
	struct lex_token name = lex_next(&p->lex), t;
	const struct key *k = find_key(p, keys, &name, block);
	bool list = k != NULL && (k->kind == TEXTS || k->kind == PATHS);
	size_t values = 0;

	if (k != NULL && given[k - keys] && !list)
		lex_error(
		    p->errors, &p->lex, &name, "%s is there twice", k->name);
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
take_body(struct parser *p, const struct key *keys,
    const struct lex_token *start, const char *name, char *base)
{
	bool given[KEYS_MOST] = {false};
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
		if (keys == forward_keys && lex_is(&t, "sink"))
			take_sink(p);
		else
			take_statement(p, keys, name, base, given);
	}
	lex_next(&p->lex);
	for (const struct key *k = keys; k->name != NULL; k++)
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
	static const struct key name_key = {
	    "sink", TEXT, 0, sizeof s->name, 0, 0, 0, 0, true};
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
	if (strpbrk(text, "/.") != NULL)
		lex_error(p->errors, &p->lex, &name,
		    "a sink's name has no \"/\" and no \".\"");
	s->port = 2514;
	take_body(p, sink_keys, &start, "sink", (char *)s);
	if (s->kind[0] != '\0' && strcmp(s->kind, "relp") != 0)
		lex_error(p->errors, &p->lex, &start,
		    "a sink's kind is relp, not \"%s\"", s->kind);
	if ((s->certificate[0] == '\0') != (s->key[0] == '\0'))
		lex_error(p->errors, &p->lex, &start,
		    "certificate and key go together");
	if (s->server_name[0] == '\0')
		memcpy(s->server_name, s->host, sizeof s->server_name);
}

static void
take_block(struct parser *p)
{
	const char *names[BLOCKS];
	struct lex_token t = lex_next(&p->lex);
	const char *near;

	for (size_t i = 0; i < BLOCKS; i++) {
		names[i] = blocks[i].name;
		if (!lex_is(&t, blocks[i].name))
			continue;
		if (p->seen[i])
			lex_error(p->errors, &p->lex, &t, "%s is there twice",
			    blocks[i].name);
		p->seen[i] = true;
		take_body(p, blocks[i].keys, &t, blocks[i].name,
		    (char *)p->conf + blocks[i].offset);
		return;
	}
	near = nearest(t.text, t.length, names, BLOCKS);
	lex_error(p->errors, &p->lex, &t,
	    "\"%.*s\" is no block of gatewayd.conf%s%s%s", (int)t.length,
	    t.text, near != NULL ? "; did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	lex_skip_statement(&p->lex);
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
	struct conf_directory *d = &c->directory;

	if (d->group_attribute[0] == '\0' && d->group_base[0] == '\0')
		SET(d->group_attribute, "memberOf");
	memcpy(a->host, c->gateway.host, sizeof a->host);
	memcpy(a->issuer, c->gateway.issuer, sizeof a->issuer);
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
	SET(c->login.authority, "authority.sock");
	SET(c->login.directory, "directory.sock");
}

int
conf_parse(struct conf *conf, const char *file, const char *text, size_t size,
    struct lex_errors *errors)
{
	struct parser p = {.conf = conf, .errors = errors};
	unsigned before = errors->count;

	set_defaults(conf);
	lex_init(&p.lex, file, text, size);
	for (skip_newlines(&p); lex_peek(&p.lex).kind != LEX_END;
	     skip_newlines(&p))
		take_block(&p);
	for (size_t i = 0; i < BLOCKS; i++)
		if (!p.seen[i])
			lex_error_file(errors, file, "there is no block %s",
			    blocks[i].name);
	if (conf->directory.group_attribute[0] != '\0' &&
	    conf->directory.group_base[0] != '\0')
		lex_error_file(errors, file,
		    "directory: groups are found by group-attribute or by "
		    "group-base, not by both");
	if (errors->count != before)
		return -1;
	derive(conf);
	return 0;
}
