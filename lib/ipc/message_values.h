/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the u8 fields of messages.  0 never lets anybody in, so a field
 * that was left out cannot grant.
 */
#ifndef IPC_MESSAGE_VALUES_H
#define IPC_MESSAGE_VALUES_H

enum collect { COLLECT_PASSWORD = 1, COLLECT_CODE };
enum answer_status {
	ANSWER_OK = 1,
	ANSWER_ABORTED,
	ANSWER_MALFORMED,
	ANSWER_SUBSTITUTED, /* sshd's text in place of the person's answer */
	ANSWER_SAME	    /* the same answer for password and code */
};
enum result { RESULT_GRANTED = 1, RESULT_DENIED, RESULT_UNAVAILABLE };
enum lookup_status {
	LOOKUP_FOUND = 1,
	LOOKUP_UNKNOWN,
	LOOKUP_AMBIGUOUS, /* more than one entry */
	LOOKUP_MALFORMED, /* no stable id, or groups or values were cut off */
	LOOKUP_UNAVAILABLE
};
enum account_state {
	ACCOUNT_ACTIVE = 1,
	ACCOUNT_DISABLED,
	ACCOUNT_EXPIRED,
	ACCOUNT_LOCKED,
	ACCOUNT_PASSWORD_EXPIRED,
	ACCOUNT_MUST_CHANGE,
	/* locked for a time by wrong passwords; a bind shows if that is over */
	ACCOUNT_MAYBE_LOCKED
};
enum verdict {
	VERDICT_MATCH = 1,
	VERDICT_MISMATCH,
	VERDICT_UNAVAILABLE,
	VERDICT_MALFORMED
};
enum store_status {
	STORE_OK = 1,
	STORE_ABSENT,
	STORE_CONFLICT, /* another version is there */
	STORE_UNAVAILABLE
};
enum record_kind {
	RECORD_ATTEMPT = 1,
	RECORD_SESSION,
	RECORD_ADMIN, /* a change that was made, or that failed */
	RECORD_INTENT /* a change that is going to be made */
};
enum outcome {
	OUTCOME_GRANTED = 1,
	OUTCOME_DENIED,
	OUTCOME_ABORTED,
	OUTCOME_ERROR,
	OUTCOME_ORPHANED,
	OUTCOME_OPENED, /* sessions */
	OUTCOME_CLOSED,
	OUTCOME_LAPSED,	  /* granted, but never opened */
	OUTCOME_ENROLLED, /* admin changes */
	OUTCOME_REVOKED,
	OUTCOME_PROPOSED, /* changes of the policy */
	OUTCOME_APPROVED,
	OUTCOME_APPLIED,
	OUTCOME_RESTORED, /* an earlier policy, applied again */
	OUTCOME_LOADED,	  /* authority loaded it: in force from here on */
	OUTCOME_GIVEN,	  /* approvals */
	OUTCOME_WITHDRAWN,
	OUTCOME_INVITED,  /* admin changes: may enrol by grace */
	OUTCOME_UNLOCKED, /* failed tries and lockout were cleared */
	OUTCOME_FAILED,	  /* an intended change was not made */
	/* admin changes: a credential has another label, was proven, or is
	 * followed */
	OUTCOME_CHANGED,
	OUTCOME_EMERGENCY, /* an earlier policy, by one person */
	OUTCOME_REVIEWED   /* two people have looked at an emergency */
};
/* The command puts a policy in force, in the file system. */
static inline bool
outcome_puts_policy(unsigned outcome)
{
	return outcome == OUTCOME_APPLIED || outcome == OUTCOME_RESTORED ||
	       outcome == OUTCOME_EMERGENCY;
}
enum role_state {
	ROLE_STATE_ABLE = 1,
	ROLE_STATE_STARTING,
	ROLE_STATE_BLOCKED
};
enum end_step {
	END_TERMINATE = 1, /* SIGTERM: the process can close its session */
	END_CHILDREN,	   /* SIGKILL to its children */
	END_KILL	   /* SIGKILL to the process */
};
enum admin_status { ADMIN_OK = 1, ADMIN_NO, ADMIN_UNAVAILABLE };

#endif
