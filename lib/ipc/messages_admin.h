/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of the sallyport command: of administrators at admin.sock, and of
 * people in a session at token.sock.  messages.h includes this file, and says
 * what the lists mean.
 */
#ifndef IPC_MESSAGES_ADMIN_H
#define IPC_MESSAGES_ADMIN_H

/*
 * sallyport (root) -> authority at admin.sock.  A request about a person begins
 * with ADMIN_ABOUT, any other with ADMIN_ASK.  Every answer begins with
 * ADMIN_HEAD.  struct message has these as members too.  A list is one answer
 * for each item, then an answer with end set.  Everything else is one answer
 * with end set.
 */
#define FIELDS_ADMIN_ASK(F) F(STR, actor, 64, 0) /* the client's claim */
#define FIELDS_ADMIN_ABOUT(F) \
	FIELDS_ADMIN_ASK(F)   \
	F(STR, name, USERNAME_MAX, 0)
#define FIELDS_ADMIN_HEAD(F)                                        \
	F(U8, status, 0, 0)	  /* enum admin_status */           \
	F(U8, end, 0, 0)	  /* 1: the last answer */          \
	F(STR, text, TEXT_MAX, 0) /* the fault; "" with ADMIN_OK */ \
	F(STR, subject, SUBJECT_MAX, 0)
#define FIELDS_ADMIN_ENROL_REQ(F)                                        \
	FIELDS_ADMIN_ABOUT(F)                                            \
	F(STR, kind, FACTOR_KIND_WORD_MAX, 0)                            \
	F(STR, label, 64, 0)                                             \
	F(U8, another, 0, 0) /* 1: the person may have one already */    \
	/* the credential that ends when this one is proven; "": none */ \
	F(STR, replaces, CREDENTIAL_ID_MAX, 0)                           \
	/* the form, where it is not as configured; "", 0: it is */      \
	F(STR, algorithm, OTP_ALGORITHM_WORD_MAX, 0)                     \
	F(U8, digits, 0, 0)                                              \
	F(U8, period, 0, 0)
#define FIELDS_ADMIN_ENROL_ANS(F)                \
	FIELDS_ADMIN_HEAD(F)                     \
	F(STR, credential, CREDENTIAL_ID_MAX, 0) \
	F(BYTES, uri, 1024, 0) /* otpauth://, a secret: wipe it */
#define FIELDS_ADMIN_FACTORS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_FACTORS_ANS(F)                                       \
	FIELDS_ADMIN_HEAD(F)                                              \
	F(STR, credential, CREDENTIAL_ID_MAX, 0)                          \
	F(STR, kind, 16, 0) /* factor_kind_word(), "invited" */           \
	F(STR, name, 64, 0) /* the only name that may use it */           \
	F(STR, label, 64, 0)                                              \
	F(I64, created_ms, 0, 0)                                          \
	F(U64, step, 0, 0) /* the last accepted one; 0: not proven yet */ \
	F(STR, algorithm, OTP_ALGORITHM_WORD_MAX, 0)                      \
	F(U8, digits, 0, 0)                                               \
	F(U8, period, 0, 0)                                               \
	F(I64, drift_seconds, 0, 0)                                       \
	F(I64, used_ms, 0, 0)                                             \
	F(STR, replaces, CREDENTIAL_ID_MAX, 0)                            \
	F(STR, serial, 32, 0)
/* Invites a person without a second factor to enrol one, under a rule with
 * "grace". */
#define FIELDS_ADMIN_INVITE_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_INVITE_ANS(F) FIELDS_ADMIN_HEAD(F)
/* The credential "invitation" ends the person's invitation. */
#define FIELDS_ADMIN_REVOKE_REQ(F) \
	FIELDS_ADMIN_ABOUT(F)      \
	F(STR, credential, CREDENTIAL_ID_MAX, 0)
#define FIELDS_ADMIN_REVOKE_ANS(F) FIELDS_ADMIN_HEAD(F)
/* Gives the credential another label. */
#define FIELDS_ADMIN_LABEL_REQ(F)                \
	FIELDS_ADMIN_ABOUT(F)                    \
	F(STR, credential, CREDENTIAL_ID_MAX, 0) \
	F(STR, label, 64, 0)
