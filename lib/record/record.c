/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/hex.h"
#include "lib/base/json_write.h"
#include "lib/base/utf8.h"
#include "lib/record/record_approvers.h"
#include "lib/record/record_attributes.h"
#include "lib/record/record_list.h"
#include "lib/record/record_words.h"

#define VERSION_OCSF "1.8.0"
#define UID_BYTES 8			  /* of a hash, in metadata.uid */
#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */
/* Of each text when the line would be too long, and when it still is: ids are
 * never cut, and may be as many bytes that are escaped as these. */
#define CUT_LENGTH 48
#define CUT_SHORT 16

struct render {
	struct json_write w;
	const struct msg_AUDIT_APPEND_REQ *r;
	const struct record_place *place;
	const struct record_event *event;
	struct record_event intent; /* the event of one */
	size_t limit;		    /* of each text that may be cut */
	size_t uid;		    /* where its digits begin in the line */
	int64_t time_ms;
};

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

static int
is_cut(const struct render *e)
{
	return e->limit != SIZE_MAX;
}

/* ---- each form, as record_list.h has them ---- */

static void
put_kind(struct render *e, const struct record_field *f)
{
	json_write_string(&e->w, f->key, record_kind_name(e->r->kind));
}

static void
put_outcome(struct render *e, const struct record_field *f)
{
	json_write_string(&e->w, f->key, e->event->name);
}

static void
put_time(struct render *e, const struct record_field *f)
{
	json_write_int(&e->w, f->key, e->time_ms);
}

static void
put_hex(struct render *e, const struct record_field *f)
{
	json_write_hex(
	    &e->w, f->key, record_value(e->r, f), record_size(e->r, f));
}

static void
put_id(struct render *e, const struct record_field *f)
{
	const char *id = record_value(e->r, f);

	if (id[0] != '\0')
		json_write_string(&e->w, f->key, id);
}

static void
put_whole_text(struct render *e, const struct record_field *f)
{
	put_bytes(e, f->key, record_value(e->r, f), record_size(e->r, f));
}

static void
put_text(struct render *e, const struct record_field *f)
{
	if (record_size(e->r, f) > 0)
		put_whole_text(e, f);
}

static void
put_count(struct render *e, const struct record_field *f)
{
	uint64_t number = record_number(e->r, f), most = record_number_max(f);

	if ((f->lives & RECORD_IN(e->r->kind)) != 0)
		json_write_uint(&e->w, f->key, number < most ? number : most);
}

static void
put_number(struct render *e, const struct record_field *f)
{
	if (record_number(e->r, f) != 0)
		put_count(e, f);
}

static void
put_factors(struct render *e, const struct record_field *f)
{
	uint64_t set = record_number(e->r, f);

	json_write_array(&e->w, f->key);
	for (unsigned i = 0; factor_word(i) != NULL; i++)
		if (set >> i & 1)
			json_write_string(&e->w, NULL, factor_word(i));
	json_write_array_end(&e->w);
}

static void
put_factors_if(struct render *e, const struct record_field *f)
{
	if (record_number(e->r, f) != 0)
		put_factors(e, f);
}

static void
put_employment(struct render *e, const struct record_field *f)
{
	const char *word = employment_word((unsigned)record_number(e->r, f));

	if (word != NULL)
		json_write_string(&e->w, f->key, word);
}

/* The canonical name, or the one typed where the person is not known. */
static void
put_name(struct render *e, const struct record_field *f)
{
	if (e->r->name[0] != '\0')
		put_whole_text(e, f);
	else
		put_bytes(e, f->key, e->r->username, e->r->username_size);
}

/* The name as typed, if it is not the canonical one; the bytes too if
 * they are no text, or their hash if they were cut. */
