/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "lib/record/checkpoint_file.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"
#include "tests/record/log_fixture.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define FIRST "000000000001.log"

static struct fake_run run;
static struct log_fixture f;
static char *folder;
static char key[512], pem[512];

static void
put_file(char path[512], const char *name, const char *text)
{
	FILE *file;

	snprintf(path, 512, "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int
set_up(void **state)
{
	folder = fake_make_folder();
	put_file(key, "checkpoint.pem.pub", fixture_public_line);
	put_file(pem, "public.pem", fixture_public_pem);
	log_fixture_open(&f);
	log_fixture_write(&f, 30, 30, 10000);
	return 0;
}

static int
tear_down(void **state)
{
	log_fixture_close(&f);
	fake_remove_folder(folder);
	return 0;
}

/* One byte of record 2 changes. */
static void
spoil(void)
{
	char *bytes, *line;
	size_t len;

	log_fixture_get(&f, FIRST, &bytes, &len);
	line = memchr(bytes, '\n', len);
	assert_non_null(line);
	line[100] ^= 1;
	log_fixture_put(&f, FIRST, bytes, len);
	free(bytes);
}

static void
verify_answers_yes_with_either_form_of_the_key(void **state)
{
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", key);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "good: 30 records of " FIXTURE_ORIGIN ", signed up to 30\n");
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", pem);
	assert_int_equal(run.status, 0);
}

static void
verify_answers_no_and_names_the_record(void **state)
{
	spoil();
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", key);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "record 2 was altered"));
}

static void
verify_says_so_to_scripts(void **state)
{
	json_t *answer;

	spoil();
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", key,
	    "--json");
	assert_int_equal(run.status, 1);
	answer = json_loads(run.out, 0, NULL);
	assert_string_equal(
	    json_string_value(json_object_get(answer, "result")), "bad");
	assert_int_equal(json_integer_value(json_object_get(answer, "bad")), 2);
	json_decref(answer);
}

static void
verify_cannot_tell_without_log_or_key(void **state)
{
	RUN(&run, cmd_audit, "audit", "verify", "--dir", "/nowhere", "--key",
	    key);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key",
	    "/nowhere");
	assert_int_equal(run.status, 2);
	put_file(key, "checkpoint.pem.pub", "no key\n");
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", key);
	assert_int_equal(run.status, 2);
}

static void
verify_holds_against_a_checkpoint_kept_elsewhere(void **state)
{
	struct log_fixture later;
	char kept[512], *bytes;
	size_t len;

	log_fixture_open(&later);
	log_fixture_write(&later, 40, 40, 10000);
	log_fixture_get(&later, CHECKPOINT_FILE, &bytes, &len);
	bytes[len] = '\0';
	put_file(kept, "kept", bytes);
	free(bytes);
	log_fixture_close(&later);
	RUN(&run, cmd_audit, "audit", "verify", "--dir", f.path, "--key", key,
	    "--checkpoint", kept);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "record 31 is missing"));
}

static void
a_proof_is_of_the_signed_log_or_there_is_none(void **state)
{
	RUN(&run, cmd_audit, "audit", "prove", "--dir", f.path, "--key", key,
	    "30");
	assert_int_equal(run.status, 0);
	assert_ptr_equal(
	    strstr(run.out, "c2sp.org/tlog-proof@v1\nindex 29\n"), run.out);
	RUN(&run, cmd_audit, "audit", "prove", "--dir", f.path, "--key", key,
	    "31");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "not signed yet"));
	RUN(&run, cmd_audit, "audit", "prove", "--dir", f.path, "--key", key,
	    "0");
	assert_int_equal(run.status, 2);
	spoil();
	RUN(&run, cmd_audit, "audit", "prove", "--dir", f.path, "--key", key,
	    "30");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	assert_non_null(strstr(run.err, "and its signed checkpoint differ"));
}

/* Another history of the same length, and one that is longer. */
static void
another_log_is_not_proven_to_continue_a_checkpoint(void **state)
{
	struct log_fixture other;
	char kept[512], *bytes;
	size_t len;

	for (unsigned records = 20; records <= 40; records += 20) {
		log_fixture_open(&other);
		other.shift = 5;
		log_fixture_write(&other, records, records, 10000);
		log_fixture_get(&other, CHECKPOINT_FILE, &bytes, &len);
		bytes[len] = '\0';
		put_file(kept, "kept", bytes);
		free(bytes);
		log_fixture_close(&other);
		RUN(&run, cmd_audit, "audit", "consistency", "--dir", f.path,
		    "--key", key, kept);
		assert_int_equal(run.status, 1);
		assert_string_equal(run.out, "");
		assert_non_null(strstr(run.err,
		    records < 30 ? "is not the one of the checkpoint"
				 : "was cut, or an older copy was put back"));
	}
}

static unsigned
count_lines(const char *text)
{
	unsigned count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

static void
tail_gives_the_last_records(void **state)
{
	json_t *event;

	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path);
	assert_int_equal(run.status, 0);
	assert_int_equal(count_lines(run.out), 20);
	assert_non_null(strstr(run.out,
	    "    30  2026-01-01T00:00:00Z  denied    alice from 10.20.0.5 by "
	    "sshd: ok  K7QX-2M9P\n"));
	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path, "--lines", "1",
	    "--json");
	assert_int_equal(count_lines(run.out), 1);
	event = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(event, "metadata"), "sequence")),
	    30);
	json_decref(event);
	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path, "--lines",
	    "1000");
	assert_int_equal(count_lines(run.out), 30);
	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path, "--lines", "x");
	assert_int_equal(run.status, 2);
}

