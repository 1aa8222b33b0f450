/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pam_sallyport.so and gatewayd say to each other, defined once: frames
 * over AF_UNIX stream sockets.  doc/PROTOCOL.pam has the conversations.
 *
 *	u8 version (2)   u8 type   u16 payload size   payload
 *
 * A payload is the fields of the struct below in the order of the struct.
 * Integers are in network byte order; char[max + 1] is text without a NUL, a
 * u16 length and that many bytes; an array of structs is a u8 count and that
 * many items.  Decoding is strict: exact size, every maximum, every
 * enumeration, nothing left over.  This file needs libc only.
 */
#ifndef WIRE_PAMWIRE_H
#define WIRE_PAMWIRE_H

#include <stddef.h>
#include <stdint.h>

#define PAMWIRE_VERSION 2
#define PAMWIRE_HEADER 4
#define PAMWIRE_MAX_PAYLOAD 8192
#define PAMWIRE_MAX_FRAME (PAMWIRE_HEADER + PAMWIRE_MAX_PAYLOAD)

/* bytes, without the NUL that C adds */
#define PAMWIRE_ATTEMPT 16
#define PAMWIRE_NONCE 32
#define PAMWIRE_NONCE_HASH 32
#define PAMWIRE_TICKET 32
#define PAMWIRE_SESSION 22 /* 16 random bytes as base64url */
#define PAMWIRE_MAX_PROMPTS 8
#define PAMWIRE_MAX_USERNAME 256
#define PAMWIRE_MAX_ANSWER 512
#define PAMWIRE_MAX_TEXT 511
#define PAMWIRE_MAX_SERVICE 64
#define PAMWIRE_MAX_ADDRESS 64
#define PAMWIRE_MAX_TTY 64
#define PAMWIRE_MAX_AUTH_INFO 4096 /* a key of 16,384 bits */
#define PAMWIRE_MAX_REFERENCE 32

#define PAMWIRE_NO_UID 0xffffffffU

enum pamwire_type {
	/* at login.sock: module -> login BEGIN, ANSWER; back PROMPT, RESULT */
	PAMWIRE_TYPE_BEGIN = 1,
	PAMWIRE_TYPE_PROMPT,
	PAMWIRE_TYPE_ANSWER,
	PAMWIRE_TYPE_RESULT,
	/* at redeem.sock: one request, one answer, from authority */
	PAMWIRE_TYPE_REDEEM,
	PAMWIRE_TYPE_ACCOUNT,
	PAMWIRE_TYPE_REDEEMED,
	PAMWIRE_TYPE_SESSION_OPEN,
	PAMWIRE_TYPE_SESSION_CLOSE,
	PAMWIRE_TYPE_SESSION_ANS
};

/* 0 is not a value of any of these: a field left out cannot grant. */
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
	PAMWIRE_UNREADABLE /* over the maximum, or not what was asked for */
};
enum pamwire_result {
	PAMWIRE_REDEEM = 1, /* RESULT: ask authority; lets nobody in */
	PAMWIRE_DENIED,
	PAMWIRE_UNAVAILABLE, /* could not be decided: gateway's fault */
	PAMWIRE_MALFORMED,   /* RESULT: the module's frame was not understood */
	PAMWIRE_GRANTED	     /* REDEEMED, SESSION_ANS: from authority only */
};

struct pamwire_begin {
	uint8_t phase;				/* enum pamwire_phase */
	uint8_t nonce_hash[PAMWIRE_NONCE_HASH]; /* SHA-256 of the nonce */
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1]; /* as typed, any bytes */
	uint8_t local; /* 1: the name exists on this machine, else 0 */
	char client[PAMWIRE_MAX_ADDRESS + 1]; /* numeric; "" when local */
	uint16_t port;			      /* 0: not known */
	char tty[PAMWIRE_MAX_TTY + 1];
	char ruser[PAMWIRE_MAX_USERNAME + 1];	   /* PAM_RUSER */
	char auth_info[PAMWIRE_MAX_AUTH_INFO + 1]; /* SSH_AUTH_INFO_0 */
	uint32_t uid; /* PAMWIRE_NO_UID when not local */
};

