/* SPDX-License-Identifier: Apache-2.0 */
/* What is loaded is what two people signed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "gatewayd/parent/reviewed.h"
#include "lib/bundle/bundle_form.h"
#include "lib/bundle/signers.h"
#include "lib/conf/lex.h"
#include "lib/record/note.h"
#include "policy/policy.h"
#include "tests/support/unit.h"

#define CLOSED "deny any\nend\n"
#define OPEN "permit any with password\nend\n"
#define TABLE "person ann\n"
#define PATH_ROOM 128

static const char *const names[] = {"signers/ann.pub", "signers/ben.pub",
    "policy.d/bundle", "policy.d/closed.policy", "policy.d/open.policy",
    "policy.d/all.test", "signers", "policy.d"};
#define FOLDERS 2 /* at the end */

static char folder[32];
static struct lex_errors errors;
static struct reviewed reviewed;
static struct bundle bundle;
static char manifest[BUNDLE_TEXT_MAX];
static size_t size;

static const char *
in_folder(const char *name)
{
	static char path[4][PATH_ROOM];
	static unsigned n;

	n = (n + 1) % 4;
	snprintf(path[n], PATH_ROOM, "%s/%s", folder, name);
	return path[n];
}

static void
put(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(in_folder(name), 0644), 0);
}

/* Signs the manifest with a key of SEED everywhere, whose public half is put
 * with those who may. */
static void
sign(const char *person, uint8_t seed)
{
	uint8_t raw[32];
	struct log_key k = {.pkey = NULL};
	size_t len = sizeof k.public_key;
	char line[NOTE_LINE_MAX], public[LOG_KEY_TEXT_MAX], name[64];

	memset(raw, seed, sizeof raw);
	k.pkey = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, raw, sizeof raw);
	assert_non_null(k.pkey);
	assert_int_equal(
	    EVP_PKEY_get_raw_public_key(k.pkey, k.public_key, &len), 1);
	assert_int_equal(log_key_set_name(&k, person), 0);
	assert_int_equal(note_sign(&k, manifest, bundle.body, line), 0);
	size += (size_t)snprintf(
	    manifest + size, sizeof manifest - size, "%s", line);
	assert_int_equal(log_key_format_public(&k, public), 0);
	snprintf(name, sizeof name, "signers/%s.pub", person);
	put(name, public);
	log_key_free(&k);
}

static void
list(const char *name, const char *text)
{
	struct bundle_file *file = &bundle.file[bundle.file_count++];

	snprintf(file->name, sizeof file->name, "%s", name);
	assert_int_equal(bundle_hash(text, strlen(text), file->hash), 0);
}

static int
set_up(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/sallyport-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mkdir(in_folder("signers"), 0755), 0);
	assert_int_equal(mkdir(in_folder("policy.d"), 0755), 0);
	bundle = (struct bundle){.verb = "policy",
	    .author = "ann",
	    .reference = "CHG-1",
	    .time_unix = 1782900000,
	    .expires_unix = 1783500000,
	    .argument_count = 1,
	    .argument[0] = {"parent", "none"}};
	list("all.test", TABLE);
	list("closed.policy", CLOSED);
	list("open.policy", OPEN);
	assert_int_equal(bundle_format(&bundle, manifest, &size), 0);
	manifest[size++] = '\n';
	assert_int_equal(bundle_parse(&bundle, manifest, size), 0);
	sign("ann", 1);
	sign("ben", 2);
	put("policy.d/bundle", manifest);
	put("policy.d/all.test", TABLE);
	put("policy.d/closed.policy", CLOSED);
	put("policy.d/open.policy", OPEN);
	return 0;
}

static int
tear_down(void **state)
{
	size_t count = sizeof names / sizeof names[0];

	for (size_t i = 0; i < count - FOLDERS; i++)
		unlink(in_folder(names[i]));
	for (size_t i = count - FOLDERS; i < count; i++)
		rmdir(in_folder(names[i]));
	return rmdir(folder);
}

static struct policy_source
source(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof path, "policy.d/%s", name);
	return (struct policy_source){in_folder(path), text, strlen(text)};
}

static void
check(const struct policy_source *sources, size_t count)
{
	lex_errors_init(&errors);
	reviewed_check(&reviewed,
	    &(struct reviewed_policy){in_folder("policy.d"), sources, count},
	    in_folder("signers"), "gatewayd.conf", &errors);
}

