/* SPDX-License-Identifier: Apache-2.0 */
/* A log that was put back gets from a receiver's copy what it lost. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/nouns.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_verify.h"
#include "tests/cli/fake.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

#define FIRST "000000000001.log"
#define HAD 40	/* records that the receiver has */
#define BACK 30 /* records of the copy that was put back */
#define SIZE (1024 * 1024)

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static struct fake_run run;
static struct log_fixture put_back, was;
static char *folder, *had; /* had: the whole log, as it was */
static char key[512], copy[512], kept[512], *line[HAD];
static size_t had_len;

static void
put_file(char path[512], const char *name, const char *text, size_t len)
{
	FILE *file;

	snprintf(path, 512, "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
}

static int
set_up(void **state)
{
	char *bytes, *rest, *at;
	size_t len;

	folder = fake_make_folder();
	put_file(
	    key, "key.pub", fixture_public_line, strlen(fixture_public_line));
	log_fixture_open(&put_back);
	log_fixture_open(&was);
	log_fixture_write(&put_back, BACK, BACK, SIZE);
	log_fixture_write(&was, HAD, HAD, SIZE);
	log_fixture_get(&was, FIRST, &had, &had_len);
	put_file(copy, "siem.log", had, had_len);
	log_fixture_get(&was, CHECKPOINT_FILE, &bytes, &len);
	put_file(kept, "kept", bytes, len);
	free(bytes);
	had[had_len] = '\0';
	rest = strdup(had);
	assert_non_null(rest);
	at = rest;
	for (size_t i = 0; i < HAD; i++)
		line[i] = strdup(strsep(&at, "\n"));
	free(rest);
	return 0;
}

static int
tear_down(void **state)
{
	for (size_t i = 0; i < HAD; i++)
		free(line[i]);
	free(had);
	log_fixture_close(&put_back);
	log_fixture_close(&was);
	fake_remove_folder(folder);
	return 0;
}

/* The copy has these lines, in this order. */
static void
copy_has(const char *const *lines, size_t count, const char *before)
{
	FILE *file = fopen(copy, "we");

	assert_non_null(file);
	for (size_t i = 0; i < count; i++)
		fprintf(file, "%s%s\n", before, lines[i]);
	fclose(file);
}

static void
recover(int status)
{
	RUN(&run, cmd_audit, "audit", "recover", "--from", copy, "--dir",
	    put_back.path, "--key", key);
	if (run.status != status)
		fail_msg("%d: %s%s", run.status, run.out, run.err);
}

static void
assert_log_is_the_first(size_t records)
{
	struct log_verify_report report;
	struct log_key public_key;
	size_t len, wanted = 0;
	char *bytes;

	for (size_t i = 0; i < records; i++)
		wanted += strlen(line[i]) + 1;
	log_fixture_get(&put_back, FIRST, &bytes, &len);
	assert_int_equal(len, wanted);
	assert_memory_equal(bytes, had, wanted);
	free(bytes);
	assert_int_equal(log_key_parse_public(&public_key, fixture_public_line,
			     strlen(fixture_public_line)),
	    0);
	assert_int_equal(
	    log_verify(put_back.dir, &public_key, &report), LOG_VERIFY_GOOD);
	log_key_free(&public_key);
}

static void
it_is_the_lost_log_byte_for_byte(void **state)
{
	recover(0);
	assert_string_equal(run.out,
	    "recovered records 31 to 40, byte for byte: start gatewayd\n");
	assert_log_is_the_first(HAD);
	recover(1); /* there is nothing left to do */
	assert_non_null(strstr(run.err, "no record after record 40"));
	assert_log_is_the_first(HAD);
}

static void
order_doubles_headers_and_other_lines_do_not_matter(void **state)
{
	const char *lines[2 * HAD + 2];

	for (size_t i = 0; i < HAD; i++)
		lines[2 * i] = lines[2 * i + 1] = line[HAD - 1 - i];
	lines[2 * HAD] = "{\"class_uid\":3002,\"metadata\":{\"sequence\":31}}";
	lines[2 * HAD + 1] = "sshd[4711]: Accepted password for alice";
	copy_has(lines, 2 * HAD + 2,
	    "<86>1 2026-01-01T00:00:00.123Z bastion1 sallyport - auth - ");
	recover(0);
	assert_log_is_the_first(HAD);
}

static void
only_what_a_chain_leads_to_is_taken(void **state)
{
	const char *lines[HAD];
	char *bad = strdup(line[34]);

	memcpy(lines, line, sizeof lines);
	*strstr(bad, "alice") = 'e';
	lines[34] = bad;
	copy_has(lines, HAD, "");
	recover(1); /* record 36 says that 35 was another */
	assert_non_null(strstr(run.err, "record 35 is not in"));
	assert_log_is_the_first(34);
	free(bad);
}

static void
a_gap_is_named_and_what_is_before_it_is_taken(void **state)
{
	const char *lines[HAD];

	memcpy(lines, line, sizeof lines);
	lines[34] = "";
	copy_has(lines, HAD, "");
	recover(1);
	assert_non_null(strstr(run.err, "record 35 is not in"));
	assert_log_is_the_first(34);
	copy_has((const char *const *)line, HAD, "");
	recover(0); /* from another receiver */
	assert_log_is_the_first(HAD);
}

static void
a_checkpoint_says_what_has_to_come_of_it(void **state)
{
	const char *lines[HAD];
	char *bad = strdup(line[39]);

	memcpy(lines, line, sizeof lines);
	*strstr(bad, "alice") = 'e';
	lines[39] = bad;
	copy_has(lines, HAD, "");
	RUN(&run, cmd_audit, "audit", "recover", "--from", copy, "--dir",
	    put_back.path, "--key", key, "--checkpoint", kept);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "are not those of the checkpoint"));
	assert_log_is_the_first(BACK);
	copy_has(lines, HAD - 1, "");
	RUN(&run, cmd_audit, "audit", "recover", "--from", copy, "--dir",
	    put_back.path, "--key", key, "--checkpoint", kept);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "leads to record 39 only"));
	assert_log_is_the_first(BACK);
	copy_has((const char *const *)line, HAD, "");
	RUN(&run, cmd_audit, "audit", "recover", "--from", copy, "--dir",
	    put_back.path, "--key", key, "--checkpoint", kept, "--json");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "\"recovered\":10"));
	assert_log_is_the_first(HAD);
	free(bad);
}

