/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/hostname.h"

#include <string.h>

static bool
is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_';
}

static const char *
label_problem(const char *label, size_t length, bool first)
{
	size_t stars = 0;

	if (length == 0)
		return "an empty label";
	if (length > HOSTNAME_LABEL_MAX)
		return "a label longer than 63 characters";
	if (length == 2 && memcmp(label, "**", 2) == 0)
		return first ? NULL : "\"**\" that is not the first label";
	for (size_t i = 0; i < length; i++) {
		if (label[i] == '*')
			stars++;
		else if (!is_host_char(label[i]))
			return "a character that host names do not have";
	}
	return stars > 1 ? "more than one \"*\" in a label" : NULL;
}

long
hostname_pattern(
    const char *name, size_t length, char *out, const char **problem_r)
{
	const char *label = out;

	if (length > 0 && name[length - 1] == '.')
		length--;
	*problem_r = length == 0 ? "nothing" : "more than 253 characters";
	if (length == 0 || length > HOSTNAME_MAX)
		return -1;
	for (size_t i = 0; i < length; i++) {
		char c = name[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	out[length] = '\0';
	for (;;) {
		size_t size = strcspn(label, ".");

		*problem_r = label_problem(label, size, label == out);
		if (*problem_r != NULL)
			return -1;
		if (label[size] == '\0')
			break;
		label += size + 1;
	}
	if (strlen(out) != length) {
		*problem_r = "a NUL";
		return -1;
	}
	return (long)length;
}

long
hostname_canonical(const char *name, size_t length, char *out)
{
	const char *problem;
	long size = hostname_pattern(name, length, out, &problem);

	return size < 0 || strchr(out, '*') != NULL ? -1 : size;
}

bool
hostname_label_matches(const char *pattern, size_t pattern_length,
    const char *label, size_t length)
{
	const char *star = memchr(pattern, '*', pattern_length);
	size_t before, after;

	if (star == NULL)
		return pattern_length == length &&
		       memcmp(pattern, label, length) == 0;
	before = (size_t)(star - pattern);
	after = pattern_length - before - 1;
	return length > before + after && memcmp(pattern, label, before) == 0 &&
	       memcmp(star + 1, label + length - after, after) == 0;
}

/* Label by label; both must run out together. */
static bool
labels_match(const char *pattern, const char *name)
{
	for (;;) {
		size_t pattern_length = strcspn(pattern, ".");
		size_t length = strcspn(name, ".");

		if (!hostname_label_matches(
			pattern, pattern_length, name, length))
			return false;
		pattern += pattern_length;
		name += length;
		if (*pattern == '\0' || *name == '\0')
			return *pattern == *name;
		pattern++;
		name++;
	}
}

bool
hostname_matches(const char *pattern, const char *name)
{
	size_t dots = 0, name_dots = 0;

	if (strncmp(pattern, "**", 2) != 0 ||
	    (pattern[2] != '.' && pattern[2] != '\0'))
		return labels_match(pattern, name);
	if (pattern[2] == '\0')
		return true;
	pattern += 3;
	for (const char *c = pattern; *c != '\0'; c++)
		dots += *c == '.';
	for (const char *c = name; *c != '\0'; c++)
		name_dots += *c == '.';
	if (name_dots < dots + 1)
		return false;
	for (; name_dots > dots; name_dots--)
		name = strchr(name, '.') + 1;
	return labels_match(pattern, name);
}
