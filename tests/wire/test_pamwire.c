/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include <sys/mman.h>
#include <unistd.h>

#include "lib/wire/pamwire.h"
#include "tests/support/unit.h"

#define SESSION "abcDEF0123456789-_abcd"

/* A frame of each type with something in every field. */
static void
sample(struct pamwire_frame *f, enum pamwire_type type)
{
	pamwire_init(f, type);
	switch (type) {
	case PAMWIRE_TYPE_BEGIN:
		f->u.begin.phase = PAMWIRE_AUTHN;
		memset(f->u.begin.nonce_hash, 0xee, PAMWIRE_NONCE_HASH);
		strncpy(f->u.begin.service, "sshd", 10);
		strncpy(f->u.begin.username, "al\nice\xff", 10);
		f->u.begin.local = 1;
		strncpy(f->u.begin.client, "192.0.2.7", 10);
		f->u.begin.port = 0xfedc;
		strncpy(f->u.begin.tty, "ssh", 10);
		strncpy(f->u.begin.ruser, "bob", 10);
		strncpy(f->u.begin.auth_info, "publickey", 10);
		f->u.begin.uid = 0x12345678;
		break;
	case PAMWIRE_TYPE_PROMPT:
		f->u.prompt.count = 2;
		f->u.prompt.item[0].style = PAMWIRE_ECHO_OFF;
		strncpy(f->u.prompt.item[0].text, "Password: ", 20);
		f->u.prompt.item[1].style = PAMWIRE_INFO;
		strncpy(f->u.prompt.item[1].text, "Hello", 20);
		break;
	case PAMWIRE_TYPE_ANSWER:
		f->u.answer.status = PAMWIRE_ANSWERED;
		f->u.answer.count = 2;
		f->u.answer.item[0].size = 3;
		memcpy(f->u.answer.item[0].bytes, "a\0b", 3);
		f->u.answer.item[1].size = 6;
		memcpy(f->u.answer.item[1].bytes, "123456", 6);
		break;
	case PAMWIRE_TYPE_RESULT:
		f->u.result.result = PAMWIRE_DENIED;
		memset(f->u.result.attempt, 0xaa, PAMWIRE_ATTEMPT);
		strncpy(f->u.result.text, "Access denied", 20);
		strncpy(f->u.result.reference, "ABCD-1234", 20);
		break;
	case PAMWIRE_TYPE_REDEEM:
		f->u.redeem.phase = PAMWIRE_ACCOUNT;
		memset(f->u.redeem.attempt, 0xaa, PAMWIRE_ATTEMPT);
		memset(f->u.redeem.nonce, 0xbb, PAMWIRE_NONCE);
		strncpy(f->u.redeem.service, "sshd", 10);
		strncpy(f->u.redeem.username, "alice", 10);
		strncpy(f->u.redeem.client, "::1", 10);
		f->u.redeem.port = 1;
		f->u.redeem.local = 1;
		f->u.redeem.uid = 0x12345678;
		strncpy(f->u.redeem.auth_info, "publickey x", 20);
		break;
	case PAMWIRE_TYPE_ACCOUNT:
		memset(f->u.account.attempt, 0xaa, PAMWIRE_ATTEMPT);
		memset(f->u.account.account_ticket, 0xcc, PAMWIRE_TICKET);
		strncpy(f->u.account.service, "sshd", 10);
		strncpy(f->u.account.username, "alice", 10);
		strncpy(f->u.account.client, "::1", 10);
		f->u.account.port = 1;
		break;
	case PAMWIRE_TYPE_REDEEMED:
		f->u.redeemed.result = PAMWIRE_GRANTED;
		strncpy(f->u.redeemed.session, SESSION, PAMWIRE_SESSION + 1);
		memset(f->u.redeemed.account_ticket, 0xcc, PAMWIRE_TICKET);
		break;
	case PAMWIRE_TYPE_SESSION_OPEN:
		strncpy(
		    f->u.session_open.session, SESSION, PAMWIRE_SESSION + 1);
		memset(f->u.session_open.ticket, 0xcc, PAMWIRE_TICKET);
		strncpy(f->u.session_open.service, "sshd", 10);
		strncpy(f->u.session_open.username, "alice", 10);
		strncpy(f->u.session_open.client, "::1", 10);
		f->u.session_open.port = 22;
		strncpy(f->u.session_open.tty, "ssh", 10);
		f->u.session_open.uid = PAMWIRE_NO_UID;
		break;
	case PAMWIRE_TYPE_SESSION_CLOSE:
		strncpy(
		    f->u.session_close.session, SESSION, PAMWIRE_SESSION + 1);
		strncpy(f->u.session_close.service, "sshd", 10);
		strncpy(f->u.session_close.username, "alice", 10);
		strncpy(f->u.session_close.client, "::1", 10);
		f->u.session_close.port = 22;
		break;
	case PAMWIRE_TYPE_SESSION_ANS:
		f->u.session_ans.result = PAMWIRE_UNAVAILABLE;
		strncpy(f->u.session_ans.session, SESSION, PAMWIRE_SESSION + 1);
		strncpy(f->u.session_ans.text, "Until noon", 20);
		break;
	}
}

