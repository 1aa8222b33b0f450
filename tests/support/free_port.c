/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/free_port.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST 15000
#define COUNT 15000
#define TRIES 1000

unsigned
free_port(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (int i = 0; i < TRIES; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error;
		uint16_t port;

		if (fd < 0 || getrandom(&port, sizeof port, 0) != sizeof port)
			break;
		port = (uint16_t)(FIRST + port % COUNT);
		a.sin_port = htons(port);
		error = bind(fd, (const void *)&a, sizeof a);
		close(fd);
		if (error == 0)
			return port;
	}
	perror("no free port");
	abort();
}