#define FIELDS_ADMIN_LABEL_ANS(F) FIELDS_ADMIN_HEAD(F)
/*
 * A code of the credential, as its authenticator shows it: it is proven.  With
 * the one that the authenticator shows after it, next, its clock or counter may
 * be far off, and is followed from then on.
 */
#define FIELDS_ADMIN_PROVE_REQ(F)                \
	FIELDS_ADMIN_ABOUT(F)                    \
	F(STR, credential, CREDENTIAL_ID_MAX, 0) \
	F(BYTES, code, 64, 0)                    \
	F(BYTES, next, 64, 0)
#define FIELDS_ADMIN_PROVE_ANS(F) FIELDS_ADMIN_HEAD(F)
/* A step of a change of the policy, which only has to be written down.  What
 * is put in force has an intent and then, of the same id, what came of it. */
#define FIELDS_ADMIN_POLICY_REQ(F)                                        \
	FIELDS_ADMIN_ASK(F)                                               \
	F(RAW, attempt, ATTEMPT_ID, 0) /* the id */                       \
	F(U8, kind, 0, 0)	       /* RECORD_ADMIN, RECORD_INTENT */  \
	F(U8, outcome, 0, 0)	       /* PROPOSED to RESTORED; FAILED */ \
	F(STR, bundle, 64, 0)                                             \
	F(STR, change, 64, 0)                                             \
	F(STR, author, 64, 0)                                             \
	F(STR, reviewer, 64, 0) /* "": nobody yet */
#define FIELDS_ADMIN_POLICY_ANS(F) FIELDS_ADMIN_HEAD(F)
/* Asks for a person's failed tries.  locked_until_ms 0: not locked out. */
#define FIELDS_ADMIN_USER_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_USER_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(STR, name, 64, 0)      \
	F(U32, tries, 0, 0)      \
	F(U32, max_tries, 0, 0)  \
	F(I64, locked_until_ms, 0, 0)
/* Asks for the last attempts of a person, the newest first. */
#define FIELDS_ADMIN_ATTEMPTS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_ATTEMPTS_ANS(F)    \
	FIELDS_ADMIN_HEAD(F)            \
	F(I64, time_ms, 0, 0)           \
	F(U8, outcome, 0, 0)            \
	F(STR, reason, REASON_MAX, 0)   \
	F(STR, service, SERVICE_MAX, 0) \
	F(STR, client, ADDRESS_MAX, 0)  \
	F(STR, reference, REFERENCE_MAX, 0)
/* Clears a person's failed tries and lockout. */
#define FIELDS_ADMIN_UNLOCK_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_UNLOCK_ANS(F) FIELDS_ADMIN_HEAD(F)
/* Asks for the sessions of one person; name "": all sessions. */
#define FIELDS_ADMIN_SESSIONS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_SESSIONS_ANS(F)                \
	FIELDS_ADMIN_HEAD(F)                        \
	F(STR, session, SESSION_ID_MAX, 0)          \
	F(STR, name, USERNAME_MAX, 0)               \
	F(STR, service, SERVICE_MAX, 0)             \
	F(STR, client, ADDRESS_MAX, 0)              \
	F(U32, uid, 0, 0)                           \
	F(I64, opened_ms, 0, 0)                     \
	F(I64, ends_ms, 0, 0)                       \
	F(U32, lease_seconds, 0, 0)                 \
	F(I64, renewed_ms, 0, 0)                    \
	/* why it is being ended; "": it goes on */ \
	F(STR, ending, REASON_MAX, 0)
/* Gives an approval.  The actor must not be the person who gets it. */
#define FIELDS_ADMIN_GIVE_REQ(F)                           \
	FIELDS_ADMIN_ABOUT(F)                              \
	F(STR, approval, APPROVAL_MAX, 0)                  \
	F(STR, service, SERVICE_MAX, 0) /* "": for each */ \
	F(U32, seconds, 0, 0)
#define FIELDS_ADMIN_GIVE_ANS(F)                                          \
	FIELDS_ADMIN_HEAD(F)                                              \
	F(I64, ends_ms, 0, 0)                                             \
	/* the giver has an open session, and in how many groups that the \
	 * policy asks approvals of this person is */                     \
	F(U8, known, 0, 0)                                                \
	F(U8, groups, 0, 0)
