/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/address.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* Returns the first bit of the family, 96 or 0, or -1. */
static int
parse_bytes(const char *text, uint8_t bytes[16])
{
	if (inet_pton(AF_INET, text, bytes + 12) == 1) {
		memcpy(bytes, mapped, sizeof mapped);
		return 96;
	}
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return -1;
	return 0;
}

bool
address_is_v4(const uint8_t bytes[16])
{
	return memcmp(bytes, mapped, sizeof mapped) == 0;
}

int
policy_address_parse(const char *text, struct policy_address *address_r)
{
	*address_r = (struct policy_address){0};
	if (text == NULL || parse_bytes(text, address_r->bytes) < 0) {
		*address_r = (struct policy_address){0};
		return -1;
	}
	address_r->known = true;
	return 0;
}

/* True if a bit after the first bits is set. */
static bool
has_host_bits(const uint8_t bytes[16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++) {
		if (bytes[i / 8] & (0x80u >> i % 8))
			return true;
	}
	return false;
}

static int
parse_bits(const char *text, unsigned most, unsigned *bits_r)
{
	unsigned bits = 0;
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 3 || text[length] != '\0' ||
	    (length > 1 && text[0] == '0'))
		return -1;
	for (size_t i = 0; i < length; i++)
		bits = bits * 10 + (unsigned)(text[i] - '0');
	*bits_r = bits;
	return bits <= most ? 0 : -1;
}

int
address_prefix_parse(
    const char *text, struct prefix *prefix_r, const char **problem_r)
{
	const char *slash = strchr(text, '/');
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[64];
	unsigned bits;
	int first;

	*problem_r = "not an address or network like 10.0.0.0/8 or "
		     "2001:db8::/48";
	if (length >= sizeof address)
		return -1;
	memcpy(address, text, length);
	address[length] = '\0';
	first = parse_bytes(address, prefix_r->bytes);
	if (first < 0)
		return -1;
	bits = 128 - (unsigned)first;
	if (slash != NULL &&
	    parse_bits(slash + 1, 128 - (unsigned)first, &bits) != 0) {
		*problem_r = first == 96 ? "a v4 network has /0 to /32"
					 : "a v6 network has /0 to /128";
		return -1;
	}
	if (first == 0 && address_is_v4(prefix_r->bytes)) {
		*problem_r = "a v4-mapped v6 address; write it as v4";
		return -1;
	}
	prefix_r->bits = (uint8_t)(bits + (unsigned)first);
	if (has_host_bits(prefix_r->bytes, prefix_r->bits)) {
		*problem_r = "bits are set after the prefix; "
			     "shorten the address or lengthen the prefix";
		return -1;
	}
	return 0;
}

bool
address_in(const uint8_t bytes[16], const struct prefix *prefix)
{
	unsigned whole = prefix->bits / 8u, rest = prefix->bits % 8u;
	unsigned mask = 0xff00u >> rest & 0xffu;

	if (address_is_v4(bytes) != address_is_v4(prefix->bytes))
		return false;
	return memcmp(bytes, prefix->bytes, whole) == 0 &&
	       (rest == 0 ||
		   ((bytes[whole] ^ prefix->bytes[whole]) & mask) == 0);
}

bool
address_after(const struct prefix *prefix, uint8_t address[16])
{
	unsigned bit = prefix->bits;

	memcpy(address, prefix->bytes, 16);
	while (bit-- > 0) {
		uint8_t mask = (uint8_t)(0x80u >> bit % 8);

		address[bit / 8] ^= mask;
		if (address[bit / 8] & mask)
			return true;
	}
	return false;
}

const char *
address_text(const uint8_t bytes[16], char out[ADDRESS_TEXT])
{
	if (address_is_v4(bytes))
		return inet_ntop(AF_INET, bytes + 12, out, ADDRESS_TEXT);
	return inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT);
}
