/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/sha.h>

#include "lib/base/format.h"
#include "lib/base/hex.h"
#include "lib/base/utf8.h"
#include "lib/record/record_list.h"
#include "lib/record/record_parse.h"
#include "tests/record/log_fixture.h"
#include "tests/record/ocsf_table.h"
#include "tests/record/round_trip.h"
#include "tests/support/unit.h"

static const uint8_t kind_of[] = {
    [OUTCOME_GRANTED] = RECORD_ATTEMPT,
    [OUTCOME_DENIED] = RECORD_ATTEMPT,
    [OUTCOME_ABORTED] = RECORD_ATTEMPT,
    [OUTCOME_ERROR] = RECORD_ATTEMPT,
    [OUTCOME_ORPHANED] = RECORD_ATTEMPT,
    [OUTCOME_OPENED] = RECORD_SESSION,
    [OUTCOME_CLOSED] = RECORD_SESSION,
    [OUTCOME_LAPSED] = RECORD_SESSION,
    [OUTCOME_ENROLLED] = RECORD_ADMIN,
    [OUTCOME_REVOKED] = RECORD_ADMIN,
    [OUTCOME_PROPOSED] = RECORD_ADMIN,
    [OUTCOME_APPROVED] = RECORD_ADMIN,
    [OUTCOME_APPLIED] = RECORD_ADMIN,
    [OUTCOME_RESTORED] = RECORD_ADMIN,
    [OUTCOME_LOADED] = RECORD_ADMIN,
    [OUTCOME_GIVEN] = RECORD_ADMIN,
    [OUTCOME_WITHDRAWN] = RECORD_ADMIN,
    [OUTCOME_INVITED] = RECORD_ADMIN,
    [OUTCOME_UNLOCKED] = RECORD_ADMIN,
    [OUTCOME_FAILED] = RECORD_ADMIN,
    [OUTCOME_CHANGED] = RECORD_ADMIN,
    [OUTCOME_EMERGENCY] = RECORD_ADMIN,
    [OUTCOME_REVIEWED] = RECORD_ADMIN,
};
#define OUTCOMES (sizeof kind_of / sizeof kind_of[0])

static void
every_outcome_is_a_valid_event_and_reads_back(void **state)
{
	for (uint8_t o = OUTCOME_GRANTED; o < OUTCOMES; o++) {
		struct msg_AUDIT_APPEND_REQ r;
		struct record_parsed parsed;

		log_fixture_record(&r, 5);
		r.kind = kind_of[o];
		r.outcome = o;
		r.tries = 3;
		if (r.kind == RECORD_ADMIN) {
			strcpy(r.actor, "root");
			r.username_size = 0;
			memset(r.username, 0, sizeof r.username);
			memset(r.service, 0, sizeof r.service);
			memset(r.host, 0, sizeof r.host);
			memset(r.session, 0, sizeof r.session);
		}
		if (o >= OUTCOME_PROPOSED && o <= OUTCOME_LOADED) {
			memset(r.bundle, 'a', sizeof r.bundle - 1);
			strcpy(r.change, "CHG-4711");
			strcpy(r.author, "alice");
			strcpy(r.reviewer, "bob");
		}
		if (o == OUTCOME_GRANTED || o == OUTCOME_GIVEN) {
			strcpy(r.approval, "CHG-\"4711\"");
			strcpy(r.approver, "bob");
			strcpy(r.approval_service, "sudo");
			r.approval_ends_ms = 1767225600000;
		}
		record_clear(&r, RECORD_IN(r.kind));
		parsed = round_trip(&r);
		assert_memory_equal(&parsed.record, &r, sizeof r);
	}
}

/* What is only intended counts nowhere as the change. */
static void
an_intent_is_an_event_of_its_own_and_reads_back(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 5);
	r.kind = RECORD_INTENT;
	r.outcome = OUTCOME_REVOKED;
	memset(r.service, 0, sizeof r.service);
	memset(r.host, 0, sizeof r.host);
	record_clear(&r, RECORD_IN(RECORD_INTENT));
	parsed = round_trip(&r);
	assert_memory_equal(&parsed.record, &r, sizeof r);
	assert_non_null(strstr(round_trip_line, "\"activity_id\":99"));
	assert_non_null(strstr(round_trip_line, "\"status\":\"Unknown\""));
	assert_non_null(strstr(round_trip_line, "to be revoked"));
}

static void
a_record_with_almost_nothing_in_it_is_valid(void **state)
{
	struct msg_AUDIT_APPEND_REQ r = {
	    .kind = RECORD_ATTEMPT, .outcome = OUTCOME_ABORTED};
	struct record_parsed parsed = round_trip(&r);

	assert_memory_equal(&parsed.record, &r, sizeof r);
}

