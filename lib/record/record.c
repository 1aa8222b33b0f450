/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/base/json_write.h"
#include "lib/base/utf8.h"
#include "lib/record/record_attributes.h"

#define VERSION_OCSF "1.8.0"
#define CLASS_ACCOUNT_CHANGE 3001
#define CLASS_AUTHENTICATION 3002
#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */
/* Of each text when the line would be too long, and when it still is: ids are
 * never cut, and may be as many bytes that are escaped as these. */
#define CUT_LENGTH 48
#define CUT_SHORT 16

/* What an outcome is in the words of OCSF. */
struct event {
	const char *name, *activity;
	uint16_t class_uid;
	uint8_t kind; /* of record this outcome belongs to */
	uint8_t activity_id, severity_id, status_id;
};

static const struct event events[] = {
    [OUTCOME_GRANTED] = {"granted", "Logon", CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 1, 1},
    [OUTCOME_DENIED] = {"denied", "Logon", CLASS_AUTHENTICATION, RECORD_ATTEMPT,
	1, 2, 2},
    [OUTCOME_ABORTED] = {"aborted", "Logon", CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 1, 2},
    [OUTCOME_ERROR] = {"error", "Logon", CLASS_AUTHENTICATION, RECORD_ATTEMPT,
	1, 3, 2},
    [OUTCOME_ORPHANED] = {"orphaned", "Logon", CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 3, 2},
    [OUTCOME_OPENED] = {"opened", "Logon", CLASS_AUTHENTICATION, RECORD_SESSION,
	1, 1, 1},
    [OUTCOME_CLOSED] = {"closed", "Logoff", CLASS_AUTHENTICATION,
	RECORD_SESSION, 2, 1, 1},
    [OUTCOME_LAPSED] = {"lapsed", "Logoff", CLASS_AUTHENTICATION,
	RECORD_SESSION, 2, 2, 2},
    [OUTCOME_ENROLLED] = {"enrolled", "MFA Factor Enable", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 10, 1, 1},
    [OUTCOME_REVOKED] = {"revoked", "MFA Factor Disable", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 11, 1, 1},
    [OUTCOME_PROPOSED] = {"proposed", "Policy Propose", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_APPROVED] = {"approved", "Policy Approve", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_APPLIED] = {"applied", "Policy Apply", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 3, 1},
    [OUTCOME_RESTORED] = {"restored", "Policy Rollback", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 3, 1},
    [OUTCOME_LOADED] = {"loaded", "Policy Load", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_GIVEN] = {"given", "Approval Give", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_WITHDRAWN] = {"withdrawn", "Approval Withdraw",
	CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_INVITED] = {"invited", "MFA Factor Invite", CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
};
#define EVENT_COUNT (sizeof(events) / sizeof(events[0]))

static const char *const kinds[] = {
    [RECORD_ATTEMPT] = "attempt",
    [RECORD_SESSION] = "session",
    [RECORD_ADMIN] = "admin",
};

static const char *const employments[] = {
    [1] = "employee",
    [2] = "contractor",
    [3] = "vendor",
};

/* In the order of the bits; the ids are OCSF's factor_type_id. */
static const struct factor {
	const char *name;
	int type_id;
	const char *type;
} factors[] = {
    {"password", 11, "Password"},
    {"otp", 7, "OTP"},
    {"fido2", 10, "WebAuthn"},
    {"publickey", 99, "Public Key"},
    {"recovery", 99, "Recovery Code"},
    {"approval", 99, "Approval"},
};
#define FACTOR_COUNT (sizeof(factors) / sizeof(factors[0]))

struct render {
	struct json_write w;
	const struct msg_AUDIT_APPEND_REQ *r;
	const struct record_place *place;
	const struct event *event;
	size_t limit; /* of each text that may be cut */
	int64_t time_ms;
};

const char *
record_kind_name(unsigned kind)
{
	return kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : NULL;
}

const char *
record_outcome_name(unsigned outcome)
{
	return outcome < EVENT_COUNT ? events[outcome].name : NULL;
}

const char *
record_employment_name(unsigned employment)
{
	return employment < sizeof(employments) / sizeof(employments[0])
		   ? employments[employment]
		   : NULL;
}

const char *
record_factor_name(unsigned bit_number)
{
	return bit_number < FACTOR_COUNT ? factors[bit_number].name : NULL;
}

/* The longest start of the text that is within the limit and does not end
 * inside a character. */
static size_t
within(const struct render *e, const uint8_t *bytes, size_t len)
{
	if (len <= e->limit)
		return len;
	for (len = e->limit; len > e->limit - 3; len--)
		if ((bytes[len] & 0xc0) != 0x80)
			break;
	return len;
}

static void
put_bytes(struct render *e, const char *key, const void *bytes, size_t len)
{
	json_write_bytes(&e->w, key, bytes, within(e, bytes, len));
}

static void
put_text(struct render *e, const char *key, const char *text)
{
	put_bytes(e, key, text, strlen(text));
}

static int
is_cut(const struct render *e)
{
	return e->limit != SIZE_MAX;
}

/* What others look up or count by is never cut. */
static void
put_id(struct render *e, const char *key, const char *id)
{
	if (id[0] != '\0')
		json_write_string(&e->w, key, id);
}

static void
put_if(struct render *e, const char *key, const char *text)
{
	if (text[0] != '\0')
		put_text(e, key, text);
}

/* The canonical name, or the one typed where the person is not known. */
static void
put_name(struct render *e, const char *key)
{
	if (e->r->name[0] != '\0')
		put_text(e, key, e->r->name);
	else
		put_bytes(e, key, e->r->username, e->r->username_size);
}

static void
put_class(struct render *e)
{
	const struct event *v = e->event;

	json_write_uint(&e->w, "class_uid", v->class_uid);
	json_write_uint(&e->w, "category_uid", 3);
	json_write_uint(&e->w, "activity_id", v->activity_id);
	json_write_string(&e->w, "activity_name", v->activity);
	json_write_uint(
	    &e->w, "type_uid", v->class_uid * 100U + v->activity_id);
	json_write_uint(&e->w, "severity_id", v->severity_id);
	json_write_int(&e->w, "time", e->time_ms);
	json_write_int(&e->w, "timezone_offset", 0);
}

/* Stable and unique: the place in this log, whatever the log's past. */
static void
put_uid(struct render *e)
{
	const uint8_t *p = e->place->prev;
	char text[48];

	snprintf(text, sizeof(text),
	    "%02x%02x%02x%02x%02x%02x%02x%02x-%" PRIu64, p[0], p[1], p[2], p[3],
	    p[4], p[5], p[6], p[7], e->place->sequence);
	json_write_string(&e->w, "uid", text);
}

static void
put_metadata(struct render *e)
{
	json_write_object(&e->w, "metadata");
	json_write_string(&e->w, "version", VERSION_OCSF);
	json_write_object(&e->w, "product");
	json_write_string(&e->w, "name", "Sallyport");
	json_write_string(&e->w, "vendor_name", "Sallyport");
	json_write_string(&e->w, "version", SALLYPORT_VERSION);
	json_write_object_end(&e->w);
	json_write_string(&e->w, "log_name", "auth");
	put_uid(e);
	json_write_uint(&e->w, "sequence", e->place->sequence);
	json_write_hex(&e->w, "correlation_uid", e->r->attempt, ATTEMPT_ID);
	if (is_cut(e))
		json_write_bool(&e->w, "is_truncated", 1);
	json_write_object_end(&e->w);
}

/* What a policy can be tried on later; all of them or none. */
static void
put_groups(struct render *e)
{
	const char *dn = (const char *)e->r->groups;
	size_t left = e->r->groups_size;

	if (left == 0 || e->r->groups_cut || is_cut(e))
		return;
	json_write_array(&e->w, "groups");
	while (left > 0) {
		size_t size = strnlen(dn, left);

		json_write_object(&e->w, NULL);
		json_write_bytes(&e->w, "name", dn, size);
		json_write_object_end(&e->w);
		size += size < left; /* its NUL */
		dn += size;
		left -= size;
	}
	json_write_array_end(&e->w);
}

static void
put_user(struct render *e)
{
	json_write_object(&e->w, "user");
	put_name(e, "name");
	put_id(e, "uid", e->r->subject);
	put_groups(e);
	json_write_object_end(&e->w);
}

static void
put_actor(struct render *e)
{
	if (e->r->actor[0] == '\0')
		return;
	json_write_object(&e->w, "actor");
	json_write_object(&e->w, "user");
	put_text(e, "name", e->r->actor);
	json_write_object_end(&e->w);
	json_write_object_end(&e->w);
}

/* The bundle of a policy, by the hash that its people signed.  OCSF has no
 * policy in an Authentication event. */
static void
put_policy(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->bundle[0] == '\0' || r->kind != RECORD_ADMIN)
		return;
	json_write_object(&e->w, "policy");
	put_id(e, "uid", r->bundle);
	json_write_string(&e->w, "name", "access policy");
	json_write_bool(&e->w, "is_applied",
	    r->outcome == OUTCOME_APPLIED || r->outcome == OUTCOME_RESTORED ||
		r->outcome == OUTCOME_LOADED);
	json_write_object_end(&e->w);
}

