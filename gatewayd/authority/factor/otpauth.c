/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/otpauth.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/factor/totp.h"

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

int
otpauth_uri(const char *issuer, const char *name, const uint8_t *seed,
    size_t seed_size, char *out, size_t room, size_t *size_r)
{
	char secret[128], i[PART_MAX], n[PART_MAX];
	const char *scheme = strstr(issuer, "://");
	int size = -1;

	/* people read this in their app: the host is enough */
	if (scheme != NULL)
		issuer = scheme + 3;
	if (otpauth_secret(seed, seed_size, secret, sizeof secret) == 0 &&
	    percent(issuer, i, sizeof i) == 0 &&
	    percent(name, n, sizeof n) == 0)
		size = snprintf(out, room,
		    "otpauth://totp/%s:%s?secret=%s&issuer=%s"
		    "&algorithm=SHA1&digits=%d&period=%d",
		    i, n, secret, i, TOTP_DIGITS, TOTP_STEP_SECONDS);
	explicit_bzero(secret, sizeof secret);
	if (size < 0 || (size_t)size >= room)
		return -1;
	*size_r = (size_t)size;
	return 0;
}