/* Asks for a person's approvals; name "": those of everybody. */
#define FIELDS_ADMIN_APPROVALS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_APPROVALS_ANS(F)                          \
	FIELDS_ADMIN_HEAD(F)                                   \
	F(STR, approval, APPROVAL_MAX, 0)                      \
	F(STR, name, USERNAME_MAX, 0) /* "": cannot be read */ \
	F(STR, service, SERVICE_MAX, 0)                        \
	F(STR, giver, 64, 0)                                   \
	F(STR, giver_id, SUBJECT_MAX, 0) /* "": unknown */     \
	F(U8, groups, 0, 0)                                    \
	F(I64, given_ms, 0, 0)                                 \
	F(I64, ends_ms, 0, 0)
#define FIELDS_ADMIN_WITHDRAW_REQ(F) \
	FIELDS_ADMIN_ABOUT(F)        \
	F(STR, approval, APPROVAL_MAX, 0)
#define FIELDS_ADMIN_WITHDRAW_ANS(F) FIELDS_ADMIN_HEAD(F)
/* Ends a session.  The answer comes when its process is gone, or after 13 s. */
#define FIELDS_ADMIN_END_REQ(F) \
	FIELDS_ADMIN_ASK(F)     \
	F(STR, session, SESSION_ID_MAX, 0)
#define FIELDS_ADMIN_END_ANS(F) FIELDS_ADMIN_HEAD(F)
/* Asks for the public token keys. */
#define FIELDS_ADMIN_KEYS_REQ(F) FIELDS_ADMIN_ASK(F)
#define FIELDS_ADMIN_KEYS_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(BYTES, jwks, JWKS_MAX, 0)

/* sallyport (a person in a session) -> authority at token.sock */
#define FIELDS_AUTHORITY_KEYS_REQ(F) /* nothing but its type */
#define FIELDS_AUTHORITY_KEYS_ANS(F) F(BYTES, jwks, JWKS_MAX, 0)
#define FIELDS_AUTHORITY_TOKEN_REQ(F)      \
	F(STR, session, SESSION_ID_MAX, 0) \
	F(STR, audience, 128, 0)
#define FIELDS_AUTHORITY_TOKEN_ANS(F)               \
	F(U8, status, 0, 0) /* enum admin_status */ \
	F(STR, text, TEXT_MAX, 0)                   \
	F(BYTES, token, 8192, 0)

#define MESSAGES_ADMIN(M)      \
	M(ADMIN_ENROL_REQ)     \
	M(ADMIN_ENROL_ANS)     \
	M(ADMIN_FACTORS_REQ)   \
	M(ADMIN_FACTORS_ANS)   \
	M(ADMIN_INVITE_REQ)    \
	M(ADMIN_INVITE_ANS)    \
	M(ADMIN_REVOKE_REQ)    \
	M(ADMIN_REVOKE_ANS)    \
	M(ADMIN_LABEL_REQ)     \
	M(ADMIN_LABEL_ANS)     \
	M(ADMIN_PROVE_REQ)     \
	M(ADMIN_PROVE_ANS)     \
	M(ADMIN_POLICY_REQ)    \
	M(ADMIN_POLICY_ANS)    \
	M(ADMIN_SESSIONS_REQ)  \
	M(ADMIN_SESSIONS_ANS)  \
	M(ADMIN_END_REQ)       \
	M(ADMIN_END_ANS)       \
	M(ADMIN_KEYS_REQ)      \
	M(ADMIN_KEYS_ANS)      \
	M(ADMIN_USER_REQ)      \
	M(ADMIN_USER_ANS)      \
	M(ADMIN_ATTEMPTS_REQ)  \
	M(ADMIN_ATTEMPTS_ANS)  \
	M(ADMIN_UNLOCK_REQ)    \
	M(ADMIN_UNLOCK_ANS)    \
	M(AUTHORITY_KEYS_REQ)  \
	M(AUTHORITY_KEYS_ANS)  \
	M(AUTHORITY_TOKEN_REQ) \
	M(AUTHORITY_TOKEN_ANS) \
	M(ADMIN_GIVE_REQ)      \
	M(ADMIN_GIVE_ANS)      \
	M(ADMIN_APPROVALS_REQ) \
	M(ADMIN_APPROVALS_ANS) \
	M(ADMIN_WITHDRAW_REQ)  \
	M(ADMIN_WITHDRAW_ANS)

#endif
