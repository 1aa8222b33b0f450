/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CONF_PARSE_H
#define CONF_CONF_PARSE_H

#include <stddef.h>

#include "lib/conf/conf.h"

struct lex_errors;

/*
 * Sets the defaults, reads the text, and checks the keys that depend on each
 * other.  Reports all faults in one run.  0, or -1 if there was a fault.
 */
int conf_parse(struct conf *conf, const char *file, const char *text,
    size_t size, struct lex_errors *errors);

#endif
