/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message between roles, each a list of fields.  The structs, the codec
 * and the fuzz target are made from these lists.  routes.c says which role may
 * send which message.  MSG_<OWNER>_<VERB>_REQ goes to the owner, _ANS is the
 * owner's answer, and _NOTE has no answer.
 *
 * The kinds of field, in the struct and on the wire:
 *   U8 U16 U32 U64 I64   integers, network byte order
 *   RAW(n)               n bytes as they are
 *   STR(max)             text without NUL: char[max + 1]; u16 length + bytes
 *   BYTES(max)           uint8_t[max] and <name>_size; u16 length + bytes
 *   STRS(count, max)     char[count][max + 1] and <name>_count
 */
#ifndef IPC_MESSAGES_H
#define IPC_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/facts.h"
#include "lib/base/fields.h"
#include "lib/base/otp_form.h"
#include "lib/base/reason.h"
#include "lib/base/words.h"
#include "lib/ipc/message_values.h"
#include "lib/ipc/record_fields.h"

#define ATTEMPT_ID 16
#define TICKET 16
#define NONCE_HASH 32
#define LEAF_HASH 32
#define SUBJECT_MAX 128
#define USERNAME_MAX FACTS_USERNAME_MAX
#define SERVICE_MAX FACTS_SERVICE_MAX
#define ADDRESS_MAX FACTS_ADDRESS_MAX
#define HOST_MAX 255
#define TTY_MAX FACTS_TTY_MAX
#define AUTH_INFO_MAX FACTS_AUTH_INFO_MAX
#define REFERENCE_MAX 16
#define SESSION_ID_MAX 24
#define CREDENTIAL_ID_MAX 40
#define GROUPS_MAX 64
#define GROUP_MAX 255
#define KEY_MAX 255
#define VALUE_MAX 4096
#define TEXT_MAX 255
#define WHY_MAX 1023 /* of a role that cannot do its job: all of them */
#define ANCESTORS_MAX 64
#define WHO_UNSET UINT32_MAX
#define PROMPTS_MAX 4
#define MORE_MAX 511 /* PAMWIRE_MAX_TEXT */
#define RECEIPTS_MAX 128
#define RECORD_GROUPS_MAX 2048
#define APPROVAL_MAX 64 /* a reference in the company's change system */
#define APPROVAL_SECONDS_MAX 2592000 /* 30 days */
/* The attributes that the policy names; policy.h has the same bounds. */
#define ATTRIBUTES_MAX 16
#define ATTRIBUTE_NAME_MAX 64
#define ATTRIBUTE_VALUE_MAX 255
#define ATTRIBUTE_VALUES_MAX 64 /* of all attributes together */
#define ATTRIBUTE_BYTES_MAX 4096
#define RECORD_ATTRIBUTES_MAX 1024
#define JWKS_MAX 16384 /* bytes of the public token keys */

/*
 * parent -> role, on the control channel (fd 3).  The parent sends CONFIG,
 * FILE, LISTEN and PEER at the start.  It sends them again at a reload, and
 * PEER also when a peer was restarted.
 */
/* conf: the role's own struct of lib/conf/conf.h, of exactly its size */
#define FIELDS_PARENT_CONFIG_NOTE(F) F(BYTES, conf, 32768, 0)
/* with one fd: a key, a directory, or a text that the role may read */
#define FIELDS_PARENT_FILE_NOTE(F) F(STR, name, 255, 0)
/* with one fd: a listening socket */
#define FIELDS_PARENT_LISTEN_NOTE(F) F(STR, name, 32, 0)
/* with one fd: a channel to that role, in the place of the one before */
#define FIELDS_PARENT_PEER_NOTE(F) F(U8, peer, 0, 0) F(U32, number, 0, 0)
/* role -> parent: that channel has ended.  While both live, they get another */
#define FIELDS_PARENT_LOST_NOTE(F) FIELDS_PARENT_PEER_NOTE(F)
/* The messages above are complete; enum go says what to do with them.  round is
 * the number of the reload: an answer to an earlier reload has another. */
#define FIELDS_PARENT_GO_NOTE(F)      \
	F(U8, go, 0, 0) /* enum go */ \
	F(U32, round, 0, 0)
/* role -> parent: the answer to GO, with its go and round.  GO_FORGET has no
 * answer. */
#define FIELDS_PARENT_READY_NOTE(F) \
	F(U8, go, 0, 0)             \
	F(U32, round, 0, 0)         \
	F(U8, failed, 0, 0)         \
	F(STR, text, TEXT_MAX, 0)
