/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/forward/relp.h"
#include "gatewayd/forward/syslog.h"
#include "tests/support/unit.h"

static void
headers_are_written_as_the_protocol_has_them(void **state)
{
	char header[RELP_HEADER_MAX];
	size_t len;

	len = relp_header(header, 1, "open", 27);
	assert_int_equal(len, 10);
	assert_memory_equal(header, "1 open 27 ", 10);
	len = relp_header(header, 999999999, "close", 0);
	assert_memory_equal(header, "999999999 close 0", len);
	assert_int_equal(relp_next(1), 2);
	assert_int_equal(relp_next(RELP_TXNR_MAX), 1);
}

static void
whole_frames_are_taken_and_parts_wait(void **state)
{
	static const char text[] = "12 rsp 6 200 OK\n0 serverclose 0\n"
				   "13 rsp 0 \n";
	struct relp_frame f;

	for (size_t len = 0; len < 16; len++)
		assert_int_equal(relp_parse(text, len, &f), 0);
	assert_int_equal(relp_parse(text, sizeof text - 1, &f), 16);
	assert_int_equal(f.txnr, 12);
	assert_string_equal(f.command, "rsp");
	assert_int_equal(f.data_len, 6);
	assert_memory_equal(f.data, "200 OK", 6);
	assert_int_equal(relp_status(&f), 200);
	assert_int_equal(relp_parse(text + 16, sizeof text - 17, &f), 16);
	assert_int_equal(f.txnr, 0);
	assert_string_equal(f.command, "serverclose");
	assert_null(f.data);
	assert_int_equal(relp_parse(text + 32, sizeof text - 33, &f), 10);
	assert_int_equal(f.txnr, 13);
	assert_int_equal(relp_status(&f), -1);
}

static void
what_is_no_frame_is_refused(void **state)
{
	static const char *const bad[] = {" 1 rsp 0\n", "x rsp 0\n",
	    "1  rsp 0\n", "1 rsp  0\n", "1 r5p 0\n", "1 rsp -1\n",
	    "1 rsp 0 x\n", "1 rsp \n", "1 rsp x\n", "1 rsp 2 abc\n",
	    "1 rsp 2 a\nx", "1 rsp 2ab\n", "1234567890 rsp 0\n",
	    "1 rsp 1234567890 ", "1 rsp 16385 ",
	    "1 abcdefghijklmnopqrstuvwxyzabcdefg 0\n", "-1 rsp 0\n", "\n",
	    "1 rsp 0\r\n"};
	struct relp_frame f;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (relp_parse(bad[i], strlen(bad[i]), &f) >= 0)
			fail_msg("%zu: %s", i, bad[i]);
	/* and never more than the maximum is waited for */
	assert_int_equal(relp_parse("1 rsp 16384 ", 12, &f), 0);
}

static void
statuses_are_three_digits(void **state)
{
	static const struct {
		const char *data;
		int status;
	} cases[] = {{"200", 200}, {"200 OK", 200}, {"500\nno", 500},
	    {"20", -1}, {"2000", -1}, {"20x", -1}, {" 200", -1}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct relp_frame f = {
		    .data = cases[i].data, .data_len = strlen(cases[i].data)};

		assert_int_equal(relp_status(&f), cases[i].status);
	}
}

static void
offers_are_whole_words(void **state)
{
	static const struct {
		const char *data;
		int has;
	} cases[] = {{"200 OK\ncommands=syslog", 1},
	    {"200 OK\nrelp_version=0\ncommands=a,syslog,b\n", 1},
	    {"200 OK\ncommands=syslogs,asyslog", 0}, {"200 OK\ncommands=", 0},
	    {"200 OK\nxcommands=syslog", 0}, {"200 OK", 0}, {"", 0},
	    {"200 OK\ncommands=foo\ncommands=syslog", 1}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct relp_frame f = {
		    .data = cases[i].data, .data_len = strlen(cases[i].data)};

		assert_int_equal(relp_offers(&f, "syslog"), cases[i].has);
	}
}

/* No byte string makes it read outside of what it was given (ASan looks), and
 * what it takes is never more than was there. */
static void
random_bytes_are_survived(void **state)
{
	static const char letters[] = "0123456789 rspx\n";

	srand(3);
	for (int round = 0; round < 200000; round++) {
		size_t len = (size_t)rand() % 24;
		char *bytes = malloc(len + 1);
		struct relp_frame f;
		long took;

		for (size_t i = 0; i < len; i++)
			bytes[i] =
			    letters[(size_t)rand() % (sizeof letters - 1)];
		bytes = realloc(bytes, len > 0 ? len : 1);
		took = relp_parse(bytes, len, &f);
		assert_true(took >= -1 && took <= (long)len);
		if (took > 0) {
			relp_status(&f);
			relp_offers(&f, "syslog");
		}
		free(bytes);
	}
}

static void
syslog_headers_carry_the_records_time(void **state)
{
	static const char line[] = "{\"class_uid\":3002,\"time\":1767225600123,"
				   "\"x\":1}";
	char header[SYSLOG_HEADER_MAX];
	char host[300];
	size_t len;

	len = syslog_header(header, "bastion1", line, sizeof line - 1);
	assert_int_equal(len, strlen(header));
	assert_string_equal(header,
	    "<86>1 2026-01-01T00:00:00.123Z bastion1 sallyport - auth - ");
	syslog_header(header, "two words", line, sizeof line - 1);
	assert_non_null(strstr(header, "Z - sallyport"));
	memset(host, 'h', sizeof host);
	host[255] = '\0';
	assert_true(syslog_header(header, host, line, sizeof line - 1) <
		    SYSLOG_HEADER_MAX);
	syslog_header(header, "h", "{}", 2);
	assert_non_null(strstr(header, "1970-01-01T00:00:00.000Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_are_written_as_the_protocol_has_them),
	    cmocka_unit_test(whole_frames_are_taken_and_parts_wait),
	    cmocka_unit_test(what_is_no_frame_is_refused),
	    cmocka_unit_test(statuses_are_three_digits),
	    cmocka_unit_test(offers_are_whole_words),
	    cmocka_unit_test(random_bytes_are_survived),
	    cmocka_unit_test(syslog_headers_carry_the_records_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
