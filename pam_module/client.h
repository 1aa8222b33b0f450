/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to gatewayd, open only inside a PAM call.  The module trusts
 * gatewayd because of the socket's directory.  SO_PEERCRED would give the
 * process that called listen(2), not the one that answers.
 */
#ifndef PAM_MODULE_CLIENT_H
#define PAM_MODULE_CLIENT_H

#include <security/pam_modules.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/wire/pamwire_io.h"

#define CLIENT_CONNECT_MS 5000	   /* to be let in by a busy gateway */
#define CLIENT_FIRST_BYTE_MS 30000 /* then it is taken for dead */

struct client {
	pam_handle_t *pamh; /* for the log */
	const char *path;
	int64_t deadline; /* of the PAM call */
	int fd;		  /* -1 when closed */
	dev_t device;	  /* what fd was when it was opened: the */
	ino_t inode;	  /* application may have closed and reused it */
};

/* Connects; way.h has what the path must be.  -1: the reason was logged. */
int client_open(
    struct client *c, pam_handle_t *pamh, const char *path, int64_t deadline);
/* Closes.  -1: another file has taken the fd, so it was not closed; do not
 * trust the answers that came over it. */
int client_close(struct client *c);

/* Sends a frame, after a look whether fd is ours still; and receives one, right
 * after that: no code of the application may run in between.  -1: the reason
 * was logged. */
int client_send(struct client *c, const struct pamwire_frame *f);
int client_receive(struct client *c, struct pamwire_frame *f, int64_t first);
/* Connects, sends one frame, receives an answer of the given type, closes. */
int client_ask(
    struct client *c, struct pamwire_frame *f, enum pamwire_type answer);

#endif
