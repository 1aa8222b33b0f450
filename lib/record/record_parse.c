/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_parse.h"

#include <string.h>

#include <jansson.h>

#include "lib/record/record_attributes.h"

#define WORDS 64 /* more than there are of any kind */

struct parse {
	json_t *top, *metadata, *user, *own, *chain;
	struct record_parsed *out;
	int bad; /* sticks */
};

static json_t *
object_at(struct parse *p, json_t *in, const char *key)
{
	json_t *value = json_object_get(in, key);

	if (!json_is_object(value))
		p->bad = 1;
	return value;
}

/* A missing text is empty.  One that grew when it was escaped is cut to what
 * its field holds: a record that was written can always be read. */
static void
get_text(
    struct parse *p, json_t *in, const char *key, char *text_r, size_t size)
{
	json_t *value = json_object_get(in, key);
	size_t len = json_string_length(value);

	text_r[0] = '\0';
	if (value == NULL)
		return;
	if (!json_is_string(value)) {
		p->bad = 1;
		return;
	}
	if (len > size - 1)
		len = size - 1;
	memcpy(text_r, json_string_value(value), len);
	text_r[len] = '\0';
}
#define GET_TEXT(p, in, key, field) get_text(p, in, key, field, sizeof(field))

/* 0 to MAX; a missing one is 0. */
static uint64_t
get_number(struct parse *p, json_t *in, const char *key, uint64_t max)
{
	json_t *value = json_object_get(in, key);
	json_int_t number = json_integer_value(value);

	if (value != NULL &&
	    (!json_is_integer(value) || number < 0 || (uint64_t)number > max)) {
		p->bad = 1;
		return 0;
	}
	return (uint64_t)number;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hexadecimal of at most MAX bytes; the number of bytes, 0 when missing. */
static size_t
get_hex(
    struct parse *p, json_t *in, const char *key, uint8_t *bytes_r, size_t max)
{
	json_t *value = json_object_get(in, key);
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if (value == NULL)
		return 0;
	if (text == NULL || len % 2 != 0 || len / 2 > max) {
		p->bad = 1;
		return 0;
	}
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_value(text[i]), low = hex_value(text[i + 1]);

		if (high == -1 || low == -1) {
			p->bad = 1;
			return 0;
		}
		bytes_r[i / 2] = (uint8_t)(high << 4 | low);
	}
	return len / 2;
}

/* The number for which NAME_OF gives the word; 0 when the word is missing. */
static uint8_t
get_word(struct parse *p, json_t *in, const char *key,
    const char *(*name_of)(unsigned))
{
	const char *word = json_string_value(json_object_get(in, key));

	if (word == NULL)
		return 0;
	for (unsigned i = 1; i < WORDS; i++) {
		const char *name = name_of(i);

		if (name != NULL && strcmp(name, word) == 0)
			return (uint8_t)i;
	}
	p->bad = 1;
	return 0;
}

static uint32_t
get_factors(struct parse *p, json_t *in, const char *key)
{
	json_t *list = json_object_get(in, key), *item;
	uint32_t set = 0;
	size_t at;

	json_array_foreach(list, at, item)
	{
		const char *word = json_string_value(item), *name;
		unsigned bit = 0;

		while ((name = record_factor_name(bit)) != NULL &&
		       (word == NULL || strcmp(name, word) != 0))
			bit++;
		if (name == NULL)
			p->bad = 1;
		else
			set |= 1U << bit;
	}
	return set;
}

static void
parse_metadata(struct parse *p)
{
	struct record_place *place = &p->out->place;
	json_t *m = p->metadata;

	GET_TEXT(p, m, "uid", p->out->uid);
	p->out->truncated = json_is_true(json_object_get(m, "is_truncated"));
	place->sequence = get_number(p, m, "sequence", INT64_MAX);
	place->cut = get_number(p, p->chain, "cut", INT64_MAX);
	if (place->sequence == 0 ||
	    get_hex(p, m, "correlation_uid", p->out->record.attempt,
		ATTEMPT_ID) != ATTEMPT_ID ||
	    get_hex(p, p->chain, "prev", place->prev, MERKLE_HASH_SIZE) !=
		MERKLE_HASH_SIZE)
		p->bad = 1;
}

/* put_name() and put_username() of record.c, the other way round */
static void
parse_names(struct parse *p)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	char typed[sizeof(r->username) * 4 + 1]; /* each byte as \xNN */

	GET_TEXT(p, p->user, "uid", r->subject);
	if (r->subject[0] != '\0' || r->kind == RECORD_ADMIN)
		GET_TEXT(p, p->user, "name", r->name);
	r->username_size = get_hex(
	    p, p->own, "username_hex", r->username, sizeof(r->username));
	if (r->username_size > 0)
		return;
	GET_TEXT(p, p->own, "username", typed);
	if (json_object_get(p->own, "username") == NULL &&
	    r->kind != RECORD_ADMIN)
		GET_TEXT(p, p->user, "name", typed);
	r->username_size = strnlen(typed, sizeof(r->username));
	memcpy(r->username, typed, r->username_size);
}