/*
 * role -> parent: whether the role can do its job.  A role that never sends
 * this can do its job from its READY on.  BLOCKED: an administrator has to act;
 * reason says why, and what to do.
 */
#define FIELDS_PARENT_STATE_NOTE(F)              \
	F(U8, state, 0, 0) /* enum role_state */ \
	F(STR, reason, WHY_MAX, 0)               \
	F(I64, worked_ms, 0, 0) /* the last time it could; 0: never */
/*
 * directory, forward -> parent: a certificate that a server showed.  depth 0 is
 * the server's own, and replaces all that the parent knew of that server.
 * ends: seconds since 1970.
 */
#define FIELDS_PARENT_SHOWN_NOTE(F)  \
	F(STR, server, TEXT_MAX, 0)  \
	F(U8, depth, 0, 0)           \
	F(STR, subject, TEXT_MAX, 0) \
	F(I64, ends, 0, 0)
/* directory, forward -> parent: whether the role can work with that server.
 * text: how it works, or why not and what to do.  directory sends it at each
 * change, and each minute while the server answers; both send it after
 * GO_PROBE. */
#define FIELDS_PARENT_SERVER_NOTE(F)                                         \
	F(STR, server, TEXT_MAX, 0)                                          \
	F(U8, works, 0, 0)                                                   \
	F(I64, worked_ms, 0, 0) /* its last answer; 0: none, or not known */ \
	F(STR, text, WHY_MAX, 0)
/* authority -> parent, with one fd: a session is over, and this is the pidfd of
 * the process that opened it.  authority sends the next step until that process
 * is gone. */
#define FIELDS_PARENT_END_NOTE(F)          \
	F(STR, session, SESSION_ID_MAX, 0) \
	F(U8, step, 0, 0) /* enum end_step */
/* authority -> parent, with one fd, a pidfd: asks for facts about the process.
 * until: nobody above that pid is of interest; 0: all are. */
#define FIELDS_PARENT_WHO_REQ(F) \
	F(U64, id, 0, 0)         \
	F(U32, until, 0, 0)
/*
 * known 0: the process has ended, or the fd is no pidfd.  login_uid and
 * audit_session are WHO_UNSET if the process has none.  ancestors: a u32 for
 * each pid, the parent of the process first.  The list ends with until, or
 * at the first process whose parent could not be found out.
 */
#define FIELDS_PARENT_WHO_ANS(F)    \
	F(U64, id, 0, 0)            \
	F(U8, known, 0, 0)          \
	F(U32, pid, 0, 0)           \
	F(U32, login_uid, 0, 0)     \
	F(U32, audit_session, 0, 0) \
	F(BYTES, ancestors, 4 * ANCESTORS_MAX, 0)

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
/* If status is not FOUND, only attempt and status are set. */
#define FIELDS_DIRECTORY_LOOKUP_ANS(F)                                         \
	F(RAW, attempt, ATTEMPT_ID, 0)                                         \
	F(U8, status, 0, 0)	/* enum lookup_status */                       \
	F(U8, state, 0, 0)	/* enum account_state */                       \
	F(U8, employment, 0, 0) /* enum policy_employment */                   \
	F(STR, subject, SUBJECT_MAX, 0)                                        \
	F(STR, name, USERNAME_MAX, 0)	      /* as the directory spells it */ \
	F(STRS, group, GROUPS_MAX, GROUP_MAX) /* DNs */                        \
	/* names of the requested attributes, found or not */                  \
	F(STRS, attribute, ATTRIBUTES_MAX, ATTRIBUTE_NAME_MAX)                 \
	/* each value: a byte with its name's number, the text, a NUL */       \
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

/* authority -> store.  The answer has the id of the request.  A version of 0
 * means that the key must not exist. */
#define FIELDS_STORE_GET_REQ(F) \
	F(U64, id, 0, 0)        \
	F(STR, key, KEY_MAX, 0)
#define FIELDS_STORE_GET_ANS(F)                     \
	F(U64, id, 0, 0)                            \
	F(U8, status, 0, 0) /* enum store_status */ \
	F(U64, version, 0, 0)                       \
	F(BYTES, value, VALUE_MAX, 0)
#define FIELDS_STORE_PUT_REQ(F)                             \
	F(U64, id, 0, 0)                                    \
	F(STR, key, KEY_MAX, 0)                             \
	F(U64, version, 0, 0)                               \
	F(I64, expires_ms, 0, 0) /* since 1970; 0: never */ \
	F(BYTES, value, VALUE_MAX, 0)
