/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_WIRE_LOGIN_H
#define TESTS_BENCH_WIRE_LOGIN_H

#include <stdint.h>

/*
 * What pam_sm_authenticate says to gatewayd, without libpam and the module:
 * BEGIN, PROMPT, ANSWER, RESULT at login.sock in the directory, then REDEEM at
 * redeem.sock.  The account is local, with that uid.  0 or -1.
 */
int wire_login(const char *directory, const char *name, uint32_t uid,
    uint16_t port, const char *password, const char *code);

#endif
