/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/base/clock.h over a clock that stands still while anything is
 * left to do: when a loop would wait for its next timer, the time of that
 * timer has come.  What a test sees does not depend on when the machine runs
 * it.  Only for a test with all its peers in one process and one loop; linked
 * instead of clock.c, with --wrap=epoll_wait.
 */
#ifndef SUPPORT_VIRTUAL_CLOCK_H
#define SUPPORT_VIRTUAL_CLOCK_H

#include <stdint.h>

/* Goes on to where a span of that many seconds of the wall clock begins,
 * unless less than half of the present one is over. */
void virtual_clock_align(int seconds);
/* As an administrator does: only the wall clock goes forward or back. */
void virtual_clock_set_wall(int64_t by_ms);

#endif