static void
show_finds_by_sequence_attempt_session_and_reference(void **state)
{
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "7", "--json");
	assert_int_equal(run.status, 0);
	assert_int_equal(count_lines(run.out), 1);
	assert_non_null(strstr(run.out, "\"sequence\":7,"));
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path,
	    "0C000000000000000000000000000000");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "record 12, attempt denied\n"));
	assert_non_null(strstr(run.out, "  required        password otp\n"));
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "k7qx-2m9p",
	    "--json");
	assert_int_equal(count_lines(run.out), 30);
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "s-9d2c",
	    "--json");
	assert_int_equal(count_lines(run.out), 30);
}

static void
show_says_no_when_there_is_none(void **state)
{
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "31");
	assert_int_equal(run.status, 1);
	/* a name is no reference */
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "alice");
	assert_int_equal(run.status, 1);
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path);
	assert_int_equal(run.status, 2);
}

/* The log has this record and no other. */
static void
put_only(const struct msg_AUDIT_APPEND_REQ *r)
{
	struct record_place place = {.origin = "bastion1", .sequence = 1};
	char line[RECORD_LINE_MAX + 1];
	size_t len;

	assert_int_equal(record_render(r, &place, line, &len), 0);
	line[len++] = '\n';
	for (uint64_t i = 1; i <= 30; i++) {
		char name[32];

		snprintf(name, sizeof name, "%012u.log", (unsigned)i);
		unlinkat(f.dir, name, 0);
	}
	log_fixture_put(&f, FIRST, line, len);
}

static void
what_is_only_intended_is_not_told_as_done(void **state)
{
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_INTENT,
	    .outcome = OUTCOME_ENROLLED,
	    .name = "alice",
	    .actor = "root"};

	reason_write(REASON_ADMIN_CHANGE, r.reason);
	put_only(&r);
	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path);
	assert_non_null(strstr(
	    run.out, "  intent    enrolled alice by root: admin_change\n"));
}

static void
what_a_person_typed_does_not_reach_the_terminal(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	log_fixture_record(&r, 1);
	r.name[0] = r.subject[0] = '\0';
	memcpy(r.username, "\x1b[2J\xff\n\0x", 8);
	r.username_size = 8;
	put_only(&r);
	RUN(&run, cmd_audit, "audit", "tail", "--dir", f.path);
	assert_int_equal(run.status, 0);
	assert_int_equal(count_lines(run.out), 1);
	assert_null(strchr(run.out, '\x1b'));
	assert_non_null(strstr(run.out, "\\x1b[2J\\xff\\x0a"));
	RUN(&run, cmd_audit, "audit", "show", "--dir", f.path, "1");
	assert_int_equal(run.status, 0);
	assert_null(strchr(run.out, '\x1b'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* With --json records are printed as they are: tests/golden/records. */
static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_audit};

	t.folder = f.path;
	TRANSCRIPT(&t, "audit help", "audit tail --dir FOLDER --lines 3",
	    "audit show --dir FOLDER 7", "audit show --dir FOLDER 31",
	    "audit show --dir FOLDER 31 --json",
	    "audit show --dir FOLDER alice", "audit show --dir FOLDER",
	    "audit tail --dir FOLDER --lines x",
	    "audit verify --dir FOLDER --key FOLDER/none",
	    "audit verify --dir FOLDER --key FOLDER/none --json");
	transcript_compare(&t, "audit");
}

static void
the_command_prints_whether_a_log_is_good(void **state)
{
	static struct transcript t = {.noun = cmd_audit};
	int at;

	at = openat(f.dir, "key", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(at >= 0);
	dprintf(at, "%s", fixture_public_line);
	close(at);
	t.folder = f.path;
	TRANSCRIPT(&t, "audit verify --dir FOLDER --key FOLDER/key",
	    "audit verify --dir FOLDER --key FOLDER/key --json");
	spoil();
	TRANSCRIPT(&t, "audit verify --dir FOLDER --key FOLDER/key",
	    "audit verify --dir FOLDER --key FOLDER/key --json");
	transcript_compare(&t, "audit-verify");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(verify_answers_yes_with_either_form_of_the_key),
	    TEST(verify_answers_no_and_names_the_record),
	    TEST(verify_says_so_to_scripts),
	    TEST(verify_cannot_tell_without_log_or_key),
	    TEST(verify_holds_against_a_checkpoint_kept_elsewhere),
	    TEST(a_proof_is_of_the_signed_log_or_there_is_none),
	    TEST(another_log_is_not_proven_to_continue_a_checkpoint),
	    TEST(tail_gives_the_last_records),
	    TEST(show_finds_by_sequence_attempt_session_and_reference),
	    TEST(show_says_no_when_there_is_none),
	    TEST(what_is_only_intended_is_not_told_as_done),
	    TEST(what_a_person_typed_does_not_reach_the_terminal),
	    TEST(the_command_prints_what_it_did),
	    TEST(the_command_prints_whether_a_log_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
