/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/record_words.h"

#include "lib/ipc/messages.h"

/* What an outcome is in the words of OCSF. */
static const struct record_event events[] = {
    [OUTCOME_GRANTED] = {"granted", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 1, 1},
    [OUTCOME_DENIED] = {"denied", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 2, 2},
    [OUTCOME_ABORTED] = {"aborted", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 1, 2},
    [OUTCOME_ERROR] = {"error", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 3, 2},
    [OUTCOME_ORPHANED] = {"orphaned", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_ATTEMPT, 1, 3, 2},
    [OUTCOME_OPENED] = {"opened", "Logon", RECORD_CLASS_AUTHENTICATION,
	RECORD_SESSION, 1, 1, 1},
    [OUTCOME_CLOSED] = {"closed", "Logoff", RECORD_CLASS_AUTHENTICATION,
	RECORD_SESSION, 2, 1, 1},
    [OUTCOME_LAPSED] = {"lapsed", "Logoff", RECORD_CLASS_AUTHENTICATION,
	RECORD_SESSION, 2, 2, 2},
    [OUTCOME_ENROLLED] = {"enrolled", "MFA Factor Enable",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 10, 1, 1},
    [OUTCOME_REVOKED] = {"revoked", "MFA Factor Disable",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 11, 1, 1},
    [OUTCOME_PROPOSED] = {"proposed", "Policy Propose",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_APPROVED] = {"approved", "Policy Approve",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_APPLIED] = {"applied", "Policy Apply", RECORD_CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 3, 1},
    [OUTCOME_RESTORED] = {"restored", "Policy Rollback",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 3, 1},
    [OUTCOME_LOADED] = {"loaded", "Policy Load", RECORD_CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_GIVEN] = {"given", "Approval Give", RECORD_CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_WITHDRAWN] = {"withdrawn", "Approval Withdraw",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_INVITED] = {"invited", "MFA Factor Invite",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_UNLOCKED] = {"unlocked", "Unlock", RECORD_CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 12, 1, 1},
    [OUTCOME_CHANGED] = {"changed", "MFA Factor Change",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_EMERGENCY] = {"emergency", "Policy Emergency",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 4, 1},
    [OUTCOME_REVIEWED] = {"reviewed", "Policy Review",
	RECORD_CLASS_ACCOUNT_CHANGE, RECORD_ADMIN, 99, 1, 1},
    [OUTCOME_FAILED] = {"failed", "Change Fail", RECORD_CLASS_ACCOUNT_CHANGE,
	RECORD_ADMIN, 99, 2, 2},
};
#define EVENT_COUNT (sizeof events / sizeof events[0])

static const char *const kinds[] = {
    [RECORD_ATTEMPT] = "attempt",
    [RECORD_SESSION] = "session",
    [RECORD_ADMIN] = "admin",
    [RECORD_INTENT] = "intent",
};

const char *
record_kind_name(unsigned kind)
{
	return kind < sizeof kinds / sizeof kinds[0] ? kinds[kind] : NULL;
}

const char *
record_outcome_name(unsigned outcome)
{
	return outcome < EVENT_COUNT ? events[outcome].name : NULL;
}

const struct record_event *
record_event(unsigned outcome)
{
	return record_outcome_name(outcome) != NULL ? &events[outcome] : NULL;
}
