/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attempt, from BEGIN to RESULT, in a process of its own: it asks
 * authority what to collect, collects it, hands the password to directory and
 * the code to authority, and passes on what authority says.  It holds nothing
 * that could let anybody in.
 */
#ifndef LOGIN_CONVERSATION_H
#define LOGIN_CONVERSATION_H

#include "gatewayd/login/seats.h"
#include "lib/conf/conf.h"

/* fd: the module's connection, left open.  Whatever happens, nothing is
 * returned: authority has the record, the module the result. */
void conversation_run(
    const struct conf_login *conf, struct seats *seats, int seat, int fd);

#endif