static void
assert_refused(const char *said)
{
	assert_int_not_equal(errors.count, 0);
	if (strstr(errors.text, said) == NULL)
		fail_msg("wanted %s\ngot %s", said, errors.text);
}

static void
what_two_people_signed_is_taken(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", CLOSED), source("open.policy", OPEN)};

	check(both, 2);
	if (errors.count != 0)
		fail_msg("%s", errors.text);
	assert_string_equal(reviewed.author, "ann");
	assert_string_equal(reviewed.reviewer, "ben");
	assert_string_equal(reviewed.bundle, bundle.hash);
}

/* The file on disk is the right one; what was read before is not. */
static void
the_text_that_counts_is_the_one_that_was_read(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", OPEN), source("open.policy", OPEN)};

	check(both, 2);
	assert_refused("closed.policy: is not the file that was signed");
}

/* Nobody signed it, and still one policy is told from another. */
static void
without_signatures_the_files_name_it(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", CLOSED), source("open.policy", OPEN)};
	struct reviewed_policy policy = {in_folder("policy.d"), both, 2};
	char name[BUNDLE_HASH_TEXT];

	lex_errors_init(&errors);
	reviewed_none(&reviewed, &policy, "gatewayd.conf", &errors);
	assert_int_equal(errors.count, 0);
	assert_true(bundle_hash_ok(reviewed.bundle));
	assert_string_equal(reviewed.author, "");
	memcpy(name, reviewed.bundle, sizeof name);
	reviewed_none(&reviewed, &policy, "gatewayd.conf", &errors);
	assert_string_equal(reviewed.bundle, name);
	both[1] = source("open.policy", CLOSED);
	reviewed_none(&reviewed, &policy, "gatewayd.conf", &errors);
	assert_string_not_equal(reviewed.bundle, name);
	both[1] = source("other.policy", OPEN);
	reviewed_none(&reviewed, &policy, "gatewayd.conf", &errors);
	assert_string_not_equal(reviewed.bundle, name);
}

/* It was away when the folder was read, and so is not among the rules. */
static void
a_policy_that_comes_late_is_missing(void **state)
{
	struct policy_source one[] = {source("open.policy", OPEN)};

	check(one, 1);
	assert_refused("closed.policy: is in the bundle that was signed, and "
		       "missing here");
}

static void
a_policy_beside_them_is_refused(void **state)
{
	struct policy_source three[] = {source("closed.policy", CLOSED),
	    source("open.policy", OPEN), source("other.policy", OPEN)};

	check(three, 3);
	assert_refused("other.policy: is not in the bundle that was signed");
}

static void
a_table_belongs_to_what_was_signed(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", CLOSED), source("open.policy", OPEN)};

	put("policy.d/all.test", "person eve\n");
	check(both, 2);
	assert_refused("all.test: is not the file that was signed");
	assert_int_equal(unlink(in_folder("policy.d/all.test")), 0);
	check(both, 2);
	assert_refused("all.test: is in the bundle that was signed, and "
		       "missing here");
}

static void
who_may_not_sign_any_more_did_not_sign(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", CLOSED), source("open.policy", OPEN)};

	assert_int_equal(unlink(in_folder("signers/ben.pub")), 0);
	check(both, 2);
	assert_refused("nobody but its author ann has signed it");
	assert_string_equal(reviewed.bundle, "");
}

static void
a_manifest_that_was_cut_is_none(void **state)
{
	struct policy_source both[] = {
	    source("closed.policy", CLOSED), source("open.policy", OPEN)};

	for (size_t i = 0; i < size; i++) {
		assert_int_equal(truncate(in_folder("policy.d/bundle"), 0), 0);
		manifest[size - 1 - i] = '\0';
		put("policy.d/bundle", manifest);
		check(both, 2);
		assert_int_not_equal(errors.count, 0);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(what_two_people_signed_is_taken),
	    TEST(the_text_that_counts_is_the_one_that_was_read),
	    TEST(without_signatures_the_files_name_it),
	    TEST(a_policy_that_comes_late_is_missing),
	    TEST(a_policy_beside_them_is_refused),
	    TEST(a_table_belongs_to_what_was_signed),
	    TEST(who_may_not_sign_any_more_did_not_sign),
	    TEST(a_manifest_that_was_cut_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
