/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_PRINT_H
#define CLI_AUDIT_PRINT_H

#include "lib/record/log_reader.h"
#include "lib/record/record_parse.h"

/* Print one record to standard output: on one line, or with all its fields. */
void audit_print_short(const struct record_parsed *parsed);
void audit_print_long(const struct record_parsed *parsed);

#endif
