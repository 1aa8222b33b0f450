/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_PRINT_H
#define CLI_AUDIT_PRINT_H

#include "lib/record/log_reader.h"
#include "lib/record/record_parse.h"

/* One record on one line, or all that it says; to standard output. */
void audit_print_short(const struct record_parsed *parsed);
void audit_print_long(const struct record_parsed *parsed);

#endif
