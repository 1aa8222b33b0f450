/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that more than one noun shows. */
#ifndef CLI_LISTS_H
#define CLI_LISTS_H

#include "cli/ask.h"

extern const struct ask_list lists_factors;
extern const struct ask_list lists_sessions; /* name "": of everybody */
extern const struct ask_list lists_attempts;

#endif
