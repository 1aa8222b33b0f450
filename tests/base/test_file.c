/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/hex.h"
#include "tests/support/unit.h"

static int
file_of(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(file_write(fd, text, strlen(text)), 0);
	return fd;
}

static void
a_file_is_read_from_its_beginning_wherever_others_have_read(void **state)
{
	char out[16];
	int fd = file_of("eight by");

	for (int i = 0; i < 2; i++) {
		assert_int_equal(file_read(fd, out, sizeof out), 8);
		assert_string_equal(out, "eight by");
	}
	close(fd);
}

static void
a_file_that_does_not_fit_is_refused_and_not_cut(void **state)
{
	char out[9];
	int fd = file_of("eight by");

	assert_int_equal(file_read(fd, out, 9), 8);
	assert_int_equal(file_read(fd, out, 8), -1);
	assert_int_equal(errno, EFBIG);
	close(fd);
}

static void
a_pipe_is_read_in_its_pieces(void **state)
{
	char out[16];
	int p[2];

	assert_int_equal(pipe(p), 0);
	assert_int_equal(file_write(p[1], "a", 1), 0);
	assert_int_equal(file_write(p[1], "bc", 2), 0);
	close(p[1]);
	assert_int_equal(file_read(p[0], out, sizeof out), 3);
	assert_string_equal(out, "abc");
	close(p[0]);
}

static void
an_empty_file_is_an_empty_text(void **state)
{
	char out[4] = "xyz";
	int fd = file_of("");

	assert_int_equal(file_read(fd, out, sizeof out), 0);
	assert_string_equal(out, "");
	close(fd);
}

static void
a_folder_and_a_closed_descriptor_say_why(void **state)
{
	char out[4];
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(file_read(fd, out, sizeof out), -1);
	assert_int_equal(errno, EISDIR);
	close(fd);
	assert_int_equal(file_read(fd, out, sizeof out), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(file_write(fd, "x", 1), -1);
	assert_int_equal(errno, EBADF);
}

/* The first write is cut at the limit, the second says what is wrong. */
static void
a_write_that_is_taken_in_part_says_why_it_ended(void **state)
{
	struct rlimit was, four;
	int fd = memfd_create("test", MFD_CLOEXEC);

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	four = (struct rlimit){.rlim_cur = 4, .rlim_max = was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &four), 0);
	assert_int_equal(file_write(fd, "more than four", 14), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	close(fd);
}

static void
bytes_are_two_lower_case_digits_each(void **state)
{
	char out[HEX_ROOM(4)];

	hex_encode("\x00\x0f\xa5\xff", 4, out);
	assert_string_equal(out, "000fa5ff");
	hex_encode("", 0, out);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_file_is_read_from_its_beginning_wherever_others_have_read),
	    cmocka_unit_test(a_file_that_does_not_fit_is_refused_and_not_cut),
	    cmocka_unit_test(a_pipe_is_read_in_its_pieces),
	    cmocka_unit_test(an_empty_file_is_an_empty_text),
	    cmocka_unit_test(a_folder_and_a_closed_descriptor_say_why),
	    cmocka_unit_test(a_write_that_is_taken_in_part_says_why_it_ended),
	    cmocka_unit_test(bytes_are_two_lower_case_digits_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