#define FIELDS_STORE_DELETE_REQ(F) \
	F(U64, id, 0, 0)           \
	F(STR, key, KEY_MAX, 0)    \
	F(U64, version, 0, 0)
/* The answer to PUT and DELETE, after the change is on disk. */
#define FIELDS_STORE_DONE_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(U64, version, 0, 0)
/* The keys with that prefix, then those with the others, as far as they are not
 * "": all that is kept of a person comes with one request. */
#define FIELDS_STORE_LIST_REQ(F)   \
	F(U64, id, 0, 0)           \
	F(STR, prefix, KEY_MAX, 0) \
	F(STR, second, KEY_MAX, 0) \
	F(STR, third, KEY_MAX, 0)
/* One answer for each key, in order, then one with status STORE_ABSENT. */
#define FIELDS_STORE_LIST_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(STR, key, KEY_MAX, 0)  \
	F(U64, version, 0, 0)    \
	F(BYTES, value, VALUE_MAX, 0)

/* authority -> audit: the content of a record.  audit adds its place in the log
 * and writes it as OCSF.  Receipts come in the order of the requests. */
#define FIELDS_AUDIT_APPEND_REQ(F) FIELDS_RECORD(F) /* record_fields.h */
/* `count` records are on disk; the first has the sequence `first`.  hash: their
 * leaf hashes.  failed: audit did not write them, and will not. */
#define FIELDS_AUDIT_RECEIPT_ANS(F) \
	F(U8, failed, 0, 0)         \
	F(U64, first, 0, 0)         \
	F(U16, count, 0, 0)         \
	F(BYTES, hash, RECEIPTS_MAX *LEAF_HASH, 0)
/*
 * Asks for the records from a sequence on, or from the first record of a log
 * that begins later.  Each record is one REPLAY_ANS; the last answer has end
 * set and no record.  hash: the record's leaf hash.  before: the leaf hash of
 * the record before it.
 */
#define FIELDS_AUDIT_REPLAY_REQ(F) F(U64, from, 0, 0)
#define FIELDS_AUDIT_REPLAY_ANS(F)                                        \
	F(U8, end, 0, 0)                                                  \
	F(U64, sequence, 0, 0) /* with end: the next one to be written */ \
	F(RAW, hash, LEAF_HASH, 0)                                        \
	F(RAW, before, LEAF_HASH, 0)                                      \
	FIELDS_RECORD(F)
/* audit -> forward: the records up to this sequence are on disk. */
#define FIELDS_FORWARD_COMMITTED_NOTE(F) F(U64, sequence, 0, 0)

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
#define FIELDS_ADMIN_GIVE_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(I64, ends_ms, 0, 0)
/* Asks for a person's approvals; name "": those of everybody. */
#define FIELDS_ADMIN_APPROVALS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_APPROVALS_ANS(F)                          \
	FIELDS_ADMIN_HEAD(F)                                   \
	F(STR, approval, APPROVAL_MAX, 0)                      \
	F(STR, name, USERNAME_MAX, 0) /* "": cannot be read */ \
	F(STR, service, SERVICE_MAX, 0)                        \
	F(STR, giver, 64, 0)                                   \
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