static void
kind_and_outcome_must_belong_together(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	for (unsigned kind = 0; kind < 6; kind++)
		for (unsigned o = 0; o < OUTCOMES + 2; o++) {
			int fits = o >= 1 && o < OUTCOMES &&
				   (kind_of[o] == kind ||
				       (kind == RECORD_INTENT &&
					   kind_of[o] == RECORD_ADMIN));

			log_fixture_record(&r, 1);
			r.kind = (uint8_t)kind;
			r.outcome = (uint8_t)o;
			assert_int_equal(record_render(&r, &round_trip_place,
					     round_trip_line, &round_trip_len),
			    fits ? 0 : -1);
		}
}

static json_t *
own(json_t *event)
{
	return json_object_get(json_object_get(event, "unmapped"), "sallyport");
}

/* One event, whatever the person typed, and the bytes can be had back. */
static void
any_username_is_one_line_and_round_trips(void **state)
{
	static const char *const typed[] = {"x\"}\n{\"outcome\":\"granted\"",
	    "\x1b[2J\x1b]52;c;aGk=\a", "] [evil@1 a=\"b\"]", "\xff", "\xc0\xaf",
	    "a\xe2\x80\xae"
	    "b",
	    "\xe2\x80\xa8", "\xc2\x9b", "\\xff", "\x7f", " ", "",
	    "\b\n\r\177INCORRECT"};
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		log_fixture_record(&r, 3);
		r.outcome = OUTCOME_DENIED;
		memset(r.name, 0, sizeof r.name);
		memset(r.subject, 0, sizeof r.subject);
		memset(r.username, 0, sizeof r.username);
		r.username_size = strlen(typed[i]);
		memcpy(r.username, typed[i], r.username_size);
		parsed = round_trip(&r);
		assert_memory_equal(&parsed.record, &r, sizeof r);
		for (size_t at = 0; at < round_trip_len; at++)
			assert_true((uint8_t)round_trip_line[at] >= ' ' &&
				    round_trip_line[at] != 0x7f);
		assert_null(strstr(round_trip_line, "\xe2\x80\xae"));
		assert_null(strstr(round_trip_line, "\xe2\x80\xa8"));
	}
}

static void
random_bytes_round_trip(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	srand(11);
	for (int round = 0; round < 3000; round++) {
		log_fixture_record(&r, (unsigned)round);
		memset(r.username, 0, sizeof r.username);
		r.username_size = (size_t)rand() % (USERNAME_MAX + 1);
		for (size_t i = 0; i < r.username_size; i++)
			r.username[i] = (uint8_t)rand();
		parsed = round_trip(&r);
		assert_memory_equal(&parsed.record, &r, sizeof r);
	}
}

/* The worst that the message can hold: cut, said so, and what others count by
 * is still whole. */
static void
an_oversized_record_is_cut_and_says_so(void **state)
{
	struct msg_AUDIT_APPEND_REQ r = {
	    .kind = RECORD_ATTEMPT, .outcome = OUTCOME_DENIED};
	struct record_parsed parsed;
	json_t *event;

	round_trip_fill(r.rule, sizeof r.rule);
	round_trip_fill(r.name, sizeof r.name);
	round_trip_fill(r.subject, sizeof r.subject);
	round_trip_fill(r.client, sizeof r.client);
	round_trip_fill(r.service, sizeof r.service);
	round_trip_fill(r.host, sizeof r.host);
	round_trip_fill(r.tty, sizeof r.tty);
	round_trip_fill(r.credential, sizeof r.credential);
	round_trip_fill(r.session, sizeof r.session);
	round_trip_fill(r.actor, sizeof r.actor);
	round_trip_fill(r.approval, sizeof r.approval);
	round_trip_fill(r.approver, sizeof r.approver);
	round_trip_fill(r.approval_service, sizeof r.approval_service);
	r.approval_ends_ms = INT64_MAX;
	round_trip_fill(r.reason, sizeof r.reason);
	round_trip_fill(r.reference, sizeof r.reference);
	round_trip_fill(r.key_fingerprint, sizeof r.key_fingerprint);
	memset(r.username, 0xff, sizeof r.username);
	r.username_size = sizeof r.username;
	parsed = round_trip(&r);
	assert_string_equal(parsed.record.subject, r.subject);
	assert_string_equal(parsed.record.credential, r.credential);
	assert_string_equal(parsed.record.session, r.session);
	assert_string_equal(parsed.record.approval, r.approval);
	assert_string_equal(parsed.record.approver, r.approver);
	assert_string_equal(parsed.record.reference, r.reference);
	event = json_loadb(round_trip_line, round_trip_len, 0, NULL);
	assert_true(json_is_true(json_object_get(
	    json_object_get(event, "metadata"), "is_truncated")));
	/* printf '\377%.0s' $(seq 256) | sha256sum */
	assert_string_equal(
	    json_string_value(json_object_get(own(event), "username_sha256")),
	    "3d6876a0146de8576eb2395a858de121"
	    "3d1b92c65b779df3a331cfd5a4584546");
	json_decref(event);
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	struct msg_AUDIT_APPEND_REQ r = {
	    .kind = RECORD_ATTEMPT, .outcome = OUTCOME_DENIED};

	round_trip_fill(r.rule, sizeof r.rule);
	round_trip_fill(r.host, sizeof r.host);
	round_trip_fill(r.name, sizeof r.name);
	round_trip_fill(r.key_fingerprint, sizeof r.key_fingerprint);
	round_trip_fill(r.tty, sizeof r.tty);
	round_trip_fill(r.actor, sizeof r.actor);
	memset(r.username, 1, sizeof r.username);
	r.username_size = sizeof r.username;
	for (size_t at = 0; at + 3 < sizeof r.service; at += 3)
		memcpy(r.service + at, "\xe2\x82\xac", 3);
	r.service[1] = '\0';
	memcpy(r.service, "ab", 2);
	for (size_t at = 2; at + 3 < sizeof r.service; at += 3)
		memcpy(r.service + at, "\xe2\x82\xac", 3);
	round_trip(&r);
	assert_non_null(strstr(round_trip_line, "\"is_truncated\":true"));
	assert_non_null(
	    strstr(round_trip_line, "\"service\":{\"name\":\"ab\xe2"));
	assert_null(strstr(round_trip_line, "\\\\xe2"));
}

