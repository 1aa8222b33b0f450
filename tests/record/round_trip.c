/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/record/round_trip.h"

#include <string.h>

#include "tests/record/ocsf_table.h"
#include "tests/support/unit.h"

struct record_place round_trip_place = {
    .origin = "bastion1.example.com/sallyport",
    .sequence = 4711,
    .prev = {0xab, 0xcd}};
char round_trip_line[RECORD_LINE_MAX + 1];
size_t round_trip_len;

struct record_parsed
round_trip(const struct msg_AUDIT_APPEND_REQ *r)
{
	struct record_parsed parsed;
	const char *why;

	assert_int_equal(record_render(r, &round_trip_place, round_trip_line,
			     &round_trip_len),
	    0);
	round_trip_line[round_trip_len] = '\0';
	why = ocsf_fault(round_trip_line, round_trip_len);
	if (why != NULL)
		fail_msg("%s in %s", why, round_trip_line);
	assert_null(memchr(round_trip_line, '\n', round_trip_len));
	assert_int_equal(
	    record_parse(round_trip_line, round_trip_len, &parsed), 0);
	assert_int_equal(parsed.place.sequence, round_trip_place.sequence);
	assert_memory_equal(
	    parsed.place.prev, round_trip_place.prev, MERKLE_HASH_SIZE);
	return parsed;
}

void
round_trip_fill(char *text, size_t size)
{
	memset(text, 1, size - 1);
	text[size - 1] = '\0';
}
