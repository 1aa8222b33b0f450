/* SPDX-License-Identifier: Apache-2.0 */
/* Text from the gateway on its way to a person's terminal. */
#ifndef PAM_MODULE_SHOW_H
#define PAM_MODULE_SHOW_H

#include <stddef.h>

/* Copies what is fit for a terminal: newlines, printable ASCII, and UTF-8 that
 * is neither a control nor turns the direction of writing.  Every other
 * character or byte becomes '?'.  out has room for size bytes with its NUL;
 * what does not fit is left off at a character's end.  Returns the length. */
size_t show_clean(char *out, size_t size, const char *text);

#endif
