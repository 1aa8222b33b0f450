/* SPDX-License-Identifier: Apache-2.0 */
/* What the directory said of a person, in the line and read back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/format.h"
#include "lib/base/hex.h"
#include "lib/base/utf8.h"
#include "lib/record/record_list.h"
#include "lib/record/record_parse.h"
#include "tests/record/log_fixture.h"
#include "tests/record/ocsf_table.h"
#include "tests/record/round_trip.h"
#include "tests/support/unit.h"

#define ATTRIBUTES "shift\0night\0late\0\0roster\0\0"

static void
set_attributes(struct msg_AUDIT_APPEND_REQ *r, const void *bytes, size_t size)
{
	memcpy(r->attributes, bytes, size);
	r->attributes_size = size;
}

/* roster was asked for and is not there: that is known, and said. */
static void
attributes_are_read_back_as_they_were(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 1);
	set_attributes(&r, ATTRIBUTES, sizeof ATTRIBUTES - 1);
	parsed = round_trip(&r);
	assert_memory_equal(&parsed.record, &r, sizeof r);
	assert_non_null(strstr(round_trip_line,
	    "\"attributes\":[{\"name\":\"shift\",\"values\":[\"night\","
	    "\"late\"]},{\"name\":\"roster\",\"values\":[]}]"));
	r.attributes_cut = 1;
	parsed = round_trip(&r);
	assert_int_equal(parsed.record.attributes_cut, 1);
	assert_int_equal(parsed.record.attributes_size, 0);
	assert_null(strstr(round_trip_line, "night"));
	log_fixture_record(&r, 1);
	round_trip(&r);
	assert_null(strstr(round_trip_line, "attributes"));
}

/* What somebody is, is said once: where it was decided about. */
static void
only_attempts_hold_attributes(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	log_fixture_record(&r, 1);
	set_attributes(&r, ATTRIBUTES, sizeof ATTRIBUTES - 1);
	r.kind = RECORD_SESSION;
	r.outcome = OUTCOME_OPENED;
	round_trip(&r);
	assert_null(strstr(round_trip_line, "attributes"));
}

static void
attributes_that_do_not_fit_are_left_out_and_said_so(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 1);
	set_attributes(&r, ATTRIBUTES, sizeof ATTRIBUTES - 1);
	round_trip_fill(r.rule, sizeof r.rule);
	round_trip_fill(r.tty, sizeof r.tty);
	memset(r.username, 0xff, sizeof r.username);
	r.username_size = sizeof r.username;
	memset(r.groups, 1, sizeof r.groups);
	r.groups_size = sizeof r.groups;
	parsed = round_trip(&r);
	assert_int_equal(parsed.record.attributes_cut, 1);
	assert_null(strstr(round_trip_line, "night"));
}

/* A role that was taken over may send any bytes; the log goes on. */
static void
attributes_of_any_bytes_can_be_read(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	uint8_t bytes[RECORD_ATTRIBUTES_MAX] = {0};

	srand(5);
	for (int round = 0; round < 3000; round++) {
		size_t size = (size_t)rand() % (sizeof bytes + 1);

		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(rand() % (round % 2 ? 3 : 256));
		log_fixture_record(&r, 1);
		set_attributes(&r, bytes, size);
		round_trip(&r);
	}
	/* they grow beyond the field when they are escaped */
	log_fixture_record(&r, 1);
	memset(bytes, 0xff, sizeof bytes);
	bytes[10] = 0;
	set_attributes(&r, bytes, 1000);
	assert_int_equal(round_trip(&r).record.attributes_cut, 1);
}

static void
attributes_in_another_form_are_refused(void **state)
{
	static const char *const forms[] = {"{\"name\":\"a\",\"values\":[]}",
	    "[{\"name\":1,\"values\":[]}]", "[{\"name\":\"a\"}]",
	    "[{\"name\":\"a\",\"values\":\"b\"}]",
	    "[{\"name\":\"a\",\"values\":[1]}]",
	    "[{\"name\":\"a\",\"values\":[\"\"]}]", "[1]"};
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;
	char copy[2 * RECORD_LINE_MAX];
	char *at;

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		log_fixture_record(&r, 1);
		set_attributes(&r, "a\0\0", 3);
		round_trip(&r);
		at =
		    strstr(round_trip_line, "[{\"name\":\"a\",\"values\":[]}]");
		assert_non_null(at);
		snprintf(copy, sizeof copy, "%.*s%s%s",
		    (int)(at - round_trip_line), round_trip_line, forms[i],
		    at + strlen("[{\"name\":\"a\",\"values\":[]}]"));
		if (record_parse(copy, strlen(copy), &parsed) >= 0)
			fail_msg("%s", forms[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(attributes_are_read_back_as_they_were),
	    cmocka_unit_test(only_attempts_hold_attributes),
	    cmocka_unit_test(
		attributes_that_do_not_fit_are_left_out_and_said_so),
	    cmocka_unit_test(attributes_of_any_bytes_can_be_read),
	    cmocka_unit_test(attributes_in_another_form_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
