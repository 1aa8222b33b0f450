/* SPDX-License-Identifier: Apache-2.0 */
/* The process at the other end of a unix socket, as the kernel knows it. */
#ifndef AUTHORITY_LINK_PEER_H
#define AUTHORITY_LINK_PEER_H

#include <stdbool.h>
#include <sys/socket.h>

struct peer {
	struct ucred cred; /* when it connected */
	int pidfd;	   /* its own: close it */
};

/* -1: it is gone, or the kernel does not say; errno. */
int peer_open(int sock, struct peer *p);
/* The process of a pidfd has not ended.  While that is so its number is
 * nobody else's. */
bool peer_is_alive(int pidfd);

#endif
