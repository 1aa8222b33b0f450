/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of the reasons why an attempt, a session or a change ended.  A
 * record has the word, which never changes.  Code compares the number.
 * doc/PROTOCOL.audit has the same texts, and tests/structure compares them.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

#define REASON_MAX 48 /* bytes of a word */

/*
 * R(NAME, word, kind, what happened, what can be done or nothing).  The kind
 * says whether a try is counted:
 *   REFUSAL    The gateway decided no.
 *   NO_TRY     The gateway decided no without verifying any answer.  No try
 *              is counted.
 *   NO_ANSWER  The gateway could not decide.  That is its own fault: the
 *              outcome is an error, and no try is counted.
 *   EVENT      Something happened that is no refusal.
 */
#define REASONS(R)                                                            \
	/* attempts: the name, the address and the person */                  \
	R(MALFORMED_NAME, "malformed_name", REFUSAL,                          \
	    "The name is no name of a person: it has bytes that "             \
	    "names do not have, or is too long.",                             \
	    "Nothing; many of these are a scan.")                             \
	R(MALFORMED_ADDRESS, "malformed_address", REFUSAL,                    \
	    "The client is not known by an address.",                         \
	    "Configure the service to set PAM_RHOST to a numeric "            \
	    "address (UseDNS no).")                                           \
	R(UNKNOWN_PERSON, "unknown_person", REFUSAL,                          \
	    "The directory has no person with this name.",                    \
	    "Nothing, or correct the name in the directory.")                 \
	R(AMBIGUOUS_PERSON, "ambiguous_person", REFUSAL,                      \
	    "The directory has two entries with this name.",                  \
	    "Make the name unique, or narrow base or "                        \
	    "object-class.")                                                  \
	R(UNKNOWN_LOCAL_USER, "unknown_local_user", REFUSAL,                  \
	    "The directory has the person, but this machine has "             \
	    "no such account.",                                               \
	    "Create the account, or correct NSS.")                            \
	R(ANOTHER_PERSON, "another_person", REFUSAL,                          \
	    "Renewal: the name now belongs to another stable id.",            \
	    "Nothing: the person logs in again.")                             \
	R(ACCOUNT_DISABLED, "account_disabled", REFUSAL,                      \
	    "The account is disabled in the directory.",                      \
	    "Enable it there, if it should be.")                              \
	R(ACCOUNT_EXPIRED, "account_expired", REFUSAL,                        \
	    "The account has expired in the directory.",                      \
	    "Extend it there, if it should be.")                              \
	R(ACCOUNT_LOCKED, "account_locked", REFUSAL,                          \
	    "The account is locked in the directory. A lock after "           \
	    "wrong passwords may be over: only a bind shows that, "           \
	    "and a login with a public key has no bind (unlock-after).",      \
	    "Unlock it there.")                                               \
	R(PASSWORD_EXPIRED, "password_expired", REFUSAL,                      \
	    "The directory says that the password has expired.",              \
	    "The person sets a new password elsewhere.")                      \
	R(PASSWORD_MUST_CHANGE, "password_must_change", REFUSAL,              \
	    "The directory requires a new password first.",                   \
	    "The person sets a new password elsewhere.")                      \
	R(LOCKED_OUT, "locked_out", REFUSAL,                                  \
	    "The person had too many failed tries here.",                     \
	    "Wait (sallyport user show says how long), and ask "              \
	    "whether the tries were theirs: whoever made them "               \
	    "knows the password. sallyport user unlock ends the "             \
	    "lockout.")                                                       \
	R(WRONG_PASSWORDS, "wrong_passwords", REFUSAL,                        \
	    "Too many wrong passwords for this person came from this "        \
	    "network.",                                                       \
	    "Wait 15 minutes; from elsewhere the person can log in.")         \
	/* attempts: the answers */                                           \
	R(MALFORMED_ANSWER, "malformed_answer", REFUSAL,                      \
	    "The answers do not fit the prompts.",                            \
	    "Check the client: it must give one answer for each "             \
	    "prompt.")                                                        \
	R(SUBSTITUTED_ANSWER, "substituted_answer", NO_TRY,                   \
	    "sshd itself does not let this person in (DenyUsers, "            \
	    "AllowGroups, a missing shell), and has replaced the "            \
	    "answers by bytes of its own.",                                   \
	    "Look at the log and the configuration of sshd.")                 \
	R(SAME_ANSWER, "same_answer", NO_TRY,                                 \
	    "Password and code were the same answer.",                        \
	    "Set the person's client to keyboard-interactive, and "           \
	    "PasswordAuthentication no in sshd; or use one-line "             \
	    "yes.")                                                           \
	R(WRONG_PASSWORD, "wrong_password", REFUSAL,                          \
	    "The directory refused the password.", "")                        \
	R(MALFORMED_CODE, "malformed_code", REFUSAL,                          \
	    "The answer does not have the form of a code.", "")               \
	R(WRONG_CODE, "wrong_code", REFUSAL,                                  \
	    "No authenticator of the person shows this code.",                \
	    "Nothing; if it happens again and again, compare the "            \
	    "clocks.")                                                        \
	R(CODE_REPLAYED, "code_replayed", REFUSAL,                            \
	    "The code was right, but it was already used.",                   \
	    "Nothing; if the person did not use it, revoke the "              \
	    "credential.")                                                    \
	R(CODE_LATE, "code_late", REFUSAL,                                    \
	    "The code was right at most five minutes ago.",                   \
	    "If it happens again, the clock of the authenticator "            \
	    "is slow, or that of this machine is fast.")                      \
	R(CODE_EARLY, "code_early", REFUSAL,                                  \
	    "The code will be right within five minutes.",                    \
	    "If it happens again, the clock of the authenticator "            \
	    "is fast, or that of this machine is slow.")                      \
	R(CODE_AHEAD, "code_ahead", REFUSAL,                                  \
	    "The token has shown more codes than are looked ahead.",          \
	    "The person types the next code of the token too.")               \
	R(FORM_IGNORED, "form_ignored", REFUSAL,                              \
	    "The first code is right for SHA-1, 6 digits or 30 "              \
	    "seconds: the app has ignored what was set otherwise.",           \
	    "Use another app, or enrol in the usual form.")                   \
	/* attempts: the policy */                                            \
	R(NO_POLICY, "no_policy", REFUSAL, "No policy is in force.",          \
	    "Run gatewayd -t to see the errors, or apply a policy "           \
	    "with sallyport policy apply.")                                   \
	R(MALFORMED_REQUEST, "malformed_request", REFUSAL,                    \
	    "The policy cannot decide with these facts.",                     \
	    "Check service and host in the record.")                          \
	R(NO_RULE, "no_rule", REFUSAL, "No permit of the policy matches.",    \
	    "Run sallyport policy explain; write a rule, if the "             \
	    "login is wanted.")                                               \
	R(DENIED_BY_RULE, "denied_by_rule", REFUSAL,                          \
	    "A deny of the policy matches; rule names it.",                   \
	    "Nothing, or change the rule.")                                   \
	R(FACTORS, "factors", REFUSAL,                                        \
	    "A permit matches, but the person cannot be asked for "           \
	    "its factors here.",                                              \
	    "Enrol or invite the person; see obtainable.")                    \
	R(ASK, "ask", REFUSAL, "The proven factors are not enough.",          \
	    "Nothing: the person logs in again.")                             \
	R(PERMIT, "permit", EVENT,                                            \
	    "The login was granted; rule names the permit.", "")              \
	/* attempts: enrolment by the person */                               \
	R(ENROLLED, "enrolled", EVENT,                                        \
	    "The person has enrolled a factor and can log in now.", "")       \
	R(ENROLMENT_FAILED, "enrolment_failed", REFUSAL,                      \
	    "The code of the new authenticator was wrong.",                   \
	    "The person tries again while the invitation lasts.")             \
	R(INVITATION_GONE, "invitation_gone", REFUSAL,                        \
	    "The invitation was already spent or revoked, or had "            \
	    "ended.",                                                         \
	    "Invite again, if wanted.")                                       \
	/* attempts: what could not be looked at */                           \
	R(DIRECTORY_UNAVAILABLE, "directory_unavailable", NO_ANSWER,          \
	    "The directory role did not answer.",                             \
	    "Look at its log and at the LDAP servers.")                       \
	R(DIRECTORY_MALFORMED, "directory_malformed", REFUSAL,                \
	    "The answer about the person cannot be used.",                    \
	    "Look at the entry, and at the log of the directory "             \
	    "role.")                                                          \
	R(STORE_UNAVAILABLE, "store_unavailable", NO_ANSWER,                  \
	    "The store did not answer.", "Look at its log and at the disk.")  \
	R(AUDIT_UNAVAILABLE, "audit_unavailable", NO_ANSWER,                  \
	    "The record of a grant could not be written.",                    \
	    "Look at the log of the audit role and at the disk.")             \
	R(CREDENTIAL_UNREADABLE, "credential_unreadable", NO_ANSWER,          \
	    "A stored credential cannot be decrypted.",                       \
	    "Check that seal.key is the key that wrote it; if "               \
	    "that key is lost, enrol again.")                                 \
	R(CODE_UNAVAILABLE, "code_unavailable", NO_ANSWER,                    \
	    "A code could not be computed.", "Look at the log of authority.") \
	R(OUT_OF_MEMORY, "out_of_memory", NO_ANSWER,                          \
	    "authority has no memory left.", "Look at its limits.")           \
	R(NO_RANDOMNESS, "no_randomness", NO_ANSWER,                          \
	    "The kernel gave no random bytes.",                               \
	    "Look at the log of authority.")                                  \
	R(MODULE_VERSION, "module_version", NO_ANSWER,                        \
	    "pam_sallyport.so is of another release than "                    \
	    "gatewayd. Nothing in its message was understood, so "            \
	    "the record has no name and no address.",                         \
	    "Install both from one release.")                                 \
	/* attempts: ended before they were decided */                        \
	R(DEADLINE, "deadline", NO_ANSWER, "The attempt took too long.",      \
	    "Nothing, or look in the log of authority for the "               \
	    "slow step.")                                                     \
	R(CLIENT_GONE, "client_gone", EVENT,                                  \
	    "The connection of the client ended.", "")                        \
	R(CLIENT_ABORTED, "client_aborted", EVENT,                            \
	    "The person or the application gave up.", "")                     \
	R(GATEWAY_RESTARTED, "gateway_restarted", EVENT,                      \
	    "The gateway stopped while this was open.",                       \
	    "Look at the journal of gatewayd.")                               \
	/* sessions */                                                        \
	R(SESSION_OPENED, "session_opened", EVENT, "PAM opened the session.", \
	    "")                                                               \
	R(SESSION_CLOSED, "session_closed", EVENT, "PAM closed the session.", \
	    "")                                                               \
	R(PROCESS_ENDED, "process_ended", EVENT,                              \
	    "The process of the session ended without a close.", "")          \
	R(SESSION_OVER, "session_over", EVENT,                                \
	    "The time of the session was over.",                              \
	    "Nothing: the person logs in again.")                             \
	R(ENDED_BY_ADMINISTRATOR, "ended_by_administrator", EVENT,            \
	    "An administrator ended the session; actor names the "            \
	    "administrator.",                                                 \
	    "")                                                               \
	R(LEASE_UNAVAILABLE, "lease_unavailable", NO_ANSWER,                  \
	    "A renewal was not answered in time.",                            \
	    "As for directory_unavailable.")                                  \
	R(NOT_REDEEMED, "not_redeemed", EVENT,                                \
	    "The module did not redeem the grant.",                           \
	    "Look at the auth log of the bastion.")                           \
	R(NOT_OPENED, "not_opened", EVENT,                                    \
	    "PAM did not open the session in time.",                          \
	    "Look at the auth log of the bastion.")                           \
	R(APPROVAL_OVER, "approval_over", EVENT,                              \
	    "The approval ended before the session was opened.",              \
	    "Give another approval.")                                         \
	R(NOT_KEPT, "not_kept", NO_ANSWER,                                    \
	    "The file of open sessions could not be written.",                \
	    "Look at the log of authority and at the disk.")                  \
	/* changes */                                                         \
	R(GRACE, "grace", EVENT, "An invited person enrolled.", "")           \
	R(ADMIN_CHANGE, "admin_change", EVENT,                                \
	    "An administrator changed credentials.",                          \
	    "Nothing; actor names the administrator.")                        \
	R(REPLACED, "replaced", EVENT,                                        \
	    "The authenticator that replaces this one was proven.", "")       \
	R(APPROVAL_CHANGE, "approval_change", EVENT,                          \
	    "An approval was given or withdrawn.",                            \
	    "Nothing; actor names the administrator.")                        \
	R(POLICY_CHANGE, "policy_change", EVENT,                              \
	    "A step of a policy change was made.",                            \
	    "Nothing; actor names the person.")                               \
	R(CHANGE_FAILED, "change_failed", EVENT,                              \
	    "A change was not made; the intent with the same "                \
	    "correlation_uid says which one.",                                \
	    "Check the present state, and repeat the change if "              \
	    "wanted.")                                                        \
	R(POLICY_LOADED, "policy_loaded", EVENT,                              \
	    "gatewayd decides by this policy from now on.",                   \
	    "Nothing, if the bundle is the expected one.")

enum reason {
	REASON_NONE,
#define REASON_ENUM(NAME, ...) REASON_##NAME,
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

/* For people: what happened, and what can be done, or "".  Of a reason of a
 * lease they say what the renewal was refused with. */
const char *reason_meaning(unsigned reason);
const char *reason_help(unsigned reason);

/* True for the kind NO_ANSWER. */
bool reason_is_no_answer(unsigned reason);
/* True for the kind NO_TRY. */
bool reason_is_no_try(unsigned reason);

#endif