static int
is_address(const char *text)
{
	uint8_t bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	       inet_pton(AF_INET6, text, bytes) == 1;
}

static void
put_source(struct render *e)
{
	const char *client = e->r->client;

	if (client[0] == '\0')
		return;
	json_write_object(&e->w, "src_endpoint");
	put_text(e, is_address(client) ? "ip" : "name", client);
	if (e->r->port != 0)
		json_write_uint(&e->w, "port", e->r->port);
	json_write_object_end(&e->w);
}

static void
put_destination(struct render *e)
{
	json_write_object(&e->w, "service");
	put_text(e, "name", e->r->service);
	json_write_object_end(&e->w);
	if (e->r->host[0] == '\0')
		return;
	json_write_object(&e->w, "dst_endpoint");
	put_text(e, "hostname", e->r->host);
	json_write_object_end(&e->w);
}

static void
put_session(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->session[0] == '\0')
		return;
	json_write_object(&e->w, "session");
	put_id(e, "uid", r->session);
	if (r->outcome == OUTCOME_GRANTED && r->session_seconds > 0)
		json_write_int(&e->w, "expiration_time",
		    e->time_ms + (int64_t)r->session_seconds * 1000);
	json_write_object_end(&e->w);
	if (r->outcome == OUTCOME_CLOSED)
		json_write_int(
		    &e->w, "duration", (int64_t)r->session_seconds * 1000);
}

