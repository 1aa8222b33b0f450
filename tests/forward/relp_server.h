/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FORWARD_RELP_SERVER_H
#define TESTS_FORWARD_RELP_SERVER_H

#include <stdint.h>
#include <sys/types.h>

#include "tests/forward/certs.h"

/* How a receiver may behave; the last one is right. */
enum behaviour {
	RELP_REFUSES_OPEN,
	RELP_TAKES_NO_SYSLOG,
	RELP_TALKS_SOMETHING_ELSE,
	RELP_ANNOUNCES_A_HUGE_FRAME,
	RELP_LEAVES_INSIDE_A_FRAME,
	RELP_REFUSES_A_RECORD,
	RELP_ANSWERS_NOTHING_WE_SENT,
	RELP_ANSWERS_TWICE,
	RELP_LEAVES_AFTER_TEN,
	RELP_CLOSES_POLITELY,
	RELP_GIVES_ORDERS,
	RELP_IS_NOT_TLS,
	RELP_HAS_ANOTHER_NAME,
	RELP_HAS_ANOTHER_CA,
	RELP_HAS_EXPIRED,
	RELP_IS_FOR_CLIENTS,
	RELP_SPEAKS_TLS_1_1,
	RELP_ANSWERS_OUT_OF_ORDER,
	RELP_ANSWERS_IN_CRUMBS,
	RELP_IS_GOOD
};

#define RELP_RECORDS_MAX 20000

/* Shared with the server's process. */
struct relp_seen {
	volatile unsigned connections;
	volatile unsigned acknowledged; /* records, by the good server */
	volatile unsigned strangers;	/* records that a bad one was sent
					 * where it must get none */
	volatile unsigned malformed; /* frames that were not as they should */
	volatile uint32_t sequence[RELP_RECORDS_MAX];
};

struct relp_server {
	pid_t pid;
	uint16_t port;
	struct relp_seen *seen;
};

/* The first connection gets FIRST, all others a good server with the name
 * siem.test.  With CLIENT_CA connections need a certificate of that CA. */
void relp_server_start(struct relp_server *s, const struct cert *ca,
    const struct cert *client_ca, enum behaviour first);
void relp_server_stop(struct relp_server *s);

#endif
