/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of an audit record, one list.  These are made from it or loop over
 * it: the struct and the codec of lib/ipc/messages.h; writing and reading a
 * line of the log (lib/record/record.c, record_parse.c); keeping open attempts
 * and sessions over a restart (lib/record/record_list.h); `sallyport audit
 * show`. A new field needs a row here, a sentence in doc/PROTOCOL.audit, and
 * the code that sets it.
 *
 * F(type, name, n, m, place, key, form, lives)
 *   type, name, n, m  as in lib/ipc/messages.h
 *   place, key        the object of the JSON line that holds the field, and the
 *                     key there.  A line has the order of this list.
 *   form              how the field is written and read: lib/record/record.c
 *   lives             a letter for each kind of record that has the field:
 *                     Attempts, Sessions, aDmin changes.  Two more say what
 *                     keeps the field over a restart: an Open attempt (O), an
 *                     open session (K).
 */
#ifndef IPC_RECORD_FIELDS_H
#define IPC_RECORD_FIELDS_H

#define FIELDS_RECORD(F)                                                       \
	F(U8, kind, 0, 0, OWN, "record", KIND, ASD) /* enum record_kind */     \
	F(U8, outcome, 0, 0, OWN, "outcome", OUTCOME, ASD) /* enum outcome */  \
	F(RAW, attempt, ATTEMPT_ID, 0, METADATA, "correlation_uid", HEX,       \
	    ASDOK)                                                             \
	F(I64, time_ms, 0, 0, TIME, "time", TIME, ASDO)                        \
	F(STR, reference, REFERENCE_MAX, 0, OWN, "reference", ID, ASDOK)       \
	F(STR, reason, REASON_MAX, 0, STATUS, "status_code", ID, ASD)          \
	F(STR, rule, TEXT_MAX, 0, OWN, "rule", TEXT, ASDK)                     \
	/* canonical; "" if unknown */                                         \
	F(STR, name, USERNAME_MAX, 0, USER, "name", NAME, ASDOK)               \
	/* as typed */                                                         \
	F(BYTES, username, USERNAME_MAX, 0, OWN, "username", USERNAME, ASOK)   \
	F(STR, subject, SUBJECT_MAX, 0, USER, "uid", ID, ASDOK)                \
	F(U8, employment, 0, 0, OWN, "employment", EMPLOYMENT, ASDK)           \
	/* DNs, each with its NUL; groups_cut: not all of them fit */          \
	F(BYTES, groups, RECORD_GROUPS_MAX, 0, USER, "groups", GROUPS, AD)     \
	F(U8, groups_cut, 0, 0, OWN, "groups_cut", GROUPS_CUT, AD)             \
	/* each attribute: its name, its values, an empty text, each with      \
	 * its NUL; attributes_cut: not all of them fit */                     \
	F(BYTES, attributes, RECORD_ATTRIBUTES_MAX, 0, OWN, "attributes",      \
	    ATTRIBUTES, A)                                                     \
	F(U8, attributes_cut, 0, 0, OWN, "attributes_cut", ATTRIBUTES_CUT, A)  \
	F(STR, client, ADDRESS_MAX, 0, SOURCE, "ip", CLIENT, ASDOK)            \
	F(U16, port, 0, 0, SOURCE, "port", NUMBER, ASDOK)                      \
	F(STR, service, SERVICE_MAX, 0, SERVICE, "name", WHOLE_TEXT, ASDOK)    \
	F(STR, host, HOST_MAX, 0, DESTINATION, "hostname", TEXT, ASDK)         \
	F(STR, tty, TTY_MAX, 0, OWN, "tty", TEXT, ASDOK)                       \
	/* factors, as POLICY_* bits */                                        \
	F(U32, required, 0, 0, OWN, "required", FACTORS, ASK)                  \
	F(U32, verified, 0, 0, OWN, "verified", FACTORS, ASK)                  \
	/* the factors that the gateway could ask for */                       \
	F(U32, obtainable, 0, 0, OWN, "obtainable", FACTORS_IF, ASK)           \
	F(STR, credential, CREDENTIAL_ID_MAX, 0, OWN, "credential", ID, AD)    \
	/* the kind of the credential: factor_kind_word() */                   \
	F(STR, factor, FACTOR_KIND_WORD_MAX, 0, OWN, "factor", TEXT, AD)       \
	/* of the credential, when it is made or gets another one */           \
	F(STR, label, 64, 0, OWN, "label", TEXT, D)                            \
	/* the TOTP step or HOTP counter that was spent; 0: none */            \
	F(U64, step, 0, 0, OWN, "step", NUMBER, AD)                            \
	/* how many steps the authenticator is ahead of this machine's clock,  \
	 * where two consecutive codes have shown that: "+3", "-3" */          \
	F(STR, drift, 8, 0, OWN, "drift", TEXT, AD)                            \
	/* failed tries of the subject, with this one */                       \
	F(U32, tries, 0, 0, OWN, "tries", COUNT, A)                            \
	F(STR, session, SESSION_ID_MAX, 0, SESSION, "uid", ID, ASK)            \
	F(U32, session_seconds, 0, 0, OWN, "session_seconds", NUMBER, ASK)     \
	F(STR, key_fingerprint, 64, 0, OWN, "key_fingerprint", TEXT, ASDK)     \
	/* the administrator who made a change, or who ends a session */       \
	F(STR, actor, 64, 0, ACTOR, "name", TEXT, SDK)                         \
	/* the kernel's facts about the administrator's process: its login     \
	 * uid as text, or "unknown"; its audit session; the open session      \
	 * that it belongs to */                                               \
	F(STR, actor_login, 10, 0, OWN, "actor_login_uid", ID, SD)             \
	F(U32, actor_audit_session, 0, 0, OWN, "actor_audit_session", NUMBER,  \
	    SD)                                                                \
	F(STR, actor_session, SESSION_ID_MAX, 0, OWN, "actor_session", ID, SD) \
	/* whose socket the administrator used: "root", "helpdesk" */          \
	F(STR, actor_role, 10, 0, OWN, "actor_role", ID, D)                    \
	/* changes of the policy: the bundle's hash, and its manifest */       \
	F(STR, bundle, 64, 0, POLICY, "uid", ID, D)                            \
	F(STR, change, 64, 0, OWN, "change", ID, D)                            \
	F(STR, author, 64, 0, OWN, "author", ID, D)                            \
	F(STR, reviewer, 64, 0, OWN, "reviewer", ID, D)                        \
	/* an approval: given, withdrawn, or in force at an attempt */         \
	F(STR, approval, APPROVAL_MAX, 0, OWN, "approval", ID, ASDK)           \
	F(STR, approver, 64, 0, OWN, "approver", ID, ASDK)                     \
	/* all that a rule asked for: of each the reference, the name and the  \
	 * stable id ("": unknown), each with its NUL */                       \
	F(BYTES, approvers, RECORD_APPROVERS_MAX, 0, OWN, "approvers",         \
	    APPROVERS, ASDK)                                                   \
	/* "": for every service */                                            \
	F(STR, approval_service, SERVICE_MAX, 0, OWN, "approval_service",      \
	    TEXT, ASDK)                                                        \
	F(I64, approval_ends_ms, 0, 0, OWN, "approval_ends", NUMBER, ASDK)

#endif
