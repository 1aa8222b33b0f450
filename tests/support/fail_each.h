/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAIL_EACH_H
#define SUPPORT_FAIL_EACH_H

/*
 * For a program whose process may end when a call fails: runs step() in a
 * process of its own for the first call that can fail, for the second, and so
 * on until none is left.  It begins with failing (fail_nth_arm(n)) where it
 * wants to.  Whether it returns or ends the process, judge() then has the last
 * word; what it finds wrong it says by an assertion.  Returns how many calls
 * failed.
 */
int fail_each(void (*step)(int n), void (*judge)(void));

#endif
