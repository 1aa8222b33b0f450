/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/otpauth.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/factor/factor.h"

#define PART_MAX 256

int
otpauth_secret(const uint8_t *in, size_t size, char *out, size_t room)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, held = 0;
	size_t at = 0;

	for (size_t i = 0; i < size || held > 0;) {
		if (held < 5 && i < size) {
			bits = bits << 8 | in[i++];
			held += 8;
		} else if (held < 5) {
			bits <<= 5 - held;
			held = 5;
		}
		if (at + 1 >= room)
			return -1;
		held -= 5;
		out[at++] = letters[bits >> held & 31];
	}
	out[at] = '\0';
	return 0;
}

/* Of "https://gw.example:8443/sallyport" the host, as people read it in their
 * app.  The label has one colon, which parts issuer and name: apps refuse a URI
 * with more, so an IPv6 address is written with dots. */
static int
host_of(const char *issuer, char *out, size_t room)
{
	const char *scheme = strstr(issuer, "://");
	const char *host = scheme != NULL ? scheme + 3 : issuer;
	size_t size = strcspn(host, ":/?#");

	if (host[0] == '[')
		size = strcspn(++host, "]/?#");
	if (size == 0 || size >= room)
		return -1;
	memcpy(out, host, size);
	out[size] = '\0';
	for (char *colon; (colon = strchr(out, ':')) != NULL;)
		*colon = '.';
	return 0;
}

static int
percent(const char *in, char *out, size_t room)
{
	size_t at = 0;

	for (; *in != '\0'; in++) {
		unsigned char c = (unsigned char)*in;
		int plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;

		if (at + 4 > room)
			return -1;
		if (plain)
			out[at++] = (char)c;
		else
			at += (size_t)snprintf(out + at, 4, "%%%02X", c);
	}
	out[at] = '\0';
	return 0;
}

const char *
otpauth_algorithm(unsigned algorithm)
{
	static const char *const words[OTP_ALGORITHM_COUNT] = {
#define ROW(NAME, ...) [OTP_##NAME] = #NAME,
	    OTP_ALGORITHMS(ROW)
#undef ROW
	};

	return words[algorithm < OTP_ALGORITHM_COUNT ? algorithm : 0];
}

int
otpauth_uri(const struct factor_seed *s, const char *type,
    const char *parameters, char *out, size_t room)
{
	char secret[128], host[PART_MAX], i[PART_MAX], n[PART_MAX];
	char number[16] = "";
	int size = -1;

	if (s->number > 1)
		snprintf(number, sizeof number, "%%20%u", s->number);

	if (otpauth_secret(s->seed, s->seed_size, secret, sizeof secret) == 0 &&
	    host_of(s->issuer, host, sizeof host) == 0 &&
	    percent(host, i, sizeof i) == 0 &&
	    percent(s->name, n, sizeof n) == 0)
		size = snprintf(out, room,
		    "otpauth://%s/%s:%s%s?secret=%s&issuer=%s%s", type, i, n,
		    number, secret, i, parameters);
	explicit_bzero(secret, sizeof secret);
	return size < 0 || (size_t)size >= room ? -1 : size;
}