#define MESSAGES(M)               \
	M(PARENT_CONFIG_NOTE)     \
	M(PARENT_FILE_NOTE)       \
	M(PARENT_LISTEN_NOTE)     \
	M(PARENT_PEER_NOTE)       \
	M(PARENT_GO_NOTE)         \
	M(PARENT_READY_NOTE)      \
	M(PARENT_STATE_NOTE)      \
	M(PARENT_END_NOTE)        \
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
	M(DIRECTORY_FORGET_NOTE)  \
	M(STORE_GET_REQ)          \
	M(STORE_GET_ANS)          \
	M(STORE_PUT_REQ)          \
	M(STORE_DELETE_REQ)       \
	M(STORE_DONE_ANS)         \
	M(STORE_LIST_REQ)         \
	M(STORE_LIST_ANS)         \
	M(AUDIT_APPEND_REQ)       \
	M(AUDIT_RECEIPT_ANS)      \
	M(AUDIT_REPLAY_REQ)       \
	M(AUDIT_REPLAY_ANS)       \
	M(FORWARD_COMMITTED_NOTE) \
	M(ADMIN_ENROL_REQ)        \
	M(ADMIN_ENROL_ANS)        \
	M(ADMIN_FACTORS_REQ)      \
	M(ADMIN_FACTORS_ANS)      \
	M(ADMIN_INVITE_REQ)       \
	M(ADMIN_INVITE_ANS)       \
	M(ADMIN_REVOKE_REQ)       \
	M(ADMIN_REVOKE_ANS)       \
	M(ADMIN_LABEL_REQ)        \
	M(ADMIN_LABEL_ANS)        \
	M(ADMIN_PROVE_REQ)        \
	M(ADMIN_PROVE_ANS)        \
	M(ADMIN_POLICY_REQ)       \
	M(ADMIN_POLICY_ANS)       \
	M(ADMIN_SESSIONS_REQ)     \
	M(ADMIN_SESSIONS_ANS)     \
	M(ADMIN_END_REQ)          \
	M(ADMIN_END_ANS)          \
	M(ADMIN_KEYS_REQ)         \
	M(ADMIN_KEYS_ANS)         \
	M(ADMIN_USER_REQ)         \
	M(ADMIN_USER_ANS)         \
	M(ADMIN_ATTEMPTS_REQ)     \
	M(ADMIN_ATTEMPTS_ANS)     \
	M(ADMIN_UNLOCK_REQ)       \
	M(ADMIN_UNLOCK_ANS)       \
	M(AUTHORITY_KEYS_REQ)     \
	M(AUTHORITY_KEYS_ANS)     \
	M(AUTHORITY_TOKEN_REQ)    \
	M(AUTHORITY_TOKEN_ANS)    \
	M(ADMIN_GIVE_REQ)         \
	M(ADMIN_GIVE_ANS)         \
	M(ADMIN_APPROVALS_REQ)    \
	M(ADMIN_APPROVALS_ANS)    \
	M(ADMIN_WITHDRAW_REQ)     \
	M(ADMIN_WITHDRAW_ANS)     \
	M(PARENT_WHO_REQ)         \
	M(PARENT_WHO_ANS)         \
	M(PARENT_SHOWN_NOTE)      \
	M(PARENT_SERVER_NOTE)     \
	M(PARENT_LOST_NOTE)

enum message_type {
	MSG_NONE,
#define MESSAGE_ENUM(name) MSG_##name,
	MESSAGES(MESSAGE_ENUM)
#undef MESSAGE_ENUM
	    MSG_COUNT
};

/* The structs: struct msg_AUTHORITY_OPEN_REQ and so on. */
#define DECLARE_MESSAGE(name)                \
	struct msg_##name {                  \
		FIELDS_##name(DECLARE_FIELD) \
	};
MESSAGES(DECLARE_MESSAGE)
/* The beginnings of requests and answers at admin.sock; they are no messages.
 */
DECLARE_MESSAGE(ADMIN_ASK)
DECLARE_MESSAGE(ADMIN_ABOUT)
DECLARE_MESSAGE(ADMIN_HEAD)

/* A message.  The member of u has the name of the type. */
struct message {
	enum message_type type;
	int fd; /* passed with it, or -1; the receiver owns it */
	union {
#define MESSAGE_MEMBER(name) struct msg_##name name;
		MESSAGES(MESSAGE_MEMBER)
		MESSAGE_MEMBER(ADMIN_ASK)
		MESSAGE_MEMBER(ADMIN_ABOUT)
		MESSAGE_MEMBER(ADMIN_HEAD)
#undef MESSAGE_MEMBER
	} u;
};

/* Sets the type, sets fd to -1, and zeroes the type's member of u. */
void message_init(struct message *m, enum message_type type);
/* Wipes the type's member of u.  The type stays. */
void message_wipe(struct message *m);
/* These copy the fields of a record from the one message to the other. */
void message_record_replayed(const struct msg_AUDIT_APPEND_REQ *from,
    struct msg_AUDIT_REPLAY_ANS *replay_r);
void message_replayed_record(const struct msg_AUDIT_REPLAY_ANS *from,
    struct msg_AUDIT_APPEND_REQ *record_r);
/* "AUTHORITY_OPEN_REQ", for example; "?" for a number out of range. */
const char *message_name(enum message_type type);

/* Bytes of the largest message, encoded. */
#define MESSAGE_MAX 36864
/* Encodes.  Returns the size, or 0 if a field is over its maximum. */
size_t message_encode(const struct message *m, uint8_t out[MESSAGE_MAX]);
/* Decodes strictly: the size must be exact, no field over its maximum, no NUL
 * in a text.  -1: malformed. */
int message_decode(struct message *m, const uint8_t *bytes, size_t size);

#endif
