/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CONF_PARSE_H
#define CONF_CONF_PARSE_H

#include <stddef.h>

#include "lib/conf/conf.h"

struct lex_errors;

/* Defaults, then the text, then what hangs together; all faults in one run.
 * -1 when there was any. */
int conf_parse(struct conf *conf, const char *file, const char *text,
    size_t size, struct lex_errors *errors);

#endif
