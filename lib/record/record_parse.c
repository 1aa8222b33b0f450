/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_parse.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/format.h"
#include "lib/base/hex.h"
#include "lib/record/record_approvers.h"
#include "lib/record/record_attributes.h"
#include "lib/record/record_list.h"

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
get_text(struct parse *p, json_t *in, const char *key, char *text_r, size_t max)
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
	if (len > max)
		len = max;
	memcpy(text_r, json_string_value(value), len);
	text_r[len] = '\0';
}
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
	if (text == NULL || len % 2 != 0 || len / 2 > max ||
	    hex_decode(text, len / 2, bytes_r) < 0) {
		p->bad = 1;
		return 0;
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

/* ---- each form, as record_list.h has them ---- */

static void
parse_kind(struct parse *p, json_t *in, const struct record_field *f)
{
	p->out->record.kind = get_word(p, in, f->key, record_kind_name);
	p->bad |= p->out->record.kind == 0;
}

static void
parse_outcome(struct parse *p, json_t *in, const struct record_field *f)
{
	p->out->record.outcome = get_word(p, in, f->key, record_outcome_name);
	p->bad |= p->out->record.outcome == 0;
}

static void
parse_employment(struct parse *p, json_t *in, const struct record_field *f)
{
	record_set_number(
	    &p->out->record, f, get_word(p, in, f->key, employment_word));
}

static void
parse_hex(struct parse *p, json_t *in, const struct record_field *f)
{
	if (get_hex(p, in, f->key, record_at(&p->out->record, f), f->size) !=
	    f->size)
		p->bad = 1;
}

static void
parse_text(struct parse *p, json_t *in, const struct record_field *f)
{
	get_text(p, in, f->key, record_at(&p->out->record, f), f->size);
}

static void
parse_number(struct parse *p, json_t *in, const struct record_field *f)
{
	record_set_number(&p->out->record, f,
	    get_number(p, in, f->key, record_number_max(f)));
}

static void
parse_factors(struct parse *p, json_t *in, const struct record_field *f)
{
	json_t *list = json_object_get(in, f->key), *item;
	uint32_t set = 0;
	size_t at;

	json_array_foreach(list, at, item)
	{
		const char *word = json_string_value(item), *name;
		unsigned bit = 0;

		while ((name = factor_word(bit)) != NULL &&
		       (word == NULL || strcmp(name, word) != 0))
			bit++;
		if (name == NULL)
			p->bad = 1;
		else
			set |= 1U << bit;
	}
	record_set_number(&p->out->record, f, set);
}

/* Of somebody who is not known it is the name as typed. */
static void
parse_name(struct parse *p, json_t *in, const struct record_field *f)
{
	if (json_object_get(in, "uid") != NULL ||
	    record_is_change(p->out->record.kind))
		parse_text(p, in, f);
}

static void
parse_username(struct parse *p, json_t *in, const struct record_field *f)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	char typed[sizeof r->username * 4 + 1]; /* each byte as \xNN */

	r->username_size =
	    get_hex(p, in, "username_hex", r->username, sizeof r->username);
	if (r->username_size > 0)
		return;
	get_text(p, in, f->key, typed, sizeof typed - 1);
	if (json_object_get(in, f->key) == NULL && !record_is_change(r->kind))
		get_text(p, p->user, "name", typed, sizeof typed - 1);
	r->username_size = strnlen(typed, sizeof r->username);
	memcpy(r->username, typed, r->username_size);
}

static void
parse_client(struct parse *p, json_t *in, const struct record_field *f)
{
	const char *key = json_object_get(in, f->key) != NULL ? f->key : "name";

	get_text(p, in, key, record_at(&p->out->record, f), f->size);
}

/* Groups that grew beyond the field when they were escaped come back as none,
 * and cut: a record that was written can always be read. */
static void
parse_groups(struct parse *p, json_t *in, const struct record_field *f)
{
	struct msg_AUDIT_APPEND_REQ *r = &p->out->record;
	json_t *list = json_object_get(in, f->key), *item;
	size_t at, size, used = 0;

	json_array_foreach(list, at, item)
	{
		json_t *name = json_object_get(item, "name");

		if (!json_is_string(name)) {
			p->bad = 1;
			return;
		}
		size = json_string_length(name) + 1;
		if (size > sizeof r->groups - used) {
			r->groups_cut = 1;
			return;
		}
		memcpy(r->groups + used, json_string_value(name), size);
		used += size;
	}
	r->groups_size = used;
}

