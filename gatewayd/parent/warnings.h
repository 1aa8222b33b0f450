/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings of faults that will end logins one day: a certificate that expires,
 * a disk that fills.  One list has a row for each kind: the value that is
 * looked at, the threshold in the configuration, and the remedy.  status and
 * log loop over the warnings.
 */
#ifndef PARENT_WARNINGS_H
#define PARENT_WARNINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/tls_peer.h"
#include "lib/conf/conf.h"

#define WARNINGS_MAX 32

struct child;
struct msg_PARENT_SERVER_NOTE;
struct msg_PARENT_SHOWN_NOTE;
struct parent;

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
	char why[256]; /* why it cannot be used; "": it can, or unknown */
};

struct warnings_clock {
	bool known;
	int64_t offset_ms; /* of the wall clock to the time since the boot */
	uint64_t jumped;   /* clock_boot_ms() when it was seen; 0: not lately */
	int64_t by_ms;
};

/* Evaluates all rows. */
void warnings_look(struct parent *p, struct warnings *found_r);
/* Evaluates all rows now and every minute, and logs new warnings. */
void warnings_watch(struct parent *p);
/* Takes the role's report about a server: its certificates, or whether it can
 * be used.  Then evaluates all rows. */
void warnings_shown(struct child *c, const struct msg_PARENT_SHOWN_NOTE *n);
void warnings_server(struct child *c, const struct msg_PARENT_SERVER_NOTE *n);

#endif