static void
assert_zero(const struct pamwire_frame *f)
{
	static const struct pamwire_frame nothing;

	assert_memory_equal(f, &nothing, sizeof nothing);
}

static void
assert_malformed(const uint8_t *bytes, size_t size)
{
	struct pamwire_frame f;

	memset(&f, 0x55, sizeof f);
	assert_int_equal(pamwire_decode(&f, bytes, size), -1);
	assert_zero(&f);
}

/* The payload size that the header tells becomes the one there is. */
static size_t
set_size(uint8_t *bytes, size_t size)
{
	bytes[2] = (uint8_t)((size - PAMWIRE_HEADER) >> 8);
	bytes[3] = (uint8_t)(size - PAMWIRE_HEADER);
	return size;
}

#define EACH_TYPE(type)                                   \
	for (enum pamwire_type type = PAMWIRE_TYPE_BEGIN; \
	     type <= PAMWIRE_TYPE_SESSION_ANS;            \
	     type = (enum pamwire_type)(type + 1))

static void
every_frame_comes_back_as_it_was(void **state)
{
	struct pamwire_frame f, back;
	uint8_t bytes[PAMWIRE_MAX_FRAME];

	EACH_TYPE(type)
	{
		size_t size;

		sample(&f, type);
		size = pamwire_encode(&f, bytes);
		assert_int_not_equal(size, 0);
		assert_int_equal(pamwire_frame_size(bytes), size);
		assert_int_equal(pamwire_decode(&back, bytes, size), 0);
		assert_memory_equal(&f, &back, sizeof f);
	}
}

/* The bytes themselves are the contract with other versions. */
static void
the_bytes_are_the_documented_ones(void **state)
{
	static const uint8_t expected[] = {PAMWIRE_VERSION, 4, 0, 43,
	    2, /* DENIED */
	    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
	    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0, 13, 'A', 'c', 'c', 'e', 's', 's',
	    ' ', 'd', 'e', 'n', 'i', 'e', 'd', 0, 9, 'A', 'B', 'C', 'D', '-',
	    '1', '2', '3', '4'};
	static const uint8_t tail[] = {0x12, 0x34, 0x56, 0x78, /* uid */
	    0, 11, 'p', 'u', 'b', 'l', 'i', 'c', 'k', 'e', 'y', ' ', 'x'};
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;

	sample(&f, PAMWIRE_TYPE_RESULT);
	size = pamwire_encode(&f, bytes);
	assert_int_equal(size, sizeof expected);
	assert_memory_equal(bytes, expected, size);
	sample(&f, PAMWIRE_TYPE_REDEEM);
	size = pamwire_encode(&f, bytes);
	assert_memory_equal(bytes + size - sizeof tail, tail, sizeof tail);
}

