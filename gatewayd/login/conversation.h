/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attempt, from BEGIN to RESULT, in a process of its own.  The process asks
 * authority which answers to collect, and collects them.  It passes the
 * password to directory and the code to authority.  It passes authority's
 * result to the module.  It holds nothing that could let anybody in.
 */
#ifndef LOGIN_CONVERSATION_H
#define LOGIN_CONVERSATION_H

#include "gatewayd/login/seats.h"
#include "lib/conf/conf.h"

/* fd is the module's connection and stays open.  There is no return value:
 * authority writes the record, and the module has the result. */
void conversation_run(
    const struct conf_login *conf, struct seats *seats, int seat, int fd);

#endif
