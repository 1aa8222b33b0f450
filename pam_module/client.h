/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to gatewayd, open only inside a PAM call.  The module knows
 * gatewayd by where its socket lies: SO_PEERCRED would name whoever called
 * listen(2), not who answers.
 */
#ifndef PAM_MODULE_CLIENT_H
#define PAM_MODULE_CLIENT_H

#include <stdint.h>
#include <sys/types.h>
#include <security/pam_modules.h>

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

/* Every directory above the socket must belong to root (or to the caller,
 * where that is not root) and be writable for nobody else; the last one even
 * without the sticky bit's leave.  No symbolic link on the way.  -1: could
 * not; it was logged. */
int client_open(
    struct client *c, pam_handle_t *pamh, const char *path, int64_t deadline);
/* -1: the fd is not ours any more and was left alone; what was said over it
 * is not to be trusted. */
int client_close(struct client *c);

/* Sends a frame, and receives the one that answers it, which must have that
 * type.  -1: logged. */
int client_send(struct client *c, const struct pamwire_frame *f);
int client_receive(struct client *c, struct pamwire_frame *f, int64_t first);
/* Open, one frame out, one of the given type in, close. */
int client_ask(
    struct client *c, struct pamwire_frame *f, enum pamwire_type answer);

#endif