static void
a_frame_cut_anywhere_is_malformed(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME + 1];
	struct pamwire_frame f;

	EACH_TYPE(type)
	{
		size_t size;

		sample(&f, type);
		size = pamwire_encode(&f, bytes);
		for (size_t cut = 0; cut < size; cut++) {
			uint8_t copy[PAMWIRE_MAX_FRAME];

			memcpy(copy, bytes, size);
			assert_malformed(copy, cut);
			if (cut >= PAMWIRE_HEADER)
				assert_malformed(copy, set_size(copy, cut));
		}
		bytes[size] = 0;
		assert_malformed(bytes, size + 1);
		assert_malformed(bytes, set_size(bytes, size + 1));
	}
}

/* What is shorter than a header is not read beyond its end. */
static void
less_than_a_header_is_malformed(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *end = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pamwire_frame f;

	assert_ptr_not_equal(end, MAP_FAILED);
	end += page;
	assert_int_equal(mprotect(end, page, PROT_NONE), 0);
	for (size_t size = 0; size < PAMWIRE_HEADER; size++)
		assert_int_equal(pamwire_decode(&f, end - size, size), -1);
	munmap(end - page, 2 * page);
}

static void
headers_are_strict(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;

	sample(&f, PAMWIRE_TYPE_SESSION_ANS);
	size = pamwire_encode(&f, bytes);
	for (int version = 0; version < 256; version++) {
		bytes[0] = (uint8_t)version;
		assert_int_equal(pamwire_frame_size(bytes),
		    version == PAMWIRE_VERSION ? size : 0);
		if (version != PAMWIRE_VERSION)
			assert_malformed(bytes, size);
	}
	bytes[0] = PAMWIRE_VERSION;
	for (int type = 0; type < 256; type++) {
		bytes[1] = (uint8_t)type;
		assert_int_equal(pamwire_frame_size(bytes) != 0,
		    type >= PAMWIRE_TYPE_BEGIN &&
			type <= PAMWIRE_TYPE_SESSION_ANS);
		if (type != PAMWIRE_TYPE_SESSION_ANS)
			assert_malformed(bytes, size);
	}
	bytes[1] = PAMWIRE_TYPE_BEGIN;
	bytes[2] = PAMWIRE_MAX_PAYLOAD >> 8;
	bytes[3] = 0;
	assert_int_equal(pamwire_frame_size(bytes), PAMWIRE_MAX_FRAME);
	bytes[3] = 1;
	assert_int_equal(pamwire_frame_size(bytes), 0);
	memset(bytes + 2, 0xff, 2);
	assert_int_equal(pamwire_frame_size(bytes), 0);
	f.type = 0;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
	f.type = PAMWIRE_TYPE_SESSION_ANS + 1;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
}

static const struct {
	enum pamwire_type type;
	size_t offset, max;
} texts[] = {
#define TEXT(T, frame, field)                                              \
	{                                                                  \
		PAMWIRE_TYPE_##T,                                          \
		    offsetof(struct pamwire_frame, u.frame.field),         \
		    sizeof(((struct pamwire_frame *)0)->u.frame.field) - 1 \
	}
    TEXT(BEGIN, begin, service),
    TEXT(BEGIN, begin, username),
    TEXT(BEGIN, begin, client),
    TEXT(BEGIN, begin, tty),
    TEXT(BEGIN, begin, ruser),
    TEXT(BEGIN, begin, auth_info),
    TEXT(PROMPT, prompt, item[0].text),
    TEXT(PROMPT, prompt, item[1].text),
    TEXT(RESULT, result, text),
    TEXT(RESULT, result, reference),
    TEXT(REDEEM, redeem, service),
    TEXT(REDEEM, redeem, username),
    TEXT(REDEEM, redeem, client),
    TEXT(ACCOUNT, account, service),
    TEXT(ACCOUNT, account, username),
    TEXT(ACCOUNT, account, client),
    TEXT(SESSION_ANS, session_ans, text),
    TEXT(SESSION_OPEN, session_open, service),
    TEXT(SESSION_OPEN, session_open, username),
    TEXT(SESSION_OPEN, session_open, client),
    TEXT(SESSION_OPEN, session_open, tty),
    TEXT(SESSION_CLOSE, session_close, service),
    TEXT(SESSION_CLOSE, session_close, username),
    TEXT(SESSION_CLOSE, session_close, client),
};
#define TEXTS (sizeof texts / sizeof texts[0])
#define MARK 'Z'

