/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames between pam_sallyport.so and gatewayd, over AF_UNIX stream
 * sockets.  doc/PROTOCOL.pam has the conversations.
 *
 *	u8 version (3)   u8 type   u16 payload size   payload
 *
 * A payload has the fields of its list below, as lib/base/fields.h writes them.
 * PROMPT and ANSWER are a u8 count and that many items.  Decoding is strict:
 * the size must be exact, no field over its maximum, each enumeration in its
 * range.  This file needs libc only.
 */
#ifndef WIRE_PAMWIRE_H
#define WIRE_PAMWIRE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/facts.h"
#include "lib/base/fields.h"

#define PAMWIRE_VERSION 3
#define PAMWIRE_HEADER 4
#define PAMWIRE_MAX_PAYLOAD 8192
#define PAMWIRE_MAX_FRAME (PAMWIRE_HEADER + PAMWIRE_MAX_PAYLOAD)

/* Sizes in bytes, without the NUL of a C string. */
#define PAMWIRE_ATTEMPT 16
#define PAMWIRE_NONCE 32
#define PAMWIRE_NONCE_HASH 32
#define PAMWIRE_TICKET 32
#define PAMWIRE_SESSION 22 /* 16 random bytes as base64url */
#define PAMWIRE_MAX_PROMPTS 8
#define PAMWIRE_MAX_USERNAME FACTS_USERNAME_MAX
#define PAMWIRE_MAX_ANSWER 512
#define PAMWIRE_MAX_TEXT 511
#define PAMWIRE_MAX_SERVICE FACTS_SERVICE_MAX
#define PAMWIRE_MAX_ADDRESS FACTS_ADDRESS_MAX
#define PAMWIRE_MAX_TTY FACTS_TTY_MAX
#define PAMWIRE_MAX_AUTH_INFO FACTS_AUTH_INFO_MAX
#define PAMWIRE_MAX_REFERENCE 32

#define PAMWIRE_NO_UID FACTS_NO_UID

enum pamwire_type {
	/* login.sock: the module sends BEGIN, ANSWER; login PROMPT, RESULT */
	PAMWIRE_TYPE_BEGIN = 1,
	PAMWIRE_TYPE_PROMPT,
	PAMWIRE_TYPE_ANSWER,
	PAMWIRE_TYPE_RESULT,
	/* redeem.sock: one request, and one answer of authority */
	PAMWIRE_TYPE_REDEEM,
	PAMWIRE_TYPE_ACCOUNT,
	PAMWIRE_TYPE_REDEEMED,
	PAMWIRE_TYPE_SESSION_OPEN,
	PAMWIRE_TYPE_SESSION_CLOSE,
	PAMWIRE_TYPE_SESSION_ANS
};

/* No value is 0, so a field that was left out cannot grant. */
enum pamwire_phase { PAMWIRE_AUTHN = 1, PAMWIRE_ACCOUNT };
enum pamwire_style {
	PAMWIRE_ECHO_OFF = 1,
	PAMWIRE_ECHO_ON,
	PAMWIRE_ERROR, /* not answered */
	PAMWIRE_INFO   /* not answered */
};
enum pamwire_status {
	PAMWIRE_ANSWERED = 1,
	PAMWIRE_ABORTED,   /* the person, or the application, gave up */
	PAMWIRE_UNREADABLE /* too long, or no answer to these prompts */
};
enum pamwire_result {
	PAMWIRE_REDEEM = 1, /* RESULT: redeem at authority; lets nobody in */
	PAMWIRE_DENIED,
	PAMWIRE_UNAVAILABLE, /* the gateway could not decide */
	PAMWIRE_MALFORMED,   /* RESULT: the module's frame was malformed */
	PAMWIRE_GRANTED	     /* REDEEMED, SESSION_ANS: from authority only */
};

/*
 * The fields of the frames.  Two kinds exist only here.  SESSION is
 * PAMWIRE_SESSION characters of base64url; with n it may be "".  VERDICT is
 * GRANTED, DENIED or UNAVAILABLE.
 */
#define DECLARE_SESSION(name, n, m) char name[PAMWIRE_SESSION + 1];
#define DECLARE_VERDICT(name, n, m) uint8_t name;

#define FIELDS_PAM_BEGIN(F)                                                  \
	F(ENUM, phase, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT)                       \
	F(RAW, nonce_hash, PAMWIRE_NONCE_HASH, 0) /* SHA-256 of the nonce */ \
	FACTS(F, STR) /* the username as typed, any bytes */
#define FIELDS_PAM_RESULT(F)                                          \
	F(ENUM, result, PAMWIRE_REDEEM, PAMWIRE_MALFORMED)            \
	F(RAW, attempt, PAMWIRE_ATTEMPT, 0)                           \
	F(STR, text, PAMWIRE_MAX_TEXT, 0) /* for the person; or "" */ \
	F(STR, reference, PAMWIRE_MAX_REFERENCE, 0)
