/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_keys.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/people.h"
#include "lib/conf/conf.h"

#define FIELD(type, field) offsetof(struct type, field)
#define ROOM(type, field) sizeof(((struct type *)0)->field)
#define KEY_TEXT(type, name, field, required)                                \
	{                                                                    \
		name, CONF_KIND_TEXT, FIELD(type, field), ROOM(type, field), \
		    0, 0, 0, 0, required                                     \
	}
#define KEY_PATH(type, name, field, required)                                \
	{                                                                    \
		name, CONF_KIND_PATH, FIELD(type, field), ROOM(type, field), \
		    0, 0, 0, 0, required                                     \
	}
#define KEY_NUMBER(type, name, kind, field, least, greatest)                \
	{                                                                   \
		name, CONF_KIND_##kind, FIELD(type, field), 0, 0, 0, least, \
		    greatest, false                                         \
	}
#define KEY_YES_NO(type, name, field)                                      \
	{                                                                  \
		name, CONF_KIND_YES_NO, FIELD(type, field), 0, 0, 0, 0, 0, \
		    false                                                  \
	}
#define KEY_LIST(type, name, kind, field, count, required)                   \
	{                                                                    \
		name, CONF_KIND_##kind, FIELD(type, field),                  \
		    ROOM(type, field[0]), FIELD(type, count),                \
		    ROOM(type, field) / ROOM(type, field[0]), 0, 0, required \
	}
#define KEY_END                                               \
	{                                                     \
		NULL, CONF_KIND_TEXT, 0, 0, 0, 0, 0, 0, false \
	}

#define HOUR (60u * 60)
#define DAY (24u * HOUR)

static const struct conf_key gateway_keys[] = {
    KEY_TEXT(conf_gateway, "host", host, true),
    KEY_TEXT(conf_gateway, "issuer", issuer, true),
    KEY_TEXT(conf_gateway, "language", language, false),
    KEY_PATH(conf_gateway, "runtime", runtime, false),
    KEY_PATH(conf_gateway, "state", state, false),
    KEY_PATH(conf_gateway, "libexec", libexec, false),
    KEY_PATH(conf_gateway, "policy", policy, false),
    KEY_PATH(conf_gateway, "policy-signers", policy_signers, false),
    KEY_NUMBER(conf_gateway, "policy-review", SECONDS, policy_review_seconds,
	DAY, 10 * 365 * DAY),
    KEY_NUMBER(conf_gateway, "warn-certificate", SECONDS,
	warn_certificate_seconds, 0, 10 * 365 * DAY),
    KEY_NUMBER(conf_gateway, "warn-key", SECONDS, warn_key_seconds, DAY,
	10 * 365 * DAY),
    KEY_NUMBER(conf_gateway, "warn-disk", NUMBER, warn_disk_percent, 0, 99),
    KEY_NUMBER(conf_gateway, "warn-clock", MILLISECONDS, warn_clock_ms, 100,
	HOUR * 1000),
    KEY_NUMBER(conf_gateway, "warn-review", SECONDS, warn_review_seconds, 0,
	365 * DAY),
    KEY_NUMBER(conf_gateway, "module-uid", NUMBER, module_uid, 0, UINT32_MAX),
    KEY_TEXT(conf_gateway, "helpdesk-group", helpdesk_group, false),
    KEY_TEXT(conf_gateway, "auditor-group", auditor_group, false),
    KEY_END,
};

static const struct conf_key login_keys[] = {
    KEY_TEXT(conf_login, "user", role.user, false),
    KEY_NUMBER(
	conf_login, "max-conversations", NUMBER, max_conversations, 1, 4000),
    KEY_NUMBER(conf_login, "max-per-client", NUMBER, max_per_client, 1, 4000),
    KEY_NUMBER(
	conf_login, "deadline", MILLISECONDS, deadline, 1000, HOUR * 1000),
    KEY_YES_NO(conf_login, "one-line", one_line),
    KEY_END,
};

