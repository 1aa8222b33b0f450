/* SPDX-License-Identifier: Apache-2.0 */
/* Was a secret wiped everywhere? */
#ifndef TESTS_SUPPORT_COPIES_H
#define TESTS_SUPPORT_COPIES_H

#include <stdbool.h>

/* Is the text anywhere that this process could write to?  Hidden: every byte
 * is one further than the secret's, so that it is no copy itself.  Not with
 * ASan, which has memory that must not be read. */
bool copies_are_left(const char *hidden);
/* Makes a hidden text of a secret, in its own place. */
void copies_hide(char *secret);

#endif
