/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/labelsearch.h"

#include <stdbool.h>
#include <string.h>

#include "policy/value/intern.h"

/* All characters of a label, those that read best first. */
static const char alphabet[] = "xyzwvutsrqponmlkjihgfedcba0123456789-_";

struct glob
labelsearch_glob(const char *text, size_t length)
{
	const char *star = memchr(text, '*', length);
	struct glob glob = {
	    .text = text,
	    .length = (unsigned char)length,
	    .star = star != NULL,
	};

	glob.before =
	    (unsigned char)(star != NULL ? (size_t)(star - text) : length);
	glob.after =
	    (unsigned char)(star != NULL ? length - glob.before - 1 : 0);
	return glob;
}

static bool
matches(const struct glob *glob, const char *label, size_t length)
{
	return hostname_label_matches(glob->text, glob->length, label, length);
}

static int
add_label(struct arena *scratch, struct labels *labels, const char *text,
    size_t length)
{
	struct label *list =
	    arena_grow(scratch, labels->list, labels->count, sizeof *list);

	if (list == NULL)
		return -1;
	labels->list = list;
	memcpy(list[labels->count].text, text, length);
	list[labels->count].text[length] = '\0';
	list[labels->count++].length = (unsigned char)length;
	return 0;
}

/* What globs with a star ask for together. */
struct frame {
	const char *before, *after;
	size_t before_length, after_length;
	size_t least; /* length of the whole label */
};

static const char *
after_of(const struct glob *glob)
{
	return glob->text + glob->length - glob->after;
}

/* The longer beginning and end, of which each other one is a part. */
static bool
add_to_frame(struct frame *frame, const struct glob *glob)
{
	const char *after = after_of(glob);
	size_t least = glob->before + glob->after + 1u;
	size_t before_both = glob->before < frame->before_length
				 ? glob->before
				 : frame->before_length;
	size_t after_both = glob->after < frame->after_length
				? glob->after
				: frame->after_length;

	if (memcmp(glob->text, frame->before, before_both) != 0 ||
	    memcmp(after + glob->after - after_both,
		frame->after + frame->after_length - after_both,
		after_both) != 0)
		return false;
	if (glob->before > frame->before_length) {
		frame->before = glob->text;
		frame->before_length = glob->before;
	}
	if (glob->after > frame->after_length) {
		frame->after = after;
		frame->after_length = glob->after;
	}
	if (least > frame->least)
		frame->least = least;
	return true;
}

static bool
make_frame(const struct labelsearch *in, struct frame *frame)
{
	*frame = (struct frame){.before = "", .after = ""};
	for (size_t i = 0; i < in->wanted; i++) {
		if (!add_to_frame(frame, &in->globs[i]))
			return false;
	}
	return true;
}

static bool
is_wanted(const struct labelsearch *in, const char *text, size_t length)
{
	for (size_t i = 0; i < in->wanted; i++) {
		if (!matches(&in->globs[i], text, length))
			return false;
	}
	return true;
}

/*
 * Labels so short that the two ends overlap or touch: a glob with a star may
 * miss them though it matches both ends.
 */
static int
add_short_labels(
    struct arena *scratch, const struct frame *frame, struct labels *labels)
{
	size_t both = frame->before_length + frame->after_length;
	char text[2 * HOSTNAME_LABEL_MAX];

	for (size_t length = frame->least;
	     length <= both && length <= HOSTNAME_LABEL_MAX; length++) {
		if (length < frame->before_length ||
		    length < frame->after_length)
			continue;
		memcpy(text + length - frame->after_length, frame->after,
		    frame->after_length);
		memcpy(text, frame->before, frame->before_length);
		if (memcmp(text + length - frame->after_length, frame->after,
			frame->after_length) == 0 &&
		    add_label(scratch, labels, text, length) != 0)
			return -1;
	}
	return 0;
}

/*
 * A character that leads away from every avoided glob that goes on where the
 * frame's beginning stops (or, for its end, begins before it).  '\0' if none.
 */
static char
way_out(const struct frame *frame, const struct glob *avoided, size_t count,
    bool at_end)
{
	bool taken[256] = {false};

	for (size_t i = 0; i < count; i++) {
		const struct glob *glob = &avoided[i];
		size_t length =
		    at_end ? frame->after_length : frame->before_length;

		if (!glob->star)
			continue; /* see is_named() */
		if (!at_end && glob->before > length &&
		    memcmp(glob->text, frame->before, length) == 0)
			taken[(unsigned char)glob->text[length]] = true;
		if (at_end && glob->after > length &&
		    memcmp(glob->text + glob->length - length, frame->after,
			length) == 0)
			taken[(unsigned char)
				  glob->text[glob->length - length - 1]] = true;
	}
	for (const char *c = alphabet; *c != '\0'; c++) {
		if (!taken[(unsigned char)*c])
			return *c;
	}
	return '\0';
}

/* One of the names without a star. */
static bool
is_named(
    const struct glob *avoided, size_t count, const char *text, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (!avoided[i].star && avoided[i].length == length &&
		    memcmp(avoided[i].text, text, length) == 0)
			return true;
	}
	return false;
}

