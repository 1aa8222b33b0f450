/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/checkpoint.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

/* Made by another implementation (Python's cryptography) from the fixture's
 * key: the head of the eight leaves of test_merkle.c. */
static const char vector[] =
    FIXTURE_ORIGIN "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
		   "\xe2\x80\x94 " FIXTURE_ORIGIN
		   " uGAwsIcxCNwTlpRTT1pPwrg/UVA2ar5R0iO1trQTC03glPvfKihE7/"
		   "vp8GS0xO8K25sswhaO/jukwWxLw5i1/oLktwY=\n";
static const uint8_t vector_root[MERKLE_HASH_SIZE] = {0x5d, 0xc9, 0xda, 0x79,
    0xa7, 0x06, 0x59, 0xa9, 0xad, 0x55, 0x9c, 0xb7, 0x01, 0xde, 0xd9, 0xa2,
    0xab, 0x9d, 0x82, 0x3a, 0xad, 0x2f, 0x49, 0x60, 0xcf, 0xe3, 0x70, 0xef,
    0xf4, 0x60, 0x43, 0x28};

/* The verifier key of the documentation of Go's sumdb/note. */
static const char go_key[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n";

static void
signing_gives_the_vector(void **state)
{
	struct log_fixture f;
	char text[CHECKPOINT_TEXT_MAX];
	size_t len;

	log_fixture_open(&f);
	assert_int_equal(
	    checkpoint_sign(&f.key, 8, vector_root, text, &len), 0);
	assert_int_equal(len, sizeof vector - 1);
	assert_memory_equal(text, vector, len);
	log_fixture_close(&f);
}

static void
both_forms_of_the_public_key_open_it(void **state)
{
	const char *forms[] = {fixture_public_line, fixture_public_pem};
	struct checkpoint c;
	struct log_key k;

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    log_key_parse_public(&k, forms[i], strlen(forms[i])), 0);
		assert_int_equal(
		    checkpoint_open(&k, vector, sizeof vector - 1, &c),
		    CHECKPOINT_OK);
		assert_string_equal(c.origin, FIXTURE_ORIGIN);
		assert_int_equal(c.size, 8);
		assert_memory_equal(c.root, vector_root, sizeof vector_root);
		log_key_free(&k);
	}
}

static void
a_verifier_key_reads_and_writes_the_same(void **state)
{
	char text[LOG_KEY_TEXT_MAX];
	struct log_key k;

	assert_int_equal(
	    log_key_parse_public(&k, go_key, sizeof go_key - 1), 0);
	assert_string_equal(k.name, "PeterNeumann");
	assert_memory_equal(k.id, "\xc7\x4f\x20\xa3", 4);
	assert_int_equal(log_key_format_public(&k, text), 0);
	assert_string_equal(text, go_key);
	log_key_free(&k);
}

static void
bad_keys_are_refused(void **state)
{
	static const char *const bad[] = {"", "\n", "+", "a+b+c",
	    /* hash of another name */
	    "PeterNeuman+c74f20a3+"
	    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    /* another algorithm byte */
	    "PeterNeumann+c74f20a3+"
	    "Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "PeterNeumann+c74f20a3+"
	    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
	    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
	    /* a P-256 key */
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
	    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
	    "-----END PUBLIC KEY-----\n"};
	struct log_key k;
	int pipe_fd[2];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(
		    log_key_parse_public(&k, bad[i], strlen(bad[i])), -1);
	assert_int_equal(pipe(pipe_fd), 0);
	assert_int_equal(write(pipe_fd[1], "no key", 6), 6);
	close(pipe_fd[1]);
	assert_int_equal(log_key_read_private(&k, pipe_fd[0], "name"), -1);
	close(pipe_fd[0]);
	assert_false(log_key_name_ok("two words"));
	assert_false(log_key_name_ok("a+b"));
	assert_false(log_key_name_ok(""));
}

/* Whatever byte of the signed text or the signature changes, nothing opens it;
 * the key's own name and id are held against as well. */
/* The names that a checkpoint may claim for its log. */
static void
a_name_is_printable_and_bounded(void **state)
{
	static const struct {
		const char *name;
		int ok;
	} rows[] = {{"gw.example.com/log", 1}, {"!~", 1}, {"", 0}, {"a b", 0},
	    {"a+b", 0}, {"a\tb", 0}, {"a\x7f", 0}, {"a\xc3\xa4", 0}};
	char text[CHECKPOINT_TEXT_MAX], longest[LOG_KEY_NAME_MAX + 2];
	struct checkpoint c;
	struct log_key k = {0};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (log_key_name_ok(rows[i].name) != rows[i].ok)
			fail_msg("%s", rows[i].name);
	memset(longest, 'n', sizeof longest);
	longest[LOG_KEY_NAME_MAX + 1] = '\0';
	assert_int_equal(log_key_name_ok(longest), 0);
	assert_int_equal(log_key_name_ok(longest + 1), 1);
	/* far longer than there is room for: nothing of it is taken */
	memset(text, 'n', 2000);
	strcpy(text + 2000, strchr(vector, '\n'));
	assert_int_equal(
	    checkpoint_open(&k, text, strlen(text), &c), CHECKPOINT_MALFORMED);
}

