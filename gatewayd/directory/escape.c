/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ESCAPED_MAX 8192

static bool
is_alnum(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

int
escape_filter(const void *value, size_t value_size, char *out, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *v = value;
	size_t at = 0;

	if (size == 0)
		return -1;
	out[0] = '\0';
	if (value_size == 0)
		return -1;
	for (size_t i = 0; i < value_size; i++) {
		if (size - at < 4) {
			out[0] = '\0';
			return -1;
		}
		if (is_alnum(v[i])) {
			out[at++] = (char)v[i];
			continue;
		}
		out[at++] = '\\';
		out[at++] = digits[v[i] >> 4];
		out[at++] = digits[v[i] & 15];
	}
	out[at] = '\0';
	return 0;
}

static bool
is_description(const char *s)
{
	if (s[0] == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!is_alnum((uint8_t)*s) && *s != '-' && *s != '.')
			return false;
	return true;
}

int
escape_match(const char *class, const char *attribute, struct bytes value,
    char *out, size_t size)
{
	char escaped[ESCAPED_MAX];
	int n;

	if (size > 0)
		out[0] = '\0';
	if (!is_description(attribute) ||
	    (class[0] != '\0' && !is_description(class)) ||
	    escape_filter(value.data, value.size, escaped, sizeof escaped) < 0)
		return -1;
	if (class[0] == '\0')
		n = snprintf(out, size, "(%s=%s)", attribute, escaped);
	else
		n = snprintf(out, size, "(&(objectClass=%s)(%s=%s))", class,
		    attribute, escaped);
	if (n < 0 || (size_t)n >= size) {
		if (size > 0)
			out[0] = '\0';
		return -1;
	}
	return 0;
}
