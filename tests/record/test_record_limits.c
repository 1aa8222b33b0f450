/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of every outcome, as large as the message can make them and of the
 * bytes that grow most when they are escaped: each has a line, within the
 * limit, that all readers of the log can read.  One that had none would end
 * audit at each of its starts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record/log_reader.h"
#include "lib/record/log_verify.h"
#include "lib/record/log_key.h"
#include "lib/record/record_parse.h"
#include "tests/record/log_fixture.h"
#include "tests/record/ocsf_table.h"
#include "tests/support/unit.h"

#define OUTCOMES_END 64
#define GROUPS_STEP 31

/* What a field is filled with, again and again. */
struct filling {
	const char *bytes;
	size_t size;
};

static const struct filling fillings[] = {{"\x01", 1}, {"\xff", 1}, {"\"", 1},
    {"a", 1}, {"\xc2\x85", 2}, {"\xe2\x80\xae", 3}, {"\xf3\xa0\x81\x81", 4},
    {"\xf3\xa0\x81", 3}, {"\xc3", 1}, {"a\0", 2}, {"\0", 1}, {"\xff\0", 2},
    {"\xff\0\0", 3}};
#define FILLINGS (sizeof fillings / sizeof fillings[0])

static char origin[LOG_KEY_NAME_MAX + 1];
static struct record_place place;
static struct msg_AUDIT_APPEND_REQ r;
static char line[RECORD_LINE_MAX + 1];
static size_t len;

static void
fill(void *out, size_t size, const struct filling *f)
{
	for (size_t i = 0; i < size; i++)
		((char *)out)[i] = f->bytes[i % f->size];
}

/* A text ends at the first NUL. */
static void
fill_text(char *out, size_t size, const struct filling *f)
{
	fill(out, size - 1, f);
	out[size - 1] = '\0';
}

#define FILL_U8(name) r.name = UINT8_MAX;
#define FILL_U16(name) r.name = UINT16_MAX;
#define FILL_U32(name) r.name = UINT32_MAX;
#define FILL_U64(name) r.name = UINT64_MAX;
#define FILL_I64(name) r.name = INT64_MAX;
#define FILL_RAW(name) memset(r.name, 0xff, sizeof r.name);
#define FILL_STR(name) fill_text(r.name, sizeof r.name, f);
#define FILL_BYTES(name)               \
	r.name##_size = sizeof r.name; \
	fill(r.name, sizeof r.name, f);
#define FILL_FIELD(kind, name, n, m, ...) FILL_##kind(name)

/* Every field of the message at its largest; a new one is among them. */
static void
fill_all(const struct filling *f)
{
	FIELDS_AUDIT_APPEND_REQ(FILL_FIELD)
	r.groups_cut = 0;
	r.attributes_cut = 0;
}

static int
takes(uint8_t outcome)
{
	r.outcome = outcome;
	for (r.kind = 0; r.kind < 8; r.kind++)
		if (record_render(&r, &place, line, &len) == 0)
			return 1;
	return 0;
}

static void
can_be_read(void)
{
	static struct record_parsed parsed;

	line[len] = '\0';
	if (len > RECORD_LINE_MAX || memchr(line, '\n', len) != NULL)
		fail_msg("%zu bytes: %s", len, line);
	if (ocsf_fault(line, len) != NULL)
		fail_msg("%s in %s", ocsf_fault(line, len), line);
	if (record_parse(line, len, &parsed) != 0)
		fail_msg("cannot be read: %s", line);
	assert_int_equal(parsed.place.sequence, place.sequence);
	assert_int_equal(parsed.record.kind, r.kind);
	assert_int_equal(parsed.record.outcome, r.outcome);
}

/* How many outcomes there are is what an empty record is taken with. */
static unsigned
count_outcomes(void)
{
	unsigned count = 0;

	memset(&r, 0, sizeof r);
	for (uint8_t o = 0; o < OUTCOMES_END; o++)
		count += (unsigned)takes(o);
	return count;
}