/* What was proven where the person came in, else what was asked for. */
static uint32_t
factors_of(const struct msg_AUDIT_APPEND_REQ *r)
{
	return (r->outcome == OUTCOME_GRANTED ? r->verified : r->required) &
	       RECORD_FACTORS;
}

static void
put_factors(struct render *e)
{
	uint32_t set = factors_of(e->r);

	if (set == 0)
		return;
	json_write_array(&e->w, "auth_factors");
	for (unsigned i = 0; i < FACTOR_COUNT; i++) {
		if ((set >> i & 1) == 0)
			continue;
		json_write_object(&e->w, NULL);
		json_write_int(&e->w, "factor_type_id", factors[i].type_id);
		json_write_string(&e->w, "factor_type", factors[i].type);
		if (1U << i == RECORD_OTP) {
			json_write_bool(&e->w, "is_totp", 1);
			json_write_bool(&e->w, "is_hotp", 0);
		}
		json_write_object_end(&e->w);
	}
	json_write_array_end(&e->w);
}

static void
put_status(struct render *e)
{
	int good = e->event->status_id == 1;

	json_write_string(&e->w, "status", good ? "Success" : "Failure");
	json_write_uint(&e->w, "status_id", e->event->status_id);
	put_id(e, "status_code", e->r->reason);
}

/* For a person who reads the stream: "alice denied at sshd: reason". */
static void
put_message(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;
	const char *known = r->name[0] != '\0' ? r->name : NULL;
	char text[USERNAME_MAX + SERVICE_MAX + 128];
	int len;

	len = snprintf(text, sizeof(text), "%.*s %s %s%s%s%s",
	    known ? USERNAME_MAX : (int)r->username_size,
	    known ? known : (const char *)r->username, e->event->name,
	    r->service[0] != '\0' ? "at " : "", r->service,
	    r->reason[0] != '\0' ? ": " : "", r->reason);
	put_bytes(e, "message", text, (size_t)len);
}

static void
put_factor_names(struct render *e, const char *key, uint32_t set)
{
	json_write_array(&e->w, key);
	for (unsigned i = 0; i < FACTOR_COUNT; i++)
		if (set >> i & 1)
			json_write_string(&e->w, NULL, factors[i].name);
	json_write_array_end(&e->w);
}

/* The name as typed, where it is not the canonical one; the bytes too where
 * they are no text, or their hash where they were cut (security.md I3). */
static void
put_username(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t size = r->username_size;

	if (size == strlen(r->name) && memcmp(r->username, r->name, size) == 0)
		return;
	if (r->kind == RECORD_ADMIN && size == 0)
		return;
	put_bytes(e, "username", r->username, size);
	if (size > e->limit) {
		if (EVP_Digest(
			r->username, size, hash, NULL, EVP_sha256(), NULL) == 1)
			json_write_hex(&e->w, "username_sha256", hash, 32);
	} else if (!utf8_is_text(r->username, size)) {
		json_write_hex(&e->w, "username_hex", r->username, size);
	}
}

