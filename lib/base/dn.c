/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/dn.h"

#include <stdbool.h>
#include <string.h>

#define AVA_MAX 16 /* parts of one multi-valued RDN */

struct dn_out {
	char *data;
	size_t size;
	size_t used;
	bool full;
};

static void
put(struct dn_out *out, char c)
{
	if (out->used < out->size)
		out->data[out->used++] = c;
	else
		out->full = true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int
hex_value(char c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool
is_type_char(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.';
}

/* attributeType "="; spaces around both are put up with */
static const char *
take_type(const char *at, struct dn_out *out)
{
	const char *start;

	while (*at == ' ')
		at++;
	for (start = at; is_type_char(*at); at++)
		put(out, lower(*at));
	if (at == start)
		return NULL;
	while (*at == ' ')
		at++;
	if (*at != '=')
		return NULL;
	put(out, '=');
	at++;
	while (*at == ' ')
		at++;
	return at;
}

/* One character of a value, escapes undone.  NULL if it is malformed. */
static const char *
take_char(const char *at, char *c_r, bool *escaped_r)
{
	int high, low;

	*escaped_r = *at == '\\';
	if (!*escaped_r) {
		*c_r = *at;
		return *at == '"' || *at == ';' || *at == '<' || *at == '>'
			   ? NULL
			   : at + 1;
	}
	high = hex_value(at[1]);
	low = high < 0 ? -1 : hex_value(at[2]);
	if (low >= 0) {
		*c_r = (char)(high << 4 | low);
		return at + 3;
	}
	*c_r = at[1];
	return at[1] != '\0' && strchr(" \"#+,;<=>\\", at[1]) != NULL ? at + 2
								      : NULL;
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* Up to an unescaped "," or "+" or the end. */
static const char *
take_value(const char *at, struct dn_out *out)
{
	bool escaped, space = false, begun = false;
	char c;

	while (*at != '\0' && *at != ',' && *at != '+') {
		/* most of most names, and nothing to decide about it */
		while (is_plain(*at) && !space) {
			put(out, *at++);
			begun = true;
		}
		if (*at == '\0' || *at == ',' || *at == '+')
			break;
		at = take_char(at, &c, &escaped);
		if (at == NULL)
			return NULL;
		if (c == ' ') {
			space = begun;
			continue;
		}
		if (space)
			put(out, ' ');
		space = false;
		if (c == ',' || c == '+' || c == '\\' || c == '\0' ||
		    (c == '#' && escaped && !begun))
			put(out, '\\');
		begun = true;
		put(out, lower(c));
	}
	return at;
}

static int
compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
	int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

	return order != 0 ? order : a_size < b_size ? -1 : a_size > b_size;
}

/* Insertion sort of the AVAs that stand one after the other in out. */
static void
order_avas(struct dn_out *out, const size_t *starts, size_t count)
{
	char sorted[DN_MAX];
	size_t order[AVA_MAX], used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t j = i;

		for (;
		     j > 0 &&
		     compare(out->data + starts[order[j - 1]],
			 starts[order[j - 1] + 1] - starts[order[j - 1]],
			 out->data + starts[i], starts[i + 1] - starts[i]) > 0;
		     j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	for (size_t i = 0; i < count; i++) {
		size_t start = starts[order[i]];
		size_t size = starts[order[i] + 1] - start;

		memcpy(sorted + used, out->data + start, size);
		used += size;
	}
	memcpy(out->data + starts[0], sorted, used);
}

static const char *
take_rdn(const char *at, struct dn_out *out)
{
	size_t starts[AVA_MAX + 1];
	size_t count = 0;

	for (;;) {
		if (count == AVA_MAX)
			return NULL;
		starts[count++] = out->used;
		at = take_type(at, out);
		if (at == NULL)
			return NULL;
		at = take_value(at, out);
		if (at == NULL)
			return NULL;
		put(out, *at == '+' ? '+' : ',');
		if (out->full)
			return NULL;
		if (*at != '+')
			break;
		at++;
	}
	if (count > 1) {
		/* all end alike, so that they can change places */
		for (size_t i = 1; i < count; i++)
			out->data[starts[i] - 1] = '+';
		out->data[out->used - 1] = '+';
		starts[count] = out->used;
		order_avas(out, starts, count);
		out->data[out->used - 1] = ',';
	}
	return at;
}

long
dn_normalise(const char *dn, char *out_data, size_t size)
{
	struct dn_out out = {
	    .data = out_data,
	    .size = size < DN_MAX ? size : DN_MAX,
	};

	for (;;) {
		dn = take_rdn(dn, &out);
		if (dn == NULL)
			return -1;
		if (*dn == '\0')
			return (long)out.used;
		dn++;
	}
}

/* The length of "cn=" in "cn=*,ou=groups", or 0 if it is no pattern. */
static size_t
pattern_type(const char *pattern)
{
	char normal[DN_MAX];
	size_t type = strcspn(pattern, "=") + 1;
	long size = dn_normalise(pattern, normal, sizeof normal);

	/* "*" is the only value of the first part, and more parts follow */
	return size > 0 && pattern[type - 1] == '=' && pattern[type] == '*' &&
		       pattern[type + 1] == ',' && pattern[type + 2] != '\0'
		   ? type
		   : 0;
}

long
dn_of_name(const char *pattern, const char *name, char *out_data, size_t size)
{
	struct dn_out out = {.data = out_data, .size = size};
	size_t type = pattern_type(pattern);

	if (type == 0 || name[0] == '\0')
		return -1;
	for (size_t i = 0; i < type; i++)
		put(&out, pattern[i]);
	for (const char *c = name; *c != '\0'; c++) {
		bool outer = c == name || c[1] == '\0';

		if (strchr("\"+,;<>\\=", *c) != NULL || (*c == ' ' && outer) ||
		    (*c == '#' && c == name))
			put(&out, '\\');
		put(&out, *c);
	}
	for (const char *c = pattern + type + 1; *c != '\0'; c++)
		put(&out, *c);
	put(&out, '\0');
	return out.full ? -1 : (long)out.used - 1;
}

int
dn_write(const char *canonical, char *out_data, size_t size)
{
	struct dn_out out = {.data = out_data, .size = size};
	size_t length = strlen(canonical);

	for (size_t i = 0; i + 1 < length; i++) {
		if (canonical[i] == '\\')
			put(&out, canonical[i++]);
		else if (strchr("\";<>", canonical[i]) != NULL)
			put(&out, '\\');
		put(&out, canonical[i]);
	}
	put(&out, '\0');
	return length > 1 && !out.full ? 0 : -1;
}
