/* SPDX-License-Identifier: Apache-2.0 */
/* The warnings that warnings.c has found, and the reports of roles about their
 * servers. */
#ifndef PARENT_WARNING_H
#define PARENT_WARNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/tls_peer.h"
#include "lib/conf/conf.h"

#define WARNINGS_MAX 32

/* Zeroed before it is filled, so that memcmp() compares two of them. */
struct warnings {
	size_t count;
	struct warning {
		char name[16];	       /* of the row */
		char about[CONF_PATH]; /* a server, a file, a folder; or "" */
		char text[512];	       /* a sentence, with the next step */
	} item[WARNINGS_MAX];
};

/* A role's report about one of its servers. */
struct warnings_server {
	char name[CONF_TEXT];
	char subject[TLS_PEER_SUBJECT]; /* the certificate that ends first;
					 * "": it showed none */
	int64_t ends;
	bool known;	   /* it was said whether it can be used */
	char why[256];	   /* why it cannot be used; "": it can, or unknown */
	int64_t worked_ms; /* its last answer; 0: none, or unknown */
};

struct warnings_clock {
	bool known;
	int64_t offset_ms; /* of the wall clock to the time since the boot */
	uint64_t jumped;   /* clock_boot_ms() when it was seen; 0: not lately */
	int64_t by_ms;
};

#endif
