/* SPDX-License-Identifier: Apache-2.0 */
/* Who has approved, in the line and read back. */
#include <stdlib.h>
#include <string.h>

#include "lib/record/record_approvers.h"
#include "lib/record/record_parse.h"
#include "tests/record/log_fixture.h"
#include "tests/record/ocsf_table.h"
#include "tests/record/round_trip.h"
#include "tests/support/unit.h"

#define APPROVERS "CHG-1\0boss\0uuid-boss\0CHG-2\0chief\0\0"

static void
set_approvers(struct msg_AUDIT_APPEND_REQ *r, const void *bytes, size_t size)
{
	memcpy(r->approvers, bytes, size);
	r->approvers_size = size;
}

static void
all_approvers_are_read_back_as_they_were(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 1);
	set_approvers(&r, APPROVERS, sizeof APPROVERS - 1);
	parsed = round_trip(&r);
	assert_memory_equal(&parsed.record, &r, sizeof r);
	assert_non_null(strstr(round_trip_line,
	    "\"approvers\":[{\"approval\":\"CHG-1\",\"name\":\"boss\","
	    "\"uid\":\"uuid-boss\"},{\"approval\":\"CHG-2\","
	    "\"name\":\"chief\"}]"));
	r.approvers_size = 0;
	round_trip(&r);
	assert_null(strstr(round_trip_line, "approvers"));
}

/* They stay where groups are left out. */
static void
approvers_stay_in_a_line_that_is_cut(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 1);
	set_approvers(&r, APPROVERS, sizeof APPROVERS - 1);
	round_trip_fill(r.rule, sizeof r.rule);
	round_trip_fill(r.tty, sizeof r.tty);
	memset(r.username, 0xff, sizeof r.username);
	r.username_size = sizeof r.username;
	memset(r.groups, 1, sizeof r.groups);
	r.groups_size = sizeof r.groups;
	parsed = round_trip(&r);
	assert_int_equal(parsed.record.groups_cut, 1);
	assert_int_equal(parsed.record.approvers_size, sizeof APPROVERS - 1);
}

/* A role that was taken over may send any bytes; the log goes on. */
static void
approvers_of_any_bytes_can_be_read(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	uint8_t bytes[RECORD_APPROVERS_MAX];

	srand(7);
	for (int round = 0; round < 2000; round++) {
		size_t size = (size_t)rand() % (sizeof bytes + 1);

		log_fixture_record(&r, 1);
		for (size_t i = 0; i < size; i++)
			bytes[i] = rand() % 4 == 0 ? 0 : (uint8_t)rand();
		set_approvers(&r, bytes, size);
		round_trip(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_approvers_are_read_back_as_they_were),
	    cmocka_unit_test(approvers_stay_in_a_line_that_is_cut),
	    cmocka_unit_test(approvers_of_any_bytes_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
