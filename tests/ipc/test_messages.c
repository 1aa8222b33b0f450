/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ipc/messages.h"
#include "tests/ipc/any_message.h"
#include "tests/support/unit.h"

#define EACH_TYPE(t)                                                  \
	for (enum message_type t = (enum message_type)(MSG_NONE + 1); \
	     t < MSG_COUNT; t++)

static struct message in, out;
static uint8_t bytes[MESSAGE_MAX];

static void
assert_round_trip(enum message_type t)
{
	size_t size = message_encode(&in, bytes);

	assert_true(size > 0);
	memset(&out, 0x55, sizeof out);
	if (message_decode(&out, bytes, size) != 0)
		fail_msg("%s does not decode", message_name(t));
	assert_int_equal(out.fd, -1);
	if (!any_message_equal(&in, &out))
		fail_msg("%s differs", message_name(t));
}

static void
every_message_survives_encoding(void **state)
{
	srand(11);
	EACH_TYPE(t)
	{
		any_message(&in, t, ANY_EMPTY, 0);
		assert_round_trip(t);
		any_message(&in, t, ANY_FULL, 0);
		assert_int_equal(
		    message_encode(&in, bytes), any_message_max(t));
		assert_round_trip(t);
		for (int i = 0; i < 50; i++) {
			any_message(&in, t, ANY_RANDOM, 0);
			assert_round_trip(t);
		}
	}
}

static void
a_field_over_its_maximum_is_not_encoded(void **state)
{
	unsigned lengths = 0;

	EACH_TYPE(t)
	for (unsigned n = 0; any_message(&in, t, ANY_OVER, n); n++) {
		lengths++;
		if (message_encode(&in, bytes) != 0)
			fail_msg("length %u of %s", n, message_name(t));
	}
	assert_true(lengths > 50);
}

/* in memory of just that size, so that ASan sees a byte too many */
static int
decode_copy(size_t size)
{
	uint8_t *copy = malloc(size + (size == 0));
	int result;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	result = message_decode(&out, copy, size);
	free(copy);
	return result;
}

static void
a_message_cut_short_or_longer_is_malformed(void **state)
{
	srand(12);
	EACH_TYPE(t)
	{
		any_message(&in, t, ANY_RANDOM, 0);
		size_t size = message_encode(&in, bytes);
		size_t step = size > 2000 ? 97 : 1;

		for (size_t cut = 0; cut < size; cut += step)
			assert_int_equal(decode_copy(cut), -1);
		assert_int_equal(decode_copy(size - 1), -1);
		if (size < MESSAGE_MAX)
			assert_int_equal(decode_copy(size + 1), -1);
		assert_int_equal(decode_copy(size), 0);
	}
}

/* A peer may say that there are 255: nothing is written for those that the
 * message has no room for, not even their ends. */
static void
more_texts_than_fit_are_malformed_and_leave_no_trace(void **state)
{
	static struct {
		struct message m;
		uint8_t behind[256 * (GROUP_MAX + 1)];
	} room, before;
	static uint8_t one[MESSAGE_MAX];
	size_t size, count = 0;

	message_init(&in, MSG_DIRECTORY_LOOKUP_ANS);
	size = message_encode(&in, bytes);
	in.u.DIRECTORY_LOOKUP_ANS.group_count = 1;
	assert_true(message_encode(&in, one) > size);
	while (count < size && bytes[count] == one[count])
		count++;
	assert_true(count < size);
	memset(&room, 0xaa, sizeof room);
	memset(&before, 0xaa, sizeof before);
	bytes[count] = 255;
	assert_int_equal(message_decode(&room.m, bytes, size), -1);
	bytes[count] = GROUPS_MAX + 1;
	assert_int_equal(message_decode(&room.m, bytes, size), -1);
	assert_memory_equal(room.behind, before.behind, sizeof room.behind);
}

static void
a_type_out_of_range_is_malformed(void **state)
{
	static const unsigned types[] = {0, MSG_COUNT, MSG_COUNT + 1, 0xffff};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		memset(bytes, 0, sizeof bytes);
		bytes[0] = (uint8_t)(types[i] >> 8);
		bytes[1] = (uint8_t)types[i];
		assert_int_equal(message_decode(&out, bytes, 2), -1);
		assert_int_equal(message_decode(&out, bytes, 100), -1);
		message_init(&in, (enum message_type)types[i]);
		assert_int_equal(message_encode(&in, bytes), 0);
		assert_string_equal(
		    message_name((enum message_type)types[i]), "?");
	}
}

/* Whatever comes in: refused, or the one encoding of what was read. */
static void
damaged_messages_are_refused_or_canonical(void **state)
{
	static uint8_t again[MESSAGE_MAX];
	unsigned accepted = 0;

	srand(13);
	for (int round = 0; round < 20000; round++) {
		enum message_type t =
		    (enum message_type)(1 + (unsigned)rand() % (MSG_COUNT - 1));
		size_t size;

		any_message(&in, t, round % 8 ? ANY_EMPTY : ANY_RANDOM, 0);
		size = message_encode(&in, bytes);
		for (int n = rand() % 4; n >= 0; n--)
			bytes[(size_t)rand() % size] = (uint8_t)rand();
		if (message_decode(&out, bytes, size) != 0)
			continue;
		accepted++;
		assert_int_equal(message_encode(&out, again), size);
		assert_memory_equal(bytes, again, size);
	}
	assert_true(accepted > 1000);
}

static void
a_nul_inside_text_is_malformed(void **state)
{
	size_t size;
	uint8_t *at;

	message_init(&in, MSG_STORE_GET_REQ);
	snprintf(in.u.STORE_GET_REQ.key, sizeof in.u.STORE_GET_REQ.key, "%s",
	    "authority/x");
	size = message_encode(&in, bytes);
	assert_int_equal(message_decode(&out, bytes, size), 0);
	at = memmem(bytes, size, "/x", 2);
	assert_non_null(at);
	*at = '\0';
	assert_int_equal(message_decode(&out, bytes, size), -1);
}

static void
wiping_leaves_nothing_but_the_type(void **state)
{
	srand(14);
	EACH_TYPE(t)
	{
		struct message empty;

		any_message(&in, t, ANY_FULL, 0);
		message_wipe(&in);
		message_init(&empty, t);
		assert_true(any_message_equal(&in, &empty));
	}
	memset(&in, 0, sizeof in);
	any_message(&in, MSG_DIRECTORY_PASSWORD_REQ, ANY_FULL, 0);
	message_wipe(&in);
	for (size_t i = 0; i < sizeof in.u.DIRECTORY_PASSWORD_REQ; i++)
		assert_int_equal(((uint8_t *)&in.u)[i], 0);
}

static void
every_message_has_its_name(void **state)
{
	assert_string_equal(
	    message_name(MSG_AUTHORITY_OPEN_REQ), "AUTHORITY_OPEN_REQ");
	EACH_TYPE(t)
	assert_string_not_equal(message_name(t), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_message_survives_encoding),
	    cmocka_unit_test(a_field_over_its_maximum_is_not_encoded),
	    cmocka_unit_test(a_message_cut_short_or_longer_is_malformed),
	    cmocka_unit_test(
		more_texts_than_fit_are_malformed_and_leave_no_trace),
	    cmocka_unit_test(a_type_out_of_range_is_malformed),
	    cmocka_unit_test(damaged_messages_are_refused_or_canonical),
	    cmocka_unit_test(a_nul_inside_text_is_malformed),
	    cmocka_unit_test(wiping_leaves_nothing_but_the_type),
	    cmocka_unit_test(every_message_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