static const struct conf_key directory_keys[] = {
    KEY_TEXT(conf_directory, "user", role.user, false),
    KEY_LIST(conf_directory, "uri", TEXTS, uri, uri_count, true),
    KEY_YES_NO(conf_directory, "start-tls", start_tls),
    KEY_YES_NO(conf_directory, "insecure", insecure),
    KEY_YES_NO(conf_directory, "who-am-i", who_am_i),
    KEY_PATH(conf_directory, "ca", ca, false),
    KEY_PATH(conf_directory, "crl", crl, false),
    KEY_TEXT(conf_directory, "bind-dn", bind_dn, true),
    KEY_PATH(conf_directory, "bind-password-file", bind_password_file, true),
    KEY_TEXT(conf_directory, "base", base, true),
    KEY_TEXT(conf_directory, "profile", profile, false),
    KEY_TEXT(conf_directory, "object-class", object_class, false),
    KEY_TEXT(conf_directory, "username-attribute", username_attribute, false),
    KEY_TEXT(conf_directory, "id-attribute", id_attribute, false),
    KEY_TEXT(
	conf_directory, "employment-attribute", employment_attribute, false),
    KEY_LIST(conf_directory, "employee", TEXTS, employee.value, employee.count,
	false),
    KEY_LIST(conf_directory, "contractor", TEXTS, contractor.value,
	contractor.count, false),
    KEY_LIST(
	conf_directory, "vendor", TEXTS, vendor.value, vendor.count, false),
    KEY_LIST(conf_directory, "account-state", TEXTS, account_state.value,
	account_state.count, false),
    KEY_NUMBER(conf_directory, "unlock-after", SECONDS, unlock_after_seconds, 0,
	10 * 365 * DAY),
    KEY_TEXT(conf_directory, "group-attribute", group_attribute, false),
    KEY_TEXT(conf_directory, "group-base", group_base, false),
    KEY_TEXT(conf_directory, "nested-groups", nested_groups, false),
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

static const struct conf_key authority_keys[] = {
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
    KEY_NUMBER(conf_authority, "lockout-most", SECONDS, lockout_most_seconds, 1,
	365 * DAY),
    KEY_NUMBER(conf_authority, "stop-tries", NUMBER, stop_tries, 2, 100000),
    KEY_TEXT(conf_authority, "otp-issuer", otp_issuer, false),
    KEY_TEXT(conf_authority, "otp-algorithm", otp_algorithm, false),
    KEY_NUMBER(conf_authority, "otp-digits", NUMBER, otp_digits, 6, 8),
    KEY_NUMBER(
	conf_authority, "otp-period", SECONDS, otp_period_seconds, 30, 60),
    KEY_NUMBER(
	conf_authority, "session", SECONDS, session_seconds, 60, 30 * DAY),
    KEY_NUMBER(conf_authority, "token", SECONDS, token_seconds, 10, DAY),
    KEY_LIST(
	conf_authority, "protected", TEXTS, protected, protected_count, false),
    KEY_LIST(conf_authority, "helpdesk-people", TEXTS, helpdesk_people,
	helpdesk_people_count, false),
    KEY_NUMBER(
	conf_authority, "helpdesk-limit", NUMBER, helpdesk_limit, 1, 1000),
    KEY_END,
};

static const struct conf_key store_keys[] = {
    KEY_TEXT(conf_store, "user", role.user, false),
    KEY_END,
};

static const struct conf_key audit_keys[] = {
    KEY_TEXT(conf_audit, "user", role.user, false),
    KEY_PATH(conf_audit, "checkpoint-key", checkpoint_key, false),
    KEY_TEXT(conf_audit, "origin", origin, false),
    KEY_NUMBER(conf_audit, "segment", BYTES64, segment_bytes, 65536,
	(uint64_t)1 << 32),
    KEY_END,
};

static const struct conf_key forward_keys[] = {
    KEY_TEXT(conf_forward, "user", role.user, false),
    KEY_END,
};

const struct conf_key conf_sink_keys[] = {
    KEY_TEXT(conf_sink, "kind", kind, true),
    KEY_TEXT(conf_sink, "host", host, true),
    KEY_NUMBER(conf_sink, "port", NUMBER, port, 1, 65535),
    KEY_TEXT(conf_sink, "server-name", server_name, false),
    KEY_PATH(conf_sink, "ca", ca, true),
    KEY_PATH(conf_sink, "certificate", certificate, false),
    KEY_PATH(conf_sink, "key", key, false),
    KEY_END,
};

const struct conf_block conf_blocks[CONF_BLOCKS] = {
    [CONF_GATEWAY] = {"gateway", offsetof(struct conf, gateway), gateway_keys},
#define BLOCK(NAME, name, user) \
	[CONF_##NAME] = {#name, offsetof(struct conf, name), name##_keys},
    ROLES_STARTED(BLOCK)
#undef BLOCK
};

/* Every default fits: test_conf looks at them. */
static void
set(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}
#define SET(field, text) set(field, sizeof field, text)

void
conf_defaults(struct conf *c)
{
	memset(c, 0, sizeof *c);
#define USER(NAME, name, text)                                  \
	_Static_assert(offsetof(struct conf_##name, role) == 0, \
	    "what each role has comes first");                  \
	SET(c->name.role.user, text);
	ROLES_STARTED(USER)
#undef USER
	SET(c->gateway.runtime, "/run/sallyport");
	SET(c->gateway.state, "/var/lib/sallyport");
	SET(c->gateway.libexec, SALLYPORT_LIBEXECDIR);
	SET(c->gateway.policy, SALLYPORT_SYSCONFDIR "/sallyport/policy.d");
	c->gateway.policy_review_seconds = 365 * DAY;
	c->gateway.warn_certificate_seconds = 30 * DAY;
	c->gateway.warn_key_seconds = 365 * DAY;
	SET(c->gateway.language, PEOPLE_DEFAULT);
	c->gateway.warn_disk_percent = 10;
	c->gateway.warn_clock_ms = 5000;
	c->gateway.warn_review_seconds = 14 * DAY;
	c->login.max_conversations = 1024;
	c->login.max_per_client = 64;
	c->login.deadline = 100000;
	SET(c->directory.profile, "openldap");
	c->directory.connect_timeout = 3000;
	c->directory.operation_timeout = 5000;
	c->directory.search_connections = 1;
	c->directory.bind_connections = 4;
	c->authority.attempt_deadline = 95000;
	c->authority.deny_delay = 1000;
	c->authority.redeem_timeout = 30000;
	c->authority.max_tries = 5;
	c->authority.lockout_seconds = 30;
	c->authority.lockout_most_seconds = HOUR;
	c->authority.stop_tries = 100;
	SET(c->authority.otp_algorithm, "sha1");
	c->authority.otp_digits = 6;
	c->authority.otp_period_seconds = 30;
	c->authority.session_seconds = 8 * HOUR;
	c->authority.token_seconds = 5 * 60;
	c->authority.helpdesk_limit = 20;
	c->audit.segment_bytes = 64u << 20;
}