static int
setup(void **state)
{
	memset(&place, 0xff, sizeof place);
	memset(origin, 'n', LOG_KEY_NAME_MAX);
	place.origin = origin;
	place.sequence = INT64_MAX;
	place.cut = INT64_MAX;
	return 0;
}

static void
all_fields_at_their_largest(void **state)
{
	unsigned outcomes = count_outcomes(), count;

	assert_true(outcomes >= 18);
	for (size_t i = 0; i < FILLINGS; i++) {
		count = 0;
		fill_all(&fillings[i]);
		for (uint8_t o = 0; o < OUTCOMES_END; o++)
			if (takes(o)) {
				can_be_read();
				count++;
			}
		if (count != outcomes)
			fail_msg("filling %zu: %u outcomes of %u have a line",
			    i, count, outcomes);
	}
}

#define FIELD_ALONE(kind, name, n, m, ...)                                \
	for (size_t i = 0; i < FILLINGS; i++)                             \
		for (uint8_t o = 0; o < OUTCOMES_END; o++) {              \
			const struct filling *f = &fillings[i];           \
                                                                          \
			memset(&r, 0, sizeof r);                          \
			FILL_FIELD(kind, name, n, m)                      \
			if (takes(o))                                     \
				can_be_read();                            \
			else                                              \
				assert_int_not_equal(o, OUTCOME_GRANTED); \
			(void)f;                                          \
		}

static void
each_field_alone(void **state)
{
	FIELDS_AUDIT_APPEND_REQ(FIELD_ALONE)
}

/* Whole they fill the line, and escaped they are more than the field takes
 * back. */
static void
lists_of_any_length(void **state)
{
	for (size_t i = 0; i < FILLINGS; i++)
		for (size_t n = 1; n <= sizeof r.groups; n += GROUPS_STEP) {
			memset(&r, 0, sizeof r);
			r.kind = RECORD_ATTEMPT;
			r.outcome = OUTCOME_GRANTED;
			fill(r.groups, n, &fillings[i]);
			r.groups_size = n;
			r.attributes_size =
			    n < sizeof r.attributes ? n : sizeof r.attributes;
			fill(r.attributes, r.attributes_size, &fillings[i]);
			assert_int_equal(
			    record_render(&r, &place, line, &len), 0);
			can_be_read();
		}
}

/* On disk, through the reader, and under the checkpoint. */
static void
a_log_of_the_largest(void **state)
{
	static struct msg_AUDIT_APPEND_REQ records[FILLINGS];
	static struct record_parsed parsed;
	struct log_verify_report report;
	struct log_key public_key;
	struct log_reader reader;
	struct log_fixture f;
	struct log_line at;

	for (size_t i = 0; i < FILLINGS; i++) {
		memset(&r, 0, sizeof r);
		fill_all(&fillings[i]);
		r.kind = RECORD_ATTEMPT;
		r.outcome = OUTCOME_GRANTED;
		records[i] = r;
	}
	log_fixture_open(&f);
	log_fixture_write_these(&f, records, FILLINGS, 1024 * 1024);
	assert_int_equal(log_key_parse_public(&public_key, fixture_public_line,
			     strlen(fixture_public_line)),
	    0);
	assert_int_equal(
	    log_verify(f.dir, &public_key, &report), LOG_VERIFY_GOOD);
	assert_int_equal(report.records, FILLINGS);
	assert_int_equal(log_reader_open(&reader, f.dir, 1), 0);
	for (size_t i = 0; i < FILLINGS; i++) {
		assert_int_equal(log_reader_next(&reader, &at), LOG_READ_LINE);
		assert_int_equal(record_parse(at.text, at.len, &parsed), 0);
		assert_int_equal(parsed.place.sequence, i + 1);
	}
	assert_int_equal(log_reader_next(&reader, &at), LOG_READ_END);
	log_reader_close(&reader);
	log_key_free(&public_key);
	log_fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(all_fields_at_their_largest, setup),
	    cmocka_unit_test_setup(each_field_alone, setup),
	    cmocka_unit_test_setup(lists_of_any_length, setup),
	    cmocka_unit_test(a_log_of_the_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
