/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_LANGUAGE_LAYOUT_H
#define POLICY_LANGUAGE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The one form of a policy file: a blank between words, at most one empty line,
 * comments and line breaks where they are, lines that go on indented.  Its
 * words are those of the text, in their order.
 *
 * room: 8 bytes for each byte of the text are always enough.  Returns the
 * length, without the NUL, or -1: the text has bytes that no policy has.
 */
long layout_text(const char *text, size_t length, char *out, size_t room);

/* Do both have the same words in the same statements? */
bool layout_same(
    const char *a, size_t a_length, const char *b, size_t b_length);

#endif
