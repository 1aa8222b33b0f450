/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LENGTH_H
#define CLI_LENGTH_H

#include <stdint.h>

/* Reads a duration as in a policy: 90s, 30m, 8h, 2d, 1w.  -1: it is none, is 0,
 * or is longer than most. */
int length_parse(const char *text, uint32_t most, uint32_t *seconds_r);

#endif
