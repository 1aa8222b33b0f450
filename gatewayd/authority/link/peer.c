/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/peer.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif

/* Before 6.5 the number has to do: who connected and has ended since may have
 * left it to another.  Where the kernel has the option, its no is a no. */
static int
open_peer(int sock, pid_t pid)
{
	socklen_t size = sizeof(int);
	int fd;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERPIDFD, &fd, &size) == 0)
		return fd;
	if (errno != ENOPROTOOPT)
		return -1;
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
peer_open(int sock, struct peer *p)
{
	socklen_t size = sizeof p->cred;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &p->cred, &size) < 0)
		return -1;
	p->pidfd = open_peer(sock, p->cred.pid);
	if (p->pidfd < 0)
		return -1;
	if (peer_is_alive(p->pidfd))
		return 0;
	close(p->pidfd); /* since 6.16 there is one of the dead too */
	errno = ESRCH;
	return -1;
}

bool
peer_is_alive(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	return poll(&end, 1, 0) == 0;
}