static void
fill(struct pamwire_frame *f, size_t which, size_t length)
{
	char *field = (char *)f + texts[which].offset;

	sample(f, texts[which].type);
	memset(field, 0, texts[which].max + 1);
	memset(field, MARK, length);
}

/* Where the length of the field that is all MARK lies. */
static uint8_t *
length_of(uint8_t *bytes, size_t size, size_t length)
{
	uint8_t run[PAMWIRE_MAX_AUTH_INFO];
	uint8_t *at;

	memset(run, MARK, length);
	at = memmem(bytes, size, run, length);
	assert_non_null(at);
	return at - 2;
}

static void
texts_have_their_maximum(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME + 1];
	struct pamwire_frame f, back;

	for (size_t i = 0; i < TEXTS; i++) {
		const size_t max = texts[i].max;
		const size_t fits[] = {0, 1, max - 1, max};
		uint8_t *length;
		size_t size = 0, after;

		for (size_t j = 0; j < 4; j++) {
			fill(&f, i, fits[j]);
			size = pamwire_encode(&f, bytes);
			assert_int_not_equal(size, 0);
			assert_int_equal(pamwire_decode(&back, bytes, size), 0);
			assert_memory_equal(&f, &back, sizeof f);
		}
		/* one more than the maximum, well formed otherwise */
		length = length_of(bytes, size, max);
		after = size - (size_t)(length + 2 - bytes);
		memmove(length + 3, length + 2, after);
		length[0] = (uint8_t)((max + 1) >> 8);
		length[1] = (uint8_t)(max + 1);
		assert_malformed(bytes, set_size(bytes, size + 1));
		fill(&f, i, max + 1); /* and it is not sent either */
		assert_int_equal(pamwire_encode(&f, bytes), 0);
	}
}

static void
a_nul_inside_a_text_is_malformed(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;

	for (size_t i = 0; i < TEXTS; i++)
		for (size_t at = 0; at < 3; at++) {
			size_t size;

			fill(&f, i, 3);
			size = pamwire_encode(&f, bytes);
			length_of(bytes, size, 3)[2 + at] = '\0';
			assert_malformed(bytes, size);
		}
}

static void
answers_have_their_maximum(void **state)
{
	static const uint16_t fits[] = {
	    0, 1, PAMWIRE_MAX_ANSWER - 1, PAMWIRE_MAX_ANSWER};
	uint8_t bytes[PAMWIRE_MAX_FRAME + 1];
	struct pamwire_frame f, back;
	size_t size = 0;

	for (size_t i = 0; i < 4; i++) {
		sample(&f, PAMWIRE_TYPE_ANSWER);
		memset(&f.u.answer.item[0], 0, sizeof f.u.answer.item[0]);
		f.u.answer.item[0].size = fits[i];
		memset(f.u.answer.item[0].bytes, MARK, fits[i]);
		size = pamwire_encode(&f, bytes);
		assert_int_equal(pamwire_decode(&back, bytes, size), 0);
		assert_memory_equal(&f, &back, sizeof f);
	}
	memmove(bytes + 9, bytes + 8, size - 8);
	bytes[6] = (PAMWIRE_MAX_ANSWER + 1) >> 8;
	bytes[7] = (uint8_t)(PAMWIRE_MAX_ANSWER + 1);
	assert_malformed(bytes, set_size(bytes, size + 1));
	f.u.answer.item[0].size = PAMWIRE_MAX_ANSWER + 1;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
}