static void
no_flipped_bit_is_accepted(void **state)
{
	char text[sizeof vector];
	struct checkpoint c;
	struct log_key k;

	assert_int_equal(log_key_parse_public(&k, fixture_public_line,
			     strlen(fixture_public_line)),
	    0);
	for (size_t at = 0; at < sizeof vector - 1; at++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(text, vector, sizeof vector);
			text[at] = (char)(text[at] ^ 1 << bit);
			assert_int_not_equal(
			    checkpoint_open(&k, text, sizeof vector - 1, &c),
			    CHECKPOINT_OK);
		}
	for (size_t len = 0; len < sizeof vector - 1; len++)
		assert_int_not_equal(
		    checkpoint_open(&k, vector, len, &c), CHECKPOINT_OK);
	log_key_free(&k);
}

#define ROOT "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="

/* Whoever signed it.  The last one only has no signature. */
static void
a_body_of_another_form_is_malformed(void **state)
{
	static const struct {
		const char *text;
		enum checkpoint_result result;
	} rows[] = {
	    {"\n8\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {"a b\n8\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n08\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n-8\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n8 \n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n8:\n" ROOT "\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n18446744073709551624\n" ROOT "\n\n",
		CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n8\nXcna\n\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n8\n" ROOT "\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n8\n", CHECKPOINT_MALFORMED},
	    {FIXTURE_ORIGIN "\n0\n" ROOT "\n\n", CHECKPOINT_UNSIGNED},
	    {FIXTURE_ORIGIN "\n8\n" ROOT "\n\n", CHECKPOINT_UNSIGNED},
	};
	struct checkpoint c;
	struct log_key k;

	assert_int_equal(log_key_parse_public(&k, fixture_public_line,
			     strlen(fixture_public_line)),
	    0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (checkpoint_open(&k, rows[i].text, strlen(rows[i].text),
			&c) != rows[i].result)
			fail_msg("row %zu: %s", i, rows[i].text);
	log_key_free(&k);
}

static void
another_key_does_not_open_it(void **state)
{
	struct checkpoint c;
	struct log_key k;

	assert_int_equal(
	    log_key_parse_public(&k, go_key, sizeof go_key - 1), 0);
	assert_int_equal(checkpoint_open(&k, vector, sizeof vector - 1, &c),
	    CHECKPOINT_UNSIGNED);
	assert_int_equal(
	    checkpoint_open(&k, "x\n", 2, &c), CHECKPOINT_MALFORMED);
	log_key_free(&k);
}

static void
extensions_and_other_signatures_are_passed_over(void **state)
{
	/* our signature is not over the extension line: mismatch, not bypass */
	static const char extended[] = FIXTURE_ORIGIN
	    "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\nmore\n\n"
	    "\xe2\x80\x94 " FIXTURE_ORIGIN
	    " uGAwsIcxCNwTlpRTT1pPwrg/UVA2ar5R0iO1trQTC03glPvfKihE7/"
	    "vp8GS0xO8K25sswhaO/jukwWxLw5i1/oLktwY=\n";
	char cosigned[CHECKPOINT_TEXT_MAX];
	struct checkpoint c;
	struct log_key k;
	int len;

	assert_int_equal(log_key_parse_public(&k, fixture_public_line,
			     strlen(fixture_public_line)),
	    0);
	assert_int_equal(checkpoint_open(&k, extended, sizeof extended - 1, &c),
	    CHECKPOINT_MISMATCH);
	len = snprintf(cosigned, sizeof cosigned,
	    "%s\xe2\x80\x94 witness AAAAAAAA\n", vector);
	assert_int_equal(
	    checkpoint_open(&k, cosigned, (size_t)len, &c), CHECKPOINT_OK);
	log_key_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signing_gives_the_vector),
	    cmocka_unit_test(both_forms_of_the_public_key_open_it),
	    cmocka_unit_test(a_verifier_key_reads_and_writes_the_same),
	    cmocka_unit_test(bad_keys_are_refused),
	    cmocka_unit_test(a_name_is_printable_and_bounded),
	    cmocka_unit_test(no_flipped_bit_is_accepted),
	    cmocka_unit_test(a_body_of_another_form_is_malformed),
	    cmocka_unit_test(another_key_does_not_open_it),
	    cmocka_unit_test(extensions_and_other_signatures_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
