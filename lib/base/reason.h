/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of the reasons why an attempt, a session or a change ended.  A
 * record has the word, which never changes.  Code compares the number.
 * doc/PROTOCOL.audit says what each reason means and what to do, and
 * tests/structure compares that page with this list.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

#define REASON_MAX 48 /* bytes of a word */

/*
 * R(NAME, word, kind).  The kind says whether a try is counted:
 *   REFUSAL    The gateway decided no.
 *   NO_TRY     The gateway decided no without verifying any answer.  No try
 *              is counted.
 *   NO_ANSWER  The gateway could not decide.  That is its own fault: the
 *              outcome is an error, and no try is counted.
 *   EVENT      Something happened that is no refusal.
 */
#define REASONS(R)                                                   \
	/* attempts: the name, the address and the person */         \
	R(MALFORMED_NAME, "malformed_name", REFUSAL)                 \
	R(MALFORMED_ADDRESS, "malformed_address", REFUSAL)           \
	R(UNKNOWN_PERSON, "unknown_person", REFUSAL)                 \
	R(AMBIGUOUS_PERSON, "ambiguous_person", REFUSAL)             \
	R(UNKNOWN_LOCAL_USER, "unknown_local_user", REFUSAL)         \
	R(ANOTHER_PERSON, "another_person", REFUSAL)                 \
	R(ACCOUNT_DISABLED, "account_disabled", REFUSAL)             \
	R(ACCOUNT_EXPIRED, "account_expired", REFUSAL)               \
	R(ACCOUNT_LOCKED, "account_locked", REFUSAL)                 \
	R(PASSWORD_EXPIRED, "password_expired", REFUSAL)             \
	R(PASSWORD_MUST_CHANGE, "password_must_change", REFUSAL)     \
	R(LOCKED_OUT, "locked_out", REFUSAL)                         \
	/* attempts: the answers */                                  \
	R(MALFORMED_ANSWER, "malformed_answer", REFUSAL)             \
	R(SUBSTITUTED_ANSWER, "substituted_answer", NO_TRY)          \
	R(SAME_ANSWER, "same_answer", NO_TRY)                        \
	R(WRONG_PASSWORD, "wrong_password", REFUSAL)                 \
	R(MALFORMED_CODE, "malformed_code", REFUSAL)                 \
	R(WRONG_CODE, "wrong_code", REFUSAL)                         \
	R(CODE_REPLAYED, "code_replayed", REFUSAL)                   \
	R(CODE_LATE, "code_late", REFUSAL)                           \
	R(CODE_EARLY, "code_early", REFUSAL)                         \
	/* attempts: the policy */                                   \
	R(NO_POLICY, "no_policy", REFUSAL)                           \
	R(MALFORMED_REQUEST, "malformed_request", REFUSAL)           \
	R(NO_RULE, "no_rule", REFUSAL)                               \
	R(DENIED_BY_RULE, "denied_by_rule", REFUSAL)                 \
	R(FACTORS, "factors", REFUSAL)                               \
	R(ASK, "ask", REFUSAL)                                       \
	R(PERMIT, "permit", EVENT)                                   \
	/* attempts: enrolment by the person */                      \
	R(ENROLLED, "enrolled", EVENT)                               \
	R(ENROLMENT_FAILED, "enrolment_failed", REFUSAL)             \
	R(INVITATION_GONE, "invitation_gone", REFUSAL)               \
	/* attempts: what could not be looked at */                  \
	R(DIRECTORY_UNAVAILABLE, "directory_unavailable", NO_ANSWER) \
	R(DIRECTORY_MALFORMED, "directory_malformed", REFUSAL)       \
	R(STORE_UNAVAILABLE, "store_unavailable", NO_ANSWER)         \
	R(AUDIT_UNAVAILABLE, "audit_unavailable", NO_ANSWER)         \
	R(CREDENTIAL_UNREADABLE, "credential_unreadable", NO_ANSWER) \
	R(CODE_UNAVAILABLE, "code_unavailable", NO_ANSWER)           \
	R(OUT_OF_MEMORY, "out_of_memory", NO_ANSWER)                 \
	R(NO_RANDOMNESS, "no_randomness", NO_ANSWER)                 \
	R(MODULE_VERSION, "module_version", NO_ANSWER)               \
	/* attempts: ended before they were decided */               \
	R(DEADLINE, "deadline", NO_ANSWER)                           \
	R(CLIENT_GONE, "client_gone", EVENT)                         \
	R(CLIENT_ABORTED, "client_aborted", EVENT)                   \
	R(GATEWAY_RESTARTED, "gateway_restarted", EVENT)             \
	/* sessions */                                               \
	R(SESSION_OPENED, "session_opened", EVENT)                   \
	R(SESSION_CLOSED, "session_closed", EVENT)                   \
	R(PROCESS_ENDED, "process_ended", EVENT)                     \
	R(SESSION_OVER, "session_over", EVENT)                       \
	R(ENDED_BY_ADMINISTRATOR, "ended_by_administrator", EVENT)   \
	R(LEASE_UNAVAILABLE, "lease_unavailable", NO_ANSWER)         \
	R(NOT_REDEEMED, "not_redeemed", EVENT)                       \
	R(NOT_OPENED, "not_opened", EVENT)                           \
	R(APPROVAL_OVER, "approval_over", EVENT)                     \
	R(NOT_KEPT, "not_kept", NO_ANSWER)                           \
	/* changes */                                                \
	R(GRACE, "grace", EVENT)                                     \
	R(ADMIN_CHANGE, "admin_change", EVENT)                       \
	R(APPROVAL_CHANGE, "approval_change", EVENT)                 \
	R(POLICY_CHANGE, "policy_change", EVENT)                     \
	R(CHANGE_FAILED, "change_failed", EVENT)                     \
	R(POLICY_LOADED, "policy_loaded", EVENT)

enum reason {
	REASON_NONE,
#define REASON_ENUM(NAME, word, kind) REASON_##NAME,
	REASONS(REASON_ENUM)
#undef REASON_ENUM
	    REASON_COUNT,
	/* A bit beside one of the above: that reason refused a renewal. */
	REASON_LEASE = 0x100
};

/* Writes the word: "wrong_code", "lease_account_disabled", or "" for
 * REASON_NONE. */
void reason_write(unsigned reason, char word_r[REASON_MAX + 1]);
/* The reason of a word that reason_write() wrote; REASON_NONE for any other. */
unsigned reason_find(const char *word);

/* True for the kind NO_ANSWER. */
bool reason_is_no_answer(unsigned reason);
/* True for the kind NO_TRY. */
bool reason_is_no_try(unsigned reason);

#endif