static void
counts_have_their_maximum(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f, back;
	size_t size;

	for (uint8_t count = 0; count <= PAMWIRE_MAX_PROMPTS + 1; count++) {
		bool prompts = count >= 1 && count <= PAMWIRE_MAX_PROMPTS;
		bool answers = count <= PAMWIRE_MAX_PROMPTS;

		pamwire_init(&f, PAMWIRE_TYPE_PROMPT);
		f.u.prompt.count = count;
		for (int i = 0; i < count && i < PAMWIRE_MAX_PROMPTS; i++) {
			f.u.prompt.item[i].style = PAMWIRE_ECHO_ON;
			memset(f.u.prompt.item[i].text, 'p', PAMWIRE_MAX_TEXT);
		}
		size = pamwire_encode(&f, bytes);
		assert_int_equal(size != 0, prompts);
		if (prompts) {
			assert_int_equal(pamwire_decode(&back, bytes, size), 0);
			assert_memory_equal(&f, &back, sizeof f);
			bytes[4] = PAMWIRE_MAX_PROMPTS + 1;
			assert_malformed(bytes, size);
			bytes[4] = 0;
			assert_malformed(bytes, size);
		}
		pamwire_init(&f, PAMWIRE_TYPE_ANSWER);
		f.u.answer.status = PAMWIRE_ANSWERED;
		f.u.answer.count = count;
		size = pamwire_encode(&f, bytes);
		assert_int_equal(size != 0, answers);
		if (answers)
			assert_int_equal(pamwire_decode(&back, bytes, size), 0);
	}
}

static void
an_answer_that_was_refused_holds_none(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;

	sample(&f, PAMWIRE_TYPE_ANSWER);
	size = pamwire_encode(&f, bytes);
	bytes[4] = PAMWIRE_ABORTED;
	assert_malformed(bytes, size);
	f.u.answer.status = PAMWIRE_UNREADABLE;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
}

/* Which values of the enumeration that begins the payload are accepted. */
static void
assert_values(
    enum pamwire_type type, unsigned low, unsigned high, unsigned except)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;

	sample(&f, type);
	if (type == PAMWIRE_TYPE_ANSWER)
		f.u.answer.count = 0;
	size = pamwire_encode(&f, bytes);
	for (unsigned value = 0; value < 256; value++) {
		bytes[PAMWIRE_HEADER] = (uint8_t)value;
		assert_int_equal(pamwire_decode(&f, bytes, size) == 0,
		    value >= low && value <= high && value != except);
	}
}

static void
enumerations_have_no_other_values(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;
	size_t size;

	assert_values(PAMWIRE_TYPE_BEGIN, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT, 0);
	assert_values(PAMWIRE_TYPE_REDEEM, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT, 0);
	assert_values(
	    PAMWIRE_TYPE_ANSWER, PAMWIRE_ANSWERED, PAMWIRE_UNREADABLE, 0);
	/* login's RESULT cannot say GRANTED */
	assert_values(
	    PAMWIRE_TYPE_RESULT, PAMWIRE_REDEEM, PAMWIRE_MALFORMED, 0);
	assert_values(PAMWIRE_TYPE_REDEEMED, PAMWIRE_DENIED, PAMWIRE_GRANTED,
	    PAMWIRE_MALFORMED);
	assert_values(PAMWIRE_TYPE_SESSION_ANS, PAMWIRE_DENIED, PAMWIRE_GRANTED,
	    PAMWIRE_MALFORMED);
	sample(&f, PAMWIRE_TYPE_PROMPT);
	size = pamwire_encode(&f, bytes);
	for (unsigned style = 0; style < 256; style++) {
		bytes[5] = (uint8_t)style;
		assert_int_equal(pamwire_decode(&f, bytes, size) == 0,
		    style >= PAMWIRE_ECHO_OFF && style <= PAMWIRE_INFO);
	}
	sample(&f, PAMWIRE_TYPE_BEGIN);
	f.u.begin.local = 2;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
}

