/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a policy, and who has signed it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "lib/bundle/bundle_form.h"
#include "lib/bundle/bundle_verbs.h"
#include "lib/bundle/signers.h"
#include "lib/record/note.h"
#include "tests/support/unit.h"

#define POLICY "permit sre with password + otp\nend\n"

static struct bundle b;
static char text[BUNDLE_TEXT_MAX + 4 * NOTE_LINE_MAX];
static size_t size;
static char folder[64];
static struct signers signers;
static char why[SIGNERS_WHY];
static char reviewer[BUNDLE_NAME_MAX + 1];

/* A key of SEED everywhere. */
static void
make_key(struct log_key *k, const char *name, uint8_t seed)
{
	uint8_t raw[32];
	size_t len = sizeof k->public_key;

	memset(raw, seed, sizeof raw);
	*k = (struct log_key){.pkey = EVP_PKEY_new_raw_private_key(
				  EVP_PKEY_ED25519, NULL, raw, sizeof raw)};
	assert_non_null(k->pkey);
	assert_int_equal(
	    EVP_PKEY_get_raw_public_key(k->pkey, k->public_key, &len), 1);
	assert_int_equal(log_key_set_name(k, name), 0);
}

static void
put(const char *name, const char *bytes)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(bytes, file);
	fclose(file);
	assert_int_equal(chmod(path, 0644), 0);
}

static void
allow(const char *file, const char *name, uint8_t seed)
{
	char line[LOG_KEY_TEXT_MAX];
	struct log_key k;

	make_key(&k, name, seed);
	assert_int_equal(log_key_format_public(&k, line), 0);
	put(file, line);
	log_key_free(&k);
}

static void
sign(const char *name, uint8_t seed)
{
	char line[NOTE_LINE_MAX];
	struct log_key k;

	make_key(&k, name, seed);
	assert_int_equal(note_sign(&k, text, b.body, line), 0);
	size += (size_t)snprintf(text + size, sizeof text - size, "%s", line);
	log_key_free(&k);
}

/* Of alice, with one file, not signed. */
static void
make(void)
{
	b = (struct bundle){.verb = "policy",
	    .author = "alice",
	    .reference = "CHG-4711 open the door",
	    .time_unix = 1782900000,
	    .expires_unix = 1783500000,
	    .argument_count = 1,
	    .argument[0] = {"parent", "none"},
	    .file_count = 1,
	    .file[0].name = "prod.policy"};
	assert_int_equal(
	    bundle_hash(POLICY, strlen(POLICY), b.file[0].hash), 0);
	assert_int_equal(bundle_format(&b, text, &size), 0);
	text[size++] = '\n';
	assert_int_equal(bundle_parse(&b, text, size), 0);
}

