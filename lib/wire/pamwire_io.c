/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/pamwire_io.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/wire/pamwire_version.h"

int64_t
pamwire_io_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum pamwire_io
await(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline - pamwire_io_now();
		int n;

		if (left <= 0)
			return PAMWIRE_IO_TIMEOUT;
		n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (n < 0 && errno != EINTR)
			return PAMWIRE_IO_CLOSED;
		if (n <= 0)
			continue;
		/* a closed peer shows in the read or write that follows */
		return (p.revents & POLLNVAL) != 0 ? PAMWIRE_IO_CLOSED
						   : PAMWIRE_IO_DONE;
	}
}

enum pamwire_io
pamwire_io_send(int fd, const struct pamwire_frame *f, int64_t deadline)
{
	enum pamwire_io result = PAMWIRE_IO_DONE;
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	size_t size = pamwire_encode(f, bytes);
	size_t at = 0;

	if (size == 0)
		result = PAMWIRE_IO_MALFORMED;
	else if (pamwire_io_now() >= deadline)
		result = PAMWIRE_IO_TIMEOUT;
	while (result == PAMWIRE_IO_DONE && at < size) {
		ssize_t n = send(
		    fd, bytes + at, size - at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			result = await(fd, POLLOUT, deadline);
		else if (errno != EINTR)
			result = PAMWIRE_IO_CLOSED;
	}
	explicit_bzero(bytes, size);
	return result;
}

static enum pamwire_io
fill(int fd, uint8_t *bytes, size_t size, int64_t first, int64_t deadline)
{
	size_t at = 0;

	if (pamwire_io_now() >= deadline)
		return PAMWIRE_IO_TIMEOUT;
	while (at < size) {
		ssize_t n = recv(fd, bytes + at, size - at, MSG_DONTWAIT);
		enum pamwire_io result = PAMWIRE_IO_DONE;

		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			result = await(fd, POLLIN,
			    at == 0 && first < deadline ? first : deadline);
		else if (n == 0 || errno != EINTR)
			result = PAMWIRE_IO_CLOSED;
		if (result != PAMWIRE_IO_DONE)
			return result;
	}
	return PAMWIRE_IO_DONE;
}

enum pamwire_io
pamwire_io_receive(
    int fd, struct pamwire_frame *f, int64_t first, int64_t deadline)
{
	uint8_t bytes[PAMWIRE_MAX_FRAME];
	enum pamwire_io result;
	size_t size;

	pamwire_init(f, 0);
	result = fill(fd, bytes, PAMWIRE_HEADER, first, deadline);
	if (result != PAMWIRE_IO_DONE)
		return result;
	if (pamwire_is_other(bytes)) {
		f->type = bytes[0];
		return PAMWIRE_IO_VERSION;
	}
	size = pamwire_frame_size(bytes);
	if (size == 0)
		return PAMWIRE_IO_MALFORMED;
	result = fill(fd, bytes + PAMWIRE_HEADER, size - PAMWIRE_HEADER,
	    deadline, deadline);
	if (result == PAMWIRE_IO_DONE && pamwire_decode(f, bytes, size) < 0)
		result = PAMWIRE_IO_MALFORMED;
	explicit_bzero(bytes, size);
	return result;
}

const char *
pamwire_io_text(enum pamwire_io result)
{
	switch (result) {
	case PAMWIRE_IO_DONE:
		return "done";
	case PAMWIRE_IO_CLOSED:
		return "closed by the other end";
	case PAMWIRE_IO_TIMEOUT:
		return "no answer in time";
	case PAMWIRE_IO_MALFORMED:
		return "malformed frame";
	case PAMWIRE_IO_VERSION:
		return "the other end is of another release and speaks another "
		       "version of the protocol: install pam_sallyport.so and "
		       "gatewayd of one release";
	}
	return "?";
}