static void
sessions_are_22_characters_of_base64url(void **state)
{
	static const char *const bad[] = {"", "abcDEF0123456789-_abc",
	    "abcDEF0123456789-_ab+d", "abcDEF0123456789-_ab/d",
	    "abcDEF0123456789-_ab=d", "abcDEF0123456789-_ab d"};
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		sample(&f, PAMWIRE_TYPE_SESSION_CLOSE);
		strncpy(f.u.session_close.session, bad[i], PAMWIRE_SESSION);
		assert_int_equal(pamwire_encode(&f, bytes), 0);
		sample(&f, PAMWIRE_TYPE_SESSION_OPEN);
		strncpy(f.u.session_open.session, bad[i], PAMWIRE_SESSION);
		/* another process may have the grant */
		assert_int_equal(pamwire_encode(&f, bytes) == 0, i > 0);
		sample(&f, PAMWIRE_TYPE_REDEEMED);
		strncpy(f.u.redeemed.session, bad[i], PAMWIRE_SESSION);
		assert_int_equal(pamwire_encode(&f, bytes), 0);
	}
	sample(&f, PAMWIRE_TYPE_REDEEMED);
	f.u.redeemed.result = PAMWIRE_DENIED;
	f.u.redeemed.session[0] = '\0';
	assert_int_not_equal(pamwire_encode(&f, bytes), 0);
	f.u.redeemed.result = PAMWIRE_GRANTED;
	assert_int_equal(pamwire_encode(&f, bytes), 0);
}

/* The largest of each frame is within the largest payload. */
static void
the_largest_frames_fit(void **state)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;

	sample(&f, PAMWIRE_TYPE_BEGIN);
	for (size_t i = 0; texts[i].type == PAMWIRE_TYPE_BEGIN; i++)
		memset((char *)&f + texts[i].offset, MARK, texts[i].max);
	assert_int_not_equal(pamwire_encode(&f, bytes), 0);
	pamwire_init(&f, PAMWIRE_TYPE_ANSWER);
	f.u.answer.status = PAMWIRE_ANSWERED;
	f.u.answer.count = PAMWIRE_MAX_PROMPTS;
	for (int i = 0; i < PAMWIRE_MAX_PROMPTS; i++)
		f.u.answer.item[i].size = PAMWIRE_MAX_ANSWER;
	assert_int_not_equal(pamwire_encode(&f, bytes), 0);
}

static void
wiping_leaves_nothing(void **state)
{
	struct pamwire_frame f;

	sample(&f, PAMWIRE_TYPE_ANSWER);
	pamwire_wipe(&f);
	assert_zero(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_frame_comes_back_as_it_was),
	    cmocka_unit_test(the_bytes_are_the_documented_ones),
	    cmocka_unit_test(a_frame_cut_anywhere_is_malformed),
	    cmocka_unit_test(less_than_a_header_is_malformed),
	    cmocka_unit_test(headers_are_strict),
	    cmocka_unit_test(texts_have_their_maximum),
	    cmocka_unit_test(a_nul_inside_a_text_is_malformed),
	    cmocka_unit_test(answers_have_their_maximum),
	    cmocka_unit_test(counts_have_their_maximum),
	    cmocka_unit_test(an_answer_that_was_refused_holds_none),
	    cmocka_unit_test(enumerations_have_no_other_values),
	    cmocka_unit_test(sessions_are_22_characters_of_base64url),
	    cmocka_unit_test(the_largest_frames_fit),
	    cmocka_unit_test(wiping_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