static int
set_up(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/sallyport-bundle-XXXXXX");
	assert_non_null(mkdtemp(folder));
	allow("alice.pub", "alice", 1);
	allow("bob.pub", "bob", 2);
	make();
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {
	    "alice.pub", "bob.pub", "carol.pub", "Alice.pub"};
	char path[160];

	signers_free(&signers);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static void
assert_refused(const char *said)
{
	assert_int_equal(bundle_parse(&b, text, size), 0);
	assert_int_equal(signers_load(&signers, folder, why), 0);
	assert_int_equal(signers_verify(&signers, &b,
			     (struct bytes){text, size}, reviewer, why),
	    -1);
	if (strstr(why, said) == NULL)
		fail_msg("wanted %s\ngot %s", said, why);
}

static void
assert_no_signers(const char *said)
{
	assert_int_equal(signers_load(&signers, folder, why), -1);
	if (strstr(why, said) == NULL)
		fail_msg("wanted %s\ngot %s", said, why);
}

static void
a_manifest_reads_back(void **state)
{
	assert_string_equal(b.author, "alice");
	assert_string_equal(b.reference, "CHG-4711 open the door");
	assert_string_equal(b.verb, "policy");
	assert_string_equal(bundle_argument(&b, "parent"), "none");
	assert_string_equal(bundle_argument(&b, "restores"), "");
	assert_int_equal(b.time_unix, 1782900000);
	assert_int_equal(b.expires_unix, 1783500000);
	assert_int_equal(b.file_count, 1);
	assert_int_equal(b.body, size - 1);
	assert_int_equal(
	    bundle_match(&b, "prod.policy", POLICY, strlen(POLICY)),
	    BUNDLE_MATCH);
	assert_int_equal(
	    bundle_match(&b, "prod.policy", POLICY, strlen(POLICY) - 1),
	    BUNDLE_CHANGED);
	assert_int_equal(
	    bundle_match(&b, "more.policy", POLICY, strlen(POLICY)),
	    BUNDLE_UNLISTED);
}

static void
a_manifest_that_is_cut_anywhere_is_none(void **state)
{
	for (size_t n = 0; n < size; n++) {
		struct bundle cut;

		assert_int_equal(bundle_parse(&cut, text, n), -1);
	}
}

/* Two texts for one bundle would be two hashes for one policy. */
static void
there_is_one_way_to_write_a_manifest(void **state)
{
	static const char *const others[][2] = {
	    {"time 1782900000", "time 01782900000"},
	    {"time 1782900000", "time +1782900000"},
	    {"time 1782900000", "time 1782900000 "},
	    {"time 1782900000", "time -5"},
	    {"parent none", "parent NONE"},
	    {"argument parent none\n", ""},
	    {"argument parent", "argument restores"},
	    {"argument parent none\n",
		"argument parent none\nargument parent none\n"},
	    {"argument parent none\n",
		"argument parent none\nargument why not\n"},
	    {"argument parent", "argument  parent"},
	    {"proposal 2", "proposal 3"},
	    {"verb policy", "verb polic"},
	    {"verb policy", "verb review"},
	    {"expires 1783500000", "expires 1782900000"},
	    {"expires 1783500000", "expires 0"},
	    {"expires 1783500000", "expires 1893456000"},
	    {"sallyport p", "sallyporT p"},
	    {"argument ", "Argument "},
	    {"author ", "author\t"},
	    {"author alice", "author al ice"},
	    {"author alice", "author ali+ce"},
	    {"prod.policy", "../prod.policy"},
	    {"prod.policy", ".prod.policy"},
	    {"prod.policy", "prod.txt"},
	    {"file ", "file  "},
	    {"file ", "File "},
	    {" prod.policy", "  prod.policy"},
	    {" prod.policy", "_prod.policy"},
	    {" prod.policy", "prod.policy"},
	    {"reference CHG", "reference CHG\t"},
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		char other[BUNDLE_TEXT_MAX];
		const char *at = strstr(text, others[i][0]);
		struct bundle read;
		int n;

		assert_non_null(at);
		n = snprintf(other, sizeof other, "%.*s%s%s", (int)(at - text),
		    text, others[i][1], at + strlen(others[i][0]));
		if (bundle_parse(&read, other, (size_t)n) == 0)
			fail_msg("taken: %s", other);
	}
}

/* Of no value more is taken than there is room for, and not one file more. */
static void
a_manifest_that_is_too_large_is_refused(void **state)
{
	static const char *const words[] = {"sallyport", "verb", "author",
	    "time", "expires", "reference", "argument", "file"};
	static struct {
		struct bundle b;
		char behind[4096];
	} room;
	static char large[2 * BUNDLE_TEXT_MAX], many[2 * BUNDLE_TEXT_MAX];
	const char *file = strstr(text, "file "), *at;
	size_t n = (size_t)(file - text);
	size_t w = sizeof words / sizeof words[0];

	memset(&room, 0, sizeof room);
	while (w-- > 0) {
		char word[16];

		snprintf(word, sizeof word, "%s ", words[w]);
		at = strstr(text, word) + strlen(word);
		snprintf(large, sizeof large, "%.*s%04000d%s", (int)(at - text),
		    text, 0, at);
		assert_int_equal(
		    bundle_parse(&room.b, large, strlen(large)), -1);
	}
	memcpy(many, text, n);
	for (int i = 0; i <= BUNDLE_FILES; i++)
		n += (size_t)snprintf(many + n, sizeof many - n,
		    "%.*s%03d.test\n", (int)strlen("file ") + BUNDLE_HASH_TEXT,
		    file, i);
	many[n++] = '\n';
	assert_int_equal(bundle_parse(&room.b, many, n), -1);
	for (size_t i = 0; i < sizeof room.behind; i++)
		assert_int_equal(room.behind[i], 0);

	b.file_count = BUNDLE_FILES + 1;
	assert_int_equal(bundle_format(&b, large, &n), -1);

	memcpy(large, text, size);
	memset(large + size, '\n', sizeof large - size);
	assert_int_equal(bundle_parse(&room.b, large, BUNDLE_TEXT_MAX), 0);
	assert_int_equal(bundle_parse(&room.b, large, BUNDLE_TEXT_MAX + 1), -1);
}

static void
a_manifest_has_the_hashes_of_its_files(void **state)
{
	size_t len;

	b.file[0].hash[0] = 'A';
	assert_int_equal(bundle_format(&b, text, &len), -1);
	b.file[0].hash[0] = '\0';
	assert_int_equal(bundle_format(&b, text, &len), -1);
}

static void
files_stand_in_order_and_once(void **state)
{
	size_t len;

	b.file_count = 2;
	b.file[1] = b.file[0];
	assert_int_equal(bundle_format(&b, text, &len), -1);
	strcpy(b.file[1].name, "a.policy");
	assert_int_equal(bundle_format(&b, text, &len), -1);
	strcpy(b.file[1].name, "z.test");
	assert_int_equal(bundle_format(&b, text, &len), 0);
}

static void
the_largest_bundle_fits(void **state)
{
	static struct bundle large, again;
	size_t len;

	large = b;
	memset(large.argument[0].value, 'a', BUNDLE_HASH_TEXT - 1);
	large.argument[1] = large.argument[0];
	strcpy(large.argument[1].word, "restores");
	large.argument_count = 2;
	memset(large.author, 'a', BUNDLE_NAME_MAX);
	memset(large.reference, 'r', BUNDLE_NAME_MAX);
	for (int i = 0; i < BUNDLE_FILES; i++) {
		large.file[i] = b.file[0];
		snprintf(large.file[i].name, sizeof large.file[i].name,
		    "%03d%.*s.policy", i, BUNDLE_NAME_MAX - 10,
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	}
	large.file_count = BUNDLE_FILES;
	assert_int_equal(bundle_format(&large, text, &len), 0);
	text[len++] = '\n';
	assert_int_equal(bundle_parse(&again, text, len), 0);
	assert_int_equal(again.file_count, BUNDLE_FILES);
}

/* Of the release before: it stays in force. */
static void
format_1_reads_as_it_was(void **state)
{
	char hash[BUNDLE_HASH_TEXT], again[BUNDLE_HASH_TEXT];

	memcpy(hash, b.file[0].hash, sizeof hash);
	size = (size_t)snprintf(text, sizeof text,
	    "sallyport policy bundle 1\nparent none\nauthor alice\n"
	    "time 1782900000\nreference CHG-1\nfile %s prod.policy\n\n",
	    hash);
	assert_int_equal(bundle_parse(&b, text, size), 0);
	assert_string_equal(b.verb, "policy");
	assert_string_equal(bundle_argument(&b, "parent"), "none");
	assert_int_equal(b.expires_unix, 0);
	assert_int_equal(bundle_hash(text, size - 1, again), 0);
	assert_string_equal(b.hash, again);
	*strstr(text, "none") = 'N';
	assert_int_equal(bundle_parse(&b, text, size), -1);
}

/* Each verb has its arguments and files, and no others. */
static void
a_verb_has_what_it_needs(void **state)
{
	size_t len;

	b.file_count = 0;
	assert_int_equal(bundle_format(&b, text, &len), -1);
	strcpy(b.verb, "review");
	assert_int_equal(bundle_format(&b, text, &len), -1);
	b.argument_count = 0;
	assert_int_equal(bundle_add_argument(&b, "at", "1782900000"), 0);
	assert_int_equal(bundle_format(&b, text, &len), -1);
	assert_int_equal(
	    bundle_add_argument(&b, "restored", b.file[0].hash), 0);
	assert_int_equal(bundle_format(&b, text, &len), 0);
	b.file_count = 1;
	assert_int_equal(bundle_format(&b, text, &len), -1);
	b.file_count = 0;
	strcpy(b.argument[0].value, "soon");
	assert_int_equal(bundle_format(&b, text, &len), -1);
}

static void
author_and_somebody_else_are_enough(void **state)
{
	sign("bob", 2);
	sign("alice", 1);
	assert_int_equal(bundle_parse(&b, text, size), 0);
	assert_int_equal(signers_load(&signers, folder, why), 0);
	assert_int_equal(signers.count, 2);
	assert_int_equal(signers_verify(&signers, &b,
			     (struct bytes){text, size}, reviewer, why),
	    0);
	assert_string_equal(reviewer, "bob");
}

static void
one_is_not_enough_and_nobody_even_less(void **state)
{
	assert_refused("author alice has not signed");
	signers_free(&signers);
	sign("alice", 1);
	assert_refused("nobody but its author alice has signed");
}

static void
the_same_person_twice_is_one(void **state)
{
	sign("alice", 1);
	sign("alice", 1);
	assert_refused("nobody but its author alice has signed");
}

static void
the_author_under_another_name_is_nobody(void **state)
{
	sign("alice", 1);
	sign("bob", 1);
	assert_refused("nobody but its author alice has signed");
}

static void
a_stranger_does_not_count(void **state)
{
	sign("alice", 1);
	sign("carol", 3);
	assert_refused("nobody but its author alice has signed");
}

static void
an_author_who_may_not_sign_does_not_count(void **state)
{
	char path[160];

	sign("alice", 1);
	sign("bob", 2);
	snprintf(path, sizeof path, "%s/alice.pub", folder);
	unlink(path);
	assert_refused("author alice is not among those who may sign");
}

static void
a_text_that_was_changed_is_not_signed(void **state)
{
	sign("alice", 1);
	sign("bob", 2);
	*strstr(text, "4711") = '5';
	assert_refused("signature of its author alice does not match");
}

static void
a_key_with_two_names_is_refused(void **state)
{
	allow("carol.pub", "carol", 1);
	assert_no_signers("have the same key");
}

static void
a_file_that_names_no_person_is_refused(void **state)
{
	char path[160];

	put("bob+1.pub", "");
	assert_no_signers("bob+1.pub: is no person's name");
	snprintf(path, sizeof path, "%s/bob+1.pub", folder);
	assert_int_equal(unlink(path), 0);
}

static void
names_and_references_are_printable(void **state)
{
	static const struct {
		const char *text;
		int reference, person;
	} rows[] = {{"CHG-1", 1, 1}, {"CHG 1", 1, 0}, {"a/b", 1, 0},
	    {"a+b", 1, 0}, {"", 0, 0}, {"a\x7f", 0, 0}, {"a\n", 0, 0},
	    {"\xc3\xa4", 0, 0}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (bundle_reference_ok(rows[i].text) != rows[i].reference ||
		    bundle_person_ok(rows[i].text) != rows[i].person)
			fail_msg("%s", rows[i].text);
}

/* Who reads the history takes them for one. */
static void
names_that_differ_in_case_are_refused(void **state)
{
	allow("Alice.pub", "Alice", 3);
	assert_no_signers("Alice and alice look like one name");
}

static void
a_time_that_no_calendar_has_is_refused(void **state)
{
	b.time_unix = BUNDLE_TIME_MAX - 1;
	b.expires_unix = BUNDLE_TIME_MAX;
	assert_int_equal(bundle_format(&b, text, &size), 0);
	b.expires_unix++;
	assert_int_equal(bundle_format(&b, text, &size), -1);
}

static void
a_key_of_another_name_than_its_file_is_refused(void **state)
{
	allow("carol.pub", "alice", 3);
	assert_no_signers("carol.pub: is the key of alice");
	put("carol.pub", "no key\n");
	assert_no_signers("carol.pub: is no Ed25519 public key");
}

/* Who can write there is everybody. */
static void
keys_that_others_may_write_are_refused(void **state)
{
	char path[160];

	snprintf(path, sizeof path, "%s/bob.pub", folder);
	assert_int_equal(chmod(path, 0664), 0);
	assert_no_signers("chmod go-w ");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_no_signers("can be written by other users than its owner");
}

/* As `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` do. */
static void
a_key_in_pem_is_named_by_its_file(void **state)
{
	put("carol.pub",
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
	    "-----END PUBLIC KEY-----\n");
	assert_int_equal(signers_load(&signers, folder, why), 0);
	assert_int_equal(signers.count, 3);
	assert_string_equal(signers.key[2].name, "carol");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_manifest_reads_back),
	    TEST(a_manifest_that_is_cut_anywhere_is_none),
	    TEST(there_is_one_way_to_write_a_manifest),
	    TEST(a_manifest_that_is_too_large_is_refused),
	    TEST(a_manifest_has_the_hashes_of_its_files),
	    TEST(files_stand_in_order_and_once),
	    TEST(the_largest_bundle_fits),
	    TEST(format_1_reads_as_it_was),
	    TEST(a_verb_has_what_it_needs),
	    TEST(author_and_somebody_else_are_enough),
	    TEST(one_is_not_enough_and_nobody_even_less),
	    TEST(the_same_person_twice_is_one),
	    TEST(the_author_under_another_name_is_nobody),
	    TEST(a_stranger_does_not_count),
	    TEST(an_author_who_may_not_sign_does_not_count),
	    TEST(a_text_that_was_changed_is_not_signed),
	    TEST(a_key_with_two_names_is_refused),
	    TEST(a_file_that_names_no_person_is_refused),
	    cmocka_unit_test(names_and_references_are_printable),
	    TEST(names_that_differ_in_case_are_refused),
	    TEST(a_time_that_no_calendar_has_is_refused),
	    TEST(a_key_of_another_name_than_its_file_is_refused),
	    TEST(keys_that_others_may_write_are_refused),
	    TEST(a_key_in_pem_is_named_by_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
