/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"

#include <stddef.h>

const struct cli_noun nouns[] = {
    {"approval", cmd_approval, approval_verbs,
	"approve logins of a person for a time"},
    {"attempt", cmd_attempt, attempt_verbs,
	"explain an attempt, and say what can be done"},
    {"audit", cmd_audit, audit_verbs,
	"verify, follow and search the audit log"},
    {"factor", cmd_factor, factor_verbs, "enrol, list and revoke credentials"},
    {"key", cmd_key, key_verbs, "make keys, and publish the public ones"},
    {"policy", cmd_policy, policy_verbs,
	"check, test, explain, compare and change the policy"},
    {"proposal", cmd_proposal, proposal_verbs_list,
	"list, sign and apply changes that need two people"},
    {"session", cmd_session, session_verbs, "list and end open sessions"},
    {"status", cmd_status, status_verbs, "say if the gateway is ready"},
    {"token", cmd_token, token_verbs, "get, verify and show claims tokens"},
    {"user", cmd_user, user_verbs, "show a person, and end a lockout"},
    {"version", cmd_version, version_verbs,
	"say which release is installed, and which one runs"},
    {NULL, NULL, NULL, NULL},
};
