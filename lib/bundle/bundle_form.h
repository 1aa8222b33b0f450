/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_FORM_H
#define BUNDLE_BUNDLE_FORM_H

#include "lib/bundle/bundle.h"

/* Writes the signed part, and a NUL.  -1: a value is not allowed, the arguments
 * or files are not in order or not those of the verb, or the text does not
 * fit. */
int bundle_format(
    const struct bundle *b, char text_r[BUNDLE_TEXT_MAX], size_t *len_r);

/* Reads a proposal without verifying its signatures.  0, or -1: malformed, or
 * its verb is none of this release. */
int bundle_parse(struct bundle *b, const char *text, size_t len);

#endif