static void
two_histories_are_not_chosen_from(void **state)
{
	const char *lines[HAD + 1];
	char *other = strdup(line[30]);

	memcpy(lines, line, sizeof line);
	*strstr(other, "alice") = 'e';
	lines[HAD] = other;
	copy_has(lines, HAD + 1, "");
	recover(1);
	assert_non_null(
	    strstr(run.err, "two histories of this log, from record 31 on"));
	assert_log_is_the_first(BACK);
	free(other);
}

static void
nothing_is_written_while_another_one_writes(void **state)
{
	int dir = open(put_back.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(flock(dir, LOCK_EX), 0);
	recover(1);
	assert_non_null(strstr(run.err, "gatewayd is writing this log"));
	close(dir);
	assert_log_is_the_first(BACK);
}

static void
a_log_that_is_not_whole_is_not_added_to(void **state)
{
	char *bytes;
	size_t len;

	log_fixture_get(&put_back, FIRST, &bytes, &len);
	bytes[len / 2] ^= 1;
	log_fixture_put(&put_back, FIRST, bytes, len);
	recover(1);
	assert_non_null(strstr(run.err, "put back a copy that is whole"));
	free(bytes);
}

/* Ended after any byte, it leaves what the next try goes on from. */
static void
the_next_try_goes_on_from_wherever_it_was_ended(void **state)
{
	size_t start = 0;

	for (size_t i = 0; i < BACK; i++)
		start += strlen(line[i]) + 1;
	for (size_t end = start; end < had_len; end += 701) {
		log_fixture_put(&put_back, FIRST, had, end);
		recover(0);
		assert_log_is_the_first(HAD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(it_is_the_lost_log_byte_for_byte),
	    TEST(order_doubles_headers_and_other_lines_do_not_matter),
	    TEST(only_what_a_chain_leads_to_is_taken),
	    TEST(a_gap_is_named_and_what_is_before_it_is_taken),
	    TEST(a_checkpoint_says_what_has_to_come_of_it),
	    TEST(two_histories_are_not_chosen_from),
	    TEST(nothing_is_written_while_another_one_writes),
	    TEST(a_log_that_is_not_whole_is_not_added_to),
	    TEST(the_next_try_goes_on_from_wherever_it_was_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