static void
parse_attributes(struct parse *p, json_t *in, const struct record_field *f)
{
	if (record_attributes_parse(
		json_object_get(in, f->key), &p->out->record) != 0)
		p->bad = 1;
}

static void
parse_approvers(struct parse *p, json_t *in, const struct record_field *f)
{
	if (record_approvers_parse(
		json_object_get(in, f->key), &p->out->record) != 0)
		p->bad = 1;
}

/* What could not be taken in is cut already. */
static void
parse_cut(struct parse *p, json_t *in, const struct record_field *f)
{
	if (json_is_true(json_object_get(in, f->key)))
		record_set_number(&p->out->record, f, 1);
}

static void (*const forms[RECORD_FORM_COUNT_OF])(
    struct parse *, json_t *, const struct record_field *) = {
    [RECORD_FORM_KIND] = parse_kind,
    [RECORD_FORM_OUTCOME] = parse_outcome,
    [RECORD_FORM_TIME] = parse_number,
    [RECORD_FORM_HEX] = parse_hex,
    [RECORD_FORM_ID] = parse_text,
    [RECORD_FORM_TEXT] = parse_text,
    [RECORD_FORM_WHOLE_TEXT] = parse_text,
    [RECORD_FORM_NUMBER] = parse_number,
    [RECORD_FORM_COUNT] = parse_number,
    [RECORD_FORM_FACTORS] = parse_factors,
    [RECORD_FORM_FACTORS_IF] = parse_factors,
    [RECORD_FORM_EMPLOYMENT] = parse_employment,
    [RECORD_FORM_NAME] = parse_name,
    [RECORD_FORM_USERNAME] = parse_username,
    [RECORD_FORM_CLIENT] = parse_client,
    [RECORD_FORM_GROUPS] = parse_groups,
    [RECORD_FORM_GROUPS_CUT] = parse_cut,
    [RECORD_FORM_ATTRIBUTES] = parse_attributes,
    [RECORD_FORM_ATTRIBUTES_CUT] = parse_cut,
    [RECORD_FORM_APPROVERS] = parse_approvers,
};

/* ---- the line ---- */

static json_t *
place_of(const struct parse *p, enum record_at at)
{
	switch (at) {
	case RECORD_AT_TIME:
	case RECORD_AT_STATUS:
		return p->top;
	case RECORD_AT_METADATA:
		return p->metadata;
	case RECORD_AT_USER:
		return p->user;
	case RECORD_AT_ACTOR:
		return json_object_get(
		    json_object_get(p->top, "actor"), "user");
	case RECORD_AT_POLICY:
		return json_object_get(p->top, "policy");
	case RECORD_AT_SOURCE:
		return json_object_get(p->top, "src_endpoint");
	case RECORD_AT_SERVICE:
		return json_object_get(p->top, "service");
	case RECORD_AT_DESTINATION:
		return json_object_get(p->top, "dst_endpoint");
	case RECORD_AT_SESSION:
		return json_object_get(p->top, "session");
	case RECORD_AT_OWN:
		return p->own;
	}
	return NULL;
}

/* OCSF's place for it.  Format 1 has none. */
static void
parse_format(struct parse *p)
{
	json_t *version = json_object_get(p->metadata, "log_version");
	const char *text = json_string_value(version);

	p->out->format = text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1;
	if ((version != NULL && text == NULL) ||
	    format_look(FORMAT_RECORD, p->out->format) == FORMAT_REFUSED)
		p->bad = 1;
}

static void
parse_place(struct parse *p)
{
	struct record_place *place = &p->out->place;
	json_t *m = p->metadata;

	get_text(p, m, "uid", p->out->uid, sizeof p->out->uid - 1);
	p->out->truncated = json_is_true(json_object_get(m, "is_truncated"));
	place->sequence = get_number(p, m, "sequence", INT64_MAX);
	place->cut = get_number(p, p->chain, "cut", INT64_MAX);
	if (place->sequence == 0 || get_hex(p, p->chain, "prev", place->prev,
					MERKLE_HASH_SIZE) != MERKLE_HASH_SIZE)
		p->bad = 1;
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
	parse_format(&p);
	p.user = object_at(&p, p.top, "user");
	p.own = object_at(&p, json_object_get(p.top, "unmapped"), "sallyport");
	p.chain = object_at(&p, p.own, "chain");
	if (!p.bad) {
		parse_place(&p);
		for (const struct record_field *f = record_fields; f->name; f++)
			forms[f->form](&p, place_of(&p, f->at), f);
	}
	json_decref(p.top);
	return p.bad ? -1 : 0;
}