/* phase and the facts are the same as in BEGIN. */
#define FIELDS_PAM_REDEEM(F)                           \
	F(ENUM, phase, PAMWIRE_AUTHN, PAMWIRE_ACCOUNT) \
	F(RAW, attempt, PAMWIRE_ATTEMPT, 0)            \
	F(RAW, nonce, PAMWIRE_NONCE, 0)                \
	FACTS_OF_ALL(F, STR)                           \
	FACTS_OF_PROOF(F)
/* For the account phase, after the same process got a grant in the authn
 * phase. */
#define FIELDS_PAM_ACCOUNT(F)                     \
	F(RAW, attempt, PAMWIRE_ATTEMPT, 0)       \
	F(RAW, account_ticket, PAMWIRE_TICKET, 0) \
	FACTS_OF_ALL(F, STR)
#define FIELDS_PAM_REDEEMED(F)                            \
	F(VERDICT, result, 0, 0)                          \
	F(SESSION, session, 1, 0) /* "" unless GRANTED */ \
	F(RAW, account_ticket, PAMWIRE_TICKET, 0)
/* session "": another process of the application has the grant.  ticket: that
 * of the last REDEEMED. */
#define FIELDS_PAM_SESSION_OPEN(F)        \
	F(SESSION, session, 1, 0)         \
	F(RAW, ticket, PAMWIRE_TICKET, 0) \
	FACTS_OF_ALL(F, STR)              \
	FACTS_OF_ACCOUNT(F)               \
	FACTS_OF_SESSION(F)
/* From the process that opened the session, with the same facts. */
#define FIELDS_PAM_SESSION_CLOSE(F) \
	F(SESSION, session, 0, 0)   \
	FACTS_OF_ALL(F, STR)
/* text is for the person, or "". */
#define FIELDS_PAM_SESSION_ANS(F)                         \
	F(VERDICT, result, 0, 0)                          \
	F(SESSION, session, 1, 0) /* "" unless GRANTED */ \
	F(STR, text, PAMWIRE_MAX_TEXT, 0)

struct pamwire_begin {
	FIELDS_PAM_BEGIN(DECLARE_FIELD)
};

struct pamwire_prompt {
	uint8_t count; /* 1 to PAMWIRE_MAX_PROMPTS */
	struct pamwire_prompt_item {
		uint8_t style; /* enum pamwire_style */
		char text[PAMWIRE_MAX_TEXT + 1];
	} item[PAMWIRE_MAX_PROMPTS];
};

/* One item for each ECHO_OFF and ECHO_ON of the PROMPT, in the same order.  If
 * the status is not PAMWIRE_ANSWERED, there is no item. */
struct pamwire_answer {
	uint8_t status; /* enum pamwire_status */
	uint8_t count;
	struct pamwire_answer_item {
		uint16_t size;
		uint8_t bytes[PAMWIRE_MAX_ANSWER];
	} item[PAMWIRE_MAX_PROMPTS];
};

struct pamwire_result_frame {
	FIELDS_PAM_RESULT(DECLARE_FIELD)
};

struct pamwire_redeem {
	FIELDS_PAM_REDEEM(DECLARE_FIELD)
};

struct pamwire_account {
	FIELDS_PAM_ACCOUNT(DECLARE_FIELD)
};

struct pamwire_redeemed {
	FIELDS_PAM_REDEEMED(DECLARE_FIELD)
};

struct pamwire_session_open {
	FIELDS_PAM_SESSION_OPEN(DECLARE_FIELD)
};

struct pamwire_session_close {
	FIELDS_PAM_SESSION_CLOSE(DECLARE_FIELD)
};

struct pamwire_session_ans {
	FIELDS_PAM_SESSION_ANS(DECLARE_FIELD)
};

struct pamwire_frame {
	uint8_t type; /* enum pamwire_type */
	union {
		struct pamwire_begin begin;
		struct pamwire_prompt prompt;
		struct pamwire_answer answer;
		struct pamwire_result_frame result;
		struct pamwire_redeem redeem;
		struct pamwire_account account;
		struct pamwire_redeemed redeemed;
		struct pamwire_session_open session_open;
		struct pamwire_session_close session_close;
		struct pamwire_session_ans session_ans;
	} u;
};

/* Sets the type and zeroes all fields. */
void pamwire_init(struct pamwire_frame *f, enum pamwire_type type);
/* Wipes the whole frame: answers, nonces and tickets are secrets. */
void pamwire_wipe(struct pamwire_frame *f);

/* The size of the whole frame that begins with these bytes.  0: the version,
 * type or size does not exist.  Then read no more from this peer. */
size_t pamwire_frame_size(const uint8_t header[PAMWIRE_HEADER]);

/* Encodes a frame.  Returns its size, or 0 when a field breaks the contract:
 * then send nothing. */
size_t pamwire_encode(
    const struct pamwire_frame *f, uint8_t out[PAMWIRE_MAX_FRAME]);
/* Decodes one frame of exactly size bytes, header and payload.  -1: malformed;
 * the frame is then wiped, and its type is 0. */
int pamwire_decode(struct pamwire_frame *f, const uint8_t *bytes, size_t size);

#endif