/* Groups that grew beyond the field when they were escaped come back as none,
 * and cut: a record that was written can always be read. */
static void
parse_groups(struct parse *p)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	json_t *list = json_object_get(p->user, "groups"), *item;
	size_t at, size, used = 0;

	r->groups_cut =
	    json_is_true(json_object_get(p->own, "groups_cut")) ? 1 : 0;
	json_array_foreach(list, at, item)
	{
		json_t *name = json_object_get(item, "name");

		if (!json_is_string(name)) {
			p->bad = 1;
			return;
		}
		size = json_string_length(name) + 1;
		if (size > sizeof(r->groups) - used) {
			r->groups_cut = 1;
			return;
		}
		memcpy(r->groups + used, json_string_value(name), size);
		used += size;
	}
	r->groups_size = used;
}

static void
parse_attributes(struct parse *p)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;

	r->attributes_cut =
	    json_is_true(json_object_get(p->own, "attributes_cut")) ? 1 : 0;
	if (record_attributes_parse(json_object_get(p->own, "attributes"), r) !=
	    0)
		p->bad = 1;
}

static void
parse_ends(struct parse *p)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	json_t *source = json_object_get(p->top, "src_endpoint");

	GET_TEXT(p, source,
	    json_object_get(source, "ip") != NULL ? "ip" : "name", r->client);
	r->port = (uint16_t)get_number(p, source, "port", UINT16_MAX);
	GET_TEXT(p, json_object_get(p->top, "service"), "name", r->service);
	GET_TEXT(
	    p, json_object_get(p->top, "dst_endpoint"), "hostname", r->host);
	GET_TEXT(p, json_object_get(p->top, "session"), "uid", r->session);
	GET_TEXT(p, json_object_get(json_object_get(p->top, "actor"), "user"),
	    "name", r->actor);
}

static void
parse_own(struct parse *p)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	json_t *own = p->own;

	r->kind = get_word(p, own, "record", record_kind_name);
	r->outcome = get_word(p, own, "outcome", record_outcome_name);
	r->employment = get_word(p, own, "employment", record_employment_name);
	if (r->kind == 0 || r->outcome == 0)
		p->bad = 1;
	GET_TEXT(p, own, "reference", r->reference);
	GET_TEXT(p, own, "rule", r->rule);
	GET_TEXT(p, own, "tty", r->tty);
	GET_TEXT(p, own, "credential", r->credential);
	GET_TEXT(p, own, "key_fingerprint", r->key_fingerprint);
	GET_TEXT(p, json_object_get(p->top, "policy"), "uid", r->bundle);
	GET_TEXT(p, own, "change", r->change);
	GET_TEXT(p, own, "author", r->author);
	GET_TEXT(p, own, "reviewer", r->reviewer);
	GET_TEXT(p, own, "approval", r->approval);
	GET_TEXT(p, own, "approver", r->approver);
	GET_TEXT(p, own, "approval_service", r->approval_service);
	r->approval_ends_ms =
	    (int64_t)get_number(p, own, "approval_ends", INT64_MAX);
	r->required = get_factors(p, own, "required");
	r->verified = get_factors(p, own, "verified");
	r->obtainable = get_factors(p, own, "obtainable");
	r->step = get_number(p, own, "step", INT64_MAX);
	r->tries = (uint32_t)get_number(p, own, "tries", UINT32_MAX);
	r->session_seconds =
	    (uint32_t)get_number(p, own, "session_seconds", UINT32_MAX);
}

int
record_parse(const char *line, size_t len, struct record_parsed *parsed_r)
{
	struct parse p = {.out = parsed_r};

	*parsed_r = (struct record_parsed){0};
	p.top = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (p.top == NULL)
		return -1;
	p.metadata = object_at(&p, p.top, "metadata");
	p.user = object_at(&p, p.top, "user");
	p.own = object_at(&p, json_object_get(p.top, "unmapped"), "sallyport");
	p.chain = object_at(&p, p.own, "chain");
	if (!p.bad) {
		parse_metadata(&p);
		parse_own(&p);
		parse_names(&p);
		parse_groups(&p);
		parse_attributes(&p);
		parse_ends(&p);
		parsed_r->record.time_ms =
		    (int64_t)get_number(&p, p.top, "time", INT64_MAX);
		GET_TEXT(&p, p.top, "status_code", parsed_r->record.reason);
	}
	json_decref(p.top);
	return p.bad ? -1 : 0;
}
