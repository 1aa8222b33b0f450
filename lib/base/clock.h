/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that only goes forward, for deadlines. */
uint64_t clock_mono_ms(void);
/* Milliseconds since the boot.  Time that the machine slept counts. */
uint64_t clock_boot_ms(void);
/* Milliseconds since 1970, for records, tokens and TOTP steps. */
int64_t clock_wall_ms(void);

#endif
