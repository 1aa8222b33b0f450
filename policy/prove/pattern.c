/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/pattern.h"

#include <string.h>

static const struct glob two_stars = {"**", 2, 0, 1, 1};
const struct pattern pattern_anything = {
    .text = "**", .labels = &two_stars, .deep = true};

int
pattern_parse(struct arena *arena, const char *text, struct pattern *pattern)
{
	size_t length = strlen(text), dots = 1, at;
	struct glob *labels;

	for (size_t i = 0; i < length; i++)
		dots += text[i] == '.';
	labels = arena_alloc(arena, dots * sizeof *labels);
	if (labels == NULL)
		return -1;
	pattern->text = text;
	pattern->labels = labels;
	pattern->literal = strchr(text, '*') == NULL;
	pattern->deep =
	    strncmp(text, "**", 2) == 0 && (text[2] == '.' || text[2] == '\0');
	pattern->count = (uint16_t)(dots - pattern->deep);
	for (size_t i = 0; i < dots; i++) {
		at = length;
		while (at > 0 && text[at - 1] != '.')
			at--;
		labels[i] = labelsearch_glob(text + at, length - at);
		length = at > 0 ? at - 1 : 0;
	}
	return 0;
}

struct glob
pattern_label(const struct pattern *pattern, size_t i)
{
	return i < pattern->count ? pattern->labels[i]
				  : labelsearch_glob("*", 1);
}

bool
pattern_has_length(const struct pattern *pattern, size_t count)
{
	return pattern->deep ? count > pattern->count : count == pattern->count;
}

static const char *
end_of(const struct glob *glob)
{
	return glob->text + glob->length - glob->after;
}

/* Their ends can be those of one label. */
static bool
globs_may_meet(const struct glob *a, const struct glob *b)
{
	size_t before = a->before < b->before ? a->before : b->before;
	size_t after = a->after < b->after ? a->after : b->after;

	if (!a->star && !b->star)
		return a->length == b->length &&
		       memcmp(a->text, b->text, a->length) == 0;
	if (!b->star)
		return hostname_label_matches(
		    a->text, a->length, b->text, b->length);
	if (!a->star)
		return hostname_label_matches(
		    b->text, b->length, a->text, a->length);
	return memcmp(a->text, b->text, before) == 0 &&
	       memcmp(end_of(a) + a->after - after,
		   end_of(b) + b->after - after, after) == 0;
}

static bool
glob_covers(const struct glob *a, const struct glob *b)
{
	if (!b->star)
		return hostname_label_matches(
		    a->text, a->length, b->text, b->length);
	return a->star && a->before <= b->before && a->after <= b->after &&
	       memcmp(a->text, b->text, a->before) == 0 &&
	       memcmp(end_of(a), end_of(b) + b->after - a->after, a->after) ==
		   0;
}

bool
pattern_may_meet(const struct pattern *a, const struct pattern *b)
{
	size_t both = a->count < b->count ? a->count : b->count;

	if (!a->deep && !b->deep && a->count != b->count)
		return false;
	if ((!a->deep && a->count <= b->count && b->deep) ||
	    (!b->deep && b->count <= a->count && a->deep))
		return false;
	for (size_t i = 0; i < both; i++) {
		if (!globs_may_meet(&a->labels[i], &b->labels[i]))
			return false;
	}
	return true;
}

bool
pattern_covers(const struct pattern *a, const struct pattern *b)
{
	if (a->deep ? b->count + (b->deep ? 1 : 0) <= a->count
		    : b->deep || b->count != a->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		struct glob label = pattern_label(b, i);

		if (!glob_covers(&a->labels[i], &label))
			return false;
	}
	return true;
}
