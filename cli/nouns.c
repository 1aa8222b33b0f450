/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"

#include <stddef.h>

const struct cli_noun nouns[] = {
    {"approval", cmd_approval, "let somebody in under a reference, for a time"},
    {"attempt", cmd_attempt, "what became of a try to get in"},
    {"audit", cmd_audit, "verify, follow and search the audit log"},
    {"factor", cmd_factor, "enrol, list and revoke credentials"},
    {"key", cmd_key, "make keys, publish public ones"},
    {"policy", cmd_policy, "check, try, explain and compare the rules"},
    {"session", cmd_session, "who is in"},
    {"status", cmd_status, "is the gateway ready?"},
    {"token", cmd_token, "get, verify and show claims tokens"},
    {"user", cmd_user, "what is known of a person, and the end of a lockout"},
    {NULL, NULL, NULL},
};