static void
addresses_that_are_none_become_names(void **state)
{
	static const struct {
		const char *client, *expected;
	} cases[] = {
	    {"192.0.2.10", "\"src_endpoint\":{\"ip\":\"192.0.2.10\""},
	    {"2001:db8::1", "\"src_endpoint\":{\"ip\":\"2001:db8::1\""},
	    {"UNKNOWN", "\"src_endpoint\":{\"name\":\"UNKNOWN\""},
	    {"fe80::1%eth0", "\"src_endpoint\":{\"name\":\"fe80::1%eth0\""},
	    {"", "\"service\":"},
	};
	struct msg_AUDIT_APPEND_REQ r;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		log_fixture_record(&r, 1);
		memset(r.client, 0, sizeof r.client);
		strcpy(r.client, cases[i].client);
		round_trip(&r);
		assert_non_null(strstr(round_trip_line, cases[i].expected));
	}
	assert_null(strstr(round_trip_line, "src_endpoint"));
}

static void
is_mfa_takes_two_factors_and_approval_is_none(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	log_fixture_record(&r, 1);
	round_trip(&r);
	assert_non_null(strstr(round_trip_line, "\"is_mfa\":true"));
	r.verified = RECORD_PASSWORD | RECORD_APPROVAL;
	round_trip(&r);
	assert_non_null(strstr(round_trip_line, "\"is_mfa\":false"));
	assert_non_null(strstr(
	    round_trip_line, "\"verified\":[\"password\",\"approval\"]"));
	r.verified = RECORD_PUBLICKEY;
	round_trip(&r);
	assert_non_null(strstr(round_trip_line, "\"is_mfa\":false"));
}

static void
a_cut_tail_is_told_by_the_next_record(void **state)
{
	struct record_place cut = round_trip_place;
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	cut.cut = 312;
	log_fixture_record(&r, 1);
	assert_int_equal(
	    record_render(&r, &cut, round_trip_line, &round_trip_len), 0);
	assert_null(ocsf_fault(round_trip_line, round_trip_len));
	assert_int_equal(
	    record_parse(round_trip_line, round_trip_len, &parsed), 0);
	assert_int_equal(parsed.place.cut, 312);
}

/* As the document says it, with a hash made here. */
static void
the_uid_is_the_hash_of_the_line_with_zeros_there(void **state)
{
	static const char zeros[] = "0000000000000000";
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;
	uint8_t hash[32];
	char digits[17], *at;

	log_fixture_record(&r, 1);
	parsed = round_trip(&r);
	assert_string_equal(parsed.uid + 16, "-4711");
	snprintf(digits, sizeof digits, "%.16s", parsed.uid);
	at = strstr(round_trip_line, digits);
	assert_non_null(at);
	memcpy(at, zeros, 16);
	SHA256((const uint8_t *)round_trip_line, round_trip_len, hash);
	hex_encode(hash, 8, round_trip_line);
	assert_string_equal(round_trip_line, digits);
}

