/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_RELP_H
#define FORWARD_RELP_H

#include <stddef.h>
#include <stdint.h>

/*
 * The frames of RELP, the Reliable Event Logging Protocol (version 0):
 *
 *	TXNR SP COMMAND SP DATALEN [SP DATA] LF
 *
 * This has only the parts that a client needs, and does no I/O.
 */

#define RELP_TXNR_MAX 999999999U
#define RELP_COMMAND_MAX 32
#define RELP_HEADER_MAX 56     /* digits, command, digits, three blanks, LF */
#define RELP_RECEIVE_MAX 16384 /* the most DATA of a server's frame */

struct relp_frame {
	uint32_t txnr; /* 0: a hint of the server, without a transaction */
	char command[RELP_COMMAND_MAX + 1];
	const char *data; /* in the parsed bytes; NULL: none */
	size_t data_len;
};

/* The number after TXNR.  After RELP_TXNR_MAX comes 1. */
uint32_t relp_next(uint32_t txnr);

/*
 * Writes "TXNR COMMAND DATALEN", and a blank if there is data.  The caller
 * writes DATA and LF.  Returns the length.
 */
size_t relp_header(char header_r[RELP_HEADER_MAX], uint32_t txnr,
    const char *command, size_t data_len);

/*
 * Parses one frame at the front of LEN bytes.  Returns the length of the frame;
 * 0 when it is not complete yet; -1 when this is no frame, or one with more
 * DATA than RELP_RECEIVE_MAX.
 */
long relp_parse(const char *bytes, size_t len, struct relp_frame *frame_r);

/* The status at the front of the DATA of "rsp", three digits; -1: none. */
int relp_status(const struct relp_frame *frame);

/* 1 if the answer to "open" offers the command. */
int relp_offers(const struct relp_frame *frame, const char *command);

#endif
