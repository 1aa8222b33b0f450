/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NAME_MAX_CHARS 64

static bool
is_letter_or_digit(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

int
name_canonical(const void *typed, size_t typed_size, char *out, size_t size)
{
	const unsigned char *t = typed;

	if (typed_size == 0 || typed_size > NAME_MAX_CHARS ||
	    typed_size >= size)
		return -1;
	for (size_t i = 0; i < typed_size; i++) {
		unsigned char c = t[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if (!is_letter_or_digit(c) && c != '_' &&
		    (i == 0 || (c != '.' && c != '-')))
			return -1;
		out[i] = (char)c;
	}
	if (out[typed_size - 1] == '.')
		return -1;
	out[typed_size] = '\0';
	return 0;
}

int
name_address(const char *typed, char *out, size_t size)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, typed, &v4) == 1)
		goto is_v4;
	if (inet_pton(AF_INET6, typed, &v6) != 1)
		return -1;
	if (memcmp(v6.s6_addr, mapped, sizeof mapped) != 0)
		return inet_ntop(AF_INET6, &v6, out, (socklen_t)size) == NULL
			   ? -1
			   : 0;
	memcpy(&v4, v6.s6_addr + sizeof mapped, sizeof v4);
is_v4:
	return inet_ntop(AF_INET, &v4, out, (socklen_t)size) == NULL ? -1 : 0;
}

int
name_reference(const char *text, size_t max)
{
	size_t size = strnlen(text, max + 1);

	if (size == 0 || size > max)
		return -1;
	for (size_t i = 0; i < size; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return -1;
	return 0;
}
