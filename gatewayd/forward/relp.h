/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_RELP_H
#define GATEWAYD_FORWARD_RELP_H

#include <stddef.h>
#include <stdint.h>

/*
 * The frames of RELP, the Reliable Event Logging Protocol (version 0):
 *
 *	TXNR SP COMMAND SP DATALEN [SP DATA] LF
 *
 * Only what a client needs, and nothing here does I/O.
 */

#define RELP_TXNR_MAX 999999999U
#define RELP_COMMAND_MAX 32
#define RELP_HEADER_MAX 56     /* digits, command, digits, three blanks, LF */
#define RELP_RECEIVE_MAX 16384 /* DATA that we take from a server */

struct relp_frame {
	uint32_t txnr; /* 0: a hint of the server, belongs to no transaction */
	char command[RELP_COMMAND_MAX + 1];
	const char *data; /* into the bytes parsed; NULL when there is none */
	size_t data_len;
};

/* The number after TXNR: 1 follows RELP_TXNR_MAX. */
uint32_t relp_next(uint32_t txnr);

/*
 * Writes "TXNR COMMAND DATALEN" and, when there is data, the blank behind it.
 * DATA and LF follow by the caller's hand.  Returns the length.
 */
size_t relp_header(char header_r[RELP_HEADER_MAX], uint32_t txnr,
    const char *command, size_t data_len);

/*
 * Takes one frame off the front of LEN bytes.  Returns the bytes it took, 0
 * when there is no whole frame yet, or -1 when this is no frame, or one with
 * more DATA than RELP_RECEIVE_MAX.
 */
long relp_parse(const char *bytes, size_t len, struct relp_frame *frame_r);

/* The three digits in front of the DATA of "rsp"; -1 for none. */
int relp_status(const struct relp_frame *frame);

/* 1 when the DATA of the answer to "open" offers the command. */
int relp_offers(const struct relp_frame *frame, const char *command);

#endif