struct pamwire_prompt {
	uint8_t count; /* 1 to PAMWIRE_MAX_PROMPTS */
	struct pamwire_prompt_item {
		uint8_t style; /* enum pamwire_style */
		char text[PAMWIRE_MAX_TEXT + 1];
	} item[PAMWIRE_MAX_PROMPTS];
};

/* One item for each ECHO_OFF and ECHO_ON of the PROMPT, in its order; none
 * unless the status is PAMWIRE_ANSWERED. */
struct pamwire_answer {
	uint8_t status; /* enum pamwire_status */
	uint8_t count;
	struct pamwire_answer_item {
		uint16_t size;
		uint8_t bytes[PAMWIRE_MAX_ANSWER];
	} item[PAMWIRE_MAX_PROMPTS];
};

struct pamwire_result_frame {
	uint8_t result; /* REDEEM, DENIED, UNAVAILABLE or MALFORMED */
	uint8_t attempt[PAMWIRE_ATTEMPT];
	char text[PAMWIRE_MAX_TEXT + 1]; /* to show; may be "" */
	char reference[PAMWIRE_MAX_REFERENCE + 1];
};

struct pamwire_redeem {
	uint8_t phase; /* that of BEGIN */
	uint8_t attempt[PAMWIRE_ATTEMPT];
	uint8_t nonce[PAMWIRE_NONCE];
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1];
	char client[PAMWIRE_MAX_ADDRESS + 1];
	uint16_t port;
	uint8_t local;				   /* that of BEGIN, */
	char auth_info[PAMWIRE_MAX_AUTH_INFO + 1]; /* and this too */
};

/* The account phase after a granted authn phase of the same process. */
struct pamwire_account {
	uint8_t attempt[PAMWIRE_ATTEMPT];
	uint8_t account_ticket[PAMWIRE_TICKET];
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1];
	char client[PAMWIRE_MAX_ADDRESS + 1];
	uint16_t port;
};

struct pamwire_redeemed {
	uint8_t result;			   /* GRANTED, DENIED or UNAVAILABLE */
	char session[PAMWIRE_SESSION + 1]; /* "" unless GRANTED */
	uint8_t account_ticket[PAMWIRE_TICKET];
	uint32_t session_seconds;
};

struct pamwire_session_open {
	/* "": another process of the application has the grant */
	char session[PAMWIRE_SESSION + 1];
	uint8_t ticket[PAMWIRE_TICKET]; /* of the last REDEEMED */
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1];
	char client[PAMWIRE_MAX_ADDRESS + 1];
	uint16_t port;
	char tty[PAMWIRE_MAX_TTY + 1];
	uint32_t uid;
};

/* From the process that opened it, with the facts of then. */
struct pamwire_session_close {
	char session[PAMWIRE_SESSION + 1];
	char service[PAMWIRE_MAX_SERVICE + 1];
	char username[PAMWIRE_MAX_USERNAME + 1];
	char client[PAMWIRE_MAX_ADDRESS + 1];
	uint16_t port;
};

struct pamwire_session_ans {
	uint8_t result;			   /* GRANTED, DENIED or UNAVAILABLE */
	char session[PAMWIRE_SESSION + 1]; /* "" unless GRANTED */
	char text[PAMWIRE_MAX_TEXT + 1];   /* for the person; "": nothing */
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

/* Sets the type and zeroes the rest. */
void pamwire_init(struct pamwire_frame *, enum pamwire_type);
/* Wipes all of it: answers, nonces and tickets are secrets. */
void pamwire_wipe(struct pamwire_frame *);

/* The size of the whole frame that begins with these bytes; 0 when version,
 * type or size are none that exist, and the peer is not to be read further. */
size_t pamwire_frame_size(const uint8_t header[PAMWIRE_HEADER]);

/* The size of the whole frame in out; 0 when a field breaks the contract
 * (nothing of out is then meant to be sent). */
size_t pamwire_encode(
    const struct pamwire_frame *, uint8_t out[PAMWIRE_MAX_FRAME]);
/* All size bytes are one frame, header and payload.  -1: malformed; the frame
 * is then wiped, its type 0. */
int pamwire_decode(struct pamwire_frame *, const uint8_t *, size_t size);

#endif
