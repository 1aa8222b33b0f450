/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages about an attempt, between login, directory and authority. messages.h
 * includes this file, and says what the lists mean.
 */
#ifndef IPC_MESSAGES_ATTEMPT_H
#define IPC_MESSAGES_ATTEMPT_H

/* login -> authority: the BEGIN frame of the PAM wire */
#define FIELDS_AUTHORITY_OPEN_REQ(F)                            \
	F(U8, phase, 0, 0) /* PAMWIRE_AUTHN, PAMWIRE_ACCOUNT */ \
	F(RAW, nonce_hash, NONCE_HASH, 0)                       \
	FACTS_OF_LOGIN(F, BYTES)
/* The answers to collect.  In the account phase there may be none. */
#define FIELDS_AUTHORITY_OPEN_ANS(F)                                          \
	F(RAW, attempt, ATTEMPT_ID, 0)                                        \
	F(RAW, ticket, TICKET, 0) /* for directory */                         \
	F(STR, reference, REFERENCE_MAX, 0)                                   \
	F(BYTES, collect, PROMPTS_MAX, 0) /* enum collect, a byte a prompt */ \
	F(STRS, prompt, PROMPTS_MAX, TEXT_MAX)
/* login has the answers.  It sent the password, if any, to directory. */
#define FIELDS_AUTHORITY_ANSWER_REQ(F)                                  \
	F(U8, status, 0, 0) /* enum answer_status */                    \
	F(U8, more, 0, 0)   /* 1: login can ask the person once more */ \
	F(BYTES, code, 64, 0)
/*
 * Asks for one more code, of an authenticator that the person enrols now.  The
 * prompt has its seed: wipe the message.  login answers with a second
 * ANSWER_REQ, and there is no third.
 */
#define FIELDS_AUTHORITY_MORE_ANS(F) F(STR, prompt, MORE_MAX, 0)
/* login sends this instead of OPEN_REQ when it refused a PAM module of another
 * version. */
#define FIELDS_AUTHORITY_VERSION_NOTE(F) F(U8, version, 0, 0)
/* GRANTED lets nobody in: it tells the module to redeem the grant. */
#define FIELDS_AUTHORITY_RESULT_ANS(F)        \
	F(U8, result, 0, 0) /* enum result */ \
	F(STR, text, TEXT_MAX, 0)             \
	F(STR, reference, REFERENCE_MAX, 0)

/*
 * login -> directory, once for each attempt.  The verdict goes to authority.
 * The ticket must be that of the attempt's LOOKUP, and counts once.  login
 * connects when it has the password: directory closes a channel without a
 * message after 5 s, and every other channel right after its one message.
 */
#define FIELDS_DIRECTORY_PASSWORD_REQ(F) \
	F(RAW, attempt, ATTEMPT_ID, 0)   \
	F(RAW, ticket, TICKET, 0)        \
	F(BYTES, password, 512, 0)

/*
 * authority -> directory; the answer comes within two operation timeouts.
 * decoy: search as for anybody, but bind as no entry.  ticket: all zeros if no
 * password will follow.  directory keeps an attempt until its verdict or
 * FORGET, and for 180 s at most.
 */
#define FIELDS_DIRECTORY_LOOKUP_REQ(F) \
	F(RAW, attempt, ATTEMPT_ID, 0) \
	F(RAW, ticket, TICKET, 0)      \
	F(U8, decoy, 0, 0)             \
	F(STR, name, USERNAME_MAX, 0) /* canonical */
/* If status is not FOUND, only attempt, status and group_list are set. */
#define FIELDS_DIRECTORY_LOOKUP_ANS(F)                                   \
	F(RAW, attempt, ATTEMPT_ID, 0)                                   \
	F(U8, status, 0, 0)	/* enum lookup_status */                 \
	F(U8, state, 0, 0)	/* enum account_state */                 \
	F(U8, employment, 0, 0) /* enum policy_employment */             \
	F(STR, subject, SUBJECT_MAX, 0)                                  \
	F(STR, name, USERNAME_MAX, 0) /* as the directory spells it */   \
	F(U64, group_list, 0, 0)      /* which groups it asked about */  \
	F(STRS, group, GROUPS_MAX, GROUP_MAX) /* DNs, of these */        \
	/* names of the requested attributes, found or not */            \
	F(STRS, attribute, ATTRIBUTES_MAX, ATTRIBUTE_NAME_MAX)           \
	/* each value: a byte with its name's number, the text, a NUL */ \
	F(BYTES, values, ATTRIBUTE_BYTES_MAX, 0)
/*
 * One verdict for each password that directory took.  Only MATCH lets a person
 * in.  A MISMATCH with a state other than ACCOUNT_ACTIVE: the LDAP server said
 * why it refused.  The password may have been right, but expired or due for a
 * change.  A decoy is always a MISMATCH.  MALFORMED: the password was empty or
 * had a NUL, and directory did not bind.
 */
#define FIELDS_DIRECTORY_VERDICT_NOTE(F)        \
	F(RAW, attempt, ATTEMPT_ID, 0)          \
	F(U8, verdict, 0, 0) /* enum verdict */ \
	F(U8, state, 0, 0)   /* enum account_state, as the bind told it */
/*
 * authority has the answers and has reserved the try: directory may bind with
 * the password, now or when it comes.  Without this note directory keeps the
 * password and never uses it.  decoy: bind as no entry, because the person is
 * refused anyway.
 */
#define FIELDS_DIRECTORY_BIND_NOTE(F)  \
	F(RAW, attempt, ATTEMPT_ID, 0) \
	F(U8, decoy, 0, 0)
/* The attempt is over: directory must not bind for it any more. */
#define FIELDS_DIRECTORY_FORGET_NOTE(F) F(RAW, attempt, ATTEMPT_ID, 0)

#define MESSAGES_ATTEMPT(M)       \
	M(AUTHORITY_OPEN_REQ)     \
	M(AUTHORITY_OPEN_ANS)     \
	M(AUTHORITY_ANSWER_REQ)   \
	M(AUTHORITY_MORE_ANS)     \
	M(AUTHORITY_RESULT_ANS)   \
	M(AUTHORITY_VERSION_NOTE) \
	M(DIRECTORY_PASSWORD_REQ) \
	M(DIRECTORY_LOOKUP_REQ)   \
	M(DIRECTORY_LOOKUP_ANS)   \
	M(DIRECTORY_VERDICT_NOTE) \
	M(DIRECTORY_BIND_NOTE)    \
	M(DIRECTORY_FORGET_NOTE)

#endif
