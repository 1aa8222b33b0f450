/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is a row of record_fields.h is written, read back and kept: the
 * tests loop over the list, so that a new row is among them. */
#include <stdio.h>
#include <string.h>

#include "lib/record/record_list.h"
#include "lib/record/record_parse.h"
#include "tests/support/unit.h"

static const uint8_t outcomes[] = {[RECORD_ATTEMPT] = OUTCOME_GRANTED,
    [RECORD_SESSION] = OUTCOME_OPENED,
    [RECORD_ADMIN] = OUTCOME_ENROLLED};

/* A value of its own for each field, that its form can say. */
static void
set_field(struct msg_AUDIT_APPEND_REQ *r, const struct record_field *f)
{
	size_t number = (size_t)(f - record_fields) + 1;

	switch (f->form) {
	case RECORD_FORM_GROUPS:
		memcpy(r->groups, "cn=a\0cn=b", 10);
		r->groups_size = 10;
		return;
	case RECORD_FORM_ATTRIBUTES:
		memcpy(r->attributes, "shift\0night\0", 13);
		r->attributes_size = 13;
		return;
	case RECORD_FORM_USERNAME:
		memcpy(r->username, "As\xff\0typed", 9);
		r->username_size = 9;
		return;
	case RECORD_FORM_EMPLOYMENT:
		r->employment = 3;
		return;
	default:
		break;
	}
	if (f->type == RECORD_TYPE_STR)
		snprintf(record_at(r, f), f->size, "v%zu", number);
	else if (f->type == RECORD_TYPE_RAW)
		memset(record_at(r, f), (int)number, f->size);
	else
		record_set_number(r, f, number % 0x20);
}

/* Cut groups and whole ones exclude each other, and attributes too. */
static void
set_all(struct msg_AUDIT_APPEND_REQ *r, uint8_t kind, bool cut)
{
	memset(r, 0, sizeof *r);
	for (const struct record_field *f = record_fields; f->name; f++) {
		bool is_cut = f->form == RECORD_FORM_GROUPS_CUT ||
			      f->form == RECORD_FORM_ATTRIBUTES_CUT;
		bool is_list = f->form == RECORD_FORM_GROUPS ||
			       f->form == RECORD_FORM_ATTRIBUTES;

		if (is_cut && cut)
			record_set_number(r, f, 1);
		else if (!is_cut && !(is_list && cut))
			set_field(r, f);
	}
	r->kind = kind;
	r->outcome = outcomes[kind];
}

static bool
is_written(const struct record_field *f, uint8_t kind)
{
	return kind != RECORD_ADMIN ||
	       (f->at != RECORD_AT_SERVICE && f->at != RECORD_AT_DESTINATION &&
		   f->at != RECORD_AT_SESSION);
}

static void
same(const struct msg_AUDIT_APPEND_REQ *a, const struct msg_AUDIT_APPEND_REQ *b,
    const struct record_field *f, const char *where)
{
	size_t size = record_size(a, f);

	if (record_size(b, f) != size ||
	    memcmp(record_value(a, f), record_value(b, f), size) != 0)
		fail_msg("%s is not the same %s", f->name, where);
}

static void
every_field_is_written_and_read_back_in_its_kinds(void **state)
{
	static struct msg_AUDIT_APPEND_REQ set, none;
	static struct record_parsed parsed;
	struct record_place place = {.origin = "bastion1", .sequence = 1};
	char line[RECORD_LINE_MAX];
	size_t len;

	for (uint8_t kind = RECORD_ATTEMPT; kind <= RECORD_ADMIN; kind++)
		for (int cut = 0; cut < 2; cut++) {
			set_all(&set, kind, cut == 1);
			assert_int_equal(
			    record_render(&set, &place, line, &len), 0);
			assert_int_equal(record_parse(line, len, &parsed), 0);
			for (const struct record_field *f = record_fields;
			     f->name; f++)
				if (is_written(f, kind))
					same((f->lives & RECORD_IN(kind)) != 0
						 ? &set
						 : &none,
					    &parsed.record, f, "in the line");
		}
}

static void
what_does_not_live_in_a_kind_is_cleared(void **state)
{
	static struct msg_AUDIT_APPEND_REQ set, cleared, none;

	for (uint8_t kind = RECORD_ATTEMPT; kind <= RECORD_ADMIN; kind++) {
		set_all(&set, kind, false);
		cleared = set;
		record_clear(&cleared, RECORD_IN(kind));
		for (const struct record_field *f = record_fields; f->name; f++)
			same((f->lives & RECORD_IN(kind)) != 0 ? &set : &none,
			    &cleared, f, "after clearing");
	}
}

static void
every_field_that_is_kept_comes_back(void **state)
{
	static const unsigned masks[] = {RECORD_OPEN, RECORD_KEPT};
	static struct msg_AUDIT_APPEND_REQ set, back, none;
	uint8_t bytes[RECORD_KEPT_MAX];
	struct writer w;
	struct reader in;

	set_all(&set, RECORD_ATTEMPT, false);
	for (size_t i = 0; i < 2; i++) {
		writer_init(&w, bytes, sizeof bytes);
		record_pack(&w, &set, masks[i]);
		assert_false(w.failed);
		memset(&back, 0, sizeof back);
		reader_init(&in, bytes, w.used);
		record_unpack(&in, &back, masks[i]);
		assert_int_equal(reader_end(&in), 0);
		for (const struct record_field *f = record_fields; f->name; f++)
			same((f->lives & masks[i]) != 0 ? &set : &none, &back,
			    f, "when it was kept");
	}
}

/* Of a later version, or of somebody else. */
static void
what_is_packed_is_read_with_suspicion(void **state)
{
	static const struct {
		const char *name, *value;
		size_t size;
		bool fails;
	} cases[] = {
	    {"rule", "a rule", 6, false},
	    {"a_later_field", "anything", 8, false},
	    {"tries", "\0\0\0\x05", 4, false}, /* lives elsewhere */
	    {"rule", "a\0rule", 6, true},
	    {"port", "\1", 1, true},
	    {"port", "\1\2\3", 3, true},
	    {"attempt", "short", 5, true},
	    {"approver",
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234",
		65, true},
	};
	static struct msg_AUDIT_APPEND_REQ back;
	uint8_t bytes[256];
	struct writer w;
	struct reader in;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		writer_init(&w, bytes, sizeof bytes);
		writer_bytes(&w, cases[i].name, strlen(cases[i].name));
		writer_bytes(&w, cases[i].value, cases[i].size);
		writer_bytes(&w, "", 0);
		memset(&back, 0, sizeof back);
		reader_init(&in, bytes, w.used);
		record_unpack(&in, &back, RECORD_KEPT);
		assert_int_equal(reader_end(&in), cases[i].fails ? -1 : 0);
		assert_int_equal(back.tries, 0);
	}
	/* every start of it is refused, the empty one too */
	for (size_t size = 0; size < w.used; size++) {
		reader_init(&in, bytes, size);
		record_unpack(&in, &back, RECORD_KEPT);
		assert_int_equal(reader_end(&in), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_is_written_and_read_back_in_its_kinds),
	    cmocka_unit_test(what_does_not_live_in_a_kind_is_cleared),
	    cmocka_unit_test(every_field_that_is_kept_comes_back),
	    cmocka_unit_test(what_is_packed_is_read_with_suspicion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
