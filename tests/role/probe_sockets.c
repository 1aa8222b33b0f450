/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets, and names of hosts. */
#include "tests/role/probes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
probe_accept_connection(void)
{
	int fd = accept4(probe_world.listening, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 && errno != EAGAIN ? -1 : 0;
}

int
probe_socket_unix(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

int
probe_connect_unix(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = probe_socket_unix();

	return fd < 0 ? -1 : connect(fd, (void *)&a, sizeof a);
}

int
probe_connect_abstract(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = probe_socket_unix();

	memcpy(
	    a.sun_path + 1, probe_world.abstract, sizeof probe_world.abstract);
	return fd < 0 ? -1 : connect(fd, (void *)&a, sizeof a);
}

/* one that the role has already: its end of a channel, or where it listens */
int
probe_reconnect_channel(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "stream"};

	return connect(probe_world.pair[0], (void *)&a, sizeof a);
}

int
probe_reconnect_unconnected_channel(void)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	return connect(probe_world.pair[0], &none, sizeof none) < 0
		   ? -1
		   : probe_reconnect_channel();
}

int
probe_reconnect_listening(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "stream"};

	return connect(probe_world.listening_unix, (void *)&a, sizeof a);
}

static int
tcp_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
probe_socket_inet(void)
{
	return tcp_socket(AF_INET);
}

int
probe_socket_inet6(void)
{
	/* the kernel may be without; the filter let it through */
	return tcp_socket(AF_INET6) < 0 && errno != EAFNOSUPPORT ? -1 : 0;
}

int
probe_socket_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

int
probe_socket_netfilter(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

int
probe_socket_netlink_route(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

int
probe_connect_tcp(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons(probe_world.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = tcp_socket(AF_INET), one = 1;

	return fd < 0 || connect(fd, (void *)&a, sizeof a) < 0
		   ? -1
		   : setsockopt(fd, IPPROTO_TCP, 1, &one, sizeof one);
}

int
probe_bind_tcp(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = tcp_socket(AF_INET);

	return fd < 0 ? -1 : bind(fd, (void *)&a, sizeof a);
}

int
probe_listen_somewhere(void)
{
	return listen(probe_world.pair[0], 1);
}

int
probe_resolve_names(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;

	/* nsswitch.conf cannot be read here, and still no call kills */
	if (getaddrinfo("127.0.0.1", "389", &hints, &list) != 0)
		return -1;
	freeaddrinfo(list);
	hints.ai_flags = AI_ADDRCONFIG;
	if (getaddrinfo("localhost", "389", &hints, &list) == 0)
		freeaddrinfo(list);
	return 0;
}