/* Characters between two others, each time other ones; how many. */
static size_t
filler(size_t number, char *out)
{
	size_t length = 0;

	for (; number > 0; number /= sizeof alphabet - 1)
		out[length++] = alphabet[--number % (sizeof alphabet - 1)];
	return length;
}

/*
 * The label that matches nothing it need not match.  1 if there is none, for
 * the avoided globs begin or end with every character there is.
 */
static int
add_fresh_label(const struct labelsearch *in, const struct frame *frame,
    struct labels *labels)
{
	const struct glob *avoided = in->globs + in->wanted;
	size_t count = in->count - in->wanted;
	size_t ends = frame->before_length + frame->after_length + 2;
	char first = way_out(frame, avoided, count, false);
	char last = way_out(frame, avoided, count, true);
	char text[HOSTNAME_LABEL_MAX], middle[16];

	if (first == '\0' || last == '\0')
		return 1;
	/* one more than there are names leads past all of them */
	for (size_t number = 0; number <= count; number++) {
		size_t more = filler(number, middle);
		char *at = text + frame->before_length;

		if (ends + more > HOSTNAME_LABEL_MAX)
			return 1;
		memcpy(text, frame->before, frame->before_length);
		*at++ = first;
		memcpy(at, middle, more);
		at[more] = last;
		memcpy(at + more + 1, frame->after, frame->after_length);
		if (!is_named(avoided, count, text, ends + more))
			return add_label(
			    in->scratch, labels, text, ends + more);
		if (!budget_spend(in->budget, count))
			return -1;
	}
	return 1;
}

/*
 * How far a label has come in a glob: how much of its beginning fits (or 255)
 * and how much of its end the last characters are.
 */
static void
step(const struct glob *glob, const unsigned char from[2], size_t position,
    const char *label, unsigned char to[2])
{
	const char *end = after_of(glob);
	size_t fits = glob->after;
	size_t length = position + 1;

	to[0] = from[0];
	if (from[0] != 255 && from[0] < glob->before)
		to[0] = label[position] == glob->text[from[0]]
			    ? (unsigned char)(from[0] + 1)
			    : 255;
	else if (from[0] != 255 && !glob->star)
		to[0] = 255; /* a literal that goes on */
	if (fits > length)
		fits = length;
	while (fits > 0 && memcmp(label + length - fits, end, fits) != 0)
		fits--;
	to[1] = (unsigned char)fits;
}

/* The slow way: every state that a label can bring the globs to. */
static int
explore(const struct labelsearch *in, struct labels *labels)
{
	struct arena *scratch = in->scratch;
	size_t state_size = 2 * in->count;
	struct intern states = {0}, classes = {0};
	struct labels nodes = {0};
	unsigned char *state = arena_alloc(scratch, state_size + 1);
	unsigned char *next = arena_alloc(scratch, state_size + 1);

	if (state == NULL || next == NULL ||
	    intern_add(&states, scratch, state, state_size + 1) != 0 ||
	    add_label(scratch, &nodes, "", 0) != 0)
		return -1;
	for (size_t n = 0; n < nodes.count; n++) {
		struct label label = nodes.list[n];

		if (!budget_spend(
			in->budget, 8 * in->count * (sizeof alphabet - 1)))
			return -1;
		memcpy(state, states.keys[n].data, state_size + 1);
		if (is_wanted(in, label.text, label.length)) {
			uint32_t before = classes.count;

			for (size_t i = 0; i < in->count; i++)
				next[i] = matches(
				    &in->globs[i], label.text, label.length);
			if (intern_add(&classes, scratch, next, in->count) ==
			    INTERN_NONE)
				return -1;
			if (classes.count > before &&
			    add_label(
				scratch, labels, label.text, label.length) != 0)
				return -1;
		}
		if (label.length == HOSTNAME_LABEL_MAX)
			continue;
		for (const char *c = alphabet; *c != '\0'; c++) {
			uint32_t before = states.count;

			label.text[label.length] = *c;
			for (size_t i = 0; i < in->count; i++)
				step(&in->globs[i], state + 2 * i, label.length,
				    label.text, next + 2 * i);
			next[state_size] = (unsigned char)(label.length + 1);
			if (intern_add(&states, scratch, next,
				state_size + 1) == INTERN_NONE)
				return -1;
			if (states.count > before &&
			    add_label(scratch, &nodes, label.text,
				label.length + 1u) != 0)
				return -1;
		}
	}
	return 0;
}

int
labelsearch(const struct labelsearch *in, struct labels *labels)
{
	struct frame frame;
	int result;

	*labels = (struct labels){0};
	if (!budget_spend(in->budget, in->count))
		return -1;
	for (size_t i = 0; i < in->wanted; i++) {
		const struct glob *glob = &in->globs[i];

		if (glob->star)
			continue;
		/* a literal leaves no choice */
		return is_wanted(in, glob->text, glob->length)
			   ? add_label(
				 in->scratch, labels, glob->text, glob->length)
			   : 0;
	}
	if (!make_frame(in, &frame))
		return 0;
	result = add_fresh_label(in, &frame, labels);
	if (result == 1)
		return explore(in, labels);
	if (result != 0)
		return -1;
	return add_short_labels(in->scratch, &frame, labels);
}
