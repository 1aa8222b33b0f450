/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds that only go forward: deadlines. */
uint64_t clock_mono_ms(void);
/* Milliseconds since the boot, also those spent asleep. */
uint64_t clock_boot_ms(void);
/* Milliseconds since 1970: records, tokens, TOTP steps. */
int64_t clock_wall_ms(void);

#endif
