/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th call that could fail fail: sockets, files, memory, random
 * numbers, the account database.  The names are this program's own, found
 * before libc's by every library and module that it loads; memory is left
 * alone under AddressSanitizer, which has its own.
 */
#ifndef SUPPORT_FAIL_NTH_H
#define SUPPORT_FAIL_NTH_H

#include <stdbool.h>

/* Also what is not done by or for the module: the program is tested itself. */
void fail_nth_everywhere(void);
/* 0: count only. */
void fail_nth_arm(int n);
/* Everything works again; how many calls there were. */
int fail_nth_disarm(void);
/* Did the call that was to fail come? */
bool fail_nth_failed(void);
/* What it was, for messages. */
const char *fail_nth_name(void);
/* Counts a call from the test itself: true when it is to fail. */
bool fail_nth_here(const char *name);

#endif
