/* SPDX-License-Identifier: Apache-2.0 */
/* A process on which a session stands, until it is told otherwise. */
#ifndef TESTS_AUTHORITY_OPENER_H
#define TESTS_AUTHORITY_OPENER_H

#include <sys/types.h>

pid_t opener_begin(void);
void opener_end(pid_t pid);

#endif
