/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "tests/support/unit.h"

static void
integers_are_in_network_byte_order(void **state)
{
	static const uint8_t expected[] = {
	    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xff};
	uint8_t bytes[sizeof expected];
	struct writer w;
	struct reader r;

	writer_init(&w, bytes, sizeof bytes);
	writer_u8(&w, 1);
	writer_u16(&w, 0x0203);
	writer_u32(&w, 0x04050607);
	writer_u64(&w, 0x08090a0b0c0d0e0f);
	writer_u8(&w, 0xff);
	assert_false(w.failed);
	assert_int_equal(w.used, sizeof expected);
	assert_memory_equal(bytes, expected, sizeof expected);
	reader_init(&r, bytes, sizeof bytes);
	assert_int_equal(reader_u8(&r), 1);
	assert_int_equal(reader_u16(&r), 0x0203);
	assert_int_equal(reader_u32(&r), 0x04050607);
	assert_true(reader_u64(&r) == 0x08090a0b0c0d0e0f);
	assert_int_equal(reader_end(&r), -1); /* a byte is left */
	assert_int_equal(reader_u8(&r), 0xff);
	assert_int_equal(reader_end(&r), 0);
}

static void
write_sample(struct writer *w)
{
	writer_u32(w, 7);
	writer_bytes(w, "text", 4);
	writer_u64(w, 9);
	writer_raw(w, "raw", 3);
}

/* in a buffer of just that size, so that ASan sees a byte too many */
static void
every_short_buffer_fails_and_stays_unharmed(void **state)
{
	const size_t need = 4 + 2 + 4 + 8 + 3;

	for (size_t size = 0; size <= need; size++) {
		uint8_t *bytes = malloc(size + 1);
		struct writer w;

		assert_non_null(bytes);
		bytes[size] = '#';
		writer_init(&w, bytes, size);
		write_sample(&w);
		assert_int_equal(w.failed, size < need);
		assert_true(w.used <= size);
		assert_int_equal(bytes[size], '#');
		free(bytes);
	}
}

static void
every_short_input_fails(void **state)
{
	uint8_t bytes[64];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	write_sample(&w);
	for (size_t size = 0; size <= w.used; size++) {
		uint8_t *copy = malloc(size + (size == 0));
		char text[5], raw[3];
		struct reader r;

		assert_non_null(copy);
		memcpy(copy, bytes, size);
		reader_init(&r, copy, size);
		reader_u32(&r);
		reader_string(&r, text, 4);
		reader_u64(&r);
		reader_raw(&r, raw, 3);
		assert_int_equal(reader_end(&r), size < w.used ? -1 : 0);
		free(copy);
	}
}

static void
errors_stick_and_give_zeros(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	uint8_t raw[2] = {9, 9};
	char text[4] = "old";
	struct reader r;
	struct writer w;
	uint8_t out[4];

	reader_init(&r, bytes, sizeof bytes);
	assert_int_equal(reader_u32(&r) & 0xff, 0);
	assert_true(r.failed);
	assert_int_equal(reader_u8(&r), 0); /* though a byte is there */
	reader_raw(&r, raw, 2);
	assert_int_equal(raw[0] | raw[1], 0);
	assert_int_equal(reader_bytes(&r, raw, 2), 0);
	reader_string(&r, text, 3);
	assert_string_equal(text, "");
	assert_int_equal(reader_end(&r), -1);

	writer_init(&w, out, sizeof out);
	writer_raw(&w, "12345", 5);
	assert_true(w.failed);
	writer_u8(&w, 1);
	assert_int_equal(w.used, 0);
}

static void
read_length(const char *bytes, size_t size, size_t max, bool fails)
{
	char out[16];
	struct reader r;

	reader_init(&r, bytes, size);
	reader_string(&r, out, max);
	assert_int_equal(r.failed, fails);
	if (!fails)
		assert_int_equal(strlen(out), size - 2);
}

static void
lengths_over_the_maximum_and_nul_in_text_fail(void **state)
{
	read_length("\0\0", 2, 4, false);
	read_length("\0\4abcd", 6, 4, false);
	read_length("\0\5abcde", 7, 4, true);
	read_length("\0\4ab\0d", 6, 4, true);
	read_length("\0\4\0bcd", 6, 4, true);
	read_length("\0\4abc", 5, 4, true);
	read_length("\xff\xff", 2, 4, true);
	read_length("\0", 1, 4, true);
}

static void
bytes_longer_than_their_length_field_fail(void **state)
{
	static uint8_t bytes[UINT16_MAX + 1], out[UINT16_MAX + 16];
	struct writer w;

	writer_init(&w, out, sizeof out);
	writer_bytes(&w, bytes, UINT16_MAX);
	assert_false(w.failed);
	writer_init(&w, out, sizeof out);
	writer_bytes(&w, bytes, UINT16_MAX + 1);
	assert_true(w.failed);
	assert_int_equal(w.used, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_are_in_network_byte_order),
	    cmocka_unit_test(every_short_buffer_fails_and_stays_unharmed),
	    cmocka_unit_test(every_short_input_fails),
	    cmocka_unit_test(errors_stick_and_give_zeros),
	    cmocka_unit_test(lengths_over_the_maximum_and_nul_in_text_fail),
	    cmocka_unit_test(bytes_longer_than_their_length_field_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