static void
put_approval(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->approval[0] == '\0')
		return;
	put_id(e, "approval", r->approval);
	put_id(e, "approver", r->approver);
	put_if(e, "approval_service", r->approval_service);
	if (r->approval_ends_ms > 0)
		json_write_int(&e->w, "approval_ends", r->approval_ends_ms);
}

static void
put_chain(struct render *e)
{
	json_write_object(&e->w, "chain");
	json_write_hex(&e->w, "prev", e->place->prev, MERKLE_HASH_SIZE);
	if (e->place->cut > 0)
		json_write_uint(&e->w, "cut", e->place->cut);
	json_write_object_end(&e->w);
}

/* Of attempts: what a policy can be tried on later, all of it or none. */
static void
put_attributes(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->kind != RECORD_ATTEMPT)
		return;
	if (r->attributes_cut || (r->attributes_size > 0 && is_cut(e)))
		json_write_bool(&e->w, "attributes_cut", 1);
	else
		record_attributes_write(&e->w, r);
}

/* What OCSF has no place for. */
static void
put_unmapped(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;
	const char *employment = record_employment_name(r->employment);

	json_write_object(&e->w, "unmapped");
	json_write_object(&e->w, "sallyport");
	json_write_string(&e->w, "record", kinds[r->kind]);
	json_write_string(&e->w, "outcome", e->event->name);
	put_id(e, "reference", r->reference);
	put_if(e, "rule", r->rule);
	put_username(e);
	if (employment != NULL)
		json_write_string(&e->w, "employment", employment);
	if (r->groups_cut || (r->groups_size > 0 && is_cut(e)))
		json_write_bool(&e->w, "groups_cut", 1);
	put_attributes(e);
	put_if(e, "tty", r->tty);
	put_factor_names(e, "required", r->required);
	put_factor_names(e, "verified", r->verified);
	if (r->obtainable != 0)
		put_factor_names(e, "obtainable", r->obtainable);
	put_id(e, "credential", r->credential);
	if (r->step != 0)
		json_write_uint(
		    &e->w, "step", r->step < INT64_MAX ? r->step : INT64_MAX);
	if (r->kind == RECORD_ATTEMPT)
		json_write_uint(&e->w, "tries", r->tries);
	if (r->session_seconds != 0)
		json_write_uint(&e->w, "session_seconds", r->session_seconds);
	put_if(e, "key_fingerprint", r->key_fingerprint);
	put_id(e, "change", r->change);
	put_id(e, "author", r->author);
	put_id(e, "reviewer", r->reviewer);
	put_approval(e);
	put_chain(e);
	json_write_object_end(&e->w);
	json_write_object_end(&e->w);
}

static int
render(struct render *e, char line_r[RECORD_LINE_MAX], size_t *len_r)
{
	json_write_init(&e->w, line_r, RECORD_LINE_MAX);
	json_write_object(&e->w, NULL);
	put_class(e);
	put_metadata(e);
	put_user(e);
	put_actor(e);
	put_policy(e);
	put_source(e);
	if (e->event->class_uid == CLASS_AUTHENTICATION) {
		uint32_t set = factors_of(e->r);

		put_destination(e);
		put_session(e);
		json_write_bool(&e->w, "is_mfa", (set & (set - 1)) != 0);
		json_write_bool(&e->w, "is_remote", e->r->client[0] != '\0');
	}
	put_factors(e);
	put_status(e);
	put_message(e);
	put_unmapped(e);
	json_write_object_end(&e->w);
	return json_write_finish(&e->w, len_r);
}

int
record_render(const struct msg_AUDIT_APPEND_REQ *r,
    const struct record_place *place, char line_r[RECORD_LINE_MAX],
    size_t *len_r)
{
	struct render e = {.r = r, .place = place, .limit = SIZE_MAX};

	if (r->outcome == 0 || r->outcome >= EVENT_COUNT)
		return -1;
	e.event = &events[r->outcome];
	/* within what every reader of JSON takes */
	e.time_ms = r->time_ms < 0 ? 0 : r->time_ms;
	if (e.time_ms > TIME_MAX)
		e.time_ms = TIME_MAX;
	if (e.event->kind != r->kind)
		return -1;
	if (render(&e, line_r, len_r) == 0)
		return 0;
	e.limit = CUT_LENGTH;
	if (render(&e, line_r, len_r) == 0)
		return 0;
	e.limit = CUT_SHORT;
	return render(&e, line_r, len_r);
}