/* A log that is put back and goes on has the same sequence and chain. */
static void
another_record_in_the_same_place_has_another_uid(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed one, other;

	log_fixture_record(&r, 1);
	one = round_trip(&r);
	other = round_trip(&r);
	assert_string_equal(one.uid, other.uid);
	r.time_ms++;
	other = round_trip(&r);
	assert_string_not_equal(one.uid, other.uid);
}

static void
a_record_names_its_log(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;

	log_fixture_record(&r, 1);
	round_trip(&r);
	assert_non_null(strstr(round_trip_line,
	    "\"log_provider\":\"bastion1.example.com/sallyport\""));
}

static void
a_record_of_a_later_release_is_refused_as_one(void **state)
{
	static const char key[] = "\"metadata\":{";
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;
	char copy[2 * RECORD_LINE_MAX];
	const char *at;

	log_fixture_record(&r, 1);
	parsed = round_trip(&r);
	assert_int_equal(parsed.format, FORMAT_RECORD_NUMBER);
	at = strstr(round_trip_line, key);
	assert_non_null(at);
	at += strlen(key);
	snprintf(copy, sizeof copy, "%.*s\"log_version\":\"99\",%s",
	    (int)(at - round_trip_line), round_trip_line, at);
	assert_int_equal(record_parse(copy, strlen(copy), &parsed), -1);
	assert_int_equal(parsed.format, 99);
	snprintf(copy, sizeof copy, "%.*s\"log_version\":99,%s",
	    (int)(at - round_trip_line), round_trip_line, at);
	assert_int_equal(record_parse(copy, strlen(copy), &parsed), -1);
}

static void
lines_that_are_no_record_are_refused(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;
	static const char *const bad[] = {
	    "", "{}", "[]", "{\"metadata\":1}", "null"};
	char copy[2 * RECORD_LINE_MAX];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(
		    record_parse(bad[i], strlen(bad[i]), &parsed), -1);
	log_fixture_record(&r, 1);
	round_trip(&r);
	for (size_t n = 0; n < round_trip_len; n++)
		assert_int_equal(record_parse(round_trip_line, n, &parsed), -1);
	/* a second key of the same name */
	snprintf(copy, sizeof copy, "{\"time\":1,%s", round_trip_line + 1);
	assert_int_equal(record_parse(copy, strlen(copy), &parsed), -1);
}

/* Bytes that are no text grow when they are escaped; the record is one that
 * can be read all the same, or the log could not be gone on with. */
static void
every_record_that_is_written_can_be_read(void **state)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct record_parsed parsed;

	log_fixture_record(&r, 1);
	memset(r.tty, 0xff, sizeof r.tty - 1);
	memset(r.client, 0xfe, sizeof r.client - 1);
	memset(r.service, 0x80, sizeof r.service - 1);
	memset(r.subject, 0xff, sizeof r.subject - 1);
	memset(r.credential, 0xff, sizeof r.credential - 1);
	r.step = UINT64_MAX;
	r.time_ms = INT64_MIN;
	parsed = round_trip(&r);
	assert_int_equal(parsed.record.step, INT64_MAX);
	assert_int_equal(parsed.record.time_ms, 0);
	assert_int_equal(strlen(parsed.record.tty), sizeof r.tty - 1);
	r.time_ms = INT64_MAX;
	r.outcome = OUTCOME_GRANTED;
	round_trip(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_outcome_is_a_valid_event_and_reads_back),
	    cmocka_unit_test(an_intent_is_an_event_of_its_own_and_reads_back),
	    cmocka_unit_test(a_record_with_almost_nothing_in_it_is_valid),
	    cmocka_unit_test(kind_and_outcome_must_belong_together),
	    cmocka_unit_test(any_username_is_one_line_and_round_trips),
	    cmocka_unit_test(random_bytes_round_trip),
	    cmocka_unit_test(an_oversized_record_is_cut_and_says_so),
	    cmocka_unit_test(a_long_text_is_cut_between_characters),
	    cmocka_unit_test(addresses_that_are_none_become_names),
	    cmocka_unit_test(is_mfa_takes_two_factors_and_approval_is_none),
	    cmocka_unit_test(a_cut_tail_is_told_by_the_next_record),
	    cmocka_unit_test(the_uid_is_the_hash_of_the_line_with_zeros_there),
	    cmocka_unit_test(another_record_in_the_same_place_has_another_uid),
	    cmocka_unit_test(a_record_names_its_log),
	    cmocka_unit_test(lines_that_are_no_record_are_refused),
	    cmocka_unit_test(a_record_of_a_later_release_is_refused_as_one),
	    cmocka_unit_test(every_record_that_is_written_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
