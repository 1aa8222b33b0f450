/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"

#include <stddef.h>

const struct cli_noun nouns[] = {
    {"approval", cmd_approval, "approve logins of a person for a time"},
    {"attempt", cmd_attempt, "show the records of an attempt"},
    {"audit", cmd_audit, "verify, follow and search the audit log"},
    {"factor", cmd_factor, "enrol, list and revoke credentials"},
    {"key", cmd_key, "make keys, and publish the public ones"},
    {"policy", cmd_policy,
	"check, test, explain, compare and change the policy"},
    {"session", cmd_session, "list and end open sessions"},
    {"status", cmd_status, "is the gateway ready?"},
    {"token", cmd_token, "get, verify and show claims tokens"},
    {"user", cmd_user, "show a person, and end a lockout"},
    {NULL, NULL, NULL},
};
