/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What works today and will end logins one day: a certificate that runs out, a
 * disk that fills.  One list of rows says what is looked at, from which
 * threshold of the configuration on there is a warning, and what to do; status
 * and log loop over what it found.
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

/* Zeroed before they are filled, so that two lists compare as bytes. */
struct warnings {
	size_t count;
	struct warning {
		char name[16];	       /* of the row */
		char about[CONF_PATH]; /* a server, a file, a folder; or "" */
		char text[512];	       /* a sentence, with the next step */
	} item[WARNINGS_MAX];
};

/* What a role told of one of its servers. */
struct warnings_server {
	char name[CONF_TEXT];
	char subject[TLS_PEER_SUBJECT]; /* of its certificates, the first that
					 * ends; "": it showed none */
	int64_t ends;
	char why[256]; /* it cannot be used; "": it can, or nobody knows */
};

struct warnings_clock {
	bool known;
	int64_t offset_ms; /* of the wall clock to the time since the boot */
	uint64_t jumped;   /* clock_boot_ms() when it was seen; 0: not lately */
	int64_t by_ms;
};

/* All rows, now. */
void warnings_look(struct parent *p, struct warnings *found_r);
/* Looks, says what is new, and looks again every minute. */
void warnings_watch(struct parent *p);
/* What one of its servers showed, and whether it can be used: looks again. */
void warnings_shown(struct child *c, const struct msg_PARENT_SHOWN_NOTE *n);
void warnings_server(struct child *c, const struct msg_PARENT_SERVER_NOTE *n);

#endif