static void
put_username(struct render *e, const struct record_field *f)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t size = r->username_size;

	if (size == strlen(r->name) && memcmp(r->username, r->name, size) == 0)
		return;
	if (record_is_change(r->kind) && size == 0)
		return;
	put_bytes(e, f->key, r->username, size);
	if (size > e->limit) {
		if (EVP_Digest(
			r->username, size, hash, NULL, EVP_sha256(), NULL) == 1)
			json_write_hex(&e->w, "username_sha256", hash, 32);
	} else if (!utf8_is_text(r->username, size)) {
		json_write_hex(&e->w, "username_hex", r->username, size);
	}
}

static int
is_address(const char *text)
{
	uint8_t bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	       inet_pton(AF_INET6, text, bytes) == 1;
}

static void
put_client(struct render *e, const struct record_field *f)
{
	put_bytes(e, is_address(e->r->client) ? f->key : "name", e->r->client,
	    strlen(e->r->client));
}

/* What a policy can be tried on later; all of them or none. */
static void
put_groups(struct render *e, const struct record_field *f)
{
	const char *dn = (const char *)e->r->groups;
	size_t left = e->r->groups_size;

	if (left == 0 || e->r->groups_cut || is_cut(e))
		return;
	json_write_array(&e->w, f->key);
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
put_groups_cut(struct render *e, const struct record_field *f)
{
	if (e->r->groups_cut || (e->r->groups_size > 0 && is_cut(e)))
		json_write_bool(&e->w, f->key, 1);
}

/* What a policy can be tried on later, all of it or none. */
static void
put_attributes(struct render *e, const struct record_field *f)
{
	(void)f;
	if (!e->r->attributes_cut && !is_cut(e))
		record_attributes_write(&e->w, e->r);
}

static void
put_attributes_cut(struct render *e, const struct record_field *f)
{
	if (e->r->attributes_cut || (e->r->attributes_size > 0 && is_cut(e)))
		json_write_bool(&e->w, f->key, 1);
}

static void
put_approvers(struct render *e, const struct record_field *f)
{
	(void)f;
	record_approvers_write(&e->w, e->r, e->limit);
}

static void (*const forms[RECORD_FORM_COUNT_OF])(
    struct render *, const struct record_field *) = {
    [RECORD_FORM_KIND] = put_kind,
    [RECORD_FORM_OUTCOME] = put_outcome,
    [RECORD_FORM_TIME] = put_time,
    [RECORD_FORM_HEX] = put_hex,
    [RECORD_FORM_ID] = put_id,
    [RECORD_FORM_TEXT] = put_text,
    [RECORD_FORM_WHOLE_TEXT] = put_whole_text,
    [RECORD_FORM_NUMBER] = put_number,
    [RECORD_FORM_COUNT] = put_count,
    [RECORD_FORM_FACTORS] = put_factors,
    [RECORD_FORM_FACTORS_IF] = put_factors_if,
    [RECORD_FORM_EMPLOYMENT] = put_employment,
    [RECORD_FORM_NAME] = put_name,
    [RECORD_FORM_USERNAME] = put_username,
    [RECORD_FORM_CLIENT] = put_client,
    [RECORD_FORM_GROUPS] = put_groups,
    [RECORD_FORM_GROUPS_CUT] = put_groups_cut,
    [RECORD_FORM_ATTRIBUTES] = put_attributes,
    [RECORD_FORM_ATTRIBUTES_CUT] = put_attributes_cut,
    [RECORD_FORM_APPROVERS] = put_approvers,
};

/* All that stands in this place of the line, in the order of the list. */
static void
put_fields(struct render *e, enum record_at at)
{
	for (const struct record_field *f = record_fields; f->name; f++)
		if (f->at == at)
			forms[f->form](e, f);
}

/* ---- the line ---- */

static void
put_class(struct render *e)
{
	const struct record_event *v = e->event;

	json_write_uint(&e->w, "class_uid", v->class_uid);
	json_write_uint(&e->w, "category_uid", 3);
	json_write_uint(&e->w, "activity_id", v->activity_id);
	json_write_string(&e->w, "activity_name", v->activity);
	json_write_uint(
	    &e->w, "type_uid", v->class_uid * 100U + v->activity_id);
	json_write_uint(&e->w, "severity_id", v->severity_id);
	put_fields(e, RECORD_AT_TIME);
	json_write_int(&e->w, "timezone_offset", 0);
}

/* Zeros where set_uid() writes the hash. */
static void
put_uid(struct render *e)
{
	char text[48];
	int len = snprintf(text, sizeof text, "%0*d-%" PRIu64, 2 * UID_BYTES, 0,
	    e->place->sequence);

	json_write_string(&e->w, "uid", text);
	e->uid = e->w.len - (size_t)len - 1; /* the quote behind it */
}

/* The same line has the same uid, and another line another one, also when the
 * log was put back and went on from there. */
static int
set_uid(const struct render *e, char *line, size_t len)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char digits[HEX_ROOM(UID_BYTES)];

	if (EVP_Digest(line, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	hex_encode(hash, UID_BYTES, digits);
	memcpy(line + e->uid, digits, 2 * UID_BYTES);
	return 0;
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
	json_write_string(&e->w, "log_provider", e->place->origin);
	put_uid(e);
	json_write_uint(&e->w, "sequence", e->place->sequence);
	put_fields(e, RECORD_AT_METADATA);
	if (is_cut(e))
		json_write_bool(&e->w, "is_truncated", 1);
	json_write_object_end(&e->w);
}

static void
put_user(struct render *e)
{
	json_write_object(&e->w, "user");
	put_fields(e, RECORD_AT_USER);
	json_write_object_end(&e->w);
}

static void
put_actor(struct render *e)
{
	if (e->r->actor[0] == '\0')
		return;
	json_write_object(&e->w, "actor");
	json_write_object(&e->w, "user");
	put_fields(e, RECORD_AT_ACTOR);
	json_write_object_end(&e->w);
	json_write_object_end(&e->w);
}

/* The bundle of a policy, by the hash that its people signed.  OCSF has no
 * policy in an Authentication event. */
static void
put_policy(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->bundle[0] == '\0')
		return;
	json_write_object(&e->w, "policy");
	put_fields(e, RECORD_AT_POLICY);
	json_write_string(&e->w, "name", "access policy");
	json_write_bool(&e->w, "is_applied",
	    r->kind == RECORD_ADMIN && (outcome_puts_policy(r->outcome) ||
					   r->outcome == OUTCOME_LOADED));
	json_write_object_end(&e->w);
}

static void
put_source(struct render *e)
{
	if (e->r->client[0] == '\0')
		return;
	json_write_object(&e->w, "src_endpoint");
	put_fields(e, RECORD_AT_SOURCE);
	json_write_object_end(&e->w);
}

static void
put_destination(struct render *e)
{
	json_write_object(&e->w, "service");
	put_fields(e, RECORD_AT_SERVICE);
	json_write_object_end(&e->w);
	if (e->r->host[0] == '\0')
		return;
	json_write_object(&e->w, "dst_endpoint");
	put_fields(e, RECORD_AT_DESTINATION);
	json_write_object_end(&e->w);
}

static void
put_session(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;

	if (r->session[0] == '\0')
		return;
	json_write_object(&e->w, "session");
	put_fields(e, RECORD_AT_SESSION);
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

/* Each kind that counts as this factor has its flag: which one was it? */
static void
put_flags(struct render *e, uint32_t factor)
{
	unsigned kind = factor_kind_find(e->r->factor);

	if (factor_kind_factor(kind) != factor)
		return;
	for (unsigned i = 1; i < FACTOR_KIND_COUNT; i++)
		if (factor_kind_factor(i) == factor &&
		    factor_kind_flag(i) != NULL)
			json_write_bool(&e->w, factor_kind_flag(i), i == kind);
}

static void
put_auth_factors(struct render *e)
{
	const char *type;
	uint32_t set = factors_of(e->r);

	if (set == 0)
		return;
	json_write_array(&e->w, "auth_factors");
	for (unsigned i = 0; i < FACTOR_COUNT; i++) {
		if ((set >> i & 1) == 0)
			continue;
		json_write_object(&e->w, NULL);
		json_write_int(&e->w, "factor_type_id", factor_ocsf(i, &type));
		json_write_string(&e->w, "factor_type", type);
		put_flags(e, 1U << i);
		json_write_object_end(&e->w);
	}
	json_write_array_end(&e->w);
}

static void
put_status(struct render *e)
{
	static const char *const words[] = {"Unknown", "Success", "Failure"};

	json_write_string(&e->w, "status", words[e->event->status_id]);
	json_write_uint(&e->w, "status_id", e->event->status_id);
	put_fields(e, RECORD_AT_STATUS);
}

/* For a person who reads the stream: "alice denied at sshd: reason". */
static void
put_message(struct render *e)
{
	const struct msg_AUDIT_APPEND_REQ *r = e->r;
	const char *known = r->name[0] != '\0' ? r->name : NULL;
	char text[USERNAME_MAX + SERVICE_MAX + 128];
	int len;

	len = snprintf(text, sizeof text, "%.*s %s%s %s%s%s%s",
	    known ? USERNAME_MAX : (int)r->username_size,
	    known ? known : (const char *)r->username,
	    r->kind == RECORD_INTENT ? "to be " : "", e->event->name,
	    r->service[0] != '\0' ? "at " : "", r->service,
	    r->reason[0] != '\0' ? ": " : "", r->reason);
	put_bytes(e, "message", text, (size_t)len);
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

/* What OCSF has no place for. */
static void
put_unmapped(struct render *e)
{
	json_write_object(&e->w, "unmapped");
	json_write_object(&e->w, "sallyport");
	put_fields(e, RECORD_AT_OWN);
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
	if (e->event->class_uid == RECORD_CLASS_AUTHENTICATION) {
		uint32_t set = factors_of(e->r);

		put_destination(e);
		put_session(e);
		json_write_bool(&e->w, "is_mfa", (set & (set - 1)) != 0);
		json_write_bool(&e->w, "is_remote", e->r->client[0] != '\0');
	}
	put_auth_factors(e);
	put_status(e);
	put_message(e);
	put_unmapped(e);
	json_write_object_end(&e->w);
	return json_write_finish(&e->w, len_r) < 0 ? -1
						   : set_uid(e, line_r, *len_r);
}

/* What is only intended counts nowhere as the change itself. */
static int
take_intent(struct render *e)
{
	if (e->event->kind != RECORD_ADMIN)
		return -1;
	e->intent = *e->event;
	e->intent.activity = "Intent";
	e->intent.kind = RECORD_INTENT;
	e->intent.activity_id = 99;
	e->intent.severity_id = 1;
	e->intent.status_id = 0;
	e->event = &e->intent;
	return 0;
}

int
record_render(const struct msg_AUDIT_APPEND_REQ *r,
    const struct record_place *place, char line_r[RECORD_LINE_MAX],
    size_t *len_r)
{
	static const size_t limits[] = {SIZE_MAX, CUT_LENGTH, CUT_SHORT};
	struct msg_AUDIT_APPEND_REQ of_its_kind = *r;
	struct render e = {.r = &of_its_kind, .place = place};
	int result = -1;

	e.event = record_event(r->outcome);
	if (e.event == NULL ||
	    (r->kind == RECORD_INTENT && take_intent(&e) < 0) ||
	    e.event->kind != r->kind)
		return -1;
	record_clear(&of_its_kind, RECORD_IN(r->kind));
	/* within what every reader of JSON takes */
	e.time_ms = r->time_ms < 0 ? 0 : r->time_ms;
	if (e.time_ms > TIME_MAX)
		e.time_ms = TIME_MAX;
	for (size_t i = 0; result < 0 && i < sizeof limits / sizeof limits[0];
	     i++) {
		e.limit = limits[i];
		result = render(&e, line_r, len_r);
	}
	return result;
}
