/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

/*
 * Fails unless this text is the file tests/golden/NAME, byte for byte, and says
 * which line is the first that differs.  With UPDATE_GOLDEN=1 in the
 * environment the file becomes the text: `make golden` does it for all of them.
 * The units run in the root of the tree.
 */
void golden_compare(const char *name, const char *text);

#endif
