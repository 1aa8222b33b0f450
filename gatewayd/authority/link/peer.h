/* SPDX-License-Identifier: Apache-2.0 */
/* The process at the other end of a unix socket, as the kernel knows it. */
#ifndef AUTHORITY_LINK_PEER_H
#define AUTHORITY_LINK_PEER_H

#include <stdbool.h>
#include <sys/socket.h>

struct peer {
	struct ucred cred; /* when it connected */
	int pidfd;	   /* close it after use */
};

/* -1 with errno: the process is gone, or the kernel does not know it. */
int peer_open(int sock, struct peer *p);
/* True while the process of a pidfd has not ended.  Until then no other process
 * has its pid. */
bool peer_is_alive(int pidfd);

#endif
