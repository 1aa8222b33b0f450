/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/json_write.h"

#define PRINT_TIME 32

/* Milliseconds since 1970 as "2026-01-31T12:34:56Z" (RFC 3339), or "-" for 0:
 * every time that the command shows has this form. */
void print_time(int64_t ms, char text_r[PRINT_TIME]);
/* The same as a member of JSON; null for 0. */
void print_json_time(struct json_write *w, const char *key, int64_t ms);

/*
 * The answer for scripts: one value, which is printed when it is whole.  No
 * secret is written here.  print_json_end() is 0, or a cli_status after having
 * said why.
 */
struct json_write *print_json_begin(void);
int print_json_end(void);

/* Who makes a change, for its record: the person behind sudo, or the user. */
void print_actor(char *name_r, size_t size);

#endif
